"""What the network would have answered is answered by file too: a change of keys that is not taken, and a hole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_delivery_walked import check_nothing_is_lost, send_all
from test_taken_no_more import again, forged, states
from walked_files import answers, hand_over, read
from walked_house import House
from walked_way import Seat

from desktop.flow.delivering import in_files, write_files
from desktop.flow.key_words import key_state
from feedback_store.batches import payload
from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import Manifest
from feedback_store.batches.payload_types import EVENT_REFUSAL
from feedback_store.batches.refusal import Held, make_refusal
from feedback_store.collector import administration
from feedback_store.delivery.by_file import ReadReceipts
from feedback_store.errors import DeliveryError
from feedback_store.store import KeptEvent

NOTHING = ReadReceipts(0, 0, 0, 0)


@pytest.fixture
def seat(seat: Seat) -> Seat:
    """It has delivered a batch, and hands over files from then on."""
    assert send_all(seat, 1) == ["delivered"]
    return seat


def sealed(seat: Seat, count: int = 1) -> None:
    for _ in range(count):
        seat.store.outbox.release([seat.save()]).result()
        assert seat.seal()


def changed_key(house: House, seat: Seat) -> KeptEvent:
    """The key is changed where no network is, something is signed with it, and the operator ends the one before."""
    old = seat.key.key_id
    seat.rotate("unheard")
    sealed(seat)
    administration.revoke(house.team.folder, old)
    (event,) = seat.store.keys.all(seat.project)
    return event


def event_refusal(house: House, seat: Seat, file: Path) -> bytes:
    write_files(seat.store.outbox, in_files(seat.store.outbox, seat.project, delivered_too=False), file, replace=True)
    (line,) = answers(house, file)
    return line


def state_of_the_key(seat: Seat) -> str:
    return key_state(seat.store.keys.newest(seat.project), made=True)


# A change of keys


def test_a_change_of_keys_that_is_not_taken_is_told_by_file_and_all_arrives_once_joined_anew(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    """Every later file began with the refused change, and nobody who hands over files ever learned why."""
    changed_key(house, seat)
    (told,) = hand_over(house, seat, tmp_path)
    assert [problem.code for problem in told.problems] == ["key_refused"]
    assert "trainer id" in str(told.problems[0])
    assert states(seat) == ["delivered", "closed"]
    assert state_of_the_key(seat) == "refused"
    seat.join()
    assert state_of_the_key(seat) == "active"
    assert again(seat) == 1
    assert [each.delivered for each in hand_over(house, seat, tmp_path)] == [1]
    check_nothing_is_lost(house, seat)
    house.check_chains()


def test_a_change_that_a_copy_of_the_profile_was_quicker_with_is_told_by_file(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    before = seat.image()
    seat.rotate()
    seat.put_back(before, in_place=False, with_keys=True)
    seat.rotate("unheard")
    sealed(seat)
    (told,) = hand_over(house, seat, tmp_path)
    assert ([problem.code for problem in told.problems], states(seat)) == (["key_refused"], ["delivered", "closed"])


def test_with_a_change_that_is_not_taken_the_changes_after_it_end_too(house: House, seat: Seat, tmp_path: Path) -> None:
    changed_key(house, seat)
    seat.rotate("unheard")
    sealed(seat)
    (told,) = hand_over(house, seat, tmp_path)
    assert len(told.problems) == 1
    assert states(seat) == ["delivered", "closed", "closed"]
    assert seat.store.keys.waiting(seat.project) is None
    seat.join()
    assert again(seat) == 2
    assert [each.delivered for each in hand_over(house, seat, tmp_path)] == [1]
    check_nothing_is_lost(house, seat)


def test_one_journey_tells_of_the_old_keys_batches_and_of_the_change_after_them(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    sealed(seat)
    changed_key(house, seat)
    (told,) = hand_over(house, seat, tmp_path)
    assert states(seat) == ["delivered", "closed", "closed"]
    assert {problem.code for problem in told.problems} == {"key_replaced", "key_refused"}


def test_a_refused_change_that_is_read_again_says_nothing_new_even_once_the_key_was_let_in(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    file = tmp_path / "a.preceptor"
    changed_key(house, seat)
    line = event_refusal(house, seat, file)
    assert len(read(seat, [line], file).problems) == 1
    assert read(seat, [line], file) == NOTHING
    seat.join()
    again(seat)
    file.unlink()
    assert [each.delivered for each in hand_over(house, seat, tmp_path)] == [1]
    assert read(seat, [line], file) == NOTHING
    assert states(seat)[-1] == "delivered"
    assert state_of_the_key(seat) == "active"


def test_a_refused_change_that_is_not_the_collectors_of_this_event_stops_nothing(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    file = tmp_path / "a.preceptor"
    event = changed_key(house, seat)
    line = event_refusal(house, seat, file)
    assert parse_envelope(line).payload_type == EVENT_REFUSAL
    assert json.loads(parse_envelope(line).payload)["event"] == event.sha256
    collector = house.team.key
    for wrong in (
        forged(line, DeviceKey.generate()),
        forged(line, seat.key),
        forged(line, collector, event="0" * 64),
        forged(line, collector, old=seat.key.key_id),
        forged(line, collector, code="fork"),
        forged(line, collector, aud="prj_" + "0" * 32),
    ):
        with pytest.raises(DeliveryError):
            read(seat, [wrong], file)
        assert states(seat) == ["delivered", "sealed"]
    assert len(read(seat, [line], file).problems) == 1


def test_a_damaged_change_of_keys_is_answered_with_nothing(house: House, seat: Seat, tmp_path: Path) -> None:
    """Another copy of the file may be whole."""
    changed_key(house, seat)
    file = tmp_path / "a.preceptor"
    event_refusal(house, seat, file)
    whole = file.read_bytes()
    line, rest = whole.split(b"\n", 1)
    at = line.rindex(b'"sig":"') + 20
    file.write_bytes(line[:at] + (b"A" if line[at : at + 1] != b"A" else b"B") + line[at + 1 :] + b"\n" + rest)
    assert answers(house, file) == ()


def test_a_recovery_that_the_collector_forgot_with_its_key_is_told_by_file(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    """It was put back to before the recovery, and had changed its key since: over the network that is given up."""
    copy = house.copy()
    seat.recover()
    assert send_all(seat, 1)[-1] == "delivered"
    house.rotate_key()
    assert send_all(seat, 1) == ["delivered"]
    house.put_back(copy)
    house.rotate_key()  # the key file was newer than the data: this makes it the data's again
    (told,) = hand_over(house, seat, tmp_path, everything=True)[-1:]
    assert "key_refused" in {problem.code for problem in told.problems}
    assert state_of_the_key(seat) == "refused"
    assert set(states(seat)[1:]) == {"closed"}, "all that the new key had signed waits to be sent again"


# A hole


def test_a_collector_that_was_put_back_is_healed_by_the_next_file(house: House, seat: Seat, tmp_path: Path) -> None:
    """Only the operator was told of the hole, and every later file began behind it."""
    copy = house.copy()
    sealed(seat, 2)
    assert [each.delivered for each in hand_over(house, seat, tmp_path)] == [2]
    house.put_back(copy)
    sealed(seat)
    file = tmp_path / "b.preceptor"
    write_files(seat.store.outbox, in_files(seat.store.outbox, seat.project, delivered_too=False), file)
    lines = answers(house, file)
    told = read(seat, lines, file)
    assert (told.problems, told.missing) == ((), 2)
    assert states(seat) == ["delivered", "sealed", "sealed", "sealed"]
    assert [each.delivered for each in hand_over(house, seat, tmp_path)] == [3]
    assert read(seat, lines, file) == NOTHING, "an old file puts nothing back"
    assert states(seat) == ["delivered"] * 4
    check_nothing_is_lost(house, seat)
    house.check_chains()


def test_a_collector_that_was_put_back_to_nothing_of_a_chain_gets_all_of_it(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    seat.put_back(seat.image(), in_place=False, with_keys=True)  # so a new chain begins
    copy = house.copy()
    sealed(seat, 2)
    hand_over(house, seat, tmp_path)
    house.put_back(copy)
    sealed(seat)
    assert [each.missing for each in hand_over(house, seat, tmp_path)] == [3], "nobody knows since when it lacks"
    assert [(each.delivered, each.known) for each in hand_over(house, seat, tmp_path)] == [(3, 1)]
    assert states(seat) == ["delivered"] * 4
    check_nothing_is_lost(house, seat)


def test_what_was_lost_of_other_chains_goes_with_the_same_file(house: House, seat: Seat, tmp_path: Path) -> None:
    """A stick may take a week to and fro."""
    copy = house.copy()
    sealed(seat)
    hand_over(house, seat, tmp_path)
    seat.put_back(seat.image(), in_place=False, with_keys=True)
    sealed(seat)
    hand_over(house, seat, tmp_path)
    house.put_back(copy)
    sealed(seat)
    assert [each.missing for each in hand_over(house, seat, tmp_path)] == [3]
    assert [(each.delivered, each.known) for each in hand_over(house, seat, tmp_path)] == [(3, 1)]
    check_nothing_is_lost(house, seat)


def test_files_that_are_taken_in_the_wrong_order_put_nothing_back(house: House, seat: Seat, tmp_path: Path) -> None:
    sealed(seat)
    (first,) = write_files(
        seat.store.outbox, in_files(seat.store.outbox, seat.project, delivered_too=False), tmp_path / "1.preceptor"
    )
    sealed(seat)
    second = tmp_path / "2.preceptor"
    second.write_bytes(seat.store.outbox.body(seat.store.outbox.batches(seat.project)[-1]))
    too_early = answers(house, second)
    assert read(seat, too_early, second) == ReadReceipts(0, 0, 0, 0, missing=0)
    assert states(seat) == ["delivered", "sealed", "sealed"]
    for file in (first, second):
        assert read(seat, answers(house, file), file).delivered == 1
    assert read(seat, too_early, second) == NOTHING, "what it lacked then it has receipted since"
    assert states(seat) == ["delivered"] * 3


def test_a_collector_that_stands_nowhere_in_a_chain_has_it_closed(house: House, seat: Seat, tmp_path: Path) -> None:
    sealed(seat)
    file = tmp_path / "a.preceptor"
    batch = seat.store.outbox.batches(seat.project)[-1]
    line = make_refusal(
        house.team.key,
        payload.parse(batch.payload, Manifest),
        batch.payload_sha256,
        Held(7, "7" * 64),
        "2026-11-22T12:00:56.789Z",
    )
    assert [problem.code for problem in read(seat, [line], file).problems] == ["gap"]
    assert states(seat) == ["delivered", "closed"]
    assert again(seat) == 1
    hand_over(house, seat, tmp_path)
    check_nothing_is_lost(house, seat)


def test_a_hole_within_a_file_is_answered_with_nothing(house: House, seat: Seat, tmp_path: Path) -> None:
    """It is the file's: the next copy may be whole."""
    sealed(seat, 3)
    bodies = [seat.store.outbox.body(batch) for batch in seat.store.outbox.batches(seat.project)[1:]]
    file = tmp_path / "a.preceptor"
    file.write_bytes(bodies[0] + bodies[2])
    assert answers(house, file) == ()
