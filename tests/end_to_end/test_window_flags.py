"""Flags in the true window, by keys: each with its rubric's letter and a look of its own, noted, changed, saved."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget
from trainer import ShowWindow, Trainer

from desktop.flow import judging
from desktop.flow.judging import FlagChoice
from desktop.profile import Profile
from desktop.theme.theme import current_theme
from desktop.views.bench_page import BenchPage
from feedback_store import rubrics
from feedback_store.records import Flag, Judgement, Versioned

Key = Qt.Key
NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def flagging(profile: Profile, show_window: ShowWindow) -> Callable[..., Trainer]:
    """A trainer at answers that are judged by this rubric."""

    def begin(rubric: str) -> Trainer:
        found = rubrics.load(rubric)
        named = Versioned(found.id, found.version, found.sha256)
        changed = msgspec.structs.replace(profile.project, rubric=named, rubric_body=None)
        profile.store.projects.update(changed).result()
        trainer = Trainer(show_window(size=(1440, 900)))
        session = trainer.workbench.session
        assert session.rubric == found
        trainer.type("Why is the sky blue?")
        trainer.control(Key.Key_Return)
        trainer.until(lambda: session.draft.finished and not session.writing, "answers stand")
        return trainer

    return begin


def bench_of(trainer: Trainer) -> BenchPage:
    return trainer.workbench.bench


def select(trainer: Trainer, *, after: int, length: int) -> None:
    trainer.press(Key.Key_Home, CONTROL)
    trainer.press(Key.Key_Right, NONE, after)
    trainer.press(Key.Key_Right, SHIFT, length)


def flag(trainer: Trainer, keys: str, *, note: str = "") -> None:
    """F, then these keys, then a note."""
    trainer.type(f"f{keys}")
    if note:
        popup = bench_of(trainer).popup
        for _ in range(6):
            if popup.note.hasFocus():
                break
            trainer.press(Key.Key_Tab)
        trainer.type(note)
    trainer.press(Key.Key_Return)


def flags(trainer: Trainer) -> tuple[Flag, ...]:
    return trainer.workbench.session.draft.flags


def at_the_list(trainer: Trainer) -> None:
    bench = bench_of(trainer)
    bench.open_part(bench.panel.flags)
    trainer.comes_to("flags")


def tooltip(widget: QWidget, place: QPoint) -> str:
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place)))
    return QToolTip.text()


def test_every_hazard_has_its_own_letter_colour_and_line_in_text_list_and_gutter(
    flagging: Callable[..., Trainer],
) -> None:
    """Sex-related crimes and suicide both showed S, and all hazards looked alike."""
    trainer = flagging("hazards")
    known = trainer.workbench.session.rubric.flags
    assert known is not None
    categories = known.categories
    trainer.type("1")
    for place, category in enumerate(categories):
        select(trainer, after=place % 6, length=4)
        flag(trainer, f"{category.letter.lower()}2")
    rows = bench_of(trainer).panel.flags.rows
    assert [row.category for row in rows] == [category.id for category in categories]
    looks = [current_theme().flag(row.category, row.sign) for row in rows]
    assert [look.letter for look in looks] == [category.letter for category in categories]
    assert len({(look.line.name(), look.pattern) for look in looks}) == len(categories)
    text = bench_of(trainer).answers.cards[0].text
    assert [span.sign for span in text.spans] == [row.sign for row in rows]
    assert all(mark.anchor.sign in [row.sign for row in rows] for mark in text.gutter.marks)


@pytest.mark.long
def test_a_digit_that_the_rubric_has_no_step_for_does_nothing_in_the_list(flagging: Callable[..., Trainer]) -> None:
    """3 in the list made a judgement by error spans unsavable."""
    trainer = flagging("error_spans")
    session = trainer.workbench.session
    trainer.type("1")
    select(trainer, after=0, length=4)
    flag(trainer, "a1")
    at_the_list(trainer)
    trainer.type("3")
    assert [each.severity for each in flags(trainer)] == [1]
    trainer.type("2")
    assert [each.severity for each in flags(trainer)] == [2]
    session.act(judging.best(session.draft, 1))
    for position in range(4):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, axis.steps[0].value))
    session.act(judging.set_severity(session.draft, 0, 3))  # as an earlier version of the program could
    assert session.save() is None and session.problem is not None
    said = session.problem.text
    assert said.startswith("A flag does not fit the rubric. A: Accuracy, 3 “") and "$" not in said
    assert said.endswith(" Severity goes from 0 to 2. Change or remove it in the list of flags.")


@pytest.mark.qt_log_ignore(r"does not support raise\(\)", extend=True)  # drawn into memory, for the tooltip
def test_a_note_is_read_in_the_list_and_at_the_mark(flagging: Callable[..., Trainer]) -> None:
    trainer = flagging("helpsteer2")
    trainer.type("1")
    select(trainer, after=0, length=4)
    flag(trainer, "f2", note="Who says so?")
    shown, gutter = bench_of(trainer).panel.flags, bench_of(trainer).answers.cards[0].text.gutter
    assert shown.rows[0].spoken.endswith(" – Who says so?")
    trainer.until(lambda: bool(gutter.marks), "the mark stands")
    assert "Who says so?" in str(shown.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole))
    assert "Who says so?" in tooltip(gutter, QPoint(gutter.width() // 2, round(gutter.marks[0].top) + 4))


def test_enter_changes_a_flag_in_the_popup_and_that_is_one_step_of_undo(flagging: Callable[..., Trainer]) -> None:
    trainer = flagging("helpsteer2")
    session, popup = trainer.workbench.session, bench_of(trainer).popup
    trainer.type("1")
    select(trainer, after=0, length=4)
    flag(trainer, "f2", note="Who says so?")
    (before,) = flags(trainer)
    session.act(
        judging.change_flag(session.draft, 0, FlagChoice("bias", 1, "age", "stereotype", "Who says so?", "Some people"))
    )
    (bias,) = flags(trainer)
    assert bias.span == before.span
    at_the_list(trainer)
    trainer.press(Key.Key_Return)
    trainer.comes_to("flagCategories")
    assert (popup.note.text(), popup.suggestion.text(), popup.button.text()) == (
        "Who says so?",
        "Some people",
        "Change",
    )
    trainer.press(Key.Key_Return)
    trainer.comes_to("flags")
    assert flags(trainer) == (bias,), "nothing is lost of what was not touched"
    trainer.press(Key.Key_Return)
    trainer.comes_to("flagCategories")
    trainer.type("u3")
    popup.note.setFocus()
    trainer.replace_text("Dangerous")
    trainer.press(Key.Key_Return)
    trainer.comes_to("flags")
    (after,) = flags(trainer)
    assert (after.category, after.severity, after.note, after.target_group) == ("unsafe", 3, "Dangerous", None)
    assert after.span == before.span and after.suggestion == "Some people"
    trainer.control(Key.Key_Z)
    assert flags(trainer) == (bias,)
    trainer.press(Key.Key_Return)
    trainer.comes_to("flagCategories")
    trainer.press(Key.Key_Escape)
    trainer.comes_to("flags")
    assert flags(trainer) == (bias,)
    trainer.press(Key.Key_Escape)
    trainer.comes_to("answerTextA")
    select(trainer, after=5, length=3)
    flag(trainer, "s0")
    assert len(flags(trainer)) == 2, "the next flag is a new one"


def test_a_changed_flag_is_saved_as_it_was_changed(flagging: Callable[..., Trainer]) -> None:
    trainer = flagging("overall_only")
    session = trainer.workbench.session
    trainer.type("1")
    flag(trainer, "f2", note="All of it")
    assert bench_of(trainer).panel.flags.rows[0].spoken.endswith("the whole answer – All of it")
    at_the_list(trainer)
    trainer.press(Key.Key_Return)
    trainer.type("w1")
    trainer.press(Key.Key_Return)
    trainer.press(Key.Key_Escape)
    trainer.type("v")
    trainer.type("a>b>c>d")
    trainer.press(Key.Key_Return)
    trainer.control(Key.Key_S)
    trainer.until(lambda: session.saved is not None, f"saved: {session.missing}")
    assert session.saved is not None
    record = session.saved.stored.record
    assert isinstance(record, Judgement)
    assert [(each.category, each.severity, each.note, each.span) for each in record.flags] == [
        ("wording", 1, "All of it", None)
    ]


@pytest.mark.long
@pytest.mark.parametrize("key", ["F6", "Ctrl+2", "Ctrl+F"])
def test_the_popup_goes_when_the_keyboard_goes_elsewhere(flagging: Callable[..., Trainer], key: str) -> None:
    trainer = flagging("helpsteer2")
    bench = bench_of(trainer)
    trainer.type("1")
    select(trainer, after=0, length=3)
    trainer.type("f")
    assert bench.popup.is_open
    QTest.keySequence(trainer.focus, QKeySequence(key))
    trainer.until(lambda: not bench.popup.is_open, "the popup is gone")
    trainer.control(Key.Key_1)
    trainer.until(lambda: bench.isVisible(), "the bench is shown")
    assert not trainer.workbench.session.draft.flags


def test_a_mark_does_not_outlive_its_answer(flagging: Callable[..., Trainer]) -> None:
    trainer = flagging("helpsteer2")
    bench, session = bench_of(trainer), trainer.workbench.session
    trainer.type("4")
    select(trainer, after=0, length=3)
    trainer.type("f")
    bench.generate()
    trainer.until(lambda: session.draft.finished and not session.writing, "other answers stand")
    assert not bench.popup.is_open
    trainer.comes_to("answerTextA")
    trainer.press(Key.Key_Return)
    assert not session.draft.flags


def test_words_are_marked_by_keys_as_soon_as_an_answer_stands(flagging: Callable[..., Trainer]) -> None:
    trainer = flagging("overall_only")
    trainer.press(Key.Key_Right, SHIFT, 3)
    card = bench_of(trainer).answers.cards[0]
    assert card.text.selection() == (0, 3)


@pytest.mark.long
def test_enter_without_a_category_or_a_severity_says_what_is_lacking(flagging: Callable[..., Trainer]) -> None:
    trainer = flagging("helpsteer2")
    popup = bench_of(trainer).popup
    said = popup.findChild(QLabel, "flagLacking")
    quote = popup.findChild(QLabel, "flagQuote")
    assert said is not None and quote is not None
    trainer.type("f")
    assert quote.text() == "the whole answer", "these are our words, not the answer's"
    assert not said.isVisible()
    trainer.press(Key.Key_Return)
    assert popup.is_open and said.isVisible()
    assert said.text() == "What is wrong? Press a letter of the list."
    trainer.type(popup.categories.rows[0].key.lower())
    assert not said.isVisible()
    trainer.press(Key.Key_Return)
    assert said.isVisible() and said.text().startswith("How bad is it? Press a digit, 0 to ")
    trainer.type("1")
    assert not said.isVisible()
    trainer.press(Key.Key_Return)
    assert not popup.is_open and len(flags(trainer)) == 1


@pytest.mark.long
def test_every_flag_on_the_same_words_is_lined_or_counted(flagging: Callable[..., Trainer]) -> None:
    """The fourth had neither a line nor a word that there is one."""
    trainer = flagging(rubrics.DEFAULT)
    trainer.type("1")
    ink = bench_of(trainer).answers.cards[0].text.ink
    for number, keys in enumerate(("f2", "u2", "s2", "i2", "w2", "f1"), 1):
        select(trainer, after=0, length=8)
        flag(trainer, keys)
        assert len(flags(trainer)) == number
        lines = [stroke.lane for stroke in ink.strokes if stroke.lane is not None and not stroke.count]
        assert sorted(lines) == list(range(min(number, 4)))
        assert [stroke.count for stroke in ink.strokes if stroke.count] == ([number - 4] if number > 4 else [])


@pytest.mark.long
def test_ctrl_s_while_a_flag_is_asked_for_saves_nothing_and_says_so(flagging: Callable[..., Trainer]) -> None:
    trainer = flagging("helpsteer2")
    bench, session = bench_of(trainer), trainer.workbench.session
    trainer.comes_to("answerTextA")
    trainer.press(Key.Key_Return)
    trainer.type("3" * len(session.rubric.axes) * len(session.draft.order))
    trainer.press(Key.Key_Escape)
    trainer.type("g")
    assert session.missing == ()
    trainer.type("f")
    trainer.press(Key.Key_Return)
    trainer.control(Key.Key_S)
    assert session.saved is None and bench.popup.is_open
    lacking = bench.popup.findChild(QLabel, "flagLacking")
    assert lacking is not None and lacking.text() == "Not saved. Enter finishes this flag, Esc drops it."
    trainer.press(Key.Key_Escape)
    trainer.control(Key.Key_S)
    trainer.until(lambda: session.saved is not None, "it is saved once the flag is dropped")


@pytest.mark.long
def test_beside_a_wide_answer_the_note_and_the_fix_stand_below_one_another(flagging: Callable[..., Trainer]) -> None:
    trainer = flagging("helpsteer2")
    popup, card = bench_of(trainer).popup, bench_of(trainer).answers.cards[0]
    trainer.type("f")
    assert popup.note.y() == popup.suggestion.y()
    trainer.press(Key.Key_Escape)
    card.setMinimumWidth(1060)
    trainer.type("f")
    trainer.until(lambda: popup.suggestion.y() > popup.note.y(), "the fix stands below the note")
    assert popup.suggestion.width() > 150
