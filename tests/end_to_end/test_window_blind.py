"""Blind and open: names that models give themselves are covered, models are named in the open, records say so."""

from __future__ import annotations

import pytest
from person import Person
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow import judging
from feedback_store.records import Judgement

ANSWERS = (
    "I am ChatGPT, made by OpenAI.",
    "It is blue.",
    "As an AI by Anthropic I do not know.",
    "Llamas live.",
)


@pytest.fixture
def workbench(show_window: ShowWindow) -> Workbench:
    return show_window(ANSWERS)


def _ask(workbench: Workbench) -> None:
    person, session = Person(), workbench.session
    workbench.bench.prompt.text.setPlainText("Who are you?")
    workbench.bench.generate()
    person.until(lambda: session.draft.finished and not session.writing, "the answers stand")


def _open(workbench: Workbench) -> None:
    """Ctrl+B, and yes to what it asks."""
    trainer = Trainer(workbench)
    trainer.control(Qt.Key.Key_B)
    trainer.dialog("blindQuestion")
    trainer.push("blindQuestionMain")
    trainer.alone()


def _saved(workbench: Workbench) -> Judgement:
    person, session = Person(), workbench.session
    for position in range(4):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 2))
    session.act(judging.best(session.draft, 0))
    before = session.saved
    session.save()
    person.until(lambda: session.saved is not None and session.saved is not before, "it is saved")
    assert session.saved is not None and isinstance(session.saved.stored.record, Judgement)
    return session.saved.stored.record


def test_a_name_that_a_model_gives_itself_is_covered_and_the_text_is_unaltered(workbench: Workbench) -> None:
    _ask(workbench)
    draft, cards = workbench.session.draft, workbench.bench.answers.cards
    shown = {key: cards[draft.position(key)].text for key in "abcd"}
    assert "ChatGPT" not in shown["a"].toPlainText() and "OpenAI" not in shown["a"].toPlainText()
    assert "Anthropic" not in shown["c"].toPlainText()
    assert "Llamas" in shown["d"].toPlainText()
    assert shown["a"].text() == ANSWERS[0]
    workbench.bench.answers.show_rendered(True)
    rendered = cards[draft.position("a")].focus_part
    assert "ChatGPT" not in rendered.toPlainText()  # type: ignore[attr-defined]  # a RenderedText
    record = _saved(workbench)
    assert set(record.shown.masked) == {"a", "c"} and record.shown.blind
    assert [candidate.text for candidate in record.candidates] == list(ANSWERS)


def test_in_the_open_nothing_is_covered_models_are_named_and_answers_stand_in_their_order(workbench: Workbench) -> None:
    person = Person()
    person.control(Qt.Key.Key_B)
    assert workbench.bench.prompt.blind.text() == "Open"
    _ask(workbench)
    card = workbench.bench.answers.cards[0]
    assert workbench.session.draft.order == ("a", "b", "c", "d")
    assert card.text.toPlainText() == ANSWERS[0] and card._author.isVisible()
    assert card._author.text() == "smollm2"
    record = _saved(workbench)
    assert record.shown.masked == () and not record.shown.blind
    assert workbench.session.draft.prompt.blind is False, "the next ones are open too"


def test_answers_that_were_seen_with_names_stay_open_and_only_the_next_are_blind(workbench: Workbench) -> None:
    person = Person()
    _ask(workbench)
    assert not workbench.bench.answers.cards[0]._author.isVisible()
    _open(workbench)
    assert workbench.bench.answers.cards[0]._author.isVisible()
    person.control(Qt.Key.Key_B)
    assert workbench.bench.answers.cards[0]._author.isVisible(), "what was seen cannot be unseen"
    assert workbench.bench.message.findChildren(QLabel)[0].text().startswith("The next answers are blind.")
    record = _saved(workbench)
    assert not record.shown.blind
    assert workbench.session.draft.blind, "the next draft is blind again"


def test_ctrl_b_asks_before_names_are_seen_and_enter_stays_blind(workbench: Workbench) -> None:
    trainer, session = Trainer(workbench), workbench.session
    _ask(workbench)
    before = session.draft
    trainer.control(Qt.Key.Key_B)
    question = trainer.dialog("blindQuestion")
    said = " ".join(label.text() for label in question.findChildren(QLabel))
    assert "Names are shown, and this judgement no longer counts as blind." in said
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()
    assert session.draft == before and session.draft.blind
    assert not workbench.bench.answers.cards[0]._author.isVisible()


def test_undo_does_not_make_blind_what_was_seen_with_names(workbench: Workbench) -> None:
    trainer, session = Trainer(workbench), workbench.session
    _ask(workbench)
    session.act(judging.best(session.draft, 0))
    _open(workbench)
    trainer.control(Qt.Key.Key_Z)
    trainer.control(Qt.Key.Key_Z)
    assert not session.draft.verdicts and not session.draft.blind
    record = _saved(workbench)
    assert not record.shown.blind


@pytest.mark.parametrize("blind", [True, False], ids=["blind", "open"])
def test_an_undone_save_is_blind_again_as_it_was_and_what_is_saved_then_says_that_names_were_seen(
    workbench: Workbench, blind: bool
) -> None:
    trainer, session = Trainer(workbench), workbench.session
    if not blind:
        trainer.control(Qt.Key.Key_B)
    _ask(workbench)
    assert _saved(workbench).shown.revealed is None
    trainer.control(Qt.Key.Key_Z)
    trainer.until(lambda: session.draft.supersedes is not None, "the judgement is back")
    assert workbench.bench.answers.cards[0]._author.isVisible() is not blind
    said = workbench.bench.message.findChildren(QLabel)[0].text()
    assert ("you have seen them" in said) is blind and said.startswith("The save is undone.")
    record = _saved(workbench)
    assert (record.rev, record.shown.blind, record.shown.revealed) == (3, blind, True if blind else None)
