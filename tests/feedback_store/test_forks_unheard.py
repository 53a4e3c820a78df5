"""A fork whose answer was lost is sent once more after its operator has decided: it is told for what it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from kept_copies import DatabaseCopies, FileCopies
from storages import Databases
from test_delivery_walked import check_nothing_is_lost, send_all
from walked_house import House
from walked_way import Seat

from feedback_store.collector import key_ceremony


@pytest.fixture
def house(databases: Databases, tmp_path: Path) -> Iterator[House]:
    copies = DatabaseCopies(databases.cluster) if databases.cluster else FileCopies()
    found = House(tmp_path / "house", copies)
    yield found
    found.close()


@pytest.fixture
def seat(house: House, tmp_path: Path) -> Iterator[Seat]:
    """Its fork has come to the collector, and it has not heard of that."""
    found = Seat.made(tmp_path / "seat", house)
    assert send_all(found, 1) == ["delivered"]
    before = found.image()
    assert send_all(found, 1) == ["delivered"]
    found.put_back(before, in_place=True, with_keys=True)
    found.store.outbox.release([found.save()]).result()
    assert found.seal()
    assert found.send("unanswered") == "retry"
    yield found
    found.store.close()


@pytest.mark.parametrize("take", [True, False])
def test_a_fork_whose_answer_was_lost_is_a_fork_whatever_was_decided_of_it_meanwhile(
    house: House, seat: Seat, take: bool
) -> None:
    """Taken, it was answered with a receipt that follows nothing, and the collector was not trusted ever after."""
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
