"""Cards of answers go from one comparison to the next: nothing of the one before goes with them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from trainer import ShowWindow, Trainer

from desktop.flow import draft as drafts
from desktop.views.answer_card import AnswerCard
from desktop.views.answers_area import READY

pytestmark = pytest.mark.long

Key = Qt.Key
MINE = "Blue light is scattered most."


def asked(trainer: Trainer, words: str) -> None:
    session = trainer.workbench.session
    trainer.comes_to("promptText")
    trainer.type(words)
    trainer.control(Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "answers stand")


def every_card(trainer: Trainer) -> list[AnswerCard]:
    """Those that wait, too."""
    return sorted(trainer.workbench.bench.answers.findChildren(AnswerCard), key=lambda card: card.position)


def test_cards_wait_for_the_first_answers_and_are_those_that_show_them(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    trainer.until(lambda: len(every_card(trainer)) == READY, "four cards are made while nothing is to be done")
    waiting = every_card(trainer)
    assert all(card.isHidden() for card in waiting)
    asked(trainer, "Why is the sky blue?")
    assert trainer.workbench.bench.answers.cards == waiting
    assert [card.text.text() for card in waiting] == [
        trainer.workbench.session.draft.at(position).text for position in range(READY)
    ]


def test_a_card_that_waits_holds_nothing_of_what_it_showed_and_its_draft_stays(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    session, bench = trainer.workbench.session, trainer.workbench.bench
    asked(trainer, "Why is the sky blue?")
    trainer.press(Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    trainer.press(Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, times=4)
    trainer.type("ff2")
    trainer.press(Key.Key_Return)
    trainer.type("w")
    trainer.comes_to("ownTextE")
    trainer.type(MINE)
    trainer.press(Key.Key_Escape)
    trainer.type("vb>a=c>d>e")
    trainer.press(Key.Key_Return)
    here, cards = session.draft, list(bench.answers.cards)
    assert len(here.flags) == 1 and len(cards) == 5
    session.go_to(drafts.new_draft())
    bench.arrive()
    assert bench.answers.cards == []
    trainer.until(lambda: all(card.is_empty for card in cards), "cards are emptied after the painting")
    for card in cards:
        assert card.isHidden()
        assert (card.text.text(), card.text.toPlainText(), card.own.toPlainText()) == ("", "", "")
        assert card.text.spans == () and card.text.gutter.marks == ()
    asked(trainer, "And why red at night?")
    assert bench.answers.cards == cards[:4], "the same cards"
    assert session.draft.at(0).text == cards[0].text.text() and cards[0].text.spans == ()
    session.go_to(here)
    assert (session.draft.answers, session.draft.flags, session.draft.tiers) == (here.answers, here.flags, here.tiers)
    assert bench.answers.cards == cards
    assert cards[4].text.text() == MINE
    assert [len(card.text.spans) for card in cards] == [1, 0, 0, 0, 0]


def test_a_card_that_is_taken_before_it_was_emptied_shows_nothing_of_what_it_held(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    session, bench = trainer.workbench.session, trainer.workbench.bench
    asked(trainer, "Why is the sky blue?")
    trainer.type("1ff2")
    trainer.press(Key.Key_Return)
    trainer.type("w")
    trainer.comes_to("ownTextE")
    trainer.type(MINE)
    trainer.press(Key.Key_Escape)
    here, cards = session.draft, list(bench.answers.cards)
    session.go_to(drafts.new_draft())
    bench.arrive()
    asked(trainer, "And why red at night?")
    there = session.draft
    session.go_to(here)
    session.go_to(drafts.new_draft())
    session.go_to(there)
    assert bench.answers.cards == cards[:4]
    assert [card.text.text() for card in cards[:4]] == [there.at(position).text for position in range(4)]
    assert all(card.text.spans == () and card.own.toPlainText() == "" for card in cards[:4])
    session.go_to(drafts.new_draft())
    session.go_to(here)
    assert [card.text.text() for card in cards] == [here.at(position).text for position in range(5)]
    assert bench.answers.cards == cards
