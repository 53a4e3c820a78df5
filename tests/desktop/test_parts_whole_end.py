"""Lists and plain texts end at a whole row or line, wherever they are scrolled to, and nothing is left out for good."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractItemView, QListWidget
from pytestqt.qtbot import QtBot

from desktop.views.parts import ReadText
from desktop.views.parts.whole_end import whole_rows
from desktop.views.parts.whole_lines import whole_lines
from tests.end_to_end.passing_time import live

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def seen_height(view: QAbstractItemView) -> int:
    port = view.viewport()
    return port.height() if port.mask().isEmpty() else port.mask().boundingRect().height()


def test_no_row_is_cut_through_at_the_lower_edge_of_a_list(qtbot: QtBot) -> None:
    shown = QListWidget()
    qtbot.addWidget(shown)
    shown.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    shown.addItems([f"row {number}" for number in range(30)])
    whole_rows(shown)
    shown.show()
    cut, hidden = [], 0
    for height in range(90, 130, 7):
        shown.resize(200, height)
        live(5)
        for value in range(0, shown.verticalScrollBar().maximum() + 1, 5):
            shown.verticalScrollBar().setValue(value)
            end = seen_height(shown)
            last = shown.visualRect(shown.indexAt(QPoint(5, end - 1)))
            hidden += end < shown.viewport().height()
            if last.bottom() >= end:
                cut.append((height, value))
    assert cut == [] and hidden, "some were cut before"
    shown.resize(200, 2000)
    live(5)
    assert shown.viewport().mask().isEmpty(), "where all fit, all are seen"


def test_a_row_that_is_higher_than_its_list_is_seen(qtbot: QtBot) -> None:
    shown = QListWidget()
    qtbot.addWidget(shown)
    shown.addItem("\n".join("a long row" for _ in range(20)))
    whole_rows(shown)
    shown.resize(200, 80)
    shown.show()
    live(5)
    assert shown.viewport().mask().isEmpty()


def test_no_line_of_a_plain_text_is_cut_through_at_either_edge_also_after_scrolling(qtbot: QtBot) -> None:
    """Slivers of letters stood above the earlier turns."""
    shown = ReadText("text", "Text")
    qtbot.addWidget(shown)
    shown.setPlainText("\n\n".join("many words that take more than a single line here " * 3 for _ in range(6)))
    shown.show()
    smaller = set()
    for height in range(60, 100, 3):
        shown.resize(220, height)
        live(5)
        for value in (*range(0, shown.verticalScrollBar().maximum(), 3), shown.verticalScrollBar().maximum()):
            shown.verticalScrollBar().setValue(value)
            top, bottom = whole_lines(shown)
            smaller |= {bottom < shown.viewport().height()}
            line = shown.firstVisibleBlock().layout().lineAt(0).height()
            offset = shown.blockBoundingGeometry(shown.firstVisibleBlock()).translated(shown.contentOffset()).top()
            assert (top - offset) % line < 1 or top == 0 <= offset, "it begins with a line"
            assert (bottom - offset) % line < 1 or bottom == shown.viewport().height(), "it ends with a line"
            scrolled = shown.viewport().grab().toImage()
            shown.viewport().update()
            assert scrolled == shown.viewport().grab().toImage(), "nothing that was left out before is missing now"
    assert smaller == {True, False}
