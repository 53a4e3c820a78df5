"""Receipts and joining: only the collector's word for exactly this batch, in its order, counts (T22)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from made_batches import KEY, OTHER_KEY, base64_of, record, sealed
from made_judgements import PROJECT, TIME, TRAINER

from feedback_store import records
from feedback_store.batches import payload
from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.join import check_join, make_join
from feedback_store.batches.keys import LOW_ORDER_ENCODINGS
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.payload_types import JOIN, RECEIPT
from feedback_store.batches.receipt import Receipt, ReceiptItem, check_receipt, make_receipt, receipt_hash
from feedback_store.errors import BatchError

COLLECTOR = OTHER_KEY
CHALLENGE = "d" * 64
BATCH = sealed([record(), record()])
MANIFEST = payload.parse(BATCH.payload, Manifest)
ITEMS = [
    ReceiptItem(id=MANIFEST.items[0].id, rev=1, status="stored"),
    ReceiptItem(id=MANIFEST.items[1].id, rev=1, status="refused", rule="record"),
]
LINE, LINE_SHA256 = make_receipt(COLLECTOR, MANIFEST, BATCH.payload_sha256, ITEMS, TIME, GENESIS)


def checked(line: bytes, **options: Any) -> Receipt:
    expected: dict[str, Any] = {
        "collector_public_key": COLLECTOR.public_key,
        "manifest": MANIFEST,
        "batch": BATCH.payload_sha256,
        "prev_receipt": GENESIS,
    }
    return check_receipt(line, **expected | options)


def test_a_receipt_says_what_became_of_every_record() -> None:
    receipt = checked(LINE)
    assert list(receipt.items) == ITEMS
    assert (receipt.batch, receipt.seq, receipt.received_at) == (BATCH.payload_sha256, 1, TIME)
    assert receipt_hash(LINE) == LINE_SHA256 != GENESIS
    assert checked(LINE, prev_receipt=None) == receipt


def other(**changes: object) -> bytes:
    """A receipt of the collector's that says something else."""
    said = msgspec.json.decode(parse_envelope(LINE).payload) | changes
    return sign_envelope(RECEIPT, msgspec.json.encode(said, order="sorted"), [COLLECTOR])


@pytest.mark.parametrize(
    ("line", "code"),
    {
        "another batch": (other(batch="a" * 64), "receipt_other_batch"),
        "another project": (other(aud=records.new_project_id()), "receipt_other_batch"),
        "another device": (other(device=COLLECTOR.key_id), "receipt_other_batch"),
        "another chain": (other(chain="e" * 32), "receipt_other_batch"),
        "another place": (other(seq=2), "receipt_other_batch"),
        "a record missing": (other(items=[msgspec.to_builtins(ITEMS[0])]), "receipt_items"),
        "records swapped": (other(items=[msgspec.to_builtins(item) for item in ITEMS[::-1]]), "receipt_items"),
        "out of order": (other(prev_receipt="a" * 64), "receipt_order"),
        "an unknown status": (other(items=[{**msgspec.to_builtins(ITEMS[0]), "status": "lost"}] * 2), "payload"),
        "another version": (other(v=2), "payload"),
        "a field more": (other(more=1), "payload"),
        "another's signature": (sign_envelope(RECEIPT, parse_envelope(LINE).payload, [KEY]), "other_key"),
        "no envelope": (b"{}", "envelope"),
        "huge": (b"x" * 2_000_000, "envelope_too_large"),
    }.values(),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_any_other_receipt_is_refused(line: bytes, code: str) -> None:
    with pytest.raises(BatchError) as error:
        checked(line)
    assert error.value.code == code


def test_receipts_of_a_chain_name_the_one_before() -> None:
    following = sealed([record()], seq=2, prev=BATCH.payload_sha256)
    manifest = payload.parse(following.payload, Manifest)
    item = ReceiptItem(id=manifest.items[0].id, rev=1, status="stored")
    line, _ = make_receipt(COLLECTOR, manifest, following.payload_sha256, [item], TIME, receipt_hash(LINE))
    options = {"manifest": manifest, "batch": following.payload_sha256}
    assert checked(line, **options, prev_receipt=receipt_hash(LINE)).seq == 2
    with pytest.raises(BatchError):
        checked(line, **options, prev_receipt=GENESIS)


def test_joining_proves_that_the_device_holds_its_key() -> None:
    line = make_join(KEY, project=PROJECT, trainer=TRAINER, challenge=CHALLENGE)
    asked, public_key = check_join(line, project=PROJECT, challenge=CHALLENGE)
    assert (asked.trainer, asked.device, public_key) == (TRAINER, KEY.key_id, KEY.public_key)


def join_of(**changes: object) -> bytes:
    line = make_join(KEY, project=PROJECT, trainer=TRAINER, challenge=CHALLENGE)
    said = msgspec.json.decode(parse_envelope(line).payload) | changes
    return sign_envelope(JOIN, msgspec.json.encode(said, order="sorted"), [KEY])


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (join_of(aud=records.new_project_id()), 6),
        (join_of(challenge="e" * 64), 6),
        (join_of(device=OTHER_KEY.key_id), 6),
        (join_of(public_key=base64_of(OTHER_KEY.public_key)), 4),
        (join_of(public_key="x"), 2),
        (join_of(public_key=base64_of(b"short")), 4),
        *((join_of(public_key=base64_of(raw)), 4) for raw in sorted(LOW_ORDER_ENCODINGS)),
        (join_of(trainer="me"), 5),
        (join_of(challenge="short"), 5),
        (join_of(v=2), 5),
    ],
)
def test_any_other_request_to_join_is_refused(line: bytes, rule: int) -> None:
    with pytest.raises(BatchError) as error:
        check_join(line, project=PROJECT, challenge=CHALLENGE)
    assert error.value.values["rule"] == rule
