"""The keys that change in docs/vectors: the end of the device's key, what the new one signs, and what is to be refused.

Must not know which files there are.
"""

from __future__ import annotations

from typing import Any

import golden_parts as parts

from feedback_store.batches import payload_types
from feedback_store.batches.body import write_body
from feedback_store.batches.collector_key import make_statement
from feedback_store.batches.device_list import ListedDevice, make_list
from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.event_refusal import make_event_refusal
from feedback_store.batches.key_event import ChainEnd, Kind, event_hash, make_event, read_event
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS
from feedback_store.batches.seal import SealedBatch


def event_of(kind: Kind, last: SealedBatch, seq: int | None = None, last_hash: str | None = None) -> bytes:
    """The end of the device's key after its last batch; `seq` and `last_hash` claim another end."""
    signers = {
        "rotate": [parts.DEVICE, parts.NEW_DEVICE],
        "recover": [parts.NEW_DEVICE, parts.COLLECTOR],
        "revoke": [parts.DEVICE],
    }
    return make_event(
        kind,
        project=parts.PROJECT,
        old=parts.DEVICE.key_id,
        new=None if kind == "revoke" else parts.NEW_DEVICE.public_key,
        chains=[ChainEnd(parts.CHAIN, seq or last.seq, last_hash or last.payload_sha256)],
        reason="a new laptop – 2026",
        created_at=parts.at_minute(10),
        signers=signers[kind],
    )


def after(event: bytes, *, seq: int = 1, prev: str | None = None, key: DeviceKey = parts.NEW_DEVICE) -> bytes:
    """The first batch of the new key's chain."""
    lines = [parts.judgement(3)]
    place: dict[str, Any] = {"chain": parts.NEW_CHAIN, "seq": seq, "prev": prev or event_hash(event)}
    batch = parts.sealed(lines, key=key, **place, batch_id=parts.numbered_id(103), created_at=parts.at_minute(11))
    return write_body(batch.envelope, lines)


def after_too(event: bytes, **place: Any) -> bytes:
    """The first batch of a copy of the profile, made before the new key had signed anything; `place` another one."""
    lines = [parts.judgement(4)]
    own: dict[str, Any] = {"chain": parts.COPIED_CHAIN, "seq": 1, "prev": event_hash(event)}
    batch = parts.sealed(
        lines, key=parts.NEW_DEVICE, **{**own, **place}, batch_id=parts.numbered_id(105), created_at=parts.at_minute(11)
    )
    return write_body(batch.envelope, lines)


def changed_keys(events: dict[Kind, bytes]) -> dict[str, object]:
    """Keys that change: each event, the device list after the rotation, and the collector's own new key."""
    rotation = event_hash(events["rotate"])
    devices = [
        ListedDevice(device=parts.DEVICE.key_id, state="retired", joined_at=parts.at_minute(0), ended_by=rotation),
        ListedDevice(device=parts.NEW_DEVICE.key_id, state="active", joined_at=parts.at_minute(10), begun_by=rotation),
    ]
    listed = make_list(parts.COLLECTOR, project=parts.PROJECT, trainer=parts.TRAINER, version=7, devices=devices)
    return {
        "new_device": parts.key_values(parts.NEW_DEVICE),
        "key_events": {kind: line.decode("ascii") for kind, line in events.items()},
        "key_event_address": f"/projects/{parts.PROJECT}/key-events/{rotation}",
        "device_list": listed.decode("ascii"),
        "collector_key": statement().decode("ascii"),
    }


def statement() -> bytes:
    """The collector changes its own key."""
    return make_statement(parts.COLLECTOR, parts.NEW_DEVICE, project=parts.PROJECT, created_at=parts.at_minute(12))


def refused_events(batches: list[parts.Batch], bundle: bytes, event: bytes) -> list[dict[str, object]]:
    """Changes of keys to refuse."""
    last = batches[-1][0]
    line = event + b"\n"
    payload = parse_envelope(event).payload
    once = sign_envelope(payload_types.KEY_EVENT, payload, [parts.DEVICE]) + b"\n"
    swapped = sign_envelope(payload_types.KEY_EVENT, payload, [parts.NEW_DEVICE, parts.DEVICE]) + b"\n"
    other = sign_envelope(payload_types.KEY_EVENT, payload, [parts.DEVICE, parts.COLLECTOR]) + b"\n"
    revoked = event_of("revoke", last) + b"\n"
    earlier, forged = event_of("rotate", last, seq=1), event_of("rotate", last, last_hash="7" * 64)
    cases: list[tuple[str, int, bytes]] = [
        ("a key event signed by the old key alone", 2, bundle + once + after(event)),
        ("a key event with its signatures swapped", 4, bundle + swapped + after(event)),
        ("a key event signed by another new key", 4, bundle + other + after(event)),
        ("a revocation in a file", 5, bundle + revoked + after(event)),
        ("a key event with nothing after it", 9, bundle + line),
        ("a key event twice", 3, bundle + line + line + after(event)),
        ("a new chain that does not name its key event", 9, bundle + line + after(event, prev=GENESIS)),
        ("a new chain that begins later", 9, bundle + line + after(event, seq=2)),
        (
            "a second new chain that names another event",
            9,
            bundle + line + after(event) + after_too(event, prev="7" * 64),
        ),
        (
            "the new key goes on in the old one's chain",
            9,
            bundle + line + after_too(event, chain=parts.CHAIN, seq=last.seq + 1, prev=last.payload_sha256),
        ),
        ("the new key without its key event", 4, bundle + after(event)),
        ("the old key after its key event", 4, bundle + line + after(event, key=parts.DEVICE)),
        ("a batch after the old key's end", 8, bundle + earlier + b"\n" + after(earlier)),
        ("another batch at the old key's end", 8, bundle + forged + b"\n" + after(forged)),
    ]
    return [{"name": name, "rule": rule, "file": parts.base64_of(data)} for name, rule, data in cases]


def event_refusal(event: bytes, key: DeviceKey = parts.COLLECTOR) -> bytes:
    """A change of keys that came too late: another one has ended the key."""
    named, _key = read_event(parse_envelope(event).payload)
    return make_event_refusal(key, named, event_hash(event), "key_retired", parts.at_minute(9))
