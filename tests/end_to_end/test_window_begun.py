"""What is begun in the flag popup, and of the reason why nothing is rankable: kept like all else until done or gone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from trainer import ShowWindow, Trainer

from desktop.flow.begun import BegunChoice
from desktop.profile import Profile
from desktop.views.not_rankable_dialog import NotRankableDialog

pytestmark = pytest.mark.long

Key = Qt.Key
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
TYPED = BegunChoice("bias", 2, "age", None, "Who says", "")


@pytest.fixture
def trainer(show_window: ShowWindow) -> Trainer:
    """A trainer at four answers."""
    return at_answers(Trainer(show_window(size=(1440, 900))))


def at_answers(trainer: Trainer) -> Trainer:
    session = trainer.workbench.session
    trainer.type("Why is the sky blue?")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "answers stand")
    return trainer


def begin_flag(trainer: Trainer) -> None:
    """Three characters of B, bias against an age, how bad, and half a note."""
    trainer.type("2")
    trainer.press(Key.Key_Home, CONTROL)
    trainer.press(Key.Key_Right, SHIFT, 3)
    trainer.type("fba2")
    popup = trainer.workbench.bench.popup
    for _ in range(6):
        if popup.note.hasFocus():
            break
        trainer.press(Key.Key_Tab)
    trainer.type("Who says")
    assert popup.choice == TYPED


def begin_reason(trainer: Trainer, words: str) -> NotRankableDialog:
    trainer.type("n")
    dialog = asked(trainer)
    trainer.type(words)
    return dialog


def asked(trainer: Trainer) -> NotRankableDialog:
    def visible() -> list[NotRankableDialog]:
        return [each for each in trainer.workbench.bench.findChildren(NotRankableDialog) if each.isVisible()]

    trainer.until(lambda: bool(visible()) and visible()[0].reason.edit.hasFocus(), "it is asked why")
    return visible()[0]


def back_at_the_bench(trainer: Trainer) -> None:
    """Drawn into memory no window manager gives the focus back when a dialog goes."""
    trainer.workbench.window.activateWindow()
    trainer.until(lambda: QApplication.focusWidget() is not None, "the keyboard is back")


def begun_span(trainer: Trainer) -> tuple[int, int] | None:
    begun = trainer.workbench.session.draft.begun_flag
    return (begun.span.start, begun.span.end) if begun is not None and begun.span is not None else None


def stands_again(trainer: Trainer) -> None:
    popup = trainer.workbench.bench.popup
    trainer.until(lambda: popup.is_open, "the popup stands again")
    assert popup.choice == TYPED
    assert begun_span(trainer) == (0, 3)
    assert trainer.workbench.bench.answers.current == 1


@pytest.mark.parametrize("key", ["F6", "Ctrl+2", "Ctrl+F"])
def test_a_flag_that_was_begun_stands_again_after_the_keyboard_was_elsewhere(trainer: Trainer, key: str) -> None:
    bench, session = trainer.workbench.bench, trainer.workbench.session
    begin_flag(trainer)
    QTest.keySequence(trainer.focus, QKeySequence(key))
    trainer.until(lambda: not bench.popup.is_open, "the popup is gone")
    trainer.control(Key.Key_1)
    trainer.until(lambda: bench.isVisible(), "the bench is shown")
    bench.answers.choose(0)
    trainer.type("f")
    stands_again(trainer)
    trainer.press(Key.Key_Return)
    (flag,) = session.draft.flags
    assert session.draft.begun_flag is None
    assert flag.span is not None and (flag.span.start, flag.span.end) == (0, 3)
    assert (flag.candidate, flag.note, flag.target_group) == (session.draft.order[1], "Who says", "age")


def test_a_flag_that_was_begun_stands_again_in_the_next_window(
    trainer: Trainer, profile: Profile, show_window: ShowWindow
) -> None:
    begin_flag(trainer)
    trainer.workbench.window.close()
    again = Trainer(show_window(size=(1440, 900)))
    session = again.workbench.session
    assert session.draft.begun_flag is not None and session.draft.begun_flag.choice == TYPED
    assert session.missing[0].text == "A flag is not finished: finish or drop it"
    again.workbench.bench.answers.choose(0)
    again.type("f")
    stands_again(again)


def test_nothing_is_saved_over_a_flag_that_is_begun(trainer: Trainer) -> None:
    session, bench = trainer.workbench.session, trainer.workbench.bench
    begin_flag(trainer)
    QTest.keySequence(trainer.focus, QKeySequence("F6"))
    trainer.until(lambda: not bench.popup.is_open, "the popup is gone")
    trainer.control(Key.Key_S)
    stands_again(trainer)
    assert session.saved is None
    assert [notice.place for notice in session.missing][:1] == ["begun_flag"]
    trainer.press(Key.Key_Escape)
    assert "begun_flag" not in [notice.place for notice in session.missing]


def test_esc_says_that_a_flag_goes_and_undo_brings_it_back(trainer: Trainer) -> None:
    session, bench = trainer.workbench.session, trainer.workbench.bench
    begin_flag(trainer)
    trainer.press(Key.Key_Escape)
    assert not bench.popup.is_open and session.draft.begun_flag is None
    assert bench.message.message is not None
    assert bench.message.message.spoken == "The flag you had begun is gone. Ctrl+Z brings it back."
    trainer.comes_to("answerTextB")
    trainer.control(Key.Key_Z)
    stands_again(trainer)
    assert bench.message.message is None


def test_a_flag_is_one_step_of_undo_however_it_was_typed(trainer: Trainer) -> None:
    session = trainer.workbench.session
    begin_flag(trainer)
    trainer.press(Key.Key_Return)
    assert len(session.draft.flags) == 1
    trainer.control(Key.Key_Z)
    assert not session.draft.flags and session.draft.begun_flag is None


def test_esc_at_a_popup_in_which_nothing_was_said_says_nothing(trainer: Trainer) -> None:
    bench = trainer.workbench.bench
    trainer.type("f")
    trainer.press(Key.Key_Escape)
    assert bench.message.message is None
    assert not trainer.workbench.session.draft.judged


def test_what_was_begun_goes_with_its_answer(trainer: Trainer) -> None:
    session = trainer.workbench.session
    begin_flag(trainer)
    QTest.keySequence(trainer.focus, QKeySequence("F6"))
    trainer.workbench.bench.answers.choose(1)
    trainer.type("r")
    trainer.until(lambda: session.draft.finished and not session.writing, "it is written anew")
    assert session.draft.begun_flag is None


def test_esc_says_that_a_reason_goes_and_undo_brings_it_back(trainer: Trainer) -> None:
    session, bench = trainer.workbench.session, trainer.workbench.bench
    begin_reason(trainer, "Neither says")
    assert session.draft.begun_reason == "Neither says"
    trainer.press(Key.Key_Escape)
    back_at_the_bench(trainer)
    assert session.draft.begun_reason == ""
    assert bench.message.message is not None
    assert bench.message.message.spoken == "The reason you had begun is gone. Ctrl+Z brings it back."
    trainer.control(Key.Key_Z)
    assert asked(trainer).reason.text == "Neither says"
    trainer.type(" anything")
    trainer.press(Key.Key_Return)
    back_at_the_bench(trainer)
    assert session.draft.not_rankable == "Neither says anything"
    assert session.draft.begun_reason == ""


def test_a_reason_that_was_begun_stands_again_in_the_next_window(trainer: Trainer, show_window: ShowWindow) -> None:
    begin_reason(trainer, "Neither says")
    trainer.workbench.window.close()
    again = Trainer(show_window(size=(1440, 900)))
    session = again.workbench.session
    assert session.draft.begun_reason == "Neither says"
    assert session.missing[0].text == "The reason for “not rankable” is not finished: finish or drop it"
    again.workbench.bench.answers.choose(0)
    again.control(Key.Key_S)
    assert asked(again).reason.text == "Neither says"
    assert session.saved is None
    again.press(Key.Key_Return)
    assert session.draft.not_rankable == "Neither says"
