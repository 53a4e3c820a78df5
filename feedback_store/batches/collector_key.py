"""The statement by which a collector changes its own key: signed by the old key and the new one.

Whoever pinned the old key follows it; whoever pinned another one does not.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Literal

from feedback_store.batches import payload
from feedback_store.batches.dsse import check_signatures, check_type, from_base64, parse_envelope, sign_envelope
from feedback_store.batches.keys import DeviceKey, check_public_key, key_id
from feedback_store.batches.manifest import DeviceId
from feedback_store.batches.payload import Payload
from feedback_store.batches.payload_types import COLLECTOR_KEY
from feedback_store.errors import BatchError
from feedback_store.record_values import ProjectId, Time


class CollectorKey(Payload, frozen=True, kw_only=True):
    """The payload of a statement; `new_public_key` is base64 of 32 bytes."""

    v: Literal[1]
    aud: ProjectId
    old: DeviceId
    new: DeviceId
    new_public_key: str
    created_at: Time


def make_statement(old: DeviceKey, new: DeviceKey, *, project: str, created_at: str) -> bytes:
    """The statement's envelope line."""
    said = CollectorKey(
        v=1,
        aud=project,
        old=old.key_id,
        new=new.key_id,
        new_public_key=base64.b64encode(new.public_key).decode("ascii"),
        created_at=created_at,
    )
    return sign_envelope(COLLECTOR_KEY, payload.encode(said), [old, new])


def check_statement(line: bytes, *, project: str, old: bytes) -> bytes:
    """The collector's new raw key, on the word of its `old` one; raises BatchError."""
    envelope = parse_envelope(line)
    check_type(envelope, COLLECTOR_KEY)
    said = payload.parse(envelope.payload, CollectorKey)
    new = check_public_key(from_base64(said.new_public_key))
    if said.old != key_id(old):
        raise BatchError("The statement is of another collector key.", code="other_key", rule=4)
    if (said.aud, said.new) != (project, key_id(new)) or said.new == said.old:
        raise BatchError("The statement is not about this collector's keys.", code="collector_key", rule=6)
    check_signatures(envelope, [old, new])
    return new


def follow(lines: Iterable[bytes], *, project: str, pinned: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """The newest key that statements lead to from the `pinned` one, and the statements on the way there.

    Those that do not hold, or lead from other keys, are passed over; so nothing leads anywhere that `pinned` does not.
    """
    waiting, key, used = list(lines), pinned, []
    while True:
        for line in waiting:
            try:
                key = check_statement(line, project=project, old=key)
            except BatchError:
                continue
            used.append(line)
            waiting.remove(line)
            break
        else:
            return key, tuple(used)
