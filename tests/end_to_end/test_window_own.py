"""An answer of the trainer's own in the true window, by keys: written, left, judged like the others, and removed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from trainer import ShowWindow, Trainer

from feedback_store.records import Judgement

pytestmark = pytest.mark.long

Key = Qt.Key
MINE = "Blue light is scattered most."


@pytest.fixture
def own(show_window: ShowWindow) -> Callable[..., Trainer]:
    """A trainer in the field of an answer of their own, with these words in it."""

    def begin(words: str = "") -> Trainer:
        trainer = Trainer(show_window(size=(1440, 900)))
        session = trainer.workbench.session
        trainer.comes_to("promptText")
        trainer.type("Why is the sky blue?")
        trainer.control(Key.Key_Return)
        trainer.until(lambda: session.draft.finished and not session.writing, "answers stand")
        trainer.type("w")
        trainer.comes_to("ownTextE")
        trainer.type(words)
        return trainer

    return begin


def answers(trainer: Trainer) -> int:
    return len(trainer.workbench.session.draft.order)


def rank_and_rate(trainer: Trainer) -> None:
    trainer.type("1v")
    trainer.type(">".join("abcde"[: answers(trainer)]))
    trainer.press(Key.Key_Return, times=2)
    trainer.type("3" * 5 * answers(trainer))


def test_letters_are_letters_in_its_field_and_the_status_line_says_so(own: Callable[..., Trainer]) -> None:
    trainer = own(MINE)
    bench = trainer.workbench.bench
    assert bench.place_of(trainer.focus) == "own"
    assert trainer.workbench.session.draft.at(4).text == MINE


def test_esc_leaves_the_field_for_the_answer_where_single_keys_mean_something(own: Callable[..., Trainer]) -> None:
    trainer = own(MINE)
    session, bench = trainer.workbench.session, trainer.workbench.bench
    trainer.press(Key.Key_Escape)
    trainer.comes_to("answerTextE")
    assert bench.place_of(trainer.focus) == "answers" and bench.answers.cards[4].text.text() == MINE
    trainer.type("b")
    assert session.draft.tiers is not None and session.draft.tiers[0] == (session.draft.order[4],)
    trainer.press(Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    trainer.press(Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, times=4)
    trainer.type("ff2")
    trainer.press(Key.Key_Return)
    assert [each.span.exact for each in session.draft.flags if each.span] == ["Blue"]
    trainer.type("1")
    trainer.comes_to("answerTextA")
    trainer.type("5")
    trainer.comes_to("answerTextE")
    trainer.type("e")
    trainer.comes_to("ownTextE")
    assert session.draft.revision is None, "it is written where it stands"


def test_it_is_removed_with_all_that_was_said_of_it_and_undo_brings_it_back(own: Callable[..., Trainer]) -> None:
    trainer = own(MINE)
    session = trainer.workbench.session
    trainer.press(Key.Key_Escape)
    trainer.type("fu1")
    trainer.press(Key.Key_Return)
    rank_and_rate(trainer)
    trainer.press(Key.Key_Escape)
    trainer.type("5")
    whole = session.draft
    trainer.type("d")
    assert answers(trainer) == 4 == len(session.draft.answers)
    assert not session.draft.flags and session.draft.verdicts == () and len(session.draft.ratings) == 20
    trainer.comes_to("answerTextD")
    trainer.type("d")
    assert answers(trainer) == 4, "what a model wrote stays"
    trainer.control(Key.Key_Z)
    assert (session.draft.answers, session.draft.order, session.draft.flags) == (
        whole.answers,
        whole.order,
        whole.flags,
    )
    assert session.draft.verdicts == whole.verdicts and session.draft.ratings == whole.ratings


def test_an_empty_one_is_said_at_save_with_the_way_to_remove_it(own: Callable[..., Trainer]) -> None:
    trainer = own()
    session, bench = trainer.workbench.session, trainer.workbench.bench
    trainer.press(Key.Key_Escape)
    trainer.comes_to("answerTextE")
    rank_and_rate(trainer)
    trainer.control(Key.Key_S)
    trainer.comes_to("ownTextE")
    message = bench.message.message
    assert message is not None and message.text == "Your own answer is empty. Write it, or remove it."
    bench.says._on_way(message.ways[0][0])
    assert answers(trainer) == 4 and bench.message.message is None
    trainer.type("v")
    trainer.type("a>b>c>d")
    trainer.press(Key.Key_Return)
    trainer.control(Key.Key_S)
    trainer.until(lambda: session.saved is not None, f"saved: {session.missing}")


def test_it_is_saved_as_by_hand(own: Callable[..., Trainer]) -> None:
    trainer = own(MINE)
    session = trainer.workbench.session
    trainer.press(Key.Key_Escape)
    rank_and_rate(trainer)
    trainer.control(Key.Key_S)
    trainer.until(lambda: session.saved is not None, f"saved: {session.missing}")
    assert session.saved is not None
    record = session.saved.stored.record
    assert isinstance(record, Judgement)
    assert [each.text for each in record.candidates if each.origin.kind == "human"] == [MINE]
