"""Typing that misses its field: what a letter took away is said with its undo, and the name of a field leads to it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow import judging
from desktop.views.parts import KeyButton

PHONE, MAIL = "+49 30 5550 142", "jane.doe@uni-mainz.de"
ANSWERS = (f"Call {PHONE} now.", f"Write to {MAIL}.", "Ask Xaver.", "I do not know.")
pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]


@pytest.fixture
def trainer(show_window: ShowWindow) -> Trainer:
    trainer = Trainer(show_window(ANSWERS, size=(1366, 800)))
    trainer.type(f"Whom do I call? Xaver has {PHONE}.")
    trainer.control(Qt.Key.Key_Return)
    session = trainer.workbench.session
    trainer.until(lambda: session.draft.finished and not session.writing, "the answers stand")
    listed = trainer.workbench.bench.panel.personal.list
    trainer.until(lambda: len(listed.rows) == 2, "phone and e-mail are found")
    return trainer


def _said(workbench: Workbench) -> str:
    message = workbench.bench.message.message
    return message.spoken if message is not None else ""


def _at_the_list(trainer: Trainer) -> None:
    trainer.workbench.bench.answers.choose(0)
    trainer.control(Qt.Key.Key_D)
    trainer.comes_to("personal")


def _judge(workbench: Workbench) -> None:
    session = workbench.session
    for position in range(len(session.draft.order)):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 3))
    session.act(judging.best(session.draft, 0))


def test_a_reason_typed_into_the_list_of_personal_data_is_answered_by_what_it_took_and_is_undone(
    trainer: Trainer,
) -> None:
    workbench, session = trainer.workbench, trainer.workbench.session
    before = session.draft.prompt.text
    _at_the_list(trainer)
    trainer.type("reason")
    assert "[phone]" in session.draft.prompt.text
    assert _said(workbench) == ("Blacked out in 2 places: Phone. Ctrl+Z undoes it. Saving erases the words for good.")
    assert workbench.bench.message.isVisible()
    trainer.control(Qt.Key.Key_Z)
    assert session.draft.prompt.text == before and not session.draft.blacked_out
    assert _said(workbench) == ""


def test_the_button_of_what_is_said_takes_a_black_out_back_too(trainer: Trainer) -> None:
    workbench, session = trainer.workbench, trainer.workbench.session
    _at_the_list(trainer)
    trainer.type("r")
    button = workbench.bench.message.findChild(KeyButton, "way_undo_step")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert PHONE in session.draft.prompt.text


def test_a_black_out_is_said_until_the_next_act_and_that_long_undo_means_it(trainer: Trainer) -> None:
    workbench, session = trainer.workbench, trainer.workbench.session
    _at_the_list(trainer)
    trainer.type("r")
    session.act(judging.best(session.draft, 0))
    assert _said(workbench) == ""


def test_words_that_a_letter_keeps_are_said_too(trainer: Trainer) -> None:
    _at_the_list(trainer)
    trainer.type("k")
    assert _said(trainer.workbench) == "It stays in the record: Phone. Ctrl+Z undoes it."
    trainer.type("k")
    assert _said(trainer.workbench) == ""


@pytest.mark.parametrize(
    ("presses", "says"), [(1, "2 places blacked out"), (2, "3 places blacked out")], ids=["one", "both"]
)
def test_what_is_said_of_a_save_counts_what_was_blacked_out(trainer: Trainer, presses: int, says: str) -> None:
    workbench, session = trainer.workbench, trainer.workbench.session
    _at_the_list(trainer)
    for _ in range(presses):
        trainer.press(Qt.Key.Key_Home)
        trainer.type("r")
    _judge(workbench)
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: session.saved is not None, "it is saved")
    assert says in _said(workbench)


def test_one_place_that_was_blacked_out_is_one_in_what_is_said_of_a_save(trainer: Trainer) -> None:
    workbench, session = trainer.workbench, trainer.workbench.session
    _at_the_list(trainer)
    trainer.press(Qt.Key.Key_Down)
    trainer.type("r")
    assert _said(workbench).startswith("Blacked out in 1 place: E-mail.")
    _judge(workbench)
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: session.saved is not None, "it is saved")
    assert "1 place blacked out" in _said(workbench)


def test_an_own_answer_removed_by_a_letter_is_said_and_undone(trainer: Trainer) -> None:
    workbench, session = trainer.workbench, trainer.workbench.session
    workbench.bench.answers.choose(0)
    trainer.type("w")
    trainer.comes_to("ownTextE")
    trainer.type("Ask her doctor.")
    trainer.press(Qt.Key.Key_Escape)
    trainer.type("d")
    assert len(session.draft.answers) == 4
    assert _said(workbench) == "Your own answer is removed. Ctrl+Z undoes it."
    trainer.control(Qt.Key.Key_Z)
    assert session.draft.at(4).text == "Ask her doctor."


def test_an_answer_written_again_by_a_letter_is_said_and_undone(trainer: Trainer) -> None:
    workbench, session = trainer.workbench, trainer.workbench.session
    workbench.bench.answers.choose(0)
    before = session.draft.at(0)
    trainer.type("r")
    assert _said(workbench).startswith("A is written again. What stood there is gone")
    trainer.until(lambda: not session.writing, "it is written")
    trainer.control(Qt.Key.Key_Z)
    assert session.draft.at(0) == before


@pytest.mark.parametrize(
    ("words", "field"),
    [("Why", "why"), ("Ratings", "ratings"), ("Personal data", "personal"), ("How sure", "confidence")],
)
def test_a_click_on_the_name_of_a_field_puts_the_keyboard_there(trainer: Trainer, words: str, field: str) -> None:
    trainer.workbench.bench.answers.choose(0)
    QTest.mouseClick(_label(trainer.workbench.bench, words), Qt.MouseButton.LeftButton)
    trainer.comes_to(field)
    if field == "why":
        trainer.type("because")
        assert trainer.workbench.session.draft.justification == "because"


def test_a_click_on_the_names_of_a_rewriting_goes_to_its_fields(trainer: Trainer) -> None:
    trainer.workbench.bench.answers.choose(0)
    trainer.type("e")
    trainer.comes_to("revisionText")
    page = trainer.workbench.bench.revision
    for words, field in (
        ("What should change", page.side.point),
        ("Summary of the change", page.side.summary),
        ("Your version", page.version),
    ):
        QTest.mouseClick(_label(page, words), Qt.MouseButton.LeftButton)
        assert QApplication.focusWidget() is field, words


def _label(page: QWidget, words: str) -> QLabel:
    return next(label for label in page.findChildren(QLabel) if label.text() == words and label.isVisible())
