"""Makes docs/vectors: batches, a receipt and a request to join, signed with the seeds of RFC 8032's tests 1 and 2.

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
from feedback_store.batches.dsse import pae, parse_envelope, sign_envelope
from feedback_store.batches.join import make_join
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, Item, TermsAccepted
from feedback_store.batches.receipt import ReceiptItem, make_receipt, receipt_hash
from feedback_store.batches.seal import SealedBatch, seal_batch
from feedback_store.batches.shared import write_shared
from feedback_store.batches.verify import open_manifest
from feedback_store.record_parts import App

FOLDER = Path(__file__).parents[2] / "docs" / "vectors"
DEVICE = DeviceKey.from_seed(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
COLLECTOR = DeviceKey.from_seed(bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
PROJECT, TRAINER, CHAIN = "prj_" + "1" * 32, "trn_" + "2" * 32, "3" * 32
CHALLENGE = "4" * 64


def make() -> dict[str, bytes]:
    """Every file by its name."""
    batches = _batches()
    bundle = b"".join(write_body(batch.envelope, lines) for batch, lines in batches)
    erased = write_body(batches[0][0].envelope, [batches[0][1][0], erased_line(batches[0][0].items[1].sha256)])
    key = {"device": DEVICE.key_id, "public_key": _text(DEVICE.public_key)}
    return {
        "bundle.preceptor": bundle,
        "erased.preceptor": erased,
        "shared.preceptor": _shared(batches[0][1][:1]),
        "collector.receipts": b"".join(line + b"\n" for line in _receipts(batches)),
        "key.json": _json(key),
        "values.json": _json(_values(batches)),
        "refused.json": _json(_refused(batches, bundle)),
    }


def _batches() -> list[tuple[SealedBatch, list[bytes]]]:
    groups = [[_judgement(1), _judgement(2)], [_withdrawal(_judgement(2))]]
    made: list[tuple[SealedBatch, list[bytes]]] = []
    prev = GENESIS
    for seq, lines in enumerate(groups, start=1):
        batch = seal_batch(
            key=DEVICE,
            project=PROJECT,
            trainer=TRAINER,
            chain=CHAIN,
            seq=seq,
            prev=prev,
            terms=TermsAccepted(id="own", version=1, sha256=canonical.sha256_hex(b"Terms.\n"), licence="CC-BY-4.0"),
            data=lines,
            app=App("preceptor", "0.1.0"),
            batch_id=_id(100 + seq),
            created_at=_time(seq),
        )
        made.append((batch, lines))
        prev = batch.payload_sha256
    return made


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
        found.append(make_receipt(COLLECTOR, manifest, batch.payload_sha256, items, _time(9), before))
    return found


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
