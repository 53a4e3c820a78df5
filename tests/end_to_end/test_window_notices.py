"""Notices: they end with what they are about, and their way out has a key and stands in the palette."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QLabel, QListWidget, QWidget
from trainer import OpenWindow, ShowWindow, Trainer
from visit import Visit, Words

from desktop.flow import judging

pytestmark = pytest.mark.long

Key = Qt.Key


def test_what_is_said_of_one_record_ends_when_another_one_is_read(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    visit = Visit(trainer)
    visit.save()
    first = visit.workbench.session.saved
    visit.ask("Again?")
    visit.judge()
    visit.workbench.bench.save()
    visit.trainer.until(lambda: visit.workbench.session.saved is not first, "two are saved")
    trainer.control(Key.Key_3)
    records = visit.workbench.records
    trainer.until(lambda: records.model.rowCount() == 2, "both are listed")
    trainer.press(Key.Key_Down)
    trainer.type("b")
    assert records.message.message is not None
    assert records.message.message.text.startswith("There is no other judgement")
    records.look()
    assert records.message.message is not None, "the same record is still read"
    trainer.press(Key.Key_Down)
    assert records.message.message is None


def test_what_was_said_in_the_outbox_ends_with_the_next_act(open_window: OpenWindow) -> None:
    trainer = Trainer(open_window(insecure=True))
    visit = Visit(trainer, Words())
    visit.ask_with_personal()
    visit.judge()
    visit.workbench.bench.save()
    visit.trainer.until(lambda: visit.workbench.session.saved is not None, "it is saved")
    trainer.control(Key.Key_4)
    outbox = visit.workbench.outbox
    trainer.until(lambda: outbox.model.rowCount() == 1, "it waits")
    trainer.until(lambda: bool(outbox.leaving.personal.list.rows), "a place is found in it")
    trainer.press(Key.Key_Return)
    trainer.until(lambda: trainer.focus is outbox.leaving.personal.list, "at the places that were found")
    trainer.type("r")
    bar = outbox.message
    trainer.until(lambda: bar.message is not None, "it is said")
    assert bar.message is not None
    assert bar.message.text == "Blacked out in all of this record, and erased from the disk."
    assert bar.message.reason == "Only Undo still has the words, until you send or close Preceptor."
    trainer.until(lambda: trainer.focus is outbox.list, "back at the list")
    trainer.type(" ")
    trainer.until(lambda: bar.message is not None and bar.message.text == "Released.", "something else was done")


def test_a_message_of_the_bench_ends_with_its_draft(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    visit = Visit(trainer)
    visit.ask()
    session, bench = visit.workbench.session, visit.workbench.bench
    trainer.type("l")
    assert bench.message.message is not None and "says something" in bench.message.message.text
    trainer.type("b")
    assert bench.message.message is not None
    trainer.type("m")
    trainer.until(lambda: not session.draft.answers, "the next turn lies on the bench")
    assert bench.message.message is None


def test_the_way_out_of_a_doubt_has_a_key_and_stands_in_the_palette(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    visit = Visit(trainer)
    visit.ask()
    visit.judge()
    session, bench = visit.workbench.session, visit.workbench.bench
    axis = session.rubric.axes[0]
    session.act(judging.rate(session.draft, 1, axis.id, axis.steps[0].value))
    assert "The first way out of the notice that is shown" not in offered(trainer)
    bench.save()
    trainer.until(lambda: session.saved is not None, "it is saved")
    assert "The first way out of the notice that is shown" in offered(trainer)
    trainer.control(Key.Key_O)
    trainer.until(lambda: session.draft.supersedes is not None, "it is opened, where the doubt is")


def test_the_palette_of_the_outbox_offers_nothing_that_does_nothing_there(show_window: ShowWindow) -> None:
    workbench = show_window(size=(1440, 900))
    trainer = Trainer(workbench)
    visit = Visit(trainer)
    visit.ask()
    visit.judge()
    assert "Save and next" in offered(trainer)
    trainer.control(Key.Key_4)
    there = offered(trainer)
    assert not {"Save and next", "Redo", "Stop writing", "Blind, or with the models' names"} & set(there)
    before = workbench.session.draft
    trainer.control(Key.Key_S)
    trainer.control(Key.Key_B)
    assert workbench.session.saved is None and workbench.session.draft == before, "what is not seen is not changed"


def offered(trainer: Trainer) -> list[str]:
    """What the palette lists."""
    trainer.control(Key.Key_K)
    trainer.comes_to("paletteField")
    palette = trainer.window.findChildren(QListWidget, "paletteList")[-1]  # one before may not be gone yet
    found = [palette.item(row).text() for row in range(palette.count())]
    trainer.press(Key.Key_Escape)
    trainer.until(lambda: trainer.focus.objectName() != "paletteField", "the palette is closed")
    return found


@pytest.mark.parametrize("size", [(1440, 900), (1024, 640)])
def test_a_digit_beyond_the_scale_is_answered_beside_the_ratings_and_the_keyboard_stays(
    show_window: ShowWindow, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: heard.append(_announced(event)))
    trainer = Trainer(show_window(size=size))
    visit = Visit(trainer)
    visit.ask("How long is a fever normal?")
    trainer.workbench.bench.ratings.start_at(0)
    focus = trainer.focus
    trainer.type("7")
    tip = trainer.workbench.bench.tip
    assert tip.words == "7 is not on the scale: 0 to 4."
    assert tip.words in heard
    assert trainer.focus is focus
    assert not trainer.workbench.session.draft.ratings
    trainer.until(tip.isVisible, "it is seen")
    beside(trainer, tip, focus)
    assert not covered(trainer, tip), "it lay over the line of the flags"
    trainer.workbench.bench.show_state()
    assert tip.words, "what is said of the models meanwhile does not take it away"
    trainer.type("4")
    assert not tip.words and not tip.isVisible()


def test_a_digit_beyond_is_answered_in_the_list_of_flags_and_in_the_question_for_one(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1366, 800)))
    visit, bench = Visit(trainer), trainer.workbench.bench
    visit.ask()
    trainer.type("f")
    trainer.until(lambda: bench.popup.is_open, "it is asked")
    trainer.type("u7")
    lacking = bench.popup.findChild(QLabel, "flagLacking")
    assert lacking is not None and lacking.text() == "How bad is it? Press a digit, 0 to 3." and lacking.isVisible()
    trainer.type("2")
    trainer.press(Key.Key_Return)
    bench.open_part(bench.panel.flags)
    trainer.type("8")
    assert bench.tip.words == "8 is not on the scale: 0 to 3."
    trainer.until(bench.tip.isVisible, "it is seen")
    beside(trainer, bench.tip, bench.panel.flags)
    assert trainer.workbench.session.draft.flags[0].severity == 2
    trainer.type("1")
    assert bench.tip.words == "" and trainer.workbench.session.draft.flags[0].severity == 1


def test_a_digit_beyond_how_sure_is_answered_there(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1366, 800)))
    Visit(trainer).ask()
    trainer.type("s")
    trainer.comes_to("confidence")
    trainer.type("6")
    tip = trainer.workbench.bench.tip
    assert tip.words == "6 is not on the scale: 1 to 5."
    trainer.until(tip.isVisible, "it is seen")
    beside(trainer, tip, trainer.focus)


def covered(trainer: Trainer, tip: QWidget) -> list[str]:
    """The words on the page, and the headings' whole lines, that it lies over."""
    page = trainer.workbench.bench
    over = QRect(tip.mapTo(page, QPoint(0, 0)), tip.size())
    labels = [
        each for each in page.findChildren(QLabel) if each.isVisible() and each.text() and not tip.isAncestorOf(each)
    ]
    lines = [(each, QRect(each.mapTo(page, QPoint(0, 0)), each.size())) for each in labels]
    return [each.text() for each, at in lines if at.intersects(over)]


def beside(trainer: Trainer, tip: QWidget, part: QWidget) -> None:
    """What is said touches the part that it is about or the words that explain that, or lies over its lower end."""
    page = trainer.workbench.bench
    near = QRect(part.mapTo(page, QPoint(0, 0)), part.size())
    explained = page.panel._help
    if part is page.panel.ratings:
        near = near.united(QRect(explained.mapTo(page, QPoint(0, 0)), explained.size()))
    assert near.adjusted(-12, -12, 12, 12).intersects(tip.geometry())
    assert page.rect().contains(tip.geometry())


@pytest.mark.parametrize("size", [(1366, 800), (1024, 640)])
@pytest.mark.parametrize(
    ("begun", "says", "focus"),
    [
        ("", "Not saved. 20 ratings missing. Then: The ranking is missing.", "ratings"),
        ("rated", "Not saved. The ranking is missing.", "rankingText"),
    ],
)
def test_a_refused_save_says_so_where_the_missing_thing_has_the_keyboard(
    show_window: ShowWindow, size: tuple[int, int], begun: str, says: str, focus: str
) -> None:
    """It was said in the corner by Save only, wherever one was."""
    trainer = Trainer(show_window(size=size))
    visit, workbench = Visit(trainer), trainer.workbench
    visit.ask()
    session = workbench.session
    for position in range(4 if begun else 0):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 3))
    trainer.control(Key.Key_S)
    tip = workbench.bench.tip
    assert tip.words == says
    trainer.until(tip.isVisible, "it is seen")
    assert session.saved is None
    assert trainer.focus in (workbench.bench.ratings, workbench.bench.verdict.ranking.field)
    assert (trainer.focus is workbench.bench.ratings) == (focus == "ratings")
    beside(trainer, tip, trainer.focus)
    trainer.press(Key.Key_Escape)
    trainer.until(lambda: not tip.isVisible(), "it is over where the keyboard goes elsewhere")


def test_why_nothing_was_saved_lies_over_no_heading_below_the_ratings(show_window: ShowWindow) -> None:
    """In two lines it touched Flags."""
    trainer = Trainer(show_window(size=(1366, 768)))
    Visit(trainer).ask()
    trainer.control(Key.Key_S)
    tip = trainer.workbench.bench.tip
    assert tip.words == "Not saved. 20 ratings missing. Then: The ranking is missing."
    trainer.until(tip.isVisible, "it is seen")
    assert not covered(trainer, tip)


def test_a_save_refused_while_an_answer_is_rewritten_goes_to_what_is_missing_and_keeps_the_version(
    show_window: ShowWindow,
) -> None:
    trainer = Trainer(show_window(size=(1366, 800)))
    Visit(trainer).ask()
    workbench, session = trainer.workbench, trainer.workbench.session
    trainer.type("e")
    trainer.comes_to("revisionText")
    trainer.type("So. ")
    trainer.control(Key.Key_S)
    assert not workbench.bench.rewriting and trainer.focus is workbench.bench.ratings
    assert session.draft.revision is not None and session.draft.revision.text.startswith("So. ")
    assert workbench.bench.tip.words.startswith("Not saved. 20 ratings missing.")


def test_a_save_refused_while_models_write_says_so_at_the_answer(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(pause=0.2, size=(1366, 800)))
    workbench, session = trainer.workbench, trainer.workbench.session
    trainer.type("Why?")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: bool(session.draft.answers), "they write")
    trainer.control(Key.Key_S)
    assert workbench.bench.tip.words.startswith("Not saved. 4 answers are still writing.")
    session.cancel()


def test_how_many_answers_are_still_writing_stands_once_on_the_screen(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(pause=0.2, size=(1440, 900)))
    workbench, session = trainer.workbench, trainer.workbench.session
    trainer.type("Why?")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: bool(session.draft.answers), "they write")
    labels = workbench.window.findChildren(QLabel)
    said = [label.text() for label in labels if label.isVisible() and "still writing" in label.text()]
    assert said == ["4 answers are still writing"]
    session.cancel()


def _announced(event: QAccessibleEvent) -> str:
    return event.message() if isinstance(event, QAccessibleAnnouncementEvent) else ""
