"""A ranking typed in the true window: what stands in the field is what is saved, or it is said why not."""

from __future__ import annotations

import pytest
from passing_time import live
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from trainer import OpenWindow, Trainer, words_of

from desktop.app import Workbench
from desktop.flow.wording import use_language
from feedback_store.records import Judgement


def asked(workbench: Workbench) -> Trainer:
    """Four answers stand, and every rating is given."""
    trainer, session = Trainer(workbench), workbench.session
    trainer.type("Why is the sky blue?")
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "four answers stand")
    trainer.type("1")
    trainer.press(Qt.Key.Key_Return)
    trainer.type("3" * len(session.draft.order) * len(session.rubric.axes))
    trainer.press(Qt.Key.Key_Escape)
    return trainer


def saved_tiers(trainer: Trainer) -> object:
    session = trainer.workbench.session
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: session.saved is not None, "it is saved")
    assert session.saved is not None
    return session.saved.stored.record.verdicts[0].tiers  # type: ignore[union-attr]


def tiers(order: tuple[str, ...], text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(sorted(order["abcd".index(c)] for c in tier.split("="))) for tier in text.split(">"))


def test_a_ranking_typed_over_another_is_saved_without_enter(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer = asked(workbench)
    order = workbench.session.draft.order
    trainer.type("1bv")
    trainer.type("d>c>b>a")
    assert saved_tiers(trainer) == tiers(order, "d>c>b>a")


def test_a_first_ranking_counts_while_it_is_typed(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer, bench = asked(workbench), workbench.bench
    order = workbench.session.draft.order
    trainer.type("v")
    trainer.type("b>a=c")
    assert workbench.session.draft.tiers is None and bench.verdict.ranking.problem == ""
    trainer.type(">d")
    assert workbench.session.draft.tiers == tiers(order, "b>a=c>d")
    assert bench.answers.cards[1].accessibleName().endswith("Best")
    assert saved_tiers(trainer) == tiers(order, "b>a=c>d")


def test_superseding_saves_what_was_typed(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer, session = asked(workbench), workbench.session
    order = session.draft.order
    trainer.type("1b")
    saved_tiers(trainer)
    assert session.saved is not None
    first = session.saved.stored
    session._saving.forget(first.id)  # so that the next one is waited for
    session.open(first)
    workbench.bench.arrive()
    trainer.type("v")
    trainer.type("d>c>b>a")
    assert saved_tiers(trainer) == tiers(order, "d>c>b>a")
    assert session.saved.stored.rev == 2


def test_what_is_no_ranking_stops_the_save_and_is_never_lost(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer, session, field = asked(workbench), workbench.session, workbench.bench.verdict.ranking
    order = session.draft.order
    trainer.type("1bv")
    trainer.type("b>")
    assert session.draft.tiers == tiers(order, "a>b=c=d") and not session.can_save
    trainer.control(Qt.Key.Key_S)
    assert session.saved is None and not session.saving
    assert trainer.focus is field.field and field.problem.startswith("Put > or =")
    trainer.type("a")
    assert field.problem == ""
    while trainer.focus is field.field:  # left by the keys that go on
        trainer.press(Qt.Key.Key_F6)
    assert field.field.text() == "b>a" and field.problem.startswith("C, D are missing")
    trainer.control(Qt.Key.Key_S)
    assert session.saved is None and trainer.focus is field.field
    kept = session.keep()
    assert kept is not None
    kept.result()
    workbench = open_window()  # what was typed is kept like everything else
    trainer, session, field = Trainer(workbench), workbench.session, workbench.bench.verdict.ranking
    assert field.field.text() == "b>a" and session.draft.tiers == tiers(order, "a>b=c=d")
    trainer.until(lambda: trainer.focus.objectName().startswith("answerText"), "the answers have the keyboard")
    trainer.type("v")
    trainer.press(Qt.Key.Key_End)
    trainer.type(">c=d")
    assert saved_tiers(trainer) == tiers(order, "b>a>c=d")


def test_escape_says_what_is_wrong_before_it_puts_the_ranking_back(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer, session, field = asked(workbench), workbench.session, workbench.bench.verdict.ranking
    trainer.type("1bv")
    trainer.type("b>")
    trainer.press(Qt.Key.Key_Escape)
    assert field.field.text() == "b>" and field.problem
    trainer.type("v")
    trainer.press(Qt.Key.Key_Escape)
    assert field.field.text() == "a>b=c=d" and not field.problem and session.draft.typed is None
    trainer.control(Qt.Key.Key_Z)
    assert field.field.text() == "b>"
    trainer.type("v")
    trainer.control(Qt.Key.Key_A)
    trainer.press(Qt.Key.Key_Delete)
    trainer.press(Qt.Key.Key_Escape)
    assert field.field.text() == "a>b=c=d" and session.can_save


@pytest.fixture
def german() -> object:
    use_language("de")
    yield
    use_language("en")


def test_what_is_wrong_is_said_in_the_language_of_the_window(german: object, open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer = asked(workbench)
    trainer.type("v")
    trainer.type("a>b>d")
    trainer.press(Qt.Key.Key_Return)
    assert workbench.bench.verdict.ranking.problem == "C fehlt. Verwenden Sie A, B, C, D je einmal."


def test_why_answers_cannot_be_ranked_is_asked_at_n_and_stands_in_the_record(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer, session = asked(workbench), workbench.session
    trainer.type("n")
    dialog = trainer.dialog("notRankableDialog")
    trainer.comes_to("notRankableReason")
    trainer.press(Qt.Key.Key_Return)
    assert words_of(dialog, "notRankableReasonProblem").startswith("Write in a few words why")
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()
    assert session.draft.not_rankable is None
    trainer.comes_to("answerTextD")
    trainer.type("n")
    trainer.comes_to("notRankableReason")
    trainer.type(" All of them miss the question. ")
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()
    trainer.comes_to("answerTextD")
    assert session.draft.not_rankable == "All of them miss the question."
    trainer.type("n")
    assert session.draft.not_rankable is None, "the same key takes it back"
    trainer.control(Qt.Key.Key_Z)
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: session.saved is not None, f"it is saved: {session.missing}")
    assert session.saved is not None
    record = session.saved.stored.record
    assert isinstance(record, Judgement)
    assert [verdict.not_rankable for verdict in record.verdicts] == ["All of them miss the question."]


@pytest.mark.parametrize("size", [(1024, 640), (1440, 900)])
def test_what_is_wrong_with_a_ranking_moves_nothing(open_window: OpenWindow, size: tuple[int, int]) -> None:
    workbench = open_window(size=size)
    trainer, bench = asked(workbench), workbench.bench
    trainer.until(lambda: bench.verdict.height() == bench.verdict.sizeHint().height(), "it is laid out")
    before = (bench.verdict.geometry(), bench.answers.cards[0].geometry())
    trainer.type("v")
    trainer.type("a>a")
    trainer.press(Qt.Key.Key_Return)
    assert bench.verdict.ranking.problem and bench.verdict.findChild(QLabel, "rankingProblem").isVisible()
    live(0)
    assert (bench.verdict.geometry(), bench.answers.cards[0].geometry()) == before
