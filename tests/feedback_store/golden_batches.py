"""Makes docs/vectors: batches, a receipt, a request to join, and keys that change, with the seeds of RFC 8032.

    python tests/feedback_store/golden_batches.py      writes them anew

Signatures of Ed25519 are deterministic and nothing here is random, so that anybody can make the same bytes. Must not
be changed to suit the program: these bytes are the format.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import golden_parts as parts
from golden_key_events import after, after_too, changed_keys, event_of, event_refusal, refused_events, statement

from feedback_store import canonical
from feedback_store.batches import payload_types
from feedback_store.batches.body import erased_line, read_body, write_body
from feedback_store.batches.collector_proof import make_proof
from feedback_store.batches.dsse import pae, parse_envelope, sign_envelope
from feedback_store.batches.join import make_join
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, Item
from feedback_store.batches.payload_types import RECEIPT
from feedback_store.batches.receipt import ReceiptItem, make_receipt, receipt_hash
from feedback_store.batches.refusal import Closing, Held, make_refusal
from feedback_store.batches.seal import SealedBatch
from feedback_store.batches.shared import write_shared
from feedback_store.batches.verify import open_manifest
from feedback_store.record_parts import App

FOLDER = Path(__file__).parents[2] / "docs" / "vectors"
CHALLENGE = "4" * 64


def make() -> dict[str, bytes]:
    """Every file by its name."""
    batches = _batches()
    bundle = b"".join(write_body(batch.envelope, lines) for batch, lines in batches)
    erased = write_body(batches[0][0].envelope, [batches[0][1][0], erased_line(batches[0][0].items[1].sha256)])
    key = {"device": parts.DEVICE.key_id, "public_key": parts.base64_of(parts.DEVICE.public_key)}
    collector = {"device": parts.COLLECTOR.key_id, "public_key": parts.base64_of(parts.COLLECTOR.public_key)}
    last = batches[-1][0]
    events = {kind: event_of(kind, last) for kind in ("rotate", "recover", "revoke")}
    return {
        "bundle.preceptor": bundle,
        "erased.preceptor": erased,
        "shared.preceptor": _shared(batches[0][1][:1]),
        "collector.receipts": b"".join(line + b"\n" for line in _receipts(batches)),
        "refused.receipts": _refused_file(batches, events["rotate"]),
        "followed.receipts": _followed_file(batches),
        "gap.receipts": _refusal(batches[1], Held(0, GENESIS)) + b"\n",
        "refused_receipts.json": _json(_wrong_receipts(batches, events["rotate"])),
        "copied.preceptor": bundle + events["rotate"] + b"\n" + after(events["rotate"]) + after_too(events["rotate"]),
        "crossed.preceptor": bundle + _copied(batches[0][1]),
        "rotated.preceptor": bundle + events["rotate"] + b"\n" + after(events["rotate"]),
        "recovered.preceptor": bundle + events["recover"] + b"\n" + after(events["recover"]),
        "key.json": _json(key),
        "collector.json": _json(collector),
        "values.json": _json(_values(batches) | changed_keys(events) | _refusal_values(batches, events["rotate"])),
        "refused.json": _json(_refused(batches, bundle) + refused_events(batches, bundle, events["rotate"])),
    }


def _copied(lines: list[bytes]) -> bytes:
    """A copy of the profile changes the second judgement too, which the first one has withdrawn."""
    value = json.loads(lines[1])
    changed = {"rev": 2, "supersedes": canonical.record_hash(lines[1]), "nonce": parts.base64_of(bytes([9]) * 16)}
    line = parts.record({**value, **changed})
    batch = parts.sealed(
        [line],
        chain=parts.COPIED_CHAIN,
        seq=1,
        prev=GENESIS,
        batch_id=parts.numbered_id(104),
        created_at=parts.at_minute(4),
    )
    return write_body(batch.envelope, [erased_line(batch.items[0].sha256)])


def _batches() -> list[parts.Batch]:
    groups = [[parts.judgement(1), parts.judgement(2)], [_withdrawal(parts.judgement(2))]]
    made: list[parts.Batch] = []
    prev = GENESIS
    for seq, lines in enumerate(groups, start=1):
        batch = parts.sealed(
            lines,
            chain=parts.CHAIN,
            seq=seq,
            prev=prev,
            batch_id=parts.numbered_id(100 + seq),
            created_at=parts.at_minute(seq),
        )
        made.append((batch, lines))
        prev = batch.payload_sha256
    return made


def _withdrawal(of: bytes) -> bytes:
    taken_back = json.loads(of)
    kept = {name: taken_back[name] for name in ("v", "id", "project", "trainer", "app")}
    value = {
        **kept,
        "kind": "withdrawal",
        "rev": 2,
        "supersedes": canonical.record_hash(of),
        "nonce": parts.base64_of(bytes(16)),
        "created_at": parts.at_minute(3),
        "reason": "mistake",
    }
    return parts.record(value)


def _shared(lines: list[bytes]) -> bytes:
    made = write_shared(
        parts.DEVICE,
        lines,
        project=parts.PROJECT,
        trainer=parts.TRAINER,
        name="Ada",
        created_at=parts.at_minute(5),
        app=App("preceptor", "0.1.0"),
    )
    return b"".join(made)


def _receipts(batches: list[parts.Batch]) -> list[bytes]:
    found: list[bytes] = []
    for batch, lines in batches:
        _, manifest = open_manifest(read_body(write_body(batch.envelope, lines)), parts.DEVICE.public_key)
        items = [ReceiptItem(id=item.id, rev=item.rev, status="stored") for item in batch.items]
        before = receipt_hash(found[-1]) if found else GENESIS
        found.append(
            make_receipt(parts.COLLECTOR, manifest, batch.payload_sha256, items, parts.at_minute(9), before)[0]
        )
    return found


def _refusal(batch: parts.Batch, why: Closing | Held, key: DeviceKey = parts.COLLECTOR) -> bytes:
    sealed, lines = batch
    _, manifest = open_manifest(read_body(write_body(sealed.envelope, lines)), parts.DEVICE.public_key)
    return make_refusal(key, manifest, sealed.payload_sha256, why, parts.at_minute(9))


def _refused_file(batches: list[parts.Batch], event: bytes) -> bytes:
    """What comes back of rotated.preceptor where a copy of the profile was quicker: with a batch, and with its key."""
    lines = (_receipts(batches)[0], _refusal(batches[1], "fork"), event_refusal(event))
    return b"".join(line + b"\n" for line in lines)


def _followed_file(batches: list[parts.Batch]) -> bytes:
    """What comes back of bundle.preceptor from a collector that has changed its own key: how, and new signatures."""
    receipts = [sign_envelope(RECEIPT, parse_envelope(line).payload, [parts.NEW_DEVICE]) for line in _receipts(batches)]
    return b"".join(line + b"\n" for line in (statement(), *receipts))


def _refusal_values(batches: list[parts.Batch], event: bytes) -> dict[str, str]:
    return {
        "refusal": _refusal(batches[1], "fork").decode("ascii"),
        "refusal_gap": _refusal(batches[1], Held(0, GENESIS)).decode("ascii"),
        "event_refusal": event_refusal(event).decode("ascii"),
    }


def _wrong_receipts(batches: list[parts.Batch], event: bytes) -> list[dict[str, str]]:
    """Files of receipts to refuse, held to rotated.preceptor."""
    first, second = _receipts(batches)
    fork, ended = _refusal(batches[1], "fork"), event_refusal(event)

    def changed(line: bytes, **changes: Any) -> bytes:
        envelope = parse_envelope(line)
        return sign_envelope(
            envelope.payload_type, canonical.encode({**json.loads(envelope.payload), **changes}), [parts.COLLECTOR]
        )

    [item, *others] = json.loads(parse_envelope(first).payload)["items"]
    said = [{**item, "status": "refused", "rule": "Mail it to judge@example.org"}, *others]
    cases: dict[str, bytes] = {
        "empty file": b"",
        "last newline missing": first,
        "a receipt signed by the device": sign_envelope(RECEIPT, parse_envelope(first).payload, [parts.DEVICE]) + b"\n",
        "a receipt that does not follow the one before it": first
        + b"\n"
        + changed(second, prev_receipt="7" * 64)
        + b"\n",
        "a receipt with a sentence in place of a code": changed(first, items=said) + b"\n",
        "a refusal signed by the device": _refusal(batches[1], "fork", parts.DEVICE) + b"\n",
        "a refusal of another batch": changed(fork, batch="7" * 64) + b"\n",
        "a refusal of another chain": changed(fork, chain=parts.NEW_CHAIN) + b"\n",
        "a refusal with a code of its own": changed(fork, code="rate") + b"\n",
        "a refusal with a field too many": changed(fork, more=1) + b"\n",
        "a fork that says where the collector stands": changed(fork, have={"seq": 1, "hash": "7" * 64}) + b"\n",
        "a gap that does not say where the collector stands": changed(fork, code="gap") + b"\n",
        "a refusal under the type of a receipt": sign_envelope(RECEIPT, parse_envelope(fork).payload, [parts.COLLECTOR])
        + b"\n",
        "a refused change of keys signed by the device": event_refusal(event, parts.DEVICE) + b"\n",
        "another change of keys": changed(ended, event="7" * 64) + b"\n",
        "a change of another key": changed(ended, old=parts.NEW_DEVICE.key_id) + b"\n",
        "a change of keys with the code of a batch": changed(ended, code="fork") + b"\n",
    }
    return [{"name": name, "file": parts.base64_of(data)} for name, data in cases.items()]


def _values(batches: list[parts.Batch]) -> dict[str, object]:
    """Every step on the way, so that another program can find where it goes astray."""
    batch, lines = batches[0]
    signed = pae(payload_types.FEEDBACK_BATCH, batch.payload)
    receipt = _receipts(batches)[0]
    join = make_join(parts.DEVICE, project=parts.PROJECT, trainer=parts.TRAINER, challenge=CHALLENGE)
    return {
        "device": parts.key_values(parts.DEVICE),
        "collector": parts.key_values(parts.COLLECTOR),
        "records": [
            {"record": line.decode("utf-8"), "size": len(line), "record_hash": canonical.record_hash(line)}
            for line in lines
        ],
        "manifest": batch.payload.decode("utf-8"),
        "manifest_sha256": batch.payload_sha256,
        "signed_bytes_sha256": canonical.sha256_hex(signed),
        "signature": parts.base64_of(parts.DEVICE.sign(signed)),
        "envelope": batch.envelope.decode("ascii"),
        "address": f"/projects/{parts.PROJECT}/batches/{batch.payload_sha256}",
        "receipt": receipt.decode("ascii"),
        "receipt_sha256": receipt_hash(receipt),
        "join": join.decode("ascii"),
        "challenge": CHALLENGE,
        "collector_proof": make_proof(parts.COLLECTOR, project=parts.PROJECT, challenge=CHALLENGE).decode("ascii"),
    }


def _refused(batches: list[parts.Batch], bundle: bytes) -> list[dict[str, object]]:
    """Files to refuse: the rule, and what to do to bundle.preceptor, or the whole file in base64."""
    (first, lines), (second, later) = batches
    one, two = write_body(first.envelope, lines), write_body(second.envelope, later)
    signature = parse_envelope(first.envelope).signatures[0][1]
    flipped = bytes([signature[0] ^ 1]) + signature[1:]
    cases: list[tuple[str, int, bytes]] = [
        ("empty file", 10, b""),
        ("last newline missing", 10, bundle[:-1]),
        ("a space before the envelope", 2, b" " + bundle),
        ("another payload type", 3, _signed(payload_types.SHARED_RECORDS, first.payload, parts.DEVICE) + _rest(one)),
        (
            "a bit of the signature",
            4,
            one.replace(parts.base64_of(signature).encode(), parts.base64_of(flipped).encode()),
        ),
        ("another key", 4, _signed(payload_types.FEEDBACK_BATCH, first.payload, parts.COLLECTOR) + _rest(one)),
        ("a field too many", 5, _with(one, first, lambda manifest: manifest.update(more=1))),
        ("a null", 5, _with(one, first, lambda manifest: manifest.update(prev=None))),
        (
            "a space in the manifest",
            5,
            _signed(payload_types.FEEDBACK_BATCH, first.payload + b" ", parts.DEVICE) + _rest(one),
        ),
        ("another device", 6, _with(one, first, lambda manifest: manifest.update(device=parts.COLLECTOR.key_id))),
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
    return [{"name": name, "rule": rule, "file": parts.base64_of(data)} for name, rule, data in cases]


def _no_record(body: bytes, batch: SealedBatch) -> bytes:
    line = b'{"neither":"judgement nor withdrawal"}'
    item = Item(id=parts.numbered_id(1), rev=1, sha256=canonical.record_hash(line), size=len(line))
    named = {"id": item.id, "rev": item.rev, "sha256": item.sha256, "size": item.size}
    changed = _with(body, batch, lambda manifest: manifest.update(count=1, items=[named]))
    return changed.partition(b"\n")[0] + b"\n" + line + b"\n"


def _with(body: bytes, batch: SealedBatch, change: Callable[[dict[str, Any]], object]) -> bytes:
    manifest = json.loads(batch.payload)
    change(manifest)
    data = json.dumps(manifest, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return _signed(payload_types.FEEDBACK_BATCH, data, parts.DEVICE) + _rest(body)


def _signed(kind: str, data: bytes, key: DeviceKey) -> bytes:
    return sign_envelope(kind, data, [key])


def _rest(body: bytes) -> bytes:
    """The body after its envelope, with the newline between."""
    return body[body.index(b"\n") :]


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False).encode("utf-8") + b"\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, data in make().items():
        (FOLDER / name).write_bytes(data)
