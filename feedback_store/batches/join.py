"""Joining a project: a device proves that it holds its key by signing the collector's challenge."""

from __future__ import annotations

import base64
from typing import Annotated, Literal

from msgspec import Meta

from feedback_store.batches import payload
from feedback_store.batches.dsse import check_signature, check_type, from_base64, parse_envelope, sign_envelope
from feedback_store.batches.keys import DeviceKey, check_public_key, key_id
from feedback_store.batches.manifest import DeviceId
from feedback_store.batches.payload import Payload
from feedback_store.batches.payload_types import JOIN
from feedback_store.errors import BatchError
from feedback_store.record_values import ProjectId, TrainerId

Challenge = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)", description="64 lower-case hex digits")]


class Join(Payload, frozen=True, kw_only=True):
    """The payload by which a device asks to be enrolled; `public_key` is base64 of 32 bytes."""

    v: Literal[1]
    aud: ProjectId
    trainer: TrainerId
    device: DeviceId
    public_key: str
    challenge: Challenge


def make_join(key: DeviceKey, *, project: str, trainer: str, challenge: str) -> bytes:
    """The join envelope's line."""
    asked = Join(
        v=1,
        aud=project,
        trainer=trainer,
        device=key.key_id,
        public_key=base64.b64encode(key.public_key).decode("ascii"),
        challenge=challenge,
    )
    return sign_envelope(JOIN, payload.encode(asked), [key])


def check_join(line: bytes, *, project: str, challenge: str) -> tuple[Join, bytes]:
    """The request and the proven raw public key; raises BatchError."""
    envelope = parse_envelope(line)
    check_type(envelope, JOIN)
    asked = payload.parse(envelope.payload, Join)
    public_key = check_public_key(from_base64(asked.public_key))
    check_signature(envelope, public_key)
    if (asked.aud, asked.device, asked.challenge) != (project, key_id(public_key), challenge):
        raise BatchError("This request to join is for another project or time.", code="join", rule=6)
    return asked, public_key
