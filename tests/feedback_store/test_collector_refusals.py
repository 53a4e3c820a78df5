"""Batches that the collector refuses: each breaks one rule of docs/batch-format.md, and gets its status and code."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from flipped_fields import BASE64, BROKEN, BYTES_64, TEXT, Table, expected
from running_collector import Device, Team, address_of, refused, stored

from feedback_store import canonical, records
from feedback_store.batches.body import MAX_BODY, erased_line, write_body
from feedback_store.batches.dsse import sign_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.payload_types import FEEDBACK_BATCH, SHARED_RECORDS


def with_envelope(body: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The body with its envelope's JSON changed and written canonically again."""
    line, _, rest = body.partition(b"\n")
    value = canonical.strict_loads(line)
    change(value)
    return canonical.encode(value) + b"\n" + rest


Broken = Callable[[Device], tuple[bytes, str | None]]


def _plain(body: bytes) -> tuple[bytes, str | None]:
    return body, None


def _foreign(device: Device, **changes: Any) -> bytes:
    """A batch signed by a key that never joined."""
    stranger = Device(device.team, device.http, trainer=device.trainer)
    return stranger.body(**changes)


def _reformatted(device: Device, old: bytes, new: bytes) -> tuple[bytes, str | None]:
    body = device.body()
    line, _, rest = body.partition(b"\n")
    assert old in line
    return line.replace(old, new, 1) + b"\n" + rest, address_of(body)


def _other_signature(value: dict[str, Any]) -> None:
    signature = bytearray(base64.b64decode(value["signatures"][0]["sig"]))
    signature[7] ^= 1
    value["signatures"][0]["sig"] = base64.b64encode(signature).decode()


def _unsorted(device: Device) -> tuple[bytes, str | None]:
    line = device.record()
    signed = canonical.encode(device.manifest([line]))
    return _plain(write_body(device.sign(signed.replace(b'{"app"', b'{ "app"', 1)), [line]))


CASES: dict[str, tuple[int, str, Broken]] = {
    "1 more than 8 MiB": (413, "body_too_large", lambda d: (b"x" * (MAX_BODY + 1), "0" * 64)),
    "1 more than 500 records": (413, "too_many_records", lambda d: (d.body() + b"\n" * 501, address_of(d.body()))),
    "1 a line of more than 1 MiB": (
        413,
        "line_too_long",
        lambda d: _plain(d.body() + b"x" * (1024 * 1024 + 1) + b"\n"),
    ),
    "2 no JSON": (400, "envelope", lambda d: (b"batch\n", "0" * 64)),
    "2 nothing": (400, "envelope", lambda d: (b"", "0" * 64)),
    "2 not UTF-8": (400, "envelope", lambda d: _reformatted(d, b'"payload"', b'"payl\xffad"')),
    "2 a key twice": (400, "envelope", lambda d: _reformatted(d, b'{"payload"', b'{"payload":"","payload"')),
    "2 NaN": (400, "envelope", lambda d: _reformatted(d, b'{"payload"', b'{"a":NaN,"payload"')),
    "2 half a character": (400, "envelope", lambda d: _reformatted(d, b'{"payload"', b'{"a":"\\ud800","payload"')),
    "2 a key too many": (400, "envelope", lambda d: _plain(with_envelope(d.body(), lambda v: v.update(z=1)))),
    "2 a space too many": (400, "envelope", lambda d: _reformatted(d, b'{"payload"', b'{ "payload"')),
    "2 base64 in other letters": (400, "envelope", lambda d: _reformatted(d, b'"sig":"', b'"sig":"=')),
    "2 two signatures": (
        400,
        "envelope",
        lambda d: _plain(with_envelope(d.body(), lambda v: v["signatures"].append(v["signatures"][0]))),
    ),
    "2 no signature": (400, "envelope", lambda d: _plain(with_envelope(d.body(), lambda v: v["signatures"].clear()))),
    "2 another address": (400, "address", lambda d: (d.body(), "0" * 64)),
    "3 another kind of payload": (
        400,
        "payload_type",
        lambda d: _plain(d.sign(d.manifest([d.record()]), kind=SHARED_RECORDS) + b"\n"),
    ),
    "4 a key that never joined": (403, "key_unknown", lambda d: _plain(_foreign(d))),
    "4 another signature": (422, "bad_signature", lambda d: _plain(with_envelope(d.body(), _other_signature))),
    "5 a payload that is not canonical": (400, "payload", _unsorted),
    "5 a field too many": (400, "payload", lambda d: _plain(d.body(more=1))),
    "5 a field too few": (400, "payload", lambda d: _plain(d.body(terms={}))),
    "5 a time that never was": (400, "payload", lambda d: _plain(d.body(created_at="2026-13-22T12:34:56.789Z"))),
    "6 another device": (422, "device", lambda d: _plain(d.body(device="ed25519:" + "0" * 64))),
    "6 another trainer": (422, "trainer", lambda d: _plain(d.body(trainer=records.new_trainer_id()))),
    "6 another project (T9)": (422, "audience", lambda d: _plain(d.body(aud=records.new_project_id()))),
    "6 a version to come": (422, "version", lambda d: _plain(d.body(v=2))),
    "9 a gap from nothing": (409, "gap", lambda d: _plain(d.body(seq=2, prev="1" * 64))),
    "9 a start that follows something": (409, "gap", lambda d: _plain(d.body(prev="1" * 64))),
    "10 a line too few": (422, "count", lambda d: _plain(d.body().partition(b"\n")[0] + b"\n")),
    "10 a line too many": (422, "count", lambda d: _plain(d.body() + d.record() + b"\n")),
    "10 another record": (
        422,
        "record_differs",
        lambda d: _plain(d.body().partition(b"\n")[0] + b"\n" + d.record() + b"\n"),
    ),
    "10 no end of the last line": (422, "lines", lambda d: _plain(d.body()[:-1])),
    "10 a count that is not that of the items": (422, "count", lambda d: _plain(d.body(count=2))),
    "10 another record's erased line": (
        422,
        "record_differs",
        lambda d: _plain(d.body().partition(b"\n")[0] + b"\n" + erased_line("0" * 64) + b"\n"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_broken_batch_is_refused_by_the_rule_it_breaks(device: Device, case: str) -> None:
    status, code, broken = CASES[case]
    body, address = broken(device)
    answer = device.put(body, address=address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["rule"] == int(case.split()[0])
    assert stored(device) == stored(device, "batch") == []


BOTH: dict[str, tuple[int, str, Broken]] = {
    "3 before 4": (
        400,
        "payload_type",
        lambda d: _plain(Device(d.team, d.http).sign(b"{}", kind=SHARED_RECORDS) + b"\n"),
    ),
    "4 before 5": (403, "key_unknown", lambda d: _plain(_foreign(d, more=1))),
    "5 before 6": (400, "payload", lambda d: _plain(d.body(more=1, aud=records.new_project_id()))),
    "6 before 9": (422, "trainer", lambda d: _plain(d.body(trainer=records.new_trainer_id(), seq=7))),
    "6 before 10": (422, "audience", lambda d: _plain(d.body(aud=records.new_project_id())[:-1])),
    "9 before 10": (409, "gap", lambda d: _plain(d.body(seq=7)[:-1])),
}


@pytest.mark.parametrize("case", BOTH)
def test_of_two_broken_rules_the_first_one_answers(device: Device, case: str) -> None:
    status, code, broken = BOTH[case]
    body, address = broken(device)
    answer = device.put(body, address=address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_batch_for_another_project_of_the_same_collector_is_refused(device: Device) -> None:
    other = Team.made(device.team.folder, "Other")
    try:
        there = Device(other, device.http, key=device.key, trainer=device.trainer)
        assert there.join().status_code == 200
        body = device.body()
        sent = device.http.put(
            f"/projects/{other.project}/batches/{address_of(body)}",
            content=body,
            headers={"authorization": f"Bearer {there.token}"},
        )
        assert (sent.status_code, sent.json()["code"]) == (422, "audience")
    finally:
        assert device.put(body).status_code == 201


# An envelope's field that still looks like one: rule 2 (another payload than the address says), 3, and 4 twice.
ENVELOPE_FLIPPED: Table = {
    "payload": (BASE64, (400, "address")),
    "payloadType": (TEXT, (400, "payload_type")),
    "keyid": (TEXT, (403, "key_unknown")),
    "sig": (BYTES_64, (422, "bad_signature")),
}


def answer_to(body: bytes, flipped: bytes, at: int) -> tuple[int, str]:
    """The one answer to a body in which the byte `at` is another."""
    end = body.index(b"\n")
    if at < end:
        return expected(body[:end], flipped[:end], ENVELOPE_FLIPPED)
    if at == end:
        return BROKEN  # envelope and first record are one line
    if at == len(body) - 1:
        return 422, "lines"  # no end
    return 422, "count" if 10 in (body[at], flipped[at]) else "record_differs"


@pytest.mark.parametrize("flips", [400, pytest.param(0, marks=(pytest.mark.soak, pytest.mark.timeout(1800)))])
def test_every_flipped_bit_of_a_batch_is_refused_with_the_one_answer_of_its_field(device: Device, flips: int) -> None:
    """T8. By default a seeded sample of the envelope's bits; in soak all, and 10,000 of the records'."""
    body = device.body(*(device.record() for _ in range(3)))
    address = address_of(body)
    envelope = range(8 * body.index(b"\n"))
    ends = [8 * at + bit for at, byte in enumerate(body) if byte == 10 for bit in range(8)]
    rest = [bit for bit in range(envelope.stop, 8 * len(body)) if body[bit // 8] != 10]
    assert len(rest) > 10_000
    chance = random.Random(20261124)
    of_envelope = chance.sample(envelope, flips) if flips else envelope
    # What is not the payload, which is most of it, is looked at more closely than by chance.
    besides = [8 * at + bit for at in range(body.index(b'","payloadType'), envelope.stop // 8) for bit in range(8)]
    for bit in [*ends, *of_envelope, *chance.sample(besides, 400), *chance.sample(rest, flips // 4 or 10_000)]:
        flipped = bytearray(body)
        flipped[bit // 8] ^= 1 << bit % 8
        assert refused(device.put(bytes(flipped), address=address)) == answer_to(body, flipped, bit // 8), bit
    assert stored(device) == stored(device, "batch") == stored(device, "quarantined") == []
    assert device.put(body).status_code == 201
    log = (device.team.folder / "log.txt").read_text()
    assert '"fault"' not in log and '"status": 500' not in log


def test_a_second_signer_cannot_send_for_the_first(device: Device, http: httpx.Client) -> None:
    other = Device(device.team, http)
    other.join()
    line = device.record()
    signed = canonical.encode(device.manifest([line]))
    forged = write_body(sign_envelope(FEEDBACK_BATCH, signed, [other.key]), [line])
    assert device.put(forged).json()["code"] == "device"
    unknown = write_body(sign_envelope(FEEDBACK_BATCH, signed, [DeviceKey.generate()]), [line])
    assert device.put(unknown).json()["code"] == "key_unknown"
