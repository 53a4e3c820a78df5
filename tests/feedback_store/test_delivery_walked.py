"""What the walk of delivery (test_delivery_walk.py) has found, each as a test of its own.

See also test_delivery_restored.py: both sides put back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_judgements import judgement
from strangers_view import check_bundles
from walked_house import House
from walked_way import Seat


def send_all(seat: Seat, batches: int = 0) -> list[str]:
    """So many new batches, and what comes of each try until nothing is left; what was only asked about is not told."""
    for _ in range(batches):
        seat.store.outbox.release([seat.save()]).result()
        seat.seal()
    seat.begin_anew()
    return [outcome for outcome in iter(seat.send, "") if outcome != "held"]


def check_nothing_is_lost(house: House, seat: Seat) -> None:
    for row in seat.store.records.iter_newest(seat.project):
        assert row.way == "delivered" and house.holds(row.id, row.sha256)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """With its data in a file only."""
    found = House(tmp_path / "house")
    yield found
    found.close()


def test_a_key_that_the_collector_has_ended_is_replaced_by_joining_again(seat: Seat) -> None:
    """It was refused again and again: joining showed the same key each time."""
    assert send_all(seat, 1) == ["delivered"]
    ended = seat.key.key_id
    seat.end_by_the_operator()
    assert send_all(seat, 1) == ["stop"]
    seat.heed()
    assert seat.key.key_id != ended
    assert seat.store.outbox.send_again(seat.project).result() == 1
    seat.seal()
    assert send_all(seat, 1) == ["delivered"] * 2


def test_a_copy_of_a_profile_whose_key_the_other_one_replaced_joins_with_a_key_of_its_own(
    seat: Seat, tmp_path: Path
) -> None:
    copy = seat.copy_to(tmp_path / "copy")
    try:
        seat.rotate()
        assert send_all(copy, 1) == ["closed"]
        copy.join()
        assert copy.store.outbox.send_again(copy.project).result() == 1
        copy.seal()
        assert send_all(copy) == ["delivered"]
        assert send_all(seat, 1) == ["delivered"], "the one that was not asked goes on with its own"
        assert copy.key.key_id != seat.key.key_id
    finally:
        copy.store.close()


def test_a_strangers_check_takes_what_two_copies_of_a_profile_made_of_one_record(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    """The later one's stands erased, being refused; that made the whole bundle false, in whatever order."""
    name = seat.save()
    seat.store.outbox.release([name]).result()
    seat.seal()
    assert send_all(seat) == ["delivered"]
    copy = seat.copy_to(tmp_path / "copy")
    try:
        for each in (seat, copy):
            before = next(row for row in each.store.records.iter_newest(each.project) if row.id == name)
            fields = {"id": name, "rev": 2, "supersedes": before.sha256}
            changed = judgement("b>a", project=each.project, trainer=each.store.trainer, **fields)
            each.store.records.save(changed).result()
            each.store.outbox.release([name]).result()
            each.seal()
            assert send_all(each) == ["delivered"]
        (row,) = copy.store.records.iter_newest(copy.project)
        assert (row.way, row.reason) == ("returned", "record_old_revision")
        assert check_bundles(house.storage, house.project, house.keys) == 1
    finally:
        copy.store.close()


def test_a_change_of_keys_that_was_not_told_and_a_revocation_after_it_leave_no_earlier_key(seat: Seat) -> None:
    """The key before came back, with which nothing is sealed any more."""
    earlier = seat.key.key_id
    seat.rotate("unheard")
    revoked = seat.key.key_id
    seat.revoke("unheard")
    assert seat.key.key_id not in (earlier, revoked)
    seat.join()
    assert send_all(seat, 1) == ["delivered"]


def test_a_restored_collector_that_does_not_know_an_earlier_key_gets_what_that_key_had_sent(
    house: House, tmp_path: Path
) -> None:
    """Its last batch was asked about and refused, while those before it still counted as delivered."""
    copy = house.copy()  # nobody has joined
    seat = Seat.made(tmp_path / "seat", house)
    try:
        assert send_all(seat, 3) == ["delivered"] * 3
        seat.lose_the_key()
        seat.join()
        assert send_all(seat, 1) == ["delivered"]
        house.put_back(copy)
        seat.join()  # with the key that it has now
        assert send_all(seat, 1)[0] == "restored"
        send_all(seat)
        waiting = seat.store.outbox.unsent(seat.project, ("waiting",))
        assert len(waiting) == 3, "all that the earlier key had sent, not its last batch alone"
        seat.store.outbox.send_again(seat.project).result()
        seat.seal()
        send_all(seat)
        check_nothing_is_lost(house, seat)
    finally:
        seat.store.close()


def test_a_recovery_that_a_restored_collector_had_signed_with_an_earlier_key_of_its_own_stops_nobody(
    house: House, seat: Seat
) -> None:
    """It was refused as a fault of the program, at every try: the collector takes its present key's word alone."""
    assert send_all(seat, 1) == ["delivered"]
    copy = house.copy()
    seat.recover()
    house.put_back(copy)
    house.rotate_key()
    seat.join()  # its pass is not known any more
    told = send_all(seat, 1)
    assert told[-1] == "closed" and "stop" not in told
    assert seat.store.outbox.send_again(seat.project).result() == 1
    seat.seal()
    assert send_all(seat)[-1] == "delivered"
    check_nothing_is_lost(house, seat)


def test_a_strangers_check_takes_two_chains_that_name_the_same_change_of_keys(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    """A copy that was made before the new key had signed anything begins with it too; the bundle told of it twice."""
    assert send_all(seat, 1) == ["delivered"]
    seat.rotate()
    copy = seat.copy_to(tmp_path / "copy")
    try:
        assert send_all(seat, 1) == ["delivered"]
        assert send_all(copy, 1) == ["delivered"]
        assert check_bundles(house.storage, house.project, house.keys) == 2
    finally:
        copy.store.close()


def test_a_lost_key_that_came_back_with_an_earlier_keyring_is_not_shown_again(seat: Seat) -> None:
    """The profile knew that it was replaced, joining showed it all the same, and the collector refused it each time."""
    earlier = seat.image()
    lost = seat.key.key_id
    seat.recover()
    later = seat.image()
    seat.put_back(earlier, in_place=True, with_keys=True)
    seat.put_back(later, in_place=False, with_keys=False)
    seat.join()
    assert seat.key.key_id != lost
    assert send_all(seat, 1) == ["delivered"]


@pytest.mark.parametrize("rotated", ["before", "after"])
def test_what_a_restored_collector_lost_of_an_earlier_keys_chain_is_sent_again_as_the_new_keys_begins(
    house: House, seat: Seat, rotated: str
) -> None:
    """The first batch of a chain meets no gap, so that nobody asked."""
    assert send_all(seat, 1) == ["delivered"]
    copy = house.copy()
    assert send_all(seat, 2) == ["delivered"] * 2
    if rotated == "before":
        seat.rotate()
    house.put_back(copy)
    if rotated == "after":
        seat.rotate()
    assert "restored" in send_all(seat, 1)
    check_nothing_is_lost(house, seat)


def test_what_a_restored_collector_lost_is_sent_again_by_a_profile_that_was_moved_meanwhile(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    """Even where the answer to the first batch of its new chain was lost, or the program ended at it."""
    assert send_all(seat, 1) == ["delivered"]
    copy = house.copy()
    assert send_all(seat, 2) == ["delivered"] * 2
    house.put_back(copy)
    for number, trouble in enumerate(("", "unanswered", "crash_unanswered", "crash_unheard")):
        other = seat.copy_to(tmp_path / str(number))
        try:
            other.store.outbox.release([other.save()]).result()
            other.seal()
            other.send(trouble)  # type: ignore[arg-type]
            assert "restored" in send_all(other)
            check_nothing_is_lost(house, other)
        finally:
            other.store.close()
        house.put_back(copy)


def test_what_a_chain_that_begins_asks_about_is_not_told_as_delivered_again(seat: Seat) -> None:
    assert send_all(seat, 2) == ["delivered"] * 2
    seat.rotate()
    seat.store.outbox.release([seat.save()]).result()
    seat.seal()
    seat.begin_anew()
    assert list(iter(seat.send, "")) == ["delivered", "held"]
