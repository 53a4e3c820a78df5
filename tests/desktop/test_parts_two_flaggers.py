"""Flags of two people on one answer are told apart by place and by mark, without their colours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.theme.theme import Theme, current_theme
from desktop.views.parts import AnswerText, PaintedSpan, dress
from desktop.views.parts.underlines import mark_size

TEXT = "Antibiotics are never needed for a cold."


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> Iterator[AnswerText]:
    dress(qapp, Theme())
    view = AnswerText()
    view.resize(560, 160)
    qtbot.addWidget(view)
    view.show()
    view.set_text(TEXT)
    yield view
    dress(qapp, Theme())


def lined(view: AnswerText, category: str) -> list[int]:
    """The heights at which the line of a category is painted, in the viewport."""
    QApplication.sendPostedEvents()
    image = view.viewport().grab().toImage()
    line = current_theme().flag(category).line.rgb()
    return sorted({y for y in range(image.height()) for x in range(image.width()) if image.pixel(x, y) == line})


def test_one_line_stands_under_the_words_and_the_other_over_them(view: AnswerText) -> None:
    mine, theirs = PaintedSpan(0, 11, "unsafe", 2, by="I"), PaintedSpan(0, 11, "unsafe", 2, by="II", above=True)
    view.set_spans([mine])
    (box,) = view.ink.boxes()[0]
    under = lined(view, "unsafe")
    view.set_spans([theirs])
    over = lined(view, "unsafe")
    assert under and over
    assert min(under) > box.baseline > max(over)


def test_the_lines_of_one_do_not_move_those_of_the_other(view: AnswerText) -> None:
    mine = [PaintedSpan(0, end, "factual", 1, by="I") for end in (11, 20)]
    theirs = [PaintedSpan(0, end, "factual", 1, by="II", above=True) for end in (11, 20)]
    view.set_spans([*mine, *theirs])
    lanes = {(stroke.end, stroke.above): stroke.lane for stroke in view.ink.strokes}
    assert lanes == {(11, False): 0, (20, False): 1, (11, True): 0, (20, True): 1}


def test_the_mark_says_whose_flag_it_is_and_has_room_for_it(view: AnswerText) -> None:
    view.set_spans([PaintedSpan(0, 11, "bias", 3, by="I"), PaintedSpan(16, 28, "bias", 3, by="II", above=True)])
    assert [mark.anchor.by for mark in view.gutter.marks] == ["I", "II"]
    plain, one, two = (mark_size(by).width() for by in ("", "I", "II"))
    assert plain < one < two <= view.gutter.width()
