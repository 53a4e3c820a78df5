"""Keys that were fixed once are commands: given another key in the settings, that one does it, and not the old one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from every_scene import SCENES, Visit
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidgetItemIterator
from trainer import OpenWindow, Trainer

from desktop.flow import keymap
from desktop.flow.keymap import Keymap
from desktop.views.key_list import KeyList

ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]


@pytest.fixture
def trainer(open_window: OpenWindow) -> Trainer:
    return Trainer(open_window())


@pytest.fixture(autouse=True)
def usual_keys_afterwards() -> Iterator[None]:
    yield
    keymap.use(Keymap({}))


def choose(keys: KeyList, command: str) -> None:
    """Make the row of a command current."""
    rows = QTreeWidgetItemIterator(keys.list)
    while (item := rows.value()) is not None:
        keys.list.setCurrentItem(item)
        if keys.command == command:
            return
        rows += 1
    raise AssertionError(f"{command} does not stand in the list")


def give(trainer: Trainer, command: str, key: Qt.Key, held: Qt.KeyboardModifier) -> str:
    """Give a command a key, as the settings do it; what is said to that."""
    workbench = trainer.workbench
    workbench.window.show_named("settings")
    page = workbench.preferences.keys
    page.keys.search.clear()
    workbench.preferences.page.show_part("keys")
    choose(page.keys, command)
    page.keys.wait_for_key()
    trainer.press(key, held)
    return page._words.text()


def test_the_rooms_go_by_another_key_as_a_whole(trainer: Trainer) -> None:
    window = trainer.workbench.window
    give(trainer, "room", Qt.Key.Key_4, CONTROL | ALT)
    assert keymap.current().keys("room") == ("Ctrl+Alt+1…9",)
    trainer.press(Qt.Key.Key_1, CONTROL | ALT)
    assert window.room.name == "bench"
    trainer.press(Qt.Key.Key_3, CONTROL)
    assert window.room.name == "bench", "the usual key is free"
    trainer.press(Qt.Key.Key_3, CONTROL | ALT)
    assert window.room.name == "records"
    assert all("(Ctrl+Alt+" in button.toolTip() for button in window._buttons)


def test_what_cannot_be_a_row_of_digits_is_refused_in_the_list(trainer: Trainer) -> None:
    assert "Press a digit with Ctrl or Alt" in give(trainer, "room", Qt.Key.Key_R, CONTROL)
    assert keymap.current() == Keymap({})


def test_points_are_ticked_and_changes_passed_by_other_keys(trainer: Trainer) -> None:
    give(trainer, "tick_point", Qt.Key.Key_2, CONTROL | ALT)
    give(trainer, "next_change", Qt.Key.Key_J, CONTROL | ALT)
    trainer.press(Qt.Key.Key_1, CONTROL)
    SCENES["bench, rewriting"](Visit(trainer))
    page = trainer.workbench.bench.revision
    page.side.point.setFocus()
    trainer.type("Say why.")
    trainer.press(Qt.Key.Key_Return)
    page.take_focus()

    def done() -> list[bool]:
        return [point.done for point in page.value.points] if page.value is not None else []

    assert done() == [False]
    trainer.press(Qt.Key.Key_1, ALT)
    assert done() == [False]
    trainer.press(Qt.Key.Key_1, CONTROL | ALT)
    assert done() == [True]
    assert "Ctrl+Alt+1" in page.side.points.rows[0].box.toolTip()
    trainer.press(Qt.Key.Key_End, CONTROL)
    end = page.version.textCursor().position()
    trainer.press(Qt.Key.Key_Down, ALT)
    assert page.version.textCursor().position() == end
    trainer.press(Qt.Key.Key_J, CONTROL | ALT)
    trainer.until(lambda: page.version.textCursor().position() != end, "the caret goes to the change")


def test_no_to_the_rest_has_another_key(trainer: Trainer) -> None:
    give(trainer, "no_to_rest", Qt.Key.Key_X, SHIFT)
    assert keymap.current().keys("no_to_rest") == ("Shift+X",)
    trainer.press(Qt.Key.Key_1, CONTROL)
    SCENES["bench, questions"](Visit(trainer))
    session, bench = trainer.workbench.session, trainer.workbench.bench
    bench.ratings.setFocus()
    count = len(session.draft.answered)
    trainer.press(Qt.Key.Key_N, SHIFT)
    said = session.draft.answered
    assert len(said) <= count + 1, "Shift+N is a letter like N now"
    trainer.press(Qt.Key.Key_X, SHIFT)
    answered = {each.question for each in session.draft.answered}
    assert answered == {question.id for question in session.rubric.questions}
