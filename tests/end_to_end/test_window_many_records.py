"""The rooms of records and of what waits, when and where they search and read: never for a room that nobody sees."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from made_judgements import candidate, judgement
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from trainer import ShowWindow, Trainer

from desktop import rooms
from desktop.app import Workbench
from desktop.flow import outbox_desk
from desktop.flow.leaving import NotSent
from desktop.views import main_window, records_changing, records_page
from feedback_store.outbox import Outbox
from feedback_store.saved_records import SavedRecords
from feedback_store.store import SearchQuery, Store, StoredRecord

pytestmark = pytest.mark.long

WINDOW = threading.main_thread().name
COUNT = 6
Key = Qt.Key


@pytest.fixture
def workbench(show_window: ShowWindow) -> Workbench:
    workbench = show_window()
    for number in range(COUNT):
        save(workbench, f"Ask {number}")
    return workbench


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the threads that searched."""
    yield noted(monkeypatch, Store, "search")


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few records are very many already."""
    for where in (outbox_desk, records_changing, records_page, rooms):
        monkeypatch.setattr(where, "AT_ONCE", 3)


def noted(monkeypatch: pytest.MonkeyPatch, where: type, name: str) -> list[str]:
    real, threads = getattr(where, name), []

    def note(self: Any, *values: Any, **named: Any) -> Any:
        threads.append(threading.current_thread().name)
        return real(self, *values, **named)

    monkeypatch.setattr(where, name, note)
    return threads


def save(workbench: Workbench, ask: str) -> StoredRecord:
    store, project = workbench._profile.store, workbench.rooms.project.id
    made = judgement("a>b", candidate("a"), candidate("b"), ask=ask, project=project, trainer=store.trainer)
    return store.records.save(made).result()


def counted(trainer: Trainer, workbench: Workbench, count: int) -> None:
    trainer.until(lambda: workbench.rooms.waiting.count == count, "it is stored")
    told: list[object] = []
    workbench.rooms.counted.connect(told.append)
    workbench.rooms._news.hear(records_news())
    trainer.until(lambda: bool(told), "the window has looked at what is new")


def records_news() -> Any:
    from feedback_store.changes import Change

    return Change("records", ())


def test_a_hidden_room_searches_for_nobody_and_looks_when_it_is_seen(workbench: Workbench, searched: list[str]) -> None:
    trainer, page = Trainer(workbench), workbench.records
    counted(trainer, workbench, COUNT)
    assert searched == []
    trainer.control(Key.Key_3)
    assert page.model.rowCount() == COUNT and searched == [WINDOW], "a usual profile stands there at once"
    trainer.control(Key.Key_1)
    save(workbench, "One more")
    counted(trainer, workbench, COUNT + 1)
    assert len(searched) == 1
    trainer.control(Key.Key_3)
    assert page.model.rowCount() == COUNT + 1 and len(searched) == 2
    trainer.control(Key.Key_1)
    trainer.control(Key.Key_3)
    assert len(searched) == 2, "nothing has changed since"


def test_a_room_that_is_seen_searches_beside_the_window(workbench: Workbench, searched: list[str]) -> None:
    trainer, page = Trainer(workbench), workbench.records
    trainer.control(Key.Key_3)
    searched.clear()
    save(workbench, "One more")
    trainer.until(lambda: page.model.rowCount() == COUNT + 1, "it is listed")
    assert searched and WINDOW not in searched


@pytest.mark.usefixtures("many")
def test_very_many_records_are_searched_beside_the_window_when_their_room_is_opened(
    workbench: Workbench, searched: list[str]
) -> None:
    trainer, page = Trainer(workbench), workbench.records
    trainer.control(Key.Key_3)
    trainer.until(lambda: page.model.rowCount() == COUNT, "they are listed")
    assert searched and WINDOW not in searched
    assert not page.empty.isVisible() and page.current is not None


@pytest.mark.usefixtures("many")
def test_of_very_many_marked_ones_only_what_left_its_place_is_asked_for(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, page, store = Trainer(workbench), workbench.records, workbench._profile.store
    trainer.control(Key.Key_3)
    trainer.until(lambda: page.model.rowCount() == COUNT, "they are listed")
    page.list.setFocus()
    trainer.control(Key.Key_A)
    asked: list[list[int]] = []
    real = SavedRecords.newest_places
    monkeypatch.setattr(
        SavedRecords, "newest_places", lambda self, places: (asked.append(list(places)), real(self, places))[1]
    )
    third = page.model.record(page.model.index(2))
    assert third is not None
    store.records.withdraw(third.id, "mistake").result()
    trainer.until(lambda: page.model.row_of(third.id) == 0, "its withdrawal is the newest")
    assert asked == [[third.seq]]
    assert page.marked.ranges == ((0, COUNT - 1),)
    save(workbench, "One more")
    trainer.until(lambda: page.model.rowCount() == COUNT + 1, "it is listed")
    assert page.marked.ranges == ((1, COUNT),), "what came is not marked"
    assert len(asked) == 1


@pytest.mark.usefixtures("many")
def test_very_many_marked_ones_are_read_on_a_thread_and_withdrawn_together(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = noted(monkeypatch, SavedRecords, "ids_of")
    trainer, page, store = Trainer(workbench), workbench.records, workbench._profile.store
    trainer.control(Key.Key_3)
    trainer.until(lambda: page.model.rowCount() == COUNT, "they are listed")
    page.list.setFocus()
    trainer.control(Key.Key_A)
    trainer.press(Key.Key_Delete)
    trainer.dialog("confirmWithdraw")
    assert read == ["records"]
    trainer.push("confirmWithdrawMain")
    trainer.alone()
    trainer.until(lambda: len(store.search(SearchQuery(states=("withdrawn",)))) == COUNT, "all are withdrawn")


@pytest.mark.usefixtures("many")
def test_an_outbox_of_very_many_is_read_beside_the_window(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = noted(monkeypatch, Outbox, "unsent")
    trainer, page = Trainer(workbench), workbench.outbox
    trainer.control(Key.Key_4)
    trainer.until(lambda: page.model.rowCount() == COUNT, "they are listed")
    assert read and WINDOW not in read
    assert trainer.focus is page.list and not page.empty.isVisible()
    last = save(workbench, "One more")
    trainer.until(lambda: page.model.rowCount() == COUNT + 1, "it is listed")
    assert WINDOW not in read and page.model.row_of(last.id) == COUNT


@pytest.mark.usefixtures("many")
def test_very_many_that_wait_are_counted_beside_the_window(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each save held the window up for as long as it takes to count them."""
    trainer = Trainer(workbench)
    counted(trainer, workbench, COUNT)
    count = noted(monkeypatch, Outbox, "count_unsent")
    told: list[NotSent] = []
    workbench.rooms.counted.connect(told.append)
    save(workbench, "One more")
    trainer.until(lambda: bool(told) and told[-1].count == COUNT + 1, "it is counted")
    assert count and WINDOW not in count


def test_from_room_to_room_the_keyboard_is_given_on_without_looking_for_the_next_stop(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Qt asked for the next stop of the page that went: the window read its whole order for nothing."""
    asked: list[bool] = []
    real = main_window.tab_on

    def note(window: QWidget, *, forward: bool) -> bool:
        asked.append(forward)
        return real(window, forward=forward)

    monkeypatch.setattr(main_window, "tab_on", note)
    trainer, records = Trainer(workbench), workbench.records
    homes = []
    for room in (Key.Key_3, Key.Key_4, Key.Key_1) * 2:
        trainer.control(room)
        homes.append(trainer.focus)
        assert trainer.focus is not None and trainer.focus.isVisible()
    assert homes[:2] == homes[3:5] == [records.finder.search, workbench.outbox.list] and homes[2] is homes[5]
    assert asked == []
    trainer.press(Key.Key_Tab)
    assert asked == [True]


def test_letters_act_on_what_is_marked_where_the_cursor_is_on_a_withdrawn_one(workbench: Workbench) -> None:
    """T and Withdraw were dead while the record that is read was withdrawn, whatever else was marked."""
    trainer, page, store = Trainer(workbench), workbench.records, workbench._profile.store
    trainer.control(Key.Key_3)
    first = page.current
    assert first is not None
    store.records.withdraw(first.id, "mistake").result()
    trainer.until(lambda: page.reader.withdrawn, "it is shown")
    page.list.setFocus()
    tags, withdraw = page.doings["record_tags"], page.doings["withdraw_record"]
    assert not tags.possible() and not withdraw.possible(), "it alone is marked"
    trainer.control(Key.Key_A)
    assert page.reader.withdrawn and tags.possible() and withdraw.possible()
    for letter, dialog in (("t", "tagsDialog"), ("w", "confirmWithdraw")):
        trainer.type(letter)
        trainer.dialog(dialog)
        trainer.press(Key.Key_Escape)
        trainer.alone()
    for each in store.at(store.search(SearchQuery(states=("saved",)))):
        store.records.withdraw(each.id, "mistake").result()
    trainer.until(lambda: not tags.possible(), "no judgement is marked any more")
    trainer.type("w")
    assert QApplication.activeModalWidget() is None
