"""Records for a colleague: signed, with the key beside them, taken by nobody else and changed by nobody on the way."""

from __future__ import annotations

import random

import msgspec
import pytest
from made_batches import KEY, OTHER_KEY, base64_of, bodies, record
from made_judgements import PROJECT, TIME, TRAINER

from feedback_store import records
from feedback_store.batches import payload, payload_types
from feedback_store.batches.body import erased_line, read_body, write_body
from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.keys import LOW_ORDER_ENCODINGS
from feedback_store.batches.shared import SharedRecords, read_shared, write_shared
from feedback_store.batches.verify import verify_bundle
from feedback_store.canonical import record_hash
from feedback_store.errors import BatchError, RecordError
from feedback_store.record_parts import App


def shared(*data: bytes, name: str = "Ada") -> bytes:
    return b"".join(
        write_shared(
            KEY,
            data,
            project=PROJECT,
            trainer=TRAINER,
            name=name,
            created_at=TIME,
            app=App("preceptor", "0.1.0"),
        )
    )


def re_signed(body: bytes, **changes: object) -> bytes:
    """The file with its payload changed by whoever holds the key."""
    line, _, rest = body.partition(b"\n")
    values = msgspec.json.decode(parse_envelope(line).payload) | changes
    signed = msgspec.json.encode(values, order="sorted")
    return sign_envelope(payload_types.SHARED_RECORDS, signed, [KEY]) + b"\n" + rest


def rule(data: bytes) -> object:
    with pytest.raises(BatchError) as caught:
        read_shared(data)
    return caught.value.values["rule"]


def test_what_was_shared_is_read_with_its_owner() -> None:
    lines = [record(), record()]
    found = read_shared(shared(*lines))
    assert [records.encode(each) for each in found.records] == lines
    assert (found.trainer, found.name, found.project, found.public_key) == (TRAINER, "Ada", PROJECT, KEY.public_key)


def test_more_than_fits_into_one_body_is_several_in_one_file() -> None:
    lines = [record() for _ in range(1001)]
    data = shared(*lines)
    assert data.count(b'{"payload":"') == 3
    assert len(read_shared(data).records) == 1001


def test_no_other_door_takes_it_and_it_takes_nothing_else() -> None:
    data = shared(record())
    with pytest.raises(BatchError) as caught:
        verify_bundle(data, public_key=KEY.public_key)
    assert caught.value.values["rule"] == 3
    assert rule(bodies([record()])[0]) == 3


def test_anothers_and_private_records_are_not_shared() -> None:
    with pytest.raises(BatchError, match="another project or trainer"):
        shared(record(trainer="trn_" + "8" * 32))
    with pytest.raises(BatchError, match="private"):
        shared(record(private=True))


def test_a_key_that_is_not_the_signers_or_anybodys_is_refused() -> None:
    data = shared(record())
    assert rule(re_signed(data, public_key=base64_of(OTHER_KEY.public_key))) == 4
    assert rule(re_signed(data, device=OTHER_KEY.key_id)) == 6
    for encoding in LOW_ORDER_ENCODINGS:
        assert rule(re_signed(data, public_key=base64_of(encoding))) == 4


def test_records_of_two_devices_do_not_stand_in_one_file() -> None:
    assert rule(shared(record()) + re_signed(shared(record()), trainer="trn_" + "8" * 32)) in (6, 11)


def test_an_erased_line_and_a_missing_one_are_refused() -> None:
    line = record()
    body = read_body(shared(line))
    assert rule(write_body(body.envelope, [erased_line(record_hash(line))])) == 11
    assert rule(write_body(body.envelope, [])) == 10


@pytest.mark.parametrize("changes", [{"v": 2}, {"count": 2}, {"more": 1}, {"name": "n" * 201}, {"items": []}])
def test_another_shape_is_refused(changes: dict[str, object]) -> None:
    assert rule(re_signed(shared(record()), **changes)) in (5, 10)


def test_every_bit_of_the_envelope_counts() -> None:
    data = shared(record())
    end = data.index(b"\n") + 1
    for bit in range(0, end * 8, 3):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BatchError):
            read_shared(bytes(damaged))


def test_random_bits_of_the_records_count() -> None:
    data = shared(record(), record())
    dice = random.Random(7)
    start = data.index(b"\n")
    for _ in range(500):
        damaged = bytearray(data)
        damaged[dice.randrange(start, len(data))] ^= 1 << dice.randrange(8)
        with pytest.raises(BatchError):
            read_shared(bytes(damaged))


def test_the_payload_is_what_the_document_says() -> None:
    envelope = parse_envelope(read_body(shared(record())).envelope)
    assert envelope.payload_type == "application/vnd.preceptor.shared-records.v1+json"
    fields = payload.parse(envelope.payload, SharedRecords).__struct_fields__
    assert set(fields) == {
        *("v", "aud", "trainer", "name", "device", "public_key", "created_at", "count", "items", "app")
    }
    assert RecordError  # records that it lists are held to their own rules by read_shared
