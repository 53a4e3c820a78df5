"""Marks around places that were found and are still to be decided: corners, and a tint for the current one.

`MarkedEdit` is a plain field that shows them; marks of words that were changed are gone with the next search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QTextBlock, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from desktop.flow.text_offsets import to_code_points, to_utf16
from desktop.theme.theme import current_theme
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.text_ink import Stroke, line_boxes, tint_reach
from desktop.views.parts.underlines import draw_corners


@dataclass(frozen=True)
class FoundRange:
    """A place in code points; `current` is the one chosen in the list."""

    start: int
    end: int
    current: bool = False


def found_strokes(text: str, found: Sequence[FoundRange]) -> list[Stroke]:
    """The marks as ink; places outside of `text` paint nothing."""
    theme = current_theme()
    line, ground = theme.colour("warning"), theme.colour("warning-subtle")
    return [
        Stroke(to_utf16(text, each.start), to_utf16(text, each.end), ground if each.current else None, line, "corners")
        for each in found
        if each.end <= len(text)
    ]


class MarkedEdit(QPlainTextEdit):
    """A field for plain text that can mark places in it."""

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[FoundRange, ...] = ()

    def sizeHint(self) -> QSize:
        """As low as it may be: it takes what others leave, and pushes none of them out of sight."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

    def set_found(self, found: Sequence[FoundRange]) -> None:
        """Mark these places."""
        if tuple(found) != self._found:
            self._found = tuple(found)
            self.viewport().update()

    def selection(self) -> tuple[int, int] | None:
        """The selected range in code points, or None."""
        return selection_of(self.textCursor(), self.toPlainText())

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        text = self.toPlainText() if self._found else ""
        for stroke in found_strokes(text, self._found):
            self._paint(stroke)

    def _paint(self, stroke: Stroke) -> None:
        above, below = tint_reach()
        painter = QPainter(self.viewport())
        for box in line_boxes(self.document(), stroke.start, stroke.end, self._corner):
            rect = QRectF(box.left - 2, box.baseline - above, box.right - box.left + 4, above + below)
            if stroke.line is not None:
                draw_corners(painter, rect, stroke.line)
        painter.end()

    def _corner(self, block: QTextBlock) -> QPointF:
        return self.blockBoundingGeometry(block).translated(self.contentOffset()).topLeft()


def selection_of(cursor: QTextCursor, text: str) -> tuple[int, int] | None:
    """What a cursor has selected of `text`, in code points."""
    start, end = to_code_points(text, cursor.selectionStart()), to_code_points(text, cursor.selectionEnd())
    return (start, end) if end > start else None
