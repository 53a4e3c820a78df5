"""Keys in an open menu of the true window: those that stand in it choose, those with Ctrl do what they do elsewhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from trainer import ShowWindow, Trainer, open_menu

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]


@pytest.fixture
def at_values(show_window: ShowWindow) -> Trainer:
    """A trainer with all values of the second rating of answer A open; the first one has 3."""
    trainer = Trainer(show_window(size=(1440, 900)))
    session = trainer.workbench.session
    trainer.type("Why is the sky blue?")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "answers stand")
    trainer.type("1")
    trainer.press(Key.Key_Return)
    trainer.type("3")
    trainer.press(Key.Key_Space)
    assert open_menu().objectName() == "ratingMenu"
    return trainer


def _values(trainer: Trainer) -> list[int | None]:
    draft, rubric = trainer.workbench.session.draft, trainer.workbench.session.rubric
    return [value for axis in rubric.axes if isinstance(value := draft.rating(draft.order[0], axis.id), int)]


def test_save_is_pressed_in_the_menu_of_values_and_says_what_is_missing(at_values: Trainer) -> None:
    """Ctrl+S did nothing there, without a word."""
    QTest.keyClick(open_menu(), Key.Key_S, CONTROL)
    assert QApplication.activePopupWidget() is None
    tip = at_values.workbench.bench.tip
    assert tip.words.startswith("Not saved"), tip.words
    assert at_values.workbench.session.saved is None


def test_undo_is_pressed_in_the_menu_of_values(at_values: Trainer) -> None:
    """Ctrl+Z did nothing there, without a word."""
    assert _values(at_values) == [3]
    QTest.keyClick(open_menu(), Key.Key_Z, CONTROL)
    assert QApplication.activePopupWidget() is None
    assert _values(at_values) == []


def test_a_digit_chooses_the_value_that_begins_with_it(at_values: Trainer) -> None:
    QTest.keyClick(open_menu(), Key.Key_1)
    at_values.until(lambda: _values(at_values) == [3, 1], "it is rated")
    assert QApplication.activePopupWidget() is None


def test_the_key_that_stands_at_an_entry_chooses_it(at_values: Trainer) -> None:
    QTest.keyClick(open_menu(), Key.Key_Escape)
    at_values.press(Key.Key_Up)
    at_values.press(Key.Key_Space)
    QTest.keyClick(open_menu(), Key.Key_Backspace)
    at_values.until(lambda: _values(at_values) == [], "it is taken back")


def test_a_letter_that_stands_nowhere_leaves_the_menu_as_it_is(at_values: Trainer) -> None:
    QTest.keyClick(open_menu(), Key.Key_Q)
    assert open_menu().objectName() == "ratingMenu"
    assert _values(at_values) == [3]
