"""T12: what is taken back is taken back, also where a copy of the profile has delivered later revisions before."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from made_judgements import judgement
from strangers_view import check_bundles
from test_delivery_walked import send_all
from walked_ends import check_files, check_what_was_taken_back
from walked_files import hand_over
from walked_house import House
from walked_way import Seat

from feedback_store.collector.placing import Placing
from feedback_store.record_parts import Judgement, Redaction

By = Literal["network", "file"]
SECRET = "the patient's name is Zachariasch"
LATER = ("withdrawn", "reinstated", "edited", "edited twice", "blacked out")  # what the other copy delivers


def say(seat: Seat) -> str:
    """A judgement with a text that is looked for afterwards, delivered."""
    made = judgement("a>b", project=seat.project, trainer=seat.store.trainer, justification=SECRET)
    seat.store.records.save(made).result()
    release(seat, made.id)
    seat.seal()
    assert send_all(seat) == ["delivered"]
    return made.id


def release(seat: Seat, name: str) -> None:
    seat.store.outbox.release([name], kept_as_is=True).result()


def change(seat: Seat, name: str, **changes: object) -> None:
    before = seat.store.records.newest(name)
    assert before is not None and isinstance(before.record, Judgement)
    fields = {"rev": before.rev + 1, "supersedes": before.sha256, **changes}
    seat.store.records.save(msgspec.structs.replace(before.record, **fields)).result()


def go_on(seat: Seat, name: str, later: str) -> None:
    """The other copy's later revisions, delivered."""
    saved = seat.store.records
    if later in ("withdrawn", "reinstated"):
        saved.withdraw(name, "mistake").result()
    if later == "reinstated":
        saved.reinstate_all([name]).result()
    if later.startswith("edited"):
        change(seat, name, confidence=2)
    if later == "edited twice":
        change(seat, name, confidence=3)
    if later == "blacked out":
        hidden = {"justification": "[name]", "redactions": (Redaction("judgement", "name", 1),)}
        change(seat, name, **hidden)
    if later != "withdrawn":
        release(seat, name)
    seat.seal()
    assert send_all(seat) == ["delivered"]


def take_back(seat: Seat, name: str, wish: str) -> None:
    if wish == "erase":
        seat.store.records.erase(name).result()
    else:
        seat.store.records.withdraw(name, "mistake").result()


def deliver(house: House, seat: Seat, by: By, folder: Path) -> int:
    """Sign and hand over until nothing is released any more; how often."""
    rounds = 0
    while seat.seal():
        rounds += 1
        assert rounds < 20
        if by == "network":
            send_all(seat)
        else:
            hand_over(house, seat, folder)
    return rounds


def exported(house: House) -> set[str]:
    with house.storage.reading() as view:
        days = [mark.day for mark in view.day_marks(house.project)]
        return {each.id for day in days for each in view.live(house.project, day, "", 1000)}


def readable(house: House, name: str) -> list[int]:
    """The revisions of a judgement of which the collector has the text."""
    query = "SELECT rev FROM record WHERE id = ? AND kind = 'judgement' AND data IS NOT NULL ORDER BY rev"
    return [rev for (rev,) in house.ask(query, name)]


def way(seat: Seat, name: str) -> str:
    found = seat.store.records.newest(name)
    assert found is not None and found.kind == "withdrawal"
    return found.way


@pytest.mark.parametrize("by", ["network", "file"])
@pytest.mark.parametrize("wish", ["erase", "withdraw"])
def test_what_is_taken_back_in_a_profile_that_was_put_back_is_taken_back(
    house: House, seat: Seat, tmp_path: Path, wish: str, by: By
) -> None:
    """The withdrawal came back, since the collector held a later version, and nothing led out."""
    names = {say(seat): later for later in LATER}
    before = seat.image()
    for name, later in names.items():
        go_on(seat, name, later)
    seat.put_back(before, in_place=False, with_keys=True)
    check_taking_back(house, seat, tmp_path, names, wish, by)


@pytest.mark.parametrize("by", ["network", "file"])
@pytest.mark.parametrize("wish", ["erase", "withdraw"])
def test_what_one_of_two_living_copies_takes_back_is_taken_back(
    house: House, seat: Seat, tmp_path: Path, wish: str, by: By
) -> None:
    """One withdrew and the other erased: the first revision lay readable at the collector."""
    names = {say(seat): later for later in LATER}
    copy = seat.copy_to(tmp_path / "copy")
    try:
        for name, later in names.items():
            go_on(copy, name, later)
        check_taking_back(house, seat, tmp_path, names, wish, by)
    finally:
        copy.store.close()


def check_taking_back(house: House, seat: Seat, folder: Path, names: dict[str, str], wish: str, by: By) -> None:
    for name in names:
        take_back(seat, name, wish)
    deliver(house, seat, by, folder)
    assert {names[name] for name in exported(house)} == set()
    assert {later: way(seat, name) for name, later in names.items()} == dict.fromkeys(LATER, "delivered")
    if wish == "erase":
        assert {later: readable(house, name) for name, later in names.items()} == {later: [] for later in LATER}
    check_what_was_taken_back(house, seat)
    check_files(house, seat, folder)  # both checks of a stranger take numbers that were left out
    assert check_bundles(house.storage, house.project, house.keys) == 1


@pytest.mark.parametrize("by", ["network", "file"])
def test_an_erasure_is_taken_at_once_whatever_its_number(house: House, seat: Seat, tmp_path: Path, by: By) -> None:
    """Each further round by file is a journey."""
    name = say(seat)
    copy = seat.copy_to(tmp_path / "copy")
    try:
        for _ in range(4):
            go_on(copy, name, "reinstated")
        take_back(seat, name, "erase")
        assert deliver(house, seat, by, tmp_path) == 1
        assert readable(house, name) == []
    finally:
        copy.store.close()


def test_an_erasure_is_final_whatever_a_copy_delivers_afterwards(house: House, seat: Seat, tmp_path: Path) -> None:
    """Also where its text was erased before it came, so that nothing but the withdrawal tells of it."""
    made = judgement("a>b", project=seat.project, trainer=seat.store.trainer, justification=SECRET)
    seat.store.records.save(made).result()
    release(seat, made.id)
    copy = seat.copy_to(tmp_path / "copy")
    try:
        seat.seal()
        take_back(seat, made.id, "erase")
        deliver(house, seat, "network", tmp_path)
        send_all(seat)
        change(copy, made.id, confidence=2)
        change(copy, made.id, confidence=3)
        release(copy, made.id)
        copy.seal()
        assert send_all(copy) == ["delivered"]
        found = copy.store.records.newest(made.id)
        assert found is not None and (found.way, found.reason) == ("returned", "erased")
        assert exported(house) == set() and readable(house, made.id) == []
    finally:
        copy.store.close()


@pytest.mark.parametrize("wish", ["erase", "withdraw"])
@pytest.mark.parametrize("by", ["network", "file"])
def test_an_earlier_versions_collector_takes_it_under_a_higher_number(
    house: House, seat: Seat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wish: str, by: By
) -> None:
    monkeypatch.setattr(Placing, "_erases_at_once", lambda *_: False)  # it knows of no such thing
    name = say(seat)
    copy = seat.copy_to(tmp_path / "copy")
    try:
        for _ in range(4):
            go_on(copy, name, "reinstated")  # its number is 9 then
        take_back(seat, name, wish)
        assert deliver(house, seat, by, tmp_path) == 4, "2, 4, 8 and 16"
        assert way(seat, name) == "delivered" and exported(house) == set()
        assert wish == "withdraw" or readable(house, name) == []
    finally:
        copy.store.close()


def test_what_had_come_back_to_an_earlier_version_of_the_program_goes_out_again(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    name = say(seat)
    copy = seat.copy_to(tmp_path / "copy")
    go_on(copy, name, "reinstated")
    copy.store.close()
    take_back(seat, name, "withdraw")
    seat.seal()
    send_all(seat)
    seat.store.close()
    with contextlib.closing(sqlite3.connect(seat.store.path)) as connection, connection:
        came_back = "UPDATE record SET state = 'returned', reason = 'record_old_revision' WHERE newest = 1 AND id = ?"
        assert connection.execute(came_back, (name,)).rowcount == 1
    seat.crash()  # and is started anew, as the present version
    assert way(seat, name) == "released"
    deliver(house, seat, "network", tmp_path)
    assert way(seat, name) == "delivered" and exported(house) == set()


def test_what_was_let_stand_again_meanwhile_is_not_taken_back_by_a_withdrawal_that_came_back(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    name = say(seat)
    copy = seat.copy_to(tmp_path / "copy")
    go_on(copy, name, "reinstated")
    copy.store.close()
    take_back(seat, name, "withdraw")
    seat.seal()
    send_all(seat)
    assert way(seat, name) == "released"
    seat.store.records.reinstate_all([name]).result()
    release(seat, name)
    deliver(house, seat, "network", tmp_path)
    assert exported(house) == {name}


def test_a_collector_that_takes_no_withdrawal_hinders_nothing_else(
    house: House, seat: Seat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its number rises with each delivery, and stays one that may be signed."""
    name = say(seat)
    copy = seat.copy_to(tmp_path / "copy")
    go_on(copy, name, "reinstated")
    copy.store.close()
    refused = Placing.place
    monkeypatch.setattr(Placing, "place", lambda self, *line: _refusing(refused(self, *line), name))
    take_back(seat, name, "withdraw")
    for _ in range(80):
        seat.seal()
        send_all(seat)
    found = seat.store.records.newest(name)
    assert found is not None and found.way == "released" and found.rev < 2**31
    assert send_all(seat, 1) == ["delivered"]


def _refusing(said: object, name: str) -> object:
    refused = getattr(said, "id", "") == name
    return msgspec.structs.replace(said, status="refused", rule="record_old_revision") if refused else said


def test_a_withdrawn_judgement_is_still_found_when_its_withdrawal_went_out_twice(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    name = say(seat)
    copy = seat.copy_to(tmp_path / "copy")
    go_on(copy, name, "reinstated")
    copy.store.close()
    take_back(seat, name, "withdraw")
    first = seat.store.records.newest(name)
    deliver(house, seat, "network", tmp_path)
    last = seat.store.records.newest(name)
    assert first is not None and last is not None
    assert last.rev > first.rev and last.title == first.title != ""
    seat.store.records.reinstate_all([name]).result()
    again = seat.store.records.newest(name)
    assert again is not None and isinstance(again.record, Judgement) and again.record.justification == SECRET
