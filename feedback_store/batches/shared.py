"""Records for a colleague: signed like a batch, but with no chain, for no collector, and with the key beside them.

A file is one or more bodies: an envelope over what it lists, and the records. The key comes with it, so the signature
says that nobody changed the file since its owner signed; whose key it is, people settle by comparing the fingerprint.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from feedback_store.batches import payload
from feedback_store.batches.body import look_at, read_bundle, write_body
from feedback_store.batches.dsse import check_signature, check_type, from_base64, parse_envelope, sign_envelope
from feedback_store.batches.keys import DeviceKey, check_public_key, key_id
from feedback_store.batches.manifest import MAX_RECORDS, DeviceId, Item
from feedback_store.batches.payload import Payload
from feedback_store.batches.payload_types import FEEDBACK_BATCH, SHARED_RECORDS
from feedback_store.batches.seal import items_of, take_what_fits
from feedback_store.batches.verify import check_lines, check_once, check_record
from feedback_store.errors import BatchError
from feedback_store.record_parts import App, Record
from feedback_store.record_values import ProjectId, Time, TrainerId

NAME_LENGTH = 200


class SharedRecords(Payload, frozen=True, kw_only=True):
    """What one body holds and whose it is; `public_key` is base64 of 32 bytes, `name` what the sharer is called."""

    v: Literal[1]
    aud: ProjectId
    trainer: TrainerId
    name: Annotated[str, Meta(max_length=NAME_LENGTH)]
    device: DeviceId
    public_key: str
    created_at: Time
    count: Annotated[int, Meta(ge=1, le=MAX_RECORDS)]
    items: Annotated[tuple[Item, ...], Meta(min_length=1, max_length=MAX_RECORDS)]
    app: App


@dataclass(frozen=True)
class SharedFile:
    """A whole file that was checked: who signed it, for which project, and the records in their order."""

    trainer: str
    name: str
    project: str
    public_key: bytes
    records: tuple[Record, ...]


def is_shared(file: Path) -> bool:
    """Whether a file begins as signed ones do; whether it is right, `read_shared` says. Raises OSError."""
    with file.open("rb") as opened:
        return opened.read(12) == b'{"payload":"'


def write_shared(
    key: DeviceKey, data: Sequence[bytes], *, project: str, trainer: str, name: str, created_at: str, app: App
) -> Iterator[bytes]:
    """The bodies of a file with these record bytes. Raises BatchError for what its reader would refuse."""
    left = list(data)
    while left:
        some = left[: take_what_fits([len(each) for each in left])]
        left = left[len(some) :]
        items = items_of(some, project, trainer)
        shared = SharedRecords(
            v=1,
            aud=project,
            trainer=trainer,
            name=name[:NAME_LENGTH],
            device=key.key_id,
            public_key=base64.b64encode(key.public_key).decode("ascii"),
            created_at=created_at,
            count=len(items),
            items=items,
            app=app,
        )
        signed = payload.encode(shared)
        payload.parse(signed, SharedRecords)
        yield write_body(sign_envelope(SHARED_RECORDS, signed, [key]), some)


def read_shared(source: bytes | Path) -> SharedFile:
    """Check a whole file; raises BatchError, whose values name the rule that failed, and OSError for a path."""
    found: list[Record] = []
    first: tuple[SharedRecords, bytes] | None = None
    if isinstance(source, Path):
        look_at(source)
    for body in read_bundle(source):
        envelope = parse_envelope(body.envelope)
        if envelope.payload_type == FEEDBACK_BATCH:
            raise BatchError(
                "The file holds judgements for a team's collector, none for a colleague. Ask for one that was made to "
                "be shared.",
                code="payload_type",
                rule=3,
            )
        check_type(envelope, SHARED_RECORDS)
        shared = payload.parse(envelope.payload, SharedRecords)
        check_once(shared)
        public_key = check_public_key(from_base64(shared.public_key))
        check_signature(envelope, public_key)
        if shared.device != key_id(public_key):
            raise BatchError("The file names another device than the one that signed it.", code="device", rule=6)
        first = first or (shared, public_key)
        if (shared.device, shared.trainer, shared.aud) != (first[0].device, first[0].trainer, first[0].aud):
            raise BatchError("The file holds records of several devices, trainers or projects.", code="device", rule=6)
        for position, line in enumerate(check_lines(body, shared)):
            if line is None:
                raise BatchError("An erased record stands in the file.", code="record", rule=11)
            found.append(check_record(line, shared, position))
    assert first is not None  # read_bundle refuses an empty file
    shared, public_key = first
    return SharedFile(shared.trainer, shared.name, shared.aud, public_key, tuple(found))
