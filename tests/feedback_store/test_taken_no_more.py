"""A chain that its collector takes no more says so over the network and by file, whatever was lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from strangers_view import check_file
from test_delivery_walked import check_nothing_is_lost, send_all
from walked_files import answers, read
from walked_files import hand_over as handed_over
from walked_house import House
from walked_way import Seat

from desktop.flow.delivering import in_files, write_files
from feedback_store import canonical
from feedback_store.batches import payload
from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import Manifest
from feedback_store.batches.refusal import make_refusal
from feedback_store.collector import key_ceremony
from feedback_store.delivery.by_file import ReadReceipts
from feedback_store.errors import DeliveryError, StoreError


@pytest.fixture
def seat(seat: Seat) -> Seat:
    """It was put back with all that remembers: its next batch, which is sealed, is a fork."""
    assert send_all(seat, 1) == ["delivered"]
    before = seat.image()
    assert send_all(seat, 1) == ["delivered"]
    seat.put_back(before, in_place=True, with_keys=True)
    seat.store.outbox.release([seat.save()]).result()
    assert seat.seal()
    return seat


@pytest.mark.parametrize("take", [True, False])
def test_a_fork_whose_answer_was_lost_is_a_fork_whatever_was_decided_of_it_meanwhile(
    house: House, seat: Seat, take: bool
) -> None:
    """Taken, it was answered with a receipt that follows nothing, and the collector was not trusted ever after."""
    assert seat.send("unanswered") == "retry"
    (fork,) = key_ceremony.list_forks(house.team.folder)
    key_ceremony.resolve(house.team.folder, fork.sha256, take=take)
    seat.begin_anew()
    assert (seat.send(), seat.send()) == ("closed", "")
    assert seat.told.keys() == {"unreachable", "fork"}
    assert seat.store.outbox.send_again(seat.project).result() == 1
    assert seat.seal()
    assert send_all(seat) == ["delivered"]
    check_nothing_is_lost(house, seat)
    stored = house.ask("SELECT id, rev FROM record")
    assert len(stored) == len(set(stored)) == 3
    taken = house.ask("SELECT count(*) FROM record JOIN batch ON batch.sha256 = batch WHERE seq < 0")
    assert taken == [(1 if take else 0,)]
    house.check_chains()


# By file


def hand_over(house: House, seat: Seat, file: Path, *, everything: bool = False) -> list[ReadReceipts]:
    return handed_over(house, seat, file.parent, everything=everything)


def states(seat: Seat) -> list[str]:
    return [batch.state for batch in seat.store.outbox.batches(seat.project)]


def again(seat: Seat) -> int:
    count = seat.store.outbox.send_again(seat.project).result()
    while seat.seal():
        pass
    return count


def test_a_fork_that_came_by_file_is_told_by_file_and_goes_out_in_a_new_chain(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    """Every later file began with the refused batch, and nobody who hands over files ever got out of it."""
    file = tmp_path / "a.preceptor"
    (told,) = hand_over(house, seat, file)
    assert [problem.code for problem in told.problems] == ["fork"]
    assert str(told.problems[0]).endswith("What did not arrive waits here until you send it again.")
    assert states(seat) == ["delivered", "closed"]
    assert (again(seat), states(seat)) == (1, ["delivered", "closed", "sealed"])
    assert [each.delivered for each in hand_over(house, seat, file)] == [1]
    check_nothing_is_lost(house, seat)
    house.check_chains()


def test_what_a_revoked_key_signed_is_told_by_file_and_arrives_once_joined_anew(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    seat.end_by_the_operator()
    file = tmp_path / "a.preceptor"
    (told,) = hand_over(house, seat, file)
    assert [problem.code for problem in told.problems] == ["key_refused"]
    assert states(seat) == ["delivered", "closed"]
    seat.join()
    assert again(seat) == 1
    assert [each.delivered for each in hand_over(house, seat, file)] == [1]
    check_nothing_is_lost(house, seat)


def test_all_chains_that_are_taken_no_more_are_told_at_once_and_the_others_wait(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    """A stick may take a week to and fro."""
    seat.put_back(seat.image(), in_place=False, with_keys=True)  # so a new chain begins, which nothing is wrong with
    seat.store.outbox.release([seat.save()]).result()
    assert seat.seal()
    file = tmp_path / "a.preceptor"
    (told,) = hand_over(house, seat, file)
    assert (told.delivered, [problem.code for problem in told.problems]) == (0, ["fork"])
    assert states(seat) == ["delivered", "closed", "sealed"]
    assert again(seat) == 1
    assert [each.delivered for each in hand_over(house, seat, file)] == [2]
    check_nothing_is_lost(house, seat)


def test_a_refusal_that_is_read_twice_says_nothing_new(house: House, seat: Seat, tmp_path: Path) -> None:
    file = tmp_path / "a.preceptor"
    hand_over(house, seat, file)
    lines = file.with_suffix(".receipts").read_bytes().splitlines()
    again(seat)
    assert read(seat, lines, file) == ReadReceipts(0, 0, 0, 0)
    assert states(seat) == ["delivered", "closed", "sealed"]


def forged(line: bytes, key: DeviceKey, **changes: object) -> bytes:
    envelope = parse_envelope(line)
    said = {**canonical.strict_loads(envelope.payload), **changes}
    return sign_envelope(envelope.payload_type, canonical.encode(said), [key])


def test_a_refusal_that_is_not_the_collectors_of_this_batch_stops_nothing(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    file = tmp_path / "a.preceptor"
    write_files(seat.store.outbox, in_files(seat.store.outbox, seat.project, delivered_too=False), file)
    (line,) = answers(house, file)
    delivered, _waiting = seat.store.outbox.batches(seat.project)
    collector = house.team.key
    for wrong, why in (
        (forged(line, DeviceKey.generate()), "other_key"),
        (forged(line, seat.key), "other_key"),
        (forged(line, collector, batch=delivered.payload_sha256), "refusal_other_batch"),
        (forged(line, collector, chain="0" * 32), "refusal_other_batch"),
        (forged(line, collector, aud="prj_" + "0" * 32), "refusal_other_batch"),
        (forged(line, collector, code="gap"), None),
        (forged(line, collector, more=1), None),
    ):
        with pytest.raises(DeliveryError) as error:
            read(seat, [wrong], file)
        expected = ("no_receipt", None) if why is None else ("refusal_not_valid", why)
        assert (error.value.code, error.value.values.get("why")) == expected
        assert states(seat) == ["delivered", "sealed"]
    assert len(read(seat, [line], file).problems) == 1


def test_a_refusal_of_what_had_arrived_has_all_of_its_chain_sent_again_and_nothing_twice(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    """The collector was put back to before it, and the key was ended there; or an old answer is read again."""
    (delivered, _waiting) = seat.store.outbox.batches(seat.project)
    line = make_refusal(
        house.team.key,
        payload.parse(delivered.payload, Manifest),
        delivered.payload_sha256,
        "fork",
        "2026-11-22T12:00:56.789Z",
    )
    file = tmp_path / "a.preceptor"
    assert len(read(seat, [line], file).problems) == 1
    assert states(seat) == ["closed", "closed"]
    assert again(seat) == 2
    (told,) = hand_over(house, seat, file)
    assert (told.delivered, told.arrived) == (1, 2)
    check_nothing_is_lost(house, seat)
    stored = house.ask("SELECT id, rev FROM record")
    assert len(stored) == len(set(stored)) == 3


def test_a_damaged_file_stops_nothing(house: House, seat: Seat, tmp_path: Path) -> None:
    """Another copy of it may be whole: what is told is only of what its own key has signed."""
    seat.put_back(seat.image(), in_place=False, with_keys=True)
    seat.store.outbox.release([seat.save()]).result()
    assert seat.seal()
    whole = seat.store.outbox.body(seat.store.outbox.batches(seat.project)[-1])
    for number, damaged in enumerate(
        (whole[:-1], whole.replace(b"Why?", b"Who?", 1), whole.replace(b'"sig":"', b'"sig":"A', 1))
    ):
        file = tmp_path / f"{number}.preceptor"
        file.write_bytes(damaged)
        assert answers(house, file) == ()


def test_a_collector_that_was_put_back_is_healed_by_files_after_a_chain_was_stopped(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    """The stopped batch stood first in the file of everything, which was refused for it, whole."""
    assert send_all(seat) == ["closed"]
    again(seat)
    copy = house.copy()
    assert send_all(seat) == ["delivered"]
    seat.end_by_the_operator()
    assert send_all(seat, 1) == ["stop"]
    seat.heed()
    again(seat)
    assert send_all(seat)[-1] == "delivered"
    house.put_back(copy)
    seat.end_by_the_operator()  # nothing is known of what happened since, and the operator does it again
    seat.join()
    for _way in range(3):
        hand_over(house, seat, tmp_path / "all.preceptor", everything=True)
        again(seat)
    check_nothing_is_lost(house, seat)
    stored = house.ask("SELECT id, rev FROM record")
    assert len(stored) == len(set(stored))


def test_a_file_of_everything_is_one_for_each_run_of_keys_and_both_checks_take_each(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    """No event links a key that was ended to the one that joined after it: one file of both passed neither check."""
    assert send_all(seat) == ["closed"]
    again(seat)
    assert send_all(seat) == ["delivered"]
    seat.rotate()
    assert send_all(seat, 1) == ["delivered"]
    seat.end_by_the_operator()
    assert send_all(seat, 1) == ["stop"]
    seat.heed()
    again(seat)
    assert send_all(seat)[-1] == "delivered"
    keys = {each.id: each.public_key for each in house.devices()}
    outbox = seat.store.outbox
    runs = in_files(outbox, seat.project, delivered_too=True)
    assert [[batch.seq for batch in run] for run in runs] == [[1, 1, 1], [1]]
    files = write_files(outbox, runs, tmp_path / "all.preceptor")
    assert [file.name for file in files] == ["all.preceptor", "all-2.preceptor"]
    for file in files:
        check_file(file.read_bytes(), keys, seat.project, house.keys)
    with pytest.raises(StoreError, match=r"all-2\.preceptor is there already"):
        write_files(outbox, runs, tmp_path / "all.preceptor", replace=True)
