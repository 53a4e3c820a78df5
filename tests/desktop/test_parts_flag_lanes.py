"""Several flags on the same words: a lane below the words for each, a mark beside them, and what is counted."""

from __future__ import annotations

import pytest
from painted_text import painted_texts
from PySide6.QtWidgets import QApplication

from desktop.theme.theme import Theme, current_theme
from desktop.views.parts import AnswerText, PaintedSpan, dress
from desktop.views.parts.gutter import Anchor, place_marks
from desktop.views.parts.text_ink import assign_lanes, without_lane
from tests.desktop.test_parts_answer_text import view

__all__ = ["view"]


def test_shorter_ranges_lie_nearer_to_the_words_and_beyond_the_last_lane_there_is_none() -> None:
    assert assign_lanes([(0, 40), (5, 10), (4, 20), (3, 30)], 3) == [None, 0, 1, 2]
    assert assign_lanes([(0, 5), (5, 9)], 3) == [0, 0]


def test_three_lanes_make_room_and_give_it_back(view: AnswerText) -> None:
    view.set_text("one two three four")
    view.set_spans([PaintedSpan(0, 18, "bias"), PaintedSpan(0, 13, "factual"), PaintedSpan(0, 7, "unsafe")])
    assert view.document().firstBlock().blockFormat().lineHeight() == 24
    view.set_spans([])
    assert view.document().firstBlock().blockFormat().lineHeight() == 20


SAME = ("factual", "bias", "unsupported", "unsafe", "instruction", "wording")


def lines_below(view: AnswerText, category: str) -> set[int]:
    """The heights below the first line's words at which the line of a category is painted."""
    QApplication.sendPostedEvents()
    image = view.viewport().grab().toImage()
    line = current_theme().flag(category).line.rgb()
    baseline = round(view.ink.boxes()[0][0].baseline)
    rows = range(baseline, baseline + 30)
    return {y - baseline for y in rows for x in range(image.width()) if image.pixel(x, y) == line}


@pytest.mark.parametrize("zoom", [1.0, 1.5])
def test_each_of_four_flags_on_the_same_words_has_its_line_and_the_next_line_of_text_stands_below(
    view: AnswerText, qapp: QApplication, zoom: float
) -> None:
    """The fourth had none, so that three lines stood for four flags."""
    dress(qapp, Theme(zoom=zoom))
    view.set_text("one two three four " * 12)
    four = ("bias", "unsupported", "unsafe", "instruction")  # straight lines, whose colour is not mixed at the edges
    view.set_spans([PaintedSpan(0, 13, category, 2) for category in four])
    assert [stroke.lane for stroke in view.ink.strokes] == [0, 1, 2, 3]
    lowest = max(max(lines_below(view, category)) for category in four)
    layout = view.document().firstBlock().layout()
    height = layout.lineAt(1).y() - layout.lineAt(0).y()
    letters = current_theme().font_px("reading")
    assert lowest < height - letters * 0.75, "no letter of the next line is struck through"


@pytest.mark.parametrize("zoom", [1.0, 1.5])
@pytest.mark.parametrize("flags", [5, 6])
def test_flags_that_have_no_lane_are_counted_below_the_others(
    view: AnswerText, qapp: QApplication, flags: int, zoom: float
) -> None:
    dress(qapp, Theme(zoom=zoom))
    view.set_text("one two three four " * 12)
    view.set_spans([PaintedSpan(4, 13, category, 2) for category in SAME[:4]])
    before = view.document().firstBlock().blockFormat().lineHeight()
    view.set_spans([PaintedSpan(4, 13, category, 2) for category in SAME[:flags]])
    (count,) = [stroke for stroke in view.ink.strokes if stroke.count]
    assert (count.count, count.start, count.end) == (flags - 4, 4, 13)
    assert view.document().firstBlock().blockFormat().lineHeight() > before
    assert any(text == f"+{flags - 4}" for text in (each.text for each in painted_texts(view)))
    view.set_spans([])
    assert view.document().firstBlock().blockFormat().lineHeight() == current_theme().line_px("reading")


def test_what_has_no_lane_is_counted_where_it_lies_upon_one_another() -> None:
    ranges = [(0, 5), (3, 9), (20, 30), (4, 6)]
    assert without_lane(ranges, [None, None, None, 0]) == [(0, 9, 2), (20, 30, 1)]


def anchors(*tops: float, bottom: float) -> list[Anchor]:
    return [Anchor(i, top, bottom, "bias", 1, False) for i, top in enumerate(tops)]


def test_marks_that_collide_move_down() -> None:
    placed = place_marks(anchors(0, 0, 20, bottom=60), 20, 100)
    assert [(mark.top, mark.folded) for mark in placed] == [(0, 0), (20, 0), (40, 0)]


def test_the_last_mark_counts_those_that_find_no_room() -> None:
    first = anchors(0, 0, 0, 0, bottom=40)
    second = [Anchor(9, 48, 88, "bias", 1, False)]
    placed = place_marks([*first, *second], 20, 200)
    assert [(mark.anchor.index, mark.folded) for mark in placed] == [(0, 0), (1, 3), (9, 0)]
    assert placed[1].top + 20 <= 48
