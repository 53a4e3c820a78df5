"""A collector's answer counts for exactly the batch that it names, whatever it says: receipts and refusals alike."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from made_batches import OTHER_KEY as COLLECTOR
from made_batches import record, sealed
from made_judgements import TIME

from feedback_store import records
from feedback_store.batches import payload
from feedback_store.batches.answer import Answer
from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import ReceiptItem, check_receipt, make_receipt
from feedback_store.batches.refusal import check_refusal, make_refusal
from feedback_store.errors import BatchError

BATCH = sealed([record()])
MANIFEST = payload.parse(BATCH.payload, Manifest)
ITEM = ReceiptItem(id=MANIFEST.items[0].id, rev=1, status="stored")


def read_receipt(line: bytes) -> Answer:
    return check_receipt(
        line,
        collector_public_key=COLLECTOR.public_key,
        manifest=MANIFEST,
        batch=BATCH.payload_sha256,
        prev_receipt=None,
    )


def read_refusal(line: bytes) -> Answer:
    return check_refusal(line, collector_public_key=COLLECTOR.public_key, manifest=MANIFEST, batch=BATCH.payload_sha256)


ANSWERS: dict[str, tuple[bytes, Callable[[bytes], Answer]]] = {
    "receipt": (make_receipt(COLLECTOR, MANIFEST, BATCH.payload_sha256, [ITEM], TIME, GENESIS)[0], read_receipt),
    "refusal": (make_refusal(COLLECTOR, MANIFEST, BATCH.payload_sha256, "fork", TIME), read_refusal),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_names_the_batch_that_it_is_of(kind: str) -> None:
    line, read = ANSWERS[kind]
    found = read(line)
    assert (found.batch, found.aud, found.device) == (BATCH.payload_sha256, MANIFEST.aud, MANIFEST.device)
    assert (found.chain, found.seq) == (MANIFEST.chain, MANIFEST.seq)


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("batch", "a" * 64),
        ("aud", records.new_project_id()),
        ("device", COLLECTOR.key_id),
        ("chain", "e" * 32),
        ("seq", MANIFEST.seq + 1),
    ],
    ids=lambda value: value if value in ("batch", "aud", "device", "chain", "seq") else "",
)
def test_an_answer_that_differs_in_one_name_is_of_another_batch(kind: str, field: str, value: object) -> None:
    line, read = ANSWERS[kind]
    envelope = parse_envelope(line)
    said = msgspec.json.encode({**msgspec.json.decode(envelope.payload), field: value}, order="sorted")
    with pytest.raises(BatchError) as error:
        read(sign_envelope(envelope.payload_type, said, [COLLECTOR]))
    assert error.value.code == f"{kind}_other_batch"
