"""What was only looked at is no work: a version without a change, a second save, an example over a typed prompt."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit
from trainer import ShowWindow, Trainer

from desktop.flow import judging
from desktop.flow.draft import RevisionDraft
from desktop.flow.judging import FlagChoice
from desktop.flow.ranking import parse
from desktop.views.parts import Badge, Message

pytestmark = pytest.mark.long

Key = Qt.Key
SAME = "Your version of B is the same as the original: change or discard it"


@pytest.fixture
def trainer(show_window: ShowWindow) -> Trainer:
    """Somebody before four answers of which B is flagged as a whole."""
    trainer = Trainer(show_window(size=(1440, 900)))
    session = trainer.workbench.session
    trainer.comes_to("promptText")
    trainer.type("Why is the sky blue?")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "the answers stand")
    flags = session.rubric.flags
    assert flags is not None
    session.act(judging.flag(session.draft, 1, None, FlagChoice(flags.categories[0].id, 2)))
    trainer.workbench.bench.answers.choose(1)
    return trainer


def judge(trainer: Trainer) -> None:
    session = trainer.workbench.session
    for position in range(len(session.draft.order)):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 3))
    session.act(judging.rank(session.draft, parse("a>b>c>d", 4)))


def save(trainer: Trainer) -> dict[str, object]:
    session = trainer.workbench.session
    trainer.control(Key.Key_S)
    trainer.until(lambda: session.saved is not None, f"saved: {session.missing}")
    assert session.saved is not None
    record: dict[str, object] = json.loads(session.saved.stored.data)
    return record


def version(trainer: Trainer) -> RevisionDraft | None:
    return trainer.workbench.session.draft.revision


def mark_of(trainer: Trainer, letter: str) -> str:
    badge = trainer.workbench.bench.findChild(Badge, f"rewritten{letter}")
    assert badge is not None
    return badge.text()


def test_a_version_that_was_only_looked_at_is_not_kept_and_no_step_of_undo(trainer: Trainer) -> None:
    """It went into the record, and from there into training data, although the answer was flagged."""
    session = trainer.workbench.session
    flagged = session.history.before
    trainer.type("e")
    trainer.comes_to("revisionText")
    assert version(trainer) is not None
    trainer.press(Key.Key_Escape)
    assert version(trainer) is None and session.history.before is flagged
    assert mark_of(trainer, "B") == ""
    judge(trainer)
    assert save(trainer).get("revision") is None


def test_a_save_from_the_page_that_was_only_looked_at_takes_no_version(trainer: Trainer) -> None:
    judge(trainer)
    trainer.type("e")
    trainer.comes_to("revisionText")
    assert save(trainer).get("revision") is None


def test_looking_at_another_answer_leaves_the_version_that_was_written(trainer: Trainer) -> None:
    session = trainer.workbench.session
    trainer.type("e")
    trainer.comes_to("revisionText")
    trainer.type("Mine. ")
    trainer.press(Key.Key_Escape)
    written = session.draft.revision
    assert written is not None and mark_of(trainer, "B") == "Rewritten"
    trainer.workbench.bench.answers.choose(0)
    trainer.type("e")
    trainer.comes_to("revisionText")
    trainer.press(Key.Key_Escape)
    assert session.draft.revision == written and not session.draft.set_aside


def test_a_version_with_a_point_and_no_change_is_said_before_the_save_and_on_its_card(trainer: Trainer) -> None:
    session, bench = trainer.workbench.session, trainer.workbench.bench
    judge(trainer)
    bench.answers.choose(1)
    trainer.type("e")
    trainer.comes_to("revisionText")
    trainer.press(Key.Key_N, Qt.KeyboardModifier.AltModifier)
    trainer.type("Shorter")
    trainer.press(Key.Key_Return)
    trainer.press(Key.Key_Escape)
    assert session.draft.revision is not None
    assert mark_of(trainer, "B") == "Rewriting begun, nothing changed yet"
    assert [each.text for each in session.missing] == [SAME]
    trainer.control(Key.Key_S)
    assert session.saved is None and not session.saving
    trainer.comes_to("revisionText")
    assert bench.tip.words == f"Not saved. {SAME}."
    trainer.type("Mine. ")
    revision = save(trainer)["revision"]
    assert isinstance(revision, dict) and revision["text"].startswith("Mine. ")


def test_a_flag_without_words_is_a_point_by_the_name_of_its_category(trainer: Trainer) -> None:
    session = trainer.workbench.session
    assert session.rubric.flags is not None
    trainer.type("e")
    trainer.comes_to("revisionText")
    assert session.draft.revision is not None
    assert [point.text for point in session.draft.revision.points] == [session.rubric.flags.categories[0].name]


def test_a_second_save_says_that_it_is_saved_and_covers_no_way_on(trainer: Trainer) -> None:
    bench = trainer.workbench.bench
    judge(trainer)
    save(trainer)
    trainer.comes_to("promptText")
    trainer.control(Key.Key_S)
    assert bench.tip.words == "Your judgement is saved. Nothing is new since."
    trainer.until(bench.tip.isVisible, "it is seen")
    over = QRect(bench.tip.mapTo(bench, QPoint(0, 0)), bench.tip.size())
    both = (*bench.findChildren(QAbstractButton), *bench.findChildren(QLineEdit))
    ways = [each for each in both if each.isVisible()]
    said = next(each for each in bench.message.findChildren(QLabel) if each.isVisible())
    words = said.fontMetrics().boundingRect(said.rect(), int(Qt.AlignmentFlag.AlignLeft), said.text())
    assert not words.translated(said.mapTo(bench, QPoint(0, 0))).intersects(over), "that it is saved is still read"
    assert ways and not [each for each in ways if QRect(each.mapTo(bench, QPoint(0, 0)), each.size()).intersects(over)]


def test_questions_after_a_save_stay_where_something_else_is_said(trainer: Trainer) -> None:
    bench, rooms = trainer.workbench.bench, trainer.workbench.rooms
    judge(trainer)
    session = trainer.workbench.session
    for axis in session.rubric.axes:
        session.act(judging.rate(session.draft, 3, axis.id, 4))
    save(trainer)
    asked = bench.message.message
    assert asked is not None and asked.points, "the last one is rated higher than those above it"
    trainer.workbench._on_said(Message("success", "Judged by Bedside from now on."))
    rooms.say("bench", Message("notice", "One thing more."))
    now = bench.message.message
    assert now is not None and (now.text, now.points, now.ways) == (asked.text, asked.points, asked.ways)
    assert now.reason.endswith("Judged by Bedside from now on. One thing more.")
    rooms.say("bench", Message("error", "The disk is full."))
    assert bench.message.message == Message("error", "The disk is full.")


def test_an_example_over_a_typed_prompt_says_how_that_comes_back(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window())
    bench, session = trainer.workbench.bench, trainer.workbench.session
    trainer.comes_to("promptText")
    trainer.type("My own question")
    bench.empty.example_chosen.emit("I have had a cold.")
    trainer.comes_to("promptText")
    assert bench.prompt.text.textCursor().atEnd()
    message = bench.message.message
    assert message is not None and message.text == "The example took the place of your prompt."
    trainer.control(Key.Key_Z)
    assert session.draft.prompt.text == bench.prompt.text.toPlainText() == "My own question"


def test_an_example_over_an_empty_prompt_says_nothing(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window())
    trainer.workbench.bench.empty.example_chosen.emit("I have had a cold.")
    assert trainer.workbench.bench.message.message is None


def test_the_key_that_the_empty_bench_names_works_in_the_prompt(show_window: ShowWindow) -> None:
    """It named the question mark, which is typed there."""
    trainer = Trainer(show_window())
    told = trainer.workbench.bench.findChild(QLabel, "emptyBenchTold")
    assert told is not None and told.text().endswith("F1 shows all keys.")
