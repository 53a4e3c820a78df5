"""Makes docs/vectors: batches, a receipt, a request to join, and keys that change, with the seeds of RFC 8032.

    python tests/feedback_store/golden_batches.py      writes them anew

Signatures of Ed25519 are deterministic and nothing here is random, so that anybody can make the same bytes. Must not
be changed to suit the program: these bytes are the format.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from feedback_store import canonical, records
from feedback_store.batches import payload_types
from feedback_store.batches.body import erased_line, read_body, write_body
from feedback_store.batches.collector_key import make_statement
from feedback_store.batches.device_list import ListedDevice, make_list
from feedback_store.batches.dsse import pae, parse_envelope, sign_envelope
from feedback_store.batches.event_refusal import make_event_refusal
from feedback_store.batches.join import make_join
from feedback_store.batches.key_event import ChainEnd, Kind, event_hash, make_event, read_event
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, Item, TermsAccepted
from feedback_store.batches.payload_types import RECEIPT
from feedback_store.batches.receipt import ReceiptItem, make_receipt, receipt_hash
from feedback_store.batches.refusal import Closing, Held, make_refusal
from feedback_store.batches.seal import SealedBatch, seal_batch
from feedback_store.batches.shared import write_shared
from feedback_store.batches.verify import open_manifest
from feedback_store.record_parts import App

FOLDER = Path(__file__).parents[2] / "docs" / "vectors"
DEVICE = DeviceKey.from_seed(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
COLLECTOR = DeviceKey.from_seed(bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
NEW_DEVICE = DeviceKey.from_seed(bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"))
PROJECT, TRAINER, CHAIN = "prj_" + "1" * 32, "trn_" + "2" * 32, "3" * 32
NEW_CHAIN = "6" * 32
COPIED_CHAIN = "8" * 32
CHALLENGE = "4" * 64


def make() -> dict[str, bytes]:
    """Every file by its name."""
    batches = _batches()
    bundle = b"".join(write_body(batch.envelope, lines) for batch, lines in batches)
    erased = write_body(batches[0][0].envelope, [batches[0][1][0], erased_line(batches[0][0].items[1].sha256)])
    key = {"device": DEVICE.key_id, "public_key": _text(DEVICE.public_key)}
    collector = {"device": COLLECTOR.key_id, "public_key": _text(COLLECTOR.public_key)}
    last = batches[-1][0]
    events = {kind: _event(kind, last) for kind in ("rotate", "recover", "revoke")}
    return {
        "bundle.preceptor": bundle,
        "erased.preceptor": erased,
        "shared.preceptor": _shared(batches[0][1][:1]),
        "collector.receipts": b"".join(line + b"\n" for line in _receipts(batches)),
        "refused.receipts": _refused_file(batches, events["rotate"]),
        "followed.receipts": _followed_file(batches),
        "gap.receipts": _refusal(batches[1], Held(0, GENESIS)) + b"\n",
        "refused_receipts.json": _json(_wrong_receipts(batches, events["rotate"])),
        "copied.preceptor": bundle + events["rotate"] + b"\n" + _after(events["rotate"]) + _after_too(events["rotate"]),
        "crossed.preceptor": bundle + _copied(batches[0][1]),
        "rotated.preceptor": bundle + events["rotate"] + b"\n" + _after(events["rotate"]),
        "recovered.preceptor": bundle + events["recover"] + b"\n" + _after(events["recover"]),
        "key.json": _json(key),
        "collector.json": _json(collector),
        "values.json": _json(_values(batches) | _key_values_of(events) | _refusal_values(batches, events["rotate"])),
        "refused.json": _json(_refused(batches, bundle) + _refused_events(batches, bundle, events["rotate"])),
    }


def _event(kind: Kind, last: SealedBatch, seq: int | None = None, last_hash: str | None = None) -> bytes:
    """The end of the device's key after its last batch; `seq` and `last_hash` claim another end."""
    signers = {"rotate": [DEVICE, NEW_DEVICE], "recover": [NEW_DEVICE, COLLECTOR], "revoke": [DEVICE]}
    return make_event(
        kind,
        project=PROJECT,
        old=DEVICE.key_id,
        new=None if kind == "revoke" else NEW_DEVICE.public_key,
        chains=[ChainEnd(CHAIN, seq or last.seq, last_hash or last.payload_sha256)],
        reason="a new laptop – 2026",
        created_at=_time(10),
        signers=signers[kind],
    )


def _after(event: bytes, *, seq: int = 1, prev: str | None = None, key: DeviceKey = NEW_DEVICE) -> bytes:
    """The first batch of the new key's chain."""
    lines = [_judgement(3)]
    place: dict[str, Any] = {"chain": NEW_CHAIN, "seq": seq, "prev": prev or event_hash(event)}
    batch = _sealed(lines, key=key, **place, batch_id=_id(103), created_at=_time(11))
    return write_body(batch.envelope, lines)


def _after_too(event: bytes, **place: Any) -> bytes:
    """The first batch of a copy of the profile, made before the new key had signed anything; `place` another one."""
    lines = [_judgement(4)]
    own: dict[str, Any] = {"chain": COPIED_CHAIN, "seq": 1, "prev": event_hash(event)}
    batch = _sealed(lines, key=NEW_DEVICE, **{**own, **place}, batch_id=_id(105), created_at=_time(11))
    return write_body(batch.envelope, lines)


def _copied(lines: list[bytes]) -> bytes:
    """A copy of the profile changes the second judgement too, which the first one has withdrawn."""
    value = json.loads(lines[1])
    changed = {"rev": 2, "supersedes": canonical.record_hash(lines[1]), "nonce": _text(bytes([9]) * 16)}
    line = _record({**value, **changed})
    batch = _sealed([line], chain=COPIED_CHAIN, seq=1, prev=GENESIS, batch_id=_id(104), created_at=_time(4))
    return write_body(batch.envelope, [erased_line(batch.items[0].sha256)])


def _key_values_of(events: dict[Kind, bytes]) -> dict[str, object]:
    """Keys that change: each event, the device list after the rotation, and the collector's own new key."""
    after = event_hash(events["rotate"])
    devices = [
        ListedDevice(device=DEVICE.key_id, state="retired", joined_at=_time(0), ended_by=after),
        ListedDevice(device=NEW_DEVICE.key_id, state="active", joined_at=_time(10), begun_by=after),
    ]
    listed = make_list(COLLECTOR, project=PROJECT, trainer=TRAINER, version=7, devices=devices)
    return {
        "new_device": _key_values(NEW_DEVICE),
        "key_events": {kind: line.decode("ascii") for kind, line in events.items()},
        "key_event_address": f"/projects/{PROJECT}/key-events/{after}",
        "device_list": listed.decode("ascii"),
        "collector_key": _statement().decode("ascii"),
    }


def _statement() -> bytes:
    return make_statement(COLLECTOR, NEW_DEVICE, project=PROJECT, created_at=_time(12))


def _refused_events(
    batches: list[tuple[SealedBatch, list[bytes]]], bundle: bytes, event: bytes
) -> list[dict[str, object]]:
    """Changes of keys to refuse."""
    last = batches[-1][0]
    line = event + b"\n"
    payload = parse_envelope(event).payload
    once = sign_envelope(payload_types.KEY_EVENT, payload, [DEVICE]) + b"\n"
    swapped = sign_envelope(payload_types.KEY_EVENT, payload, [NEW_DEVICE, DEVICE]) + b"\n"
    other = sign_envelope(payload_types.KEY_EVENT, payload, [DEVICE, COLLECTOR]) + b"\n"
    revoked = _event("revoke", last) + b"\n"
    earlier, forged = _event("rotate", last, seq=1), _event("rotate", last, last_hash="7" * 64)
    cases: list[tuple[str, int, bytes]] = [
        ("a key event signed by the old key alone", 2, bundle + once + _after(event)),
        ("a key event with its signatures swapped", 4, bundle + swapped + _after(event)),
        ("a key event signed by another new key", 4, bundle + other + _after(event)),
        ("a revocation in a file", 5, bundle + revoked + _after(event)),
        ("a key event with nothing after it", 9, bundle + line),
        ("a key event twice", 3, bundle + line + line + _after(event)),
        ("a new chain that does not name its key event", 9, bundle + line + _after(event, prev=GENESIS)),
        ("a new chain that begins later", 9, bundle + line + _after(event, seq=2)),
        (
            "a second new chain that names another event",
            9,
            bundle + line + _after(event) + _after_too(event, prev="7" * 64),
        ),
        (
            "the new key goes on in the old one's chain",
            9,
            bundle + line + _after_too(event, chain=CHAIN, seq=last.seq + 1, prev=last.payload_sha256),
        ),
        ("the new key without its key event", 4, bundle + _after(event)),
        ("the old key after its key event", 4, bundle + line + _after(event, key=DEVICE)),
        ("a batch after the old key's end", 8, bundle + earlier + b"\n" + _after(earlier)),
        ("another batch at the old key's end", 8, bundle + forged + b"\n" + _after(forged)),
    ]
    return [{"name": name, "rule": rule, "file": _text(data)} for name, rule, data in cases]


def _batches() -> list[tuple[SealedBatch, list[bytes]]]:
    groups = [[_judgement(1), _judgement(2)], [_withdrawal(_judgement(2))]]
    made: list[tuple[SealedBatch, list[bytes]]] = []
    prev = GENESIS
    for seq, lines in enumerate(groups, start=1):
        batch = _sealed(lines, chain=CHAIN, seq=seq, prev=prev, batch_id=_id(100 + seq), created_at=_time(seq))
        made.append((batch, lines))
        prev = batch.payload_sha256
    return made


def _sealed(lines: list[bytes], *, key: DeviceKey = DEVICE, **place: Any) -> SealedBatch:
    return seal_batch(
        key=key,
        project=PROJECT,
        trainer=TRAINER,
        terms=TermsAccepted(id="own", version=1, sha256=canonical.sha256_hex(b"Terms.\n"), licence="CC-BY-4.0"),
        data=lines,
        app=App("preceptor", "0.1.0"),
        **place,
    )


def _judgement(number: int) -> bytes:
    """A judgement with text beyond ASCII and beyond Qt's characters; the second one prefers the other answer."""
    texts = {"a": "Tea first. 🫖", "b": "Milk first – “never”.\n\t\u2028"}
    value = {
        "v": 1,
        "kind": "judgement",
        "id": _id(number),
        "rev": 1,
        "nonce": _text(bytes([number]) * 16),
        "created_at": _time(number),
        "project": PROJECT,
        "trainer": TRAINER,
        "app": {"name": "preceptor", "version": "0.1.0"},
        "comparison": {"id": _id(10 + number)},
        "context": {"source": "bench", "item_role": "normal"},
        "prompt": {
            "id": _id(20 + number),
            "version": 1,
            "messages": [{"role": "user", "content": "Tea or milk first?"}],
        },
        "candidates": [{"key": key, "text": text, "origin": {"kind": "human"}} for key, text in texts.items()],
        "shown": {"order": ["b", "a"], "blind": True, "streamed": False, "masked": [], "seed": 7},
        "verdicts": [{"axis": "overall", "tiers": [["a"], ["b"]] if number == 1 else [["b"], ["a"]]}],
        "ratings": [{"candidate": "a", "axis": "helpfulness", "value": 4}],
        "answers": [],
        "flags": [],
        "rubric": {"id": "helpsteer2", "version": 1, "sha256": "5" * 64},
        "timing": {"shown_at": _time(0), "decided_at": _time(number), "active_ms": 1000},
    }
    return _record(value)


def _withdrawal(of: bytes) -> bytes:
    taken_back = json.loads(of)
    kept = {name: taken_back[name] for name in ("v", "id", "project", "trainer", "app")}
    value = {
        **kept,
        "kind": "withdrawal",
        "rev": 2,
        "supersedes": canonical.record_hash(of),
        "nonce": _text(bytes(16)),
        "created_at": _time(3),
        "reason": "mistake",
    }
    return _record(value)


def _record(value: dict[str, object]) -> bytes:
    data = canonical.encode(value)
    records.decode(data)
    return data


def _shared(lines: list[bytes]) -> bytes:
    made = write_shared(
        DEVICE,
        lines,
        project=PROJECT,
        trainer=TRAINER,
        name="Ada",
        created_at=_time(5),
        app=App("preceptor", "0.1.0"),
    )
    return b"".join(made)


def _receipts(batches: list[tuple[SealedBatch, list[bytes]]]) -> list[bytes]:
    found: list[bytes] = []
    for batch, lines in batches:
        _, manifest = open_manifest(read_body(write_body(batch.envelope, lines)), DEVICE.public_key)
        items = [ReceiptItem(id=item.id, rev=item.rev, status="stored") for item in batch.items]
        before = receipt_hash(found[-1]) if found else GENESIS
        found.append(make_receipt(COLLECTOR, manifest, batch.payload_sha256, items, _time(9), before)[0])
    return found


def _refusal(batch: tuple[SealedBatch, list[bytes]], why: Closing | Held, key: DeviceKey = COLLECTOR) -> bytes:
    sealed, lines = batch
    _, manifest = open_manifest(read_body(write_body(sealed.envelope, lines)), DEVICE.public_key)
    return make_refusal(key, manifest, sealed.payload_sha256, why, _time(9))


def _event_refusal(event: bytes, key: DeviceKey = COLLECTOR) -> bytes:
    named, _key = read_event(parse_envelope(event).payload)
    return make_event_refusal(key, named, event_hash(event), "key_retired", _time(9))


def _refused_file(batches: list[tuple[SealedBatch, list[bytes]]], event: bytes) -> bytes:
    """What comes back of rotated.preceptor where a copy of the profile was quicker: with a batch, and with its key."""
    lines = (_receipts(batches)[0], _refusal(batches[1], "fork"), _event_refusal(event))
    return b"".join(line + b"\n" for line in lines)


def _followed_file(batches: list[tuple[SealedBatch, list[bytes]]]) -> bytes:
    """What comes back of bundle.preceptor from a collector that has changed its own key: how, and new signatures."""
    receipts = [sign_envelope(RECEIPT, parse_envelope(line).payload, [NEW_DEVICE]) for line in _receipts(batches)]
    return b"".join(line + b"\n" for line in (_statement(), *receipts))


def _refusal_values(batches: list[tuple[SealedBatch, list[bytes]]], event: bytes) -> dict[str, str]:
    return {
        "refusal": _refusal(batches[1], "fork").decode("ascii"),
        "refusal_gap": _refusal(batches[1], Held(0, GENESIS)).decode("ascii"),
        "event_refusal": _event_refusal(event).decode("ascii"),
    }


def _wrong_receipts(batches: list[tuple[SealedBatch, list[bytes]]], event: bytes) -> list[dict[str, str]]:
    """Files of receipts to refuse, held to rotated.preceptor."""
    first, second = _receipts(batches)
    fork, ended = _refusal(batches[1], "fork"), _event_refusal(event)

    def changed(line: bytes, **changes: Any) -> bytes:
        envelope = parse_envelope(line)
        return sign_envelope(
            envelope.payload_type, canonical.encode({**json.loads(envelope.payload), **changes}), [COLLECTOR]
        )

    cases: dict[str, bytes] = {
        "empty file": b"",
        "last newline missing": first,
        "a receipt signed by the device": sign_envelope(RECEIPT, parse_envelope(first).payload, [DEVICE]) + b"\n",
        "a receipt that does not follow the one before it": first
        + b"\n"
        + changed(second, prev_receipt="7" * 64)
        + b"\n",
        "a refusal signed by the device": _refusal(batches[1], "fork", DEVICE) + b"\n",
        "a refusal of another batch": changed(fork, batch="7" * 64) + b"\n",
        "a refusal of another chain": changed(fork, chain=NEW_CHAIN) + b"\n",
        "a refusal with a code of its own": changed(fork, code="rate") + b"\n",
        "a refusal with a field too many": changed(fork, more=1) + b"\n",
        "a fork that says where the collector stands": changed(fork, have={"seq": 1, "hash": "7" * 64}) + b"\n",
        "a gap that does not say where the collector stands": changed(fork, code="gap") + b"\n",
        "a refusal under the type of a receipt": sign_envelope(RECEIPT, parse_envelope(fork).payload, [COLLECTOR])
        + b"\n",
        "a refused change of keys signed by the device": _event_refusal(event, DEVICE) + b"\n",
        "another change of keys": changed(ended, event="7" * 64) + b"\n",
        "a change of another key": changed(ended, old=NEW_DEVICE.key_id) + b"\n",
        "a change of keys with the code of a batch": changed(ended, code="fork") + b"\n",
    }
    return [{"name": name, "file": _text(data)} for name, data in cases.items()]


def _values(batches: list[tuple[SealedBatch, list[bytes]]]) -> dict[str, object]:
    """Every step on the way, so that another program can find where it goes astray."""
    batch, lines = batches[0]
    signed = pae(payload_types.FEEDBACK_BATCH, batch.payload)
    receipt = _receipts(batches)[0]
    join = make_join(DEVICE, project=PROJECT, trainer=TRAINER, challenge=CHALLENGE)
    return {
        "device": _key_values(DEVICE),
        "collector": _key_values(COLLECTOR),
        "records": [
            {"record": line.decode("utf-8"), "size": len(line), "record_hash": canonical.record_hash(line)}
            for line in lines
        ],
        "manifest": batch.payload.decode("utf-8"),
        "manifest_sha256": batch.payload_sha256,
        "signed_bytes_sha256": canonical.sha256_hex(signed),
        "signature": _text(DEVICE.sign(signed)),
        "envelope": batch.envelope.decode("ascii"),
        "address": f"/projects/{PROJECT}/batches/{batch.payload_sha256}",
        "receipt": receipt.decode("ascii"),
        "receipt_sha256": receipt_hash(receipt),
        "join": join.decode("ascii"),
        "challenge": CHALLENGE,
    }


def _refused(batches: list[tuple[SealedBatch, list[bytes]]], bundle: bytes) -> list[dict[str, object]]:
    """Files to refuse: the rule, and what to do to bundle.preceptor, or the whole file in base64."""
    (first, lines), (second, later) = batches
    one, two = write_body(first.envelope, lines), write_body(second.envelope, later)
    signature = parse_envelope(first.envelope).signatures[0][1]
    flipped = bytes([signature[0] ^ 1]) + signature[1:]
    cases: list[tuple[str, int, bytes]] = [
        ("empty file", 10, b""),
        ("last newline missing", 10, bundle[:-1]),
        ("a space before the envelope", 2, b" " + bundle),
        ("another payload type", 3, _signed(payload_types.SHARED_RECORDS, first.payload, DEVICE) + _rest(one)),
        ("a bit of the signature", 4, one.replace(_text(signature).encode(), _text(flipped).encode())),
        ("another key", 4, _signed(payload_types.FEEDBACK_BATCH, first.payload, COLLECTOR) + _rest(one)),
        ("a field too many", 5, _with(one, first, lambda manifest: manifest.update(more=1))),
        ("a null", 5, _with(one, first, lambda manifest: manifest.update(prev=None))),
        (
            "a space in the manifest",
            5,
            _signed(payload_types.FEEDBACK_BATCH, first.payload + b" ", DEVICE) + _rest(one),
        ),
        ("another device", 6, _with(one, first, lambda manifest: manifest.update(device=COLLECTOR.key_id))),
        ("the first batch twice", 9, one + one),
        ("the second batch first", 9, two + one),
        ("a record missing", 10, write_body(first.envelope, lines[:1])),
        ("records swapped", 10, write_body(first.envelope, lines[::-1])),
        ("another record erased", 10, write_body(first.envelope, [lines[0], erased_line(first.items[0].sha256)])),
        (
            "another trainer's records",
            11,
            _with(one, first, lambda manifest: manifest.update(trainer="trn_" + "9" * 32)),
        ),
        ("a signed line that is no record", 11, _no_record(one, first)),
    ]
    return [{"name": name, "rule": rule, "file": _text(data)} for name, rule, data in cases]


def _no_record(body: bytes, batch: SealedBatch) -> bytes:
    line = b'{"neither":"judgement nor withdrawal"}'
    item = Item(id=_id(1), rev=1, sha256=canonical.record_hash(line), size=len(line))
    named = {"id": item.id, "rev": item.rev, "sha256": item.sha256, "size": item.size}
    changed = _with(body, batch, lambda manifest: manifest.update(count=1, items=[named]))
    return changed.partition(b"\n")[0] + b"\n" + line + b"\n"


def _with(body: bytes, batch: SealedBatch, change: Callable[[dict[str, Any]], object]) -> bytes:
    manifest = json.loads(batch.payload)
    change(manifest)
    data = json.dumps(manifest, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return _signed(payload_types.FEEDBACK_BATCH, data, DEVICE) + _rest(body)


def _signed(kind: str, data: bytes, key: DeviceKey) -> bytes:
    return sign_envelope(kind, data, [key])


def _rest(body: bytes) -> bytes:
    """The body after its envelope, with the newline between."""
    return body[body.index(b"\n") :]


def _key_values(key: DeviceKey) -> dict[str, str]:
    return {"seed": key.seed.hex(), "public_key": _text(key.public_key), "key_id": key.key_id}


def _id(number: int) -> str:
    return f"019aa8b5-8600-7000-8000-{number:012d}"


def _time(minute: int) -> str:
    return f"2026-11-22T12:{minute:02d}:56.789Z"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False).encode("utf-8") + b"\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, data in make().items():
        (FOLDER / name).write_bytes(data)
