"""Six and eight answers in the true window: each half as high as the page, gone to by keys, and ranked in one line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec
import pytest
from one_in import one_in
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from trainer import OpenWindow, Trainer

from desktop.views.answer_card import AnswerCard

pytestmark = pytest.mark.long

Key = Qt.Key
SIZES = [(1024, 640), (1440, 900), (1920, 1080)]


@pytest.fixture
def answered(open_window: OpenWindow) -> Callable[..., Trainer]:
    """A trainer before so many answers in a window of this size."""

    def begin(count: int, size: tuple[int, int] = (1440, 900)) -> Trainer:
        trainer = Trainer(open_window(size=size))
        session = trainer.workbench.session
        session.ask(msgspec.structs.replace(session.draft.prompt, text="Why is the sky blue?", answers=count))
        session.generate()
        trainer.until(lambda: len(session.draft.order) == count and not session.writing, "answers stand")
        trainer.workbench.bench.arrive()
        trainer.comes_to("answerTextA")
        return trainer

    return begin


def cards(trainer: Trainer) -> list[AnswerCard]:
    return trainer.workbench.bench.answers.cards


def in_sight(widget: QWidget, of: QWidget) -> bool:
    top = widget.mapTo(of, QPoint(0, 0)).y()
    return widget.isVisible() and top >= 0 and top + widget.height() <= of.height()


def stands(card: AnswerCard, area: QWidget) -> bool:
    """Whether all of a card is in sight, with as much room as one of four has; four and a half lines were left."""
    return in_sight(card, area) and card.height() >= area.height() // 2 - 24


@pytest.mark.parametrize("count", [6, 8])
@pytest.mark.parametrize("size", one_in(3, SIZES))
def test_of_many_answers_each_has_half_the_page_at_least_and_is_gone_to_by_its_digit(
    answered: Callable[..., Trainer], count: int, size: tuple[int, int]
) -> None:
    trainer = answered(count, size)
    area = trainer.workbench.bench.answers
    for number in (*range(1, count + 1), 1):
        trainer.type(str(number))
        trainer.comes_to(f"answerText{'ABCDEFGH'[number - 1]}")
        card = cards(trainer)[number - 1]
        trainer.until(partial(stands, card, area), f"answer {number} is in sight, with half the page at least")


def test_page_down_goes_a_row_down_where_all_stand_in_one_list(answered: Callable[..., Trainer]) -> None:
    trainer = answered(6)
    for name in ("answerTextC", "answerTextE", "answerTextA"):
        trainer.press(Key.Key_PageDown)
        trainer.comes_to(name)
    trainer.press(Key.Key_PageUp)
    trainer.comes_to("answerTextE")


@pytest.mark.parametrize("size", SIZES)
def test_a_ranking_of_eight_is_seen_from_end_to_end(answered: Callable[..., Trainer], size: tuple[int, int]) -> None:
    trainer = answered(8, size)
    ranking = trainer.workbench.bench.verdict.ranking
    trainer.type("v")
    trainer.type("h>g>f>e>d>c>b>a")
    field = ranking.field
    words = field.fontMetrics().horizontalAdvance(field.text())
    assert words < field.width() - 12 and in_sight(field, trainer.workbench.window)
    right = field.mapTo(trainer.workbench.window, QPoint(field.width(), 0)).x()
    assert right <= trainer.workbench.window.width()
    trainer.press(Key.Key_Return)
    assert trainer.workbench.session.draft.tiers is not None
    assert len(trainer.workbench.session.draft.tiers) == 8
