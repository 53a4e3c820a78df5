"""The collector holds every rule of docs/batch-format.md, in their order, with the right status, over real HTTP."""

from __future__ import annotations

import base64
import random
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest
from running_collector import Device, Team, address_of, receipt_of, running

from feedback_store import canonical, records
from feedback_store.batches import payload
from feedback_store.batches.body import MAX_BODY, erased_line, write_body
from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.payload_types import FEEDBACK_BATCH, SHARED_RECORDS
from feedback_store.batches.receipt import check_receipt, receipt_hash
from feedback_store.collector import administration
from feedback_store.collector.sqlite_storage import FILE
from feedback_store.record_parts import Judgement, Rating, Versioned, Withdrawal


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Team:
    return Team.made(tmp_path_factory.mktemp("collector"))


@pytest.fixture(scope="module")
def http(team: Team) -> Iterator[httpx.Client]:
    with running(team.folder) as collector, httpx.Client(base_url=collector.address, timeout=30) as client:
        yield client


@pytest.fixture
def device(team: Team, http: httpx.Client) -> Device:
    made = Device(team, http)
    assert made.join().status_code == 200
    return made


def stored(device: Device, table: str = "record") -> list[tuple[Any, ...]]:
    """What the database holds of this device's trainer or key."""
    column = {"record": "trainer", "batch": "device", "quarantined": "device"}[table]
    value = device.trainer if table == "record" else device.key.key_id
    connection = sqlite3.connect(device.team.folder / FILE)
    try:
        return connection.execute(f"SELECT * FROM {table} WHERE {column} = ?", (value,)).fetchall()
    finally:
        connection.close()


def withdrawal(device: Device, line: bytes, reason: str = "erase") -> bytes:
    before = records.decode(line)
    return records.encode(
        Withdrawal(
            v=1,
            id=before.id,
            rev=before.rev + 1,
            supersedes=canonical.record_hash(line),
            nonce=records.new_nonce(),
            created_at=records.now(),
            project=device.team.project,
            trainer=device.trainer,
            app=before.app,
            reason=reason,  # type: ignore[arg-type]  # a test may say anything
        )
    )


def revised(line: bytes, **changes: Any) -> bytes:
    before = records.decode(line)
    assert isinstance(before, Judgement)
    fields = {"rev": before.rev + 1, "supersedes": canonical.record_hash(line), "nonce": records.new_nonce()}
    return records.encode(msgspec.structs.replace(before, **{**fields, **changes}))


def with_envelope(body: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The body with its envelope's JSON changed and written canonically again."""
    line, _, rest = body.partition(b"\n")
    value = canonical.strict_loads(line)
    change(value)
    return canonical.encode(value) + b"\n" + rest


# ------------------------------------------------------------------------------------------------- refusals

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


# --------------------------------------------------------------------------------------- what is taken, and how


def test_a_good_batch_is_stored_and_receipted(device: Device) -> None:
    lines = [device.record() for _ in range(3)]
    body = device.body(*lines)
    answer = device.put(body)
    assert answer.status_code == 201
    receipt = receipt_of(answer)
    assert [item.status for item in receipt.items] == ["stored"] * 3
    assert receipt.prev_receipt == GENESIS
    assert {row[8] for row in stored(device)} == set(lines)
    (batch,) = stored(device, "batch")
    assert body.startswith(batch[7] + b"\n")  # the envelope verbatim
    assert batch[6] == parse_envelope(batch[7]).payload


def test_7_the_same_batch_again_gets_the_same_receipt(device: Device) -> None:
    body = device.body()
    first, again = device.put(body), device.put(body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    assert len(stored(device)) == 1


def test_7_again_with_an_erased_line_changes_nothing(device: Device) -> None:
    line = device.record()
    body = device.body(line)
    first = device.put(body)
    erased = write_body(body.partition(b"\n")[0], [erased_line(canonical.record_hash(line))])
    again = device.put(erased)
    assert (again.status_code, again.content) == (200, first.content)
    assert stored(device)[0][8] == line


def test_7_again_with_a_bad_body_is_refused_and_nothing_is_frozen(device: Device) -> None:
    body = device.body()
    device.put(body)
    device.seq, device.head = 1, address_of(body)
    bad = device.put(body.partition(b"\n")[0] + b"\n" + device.record() + b"\n")
    assert (bad.status_code, bad.json()["code"]) == (422, "record_differs")
    assert device.put(body).status_code == 200
    device.deliver()


def test_8_a_revoked_device_delivers_nothing_new_but_hears_of_the_old(device: Device) -> None:
    body = device.body()
    device.put(body)
    device.seq, device.head = 1, address_of(body)
    administration.revoke(device.team.folder, device.key.key_id, project=device.team.project, reason="left")
    for new in (device.body(), device.body(seq=9), device.body()[:-1]):
        answer = device.put(new)
        assert (answer.status_code, answer.json()) == (403, {"code": "key_revoked", "rule": 8})
    assert device.put(body).status_code == 200
    assert len(stored(device)) == 1


def test_9_a_gap_says_where_the_collector_stands(device: Device) -> None:
    device.deliver()
    head = device.head
    for wrong in ({"seq": 3}, {"prev": "1" * 64}):
        answer = device.put(device.body(**wrong))
        assert answer.status_code == 409
        assert answer.json() == {"code": "gap", "have_hash": head, "have_seq": 1, "rule": 9}
    device.deliver()
    nothing = device.put(Device(device.team, device.http, device.key, device.trainer, device.token).body(seq=5))
    assert nothing.json() == {"code": "gap", "have_hash": GENESIS, "have_seq": 0, "rule": 9}


def test_9_a_fork_is_set_aside_and_closes_its_chain(device: Device) -> None:
    first = device.body()
    line = device.record()
    fork = device.body(line)
    assert device.put(first).status_code == 201
    for body in (fork, fork):
        answer = device.put(body)
        assert (answer.status_code, answer.json()["code"]) == (409, "fork")
    assert len(stored(device, "quarantined")) == 1
    assert line not in {row[8] for row in stored(device)}
    assert device.put(first).status_code == 200  # the first stands with its receipt
    device.seq, device.head = 1, address_of(first)
    assert device.put(device.body()).json()["code"] == "fork"  # the chain stays closed
    fresh = Device(device.team, device.http, device.key, device.trainer, device.token)
    fresh.deliver()


def test_11_each_record_is_judged_by_itself(device: Device, http: httpx.Client) -> None:
    other = Device(device.team, http)
    other.join()
    theirs = other.record()
    other.deliver(theirs)
    mine = device.record()
    newer = revised(mine)
    device.deliver(mine, newer)

    def item(line: bytes, **changes: Any) -> dict[str, Any]:
        found: dict[str, Any] = device.manifest([line])["items"][0]
        return {**found, **changes}

    taken_id = records.encode(msgspec.structs.replace(records.decode(theirs), trainer=device.trainer))
    foreign = other.record()
    stale = revised(mine, justification="Another second thought.")
    broken = canonical.encode({**records.to_builtins(records.decode(device.record())), "more": 1})
    broken_item = item(device.record(), sha256=canonical.record_hash(broken), size=len(broken))
    misnamed = device.record()
    erased = device.record()
    good = device.record()
    lines = [taken_id, foreign, stale, broken, misnamed, newer, erased_line(canonical.record_hash(erased)), good]
    items = [
        item(taken_id),
        item(foreign),
        item(stale),
        broken_item,
        item(misnamed, id=records.new_id()),
        item(newer),
        item(erased),
        item(good),
    ]
    body = write_body(device.sign(device.manifest([], items=items, count=len(items))), lines)
    answer = device.put(body)
    assert answer.status_code == 201
    assert [(each.status, each.rule) for each in receipt_of(answer).items] == [
        ("refused", "record_other_trainer"),
        ("refused", "record_owner"),
        ("refused", "record_old_revision"),
        ("refused", "record"),
        ("refused", "record_item"),
        ("known", None),
        ("erased", None),
        ("stored", None),
    ]
    device.seq, device.head = 2, address_of(body)
    again = device.deliver(erased)  # what was erased is not stored again
    assert again.items[0].status == "erased"
    assert {row[8] for row in stored(device)} == {mine, newer, None, good}


def test_11_a_judgement_keeps_to_the_projects_rubric_and_another_rubric_is_marked(device: Device) -> None:
    beyond = device.record(ratings=(Rating("a", "helpfulness", 99),))
    unknown = device.record(ratings=(Rating("a", "charm", 99),), rubric=Versioned("ours", 1, "9" * 64))
    receipt = device.deliver(device.record(), beyond, unknown)
    assert [(item.status, item.rule) for item in receipt.items] == [
        ("stored", None),
        ("refused", "record_rubric"),
        ("stored", None),
    ]
    assert [row[9] for row in stored(device)] == [1, 0]  # known, unknown


def test_11_a_withdrawal_to_erase_erases_all_lower_revisions(device: Device) -> None:
    line = device.record()
    second = revised(line, justification="On second thought.")
    kept = device.record()
    device.deliver(line, second, kept)
    fork = Device(device.team, device.http, device.key, device.trainer, device.token, device.chain)
    assert fork.put(fork.body(line)).json()["code"] == "fork"
    taken_back = withdrawal(device, second)
    fresh = Device(device.team, device.http, device.key, device.trainer, device.token)
    assert fresh.deliver(taken_back).items[0].status == "stored"
    assert {row[8] for row in stored(device)} == {None, taken_back, kept}
    connection = sqlite3.connect(device.team.folder / FILE)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    found = (device.team.folder / FILE).read_bytes()
    assert b"On second thought." not in found


def test_11_another_withdrawal_keeps_what_it_takes_back(device: Device) -> None:
    line = device.record()
    device.deliver(line)
    device.deliver(withdrawal(device, line, "mistake"))
    assert line in {row[8] for row in stored(device)}


def test_12_a_batch_from_the_future_is_taken_and_marked(device: Device) -> None:
    device.deliver(created_at="2126-11-22T12:34:56.789Z")
    device.deliver()
    assert [row[9] for row in stored(device, "batch")] == [1, 0]


def test_13_receipts_are_signed_and_each_names_the_one_before(device: Device) -> None:
    previous = GENESIS
    for _ in range(3):
        body = device.body()
        answer = device.put(body)
        device.seq, device.head = device.seq + 1, address_of(body)
        check_receipt(
            answer.content,
            collector_public_key=device.team.key.public_key,
            manifest=payload.parse(parse_envelope(body.partition(b"\n")[0]).payload, Manifest),
            batch=address_of(body),
            prev_receipt=previous,
        )
        previous = receipt_hash(answer.content)


@pytest.mark.parametrize("flips", [400, pytest.param(0, marks=(pytest.mark.soak, pytest.mark.timeout(1800)))])
def test_no_flipped_bit_of_an_envelope_or_a_line_end_is_accepted(device: Device, flips: int) -> None:
    """T8. By default a seeded sample of the envelope's bits; in soak all, and 10,000 of the others."""
    body = device.body(*(device.record() for _ in range(3)))
    address = address_of(body)
    ends = [8 * at + bit for at, byte in enumerate(body) if byte == 10 for bit in range(8)]
    envelope = range(8 * body.index(b"\n"))
    rest = range(envelope.stop, 8 * len(body))
    chance = random.Random(20261124)
    if flips:
        chosen = [*ends, *chance.sample(envelope, flips), *chance.sample(rest, flips // 4)]
    else:
        chosen = [*ends, *envelope, *chance.sample(rest, min(10_000, len(rest)))]
    for bit in chosen:
        flipped = bytearray(body)
        flipped[bit // 8] ^= 1 << bit % 8
        answer = device.put(bytes(flipped), address=address)
        assert answer.status_code in (400, 403, 413, 422), bit
    assert stored(device) == stored(device, "batch") == stored(device, "quarantined") == []
    assert device.put(body).status_code == 201


def test_a_second_signer_cannot_send_for_the_first(device: Device, http: httpx.Client) -> None:
    other = Device(device.team, http)
    other.join()
    line = device.record()
    signed = canonical.encode(device.manifest([line]))
    forged = write_body(sign_envelope(FEEDBACK_BATCH, signed, [other.key]), [line])
    assert device.put(forged).json()["code"] == "device"
    unknown = write_body(sign_envelope(FEEDBACK_BATCH, signed, [DeviceKey.generate()]), [line])
    assert device.put(unknown).json()["code"] == "key_unknown"
