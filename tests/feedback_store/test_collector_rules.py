"""What the collector takes and what it makes of it: the rules of docs/batch-format.md in their order, by HTTP."""

from __future__ import annotations

import sqlite3
from typing import Any

import httpx
import msgspec
from running_collector import Device, address_of, receipt_of, stored
from storages import ask

from feedback_store import canonical, records
from feedback_store.batches import payload
from feedback_store.batches.body import erased_line, write_body
from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import check_receipt, receipt_hash
from feedback_store.collector import administration
from feedback_store.collector.sqlite_storage import FILE
from feedback_store.record_parts import Judgement, Rating, Versioned, Withdrawal


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
    before = device.record()
    device.deliver(mine, before)
    device.deliver(newer)

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
    lines = [taken_id, foreign, stale, broken, misnamed, before, erased_line(canonical.record_hash(erased)), good]
    items = [
        item(taken_id),
        item(foreign),
        item(stale),
        broken_item,
        item(misnamed, id=records.new_id()),
        item(before),
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
    device.seq, device.head = 3, address_of(body)
    again = device.deliver(erased)  # what was erased is not stored again
    assert again.items[0].status == "erased"
    assert {row[8] for row in stored(device)} == {mine, before, newer, None, good}


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
    device.deliver(line, kept)
    device.deliver(second)
    fork = Device(device.team, device.http, device.key, device.trainer, device.token, device.chain)
    assert fork.put(fork.body(line)).json()["code"] == "fork"
    taken_back = withdrawal(device, second)
    fresh = Device(device.team, device.http, device.key, device.trainer, device.token)
    assert fresh.deliver(taken_back).items[0].status == "stored"
    assert {row[8] for row in stored(device)} == {None, taken_back, kept}
    if (device.team.folder / FILE).exists():
        connection = sqlite3.connect(device.team.folder / FILE)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        assert b"On second thought." not in (device.team.folder / FILE).read_bytes()
    for table in ("record", "quarantined_line"):
        rows = ask(device.team.folder, f"SELECT data FROM {table} WHERE data IS NOT NULL")
        assert all(b"On second thought." not in row[0] for row in rows)


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
