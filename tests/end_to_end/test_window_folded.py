"""Answers that become one: the keyboard stays at its answer, and keys, chips and letters count what stands there."""

from __future__ import annotations

import threading

import pytest
from one_in import one_in
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from trainer import ANSWERS, ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow import judging
from desktop.flow.ranking import letter
from desktop.views.parts.status_line import StatusLine

pytestmark = pytest.mark.long

Key = Qt.Key
SAID = (ANSWERS[0], ANSWERS[0], ANSWERS[1], ANSWERS[2])


class Writing:
    """Models that say four answers, two of them equal, once they are told to."""

    def __init__(self, show_window: ShowWindow, size: tuple[int, int]) -> None:
        self._says = threading.Event()
        self.workbench: Workbench = show_window(script=self._script, size=size)
        self.trainer = Trainer(self.workbench)
        session = self.workbench.session
        self.trainer.comes_to("promptText")
        self.trainer.type("Why is the sky blue?")
        self.trainer.control(Key.Key_Return)
        self.trainer.until(lambda: len(session.draft.order) == 4, "they write")

    def end(self) -> None:
        self._says.set()
        draft = self.workbench.session.draft
        self.trainer.until(lambda: self.workbench.session.draft.finished, "they have written")
        gone = len(draft.order) - 1
        self.trainer.until(lambda: len(self.workbench.session.draft.order) == gone, "two are one")

    def _script(self, _prompt: str, count: int) -> tuple[str, ...]:
        self._says.wait(120)
        return SAID[:count]


@pytest.mark.parametrize("size", one_in(2, [(1440, 900), (1024, 640)], first=1))
@pytest.mark.parametrize("key", one_in(4, ["a", "b", "c", "d"], first=1))
def test_the_keyboard_stays_at_its_answer_and_not_at_its_number(
    show_window: ShowWindow, key: str, size: tuple[int, int]
) -> None:
    """The place stayed a number, so that the keys were another answer's."""
    writing = Writing(show_window, size)
    trainer, bench, session = writing.trainer, writing.workbench.bench, writing.workbench.session
    bench.answers.choose(session.draft.position(key))
    said = dict(zip("abcd", SAID, strict=True))[key]
    writing.end()
    at = bench.answers.current
    assert session.draft.at(at).text == said
    trainer.comes_to(f"answerText{letter(at)}")
    assert bench.ratings.current_answer == at
    trainer.press(Key.Key_Return)
    trainer.type("3")
    assert [rating.candidate for rating in session.draft.ratings] == [session.draft.order[at]]


def test_keys_chips_and_letters_count_the_answers_that_are_left(show_window: ShowWindow) -> None:
    writing = Writing(show_window, (1440, 900))
    trainer, bench, session = writing.trainer, writing.workbench.bench, writing.workbench.session
    bench.answers.choose(0)
    line = trainer.workbench.window.findChild(StatusLine)
    assert line is not None and line.accessibleName().startswith("1…4 choose")
    writing.end()
    assert line.accessibleName().startswith("1…3 choose")
    assert [card.accessibleName() for card in bench.answers.cards] == ["Answer A", "Answer B", "Answer C"]
    assert bench.verdict.ranking.field.placeholderText() == "a>b>c"
    assert bench.panel.ratings.grid.answers == 3
    twice = [
        card
        for card in bench.answers.cards
        if any("2 times the same" in each.text() for each in card.findChildren(QLabel))
    ]
    assert [session.draft.at(card.position).text for card in twice] == [ANSWERS[0]]
    before = bench.answers.current
    trainer.press(Key.Key_4)
    assert bench.answers.current == before, "there is no fourth"
    trainer.type("v")
    trainer.type("c>a=b")
    trainer.press(Key.Key_Return)
    assert session.draft.tiers is not None and len(session.draft.tiers) == 2


def test_an_answer_of_ones_own_is_written_on_where_two_before_it_become_one(show_window: ShowWindow) -> None:
    """Letters that are typed into it must not become commands."""
    writing = Writing(show_window, (1440, 900))
    trainer, session = writing.trainer, writing.workbench.session
    writing.workbench.bench.answers.choose(0)
    trainer.type("w")
    trainer.comes_to("ownTextE")
    trainer.type("Ask dotor")
    trainer.press(Key.Key_Left, times=3)
    writing.end()
    trainer.comes_to("ownTextD")
    trainer.type("c")
    own = next(answer for answer in session.draft.answers if answer.origin.kind == "human")
    assert own.text == "Ask doctor"
    assert judging.empty_own(session.draft) is None
