"""Marks around places that were found and are still to be decided: corners, and a tint for the current one.

`MarkedEdit` is a plain field that shows them; marks of words that were changed are gone with the next search.
`MarkedLine` is the same for a text of which one line has room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QTextBlock,
    QTextCursor,
    QTextLayout,
    QTextLine,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit

from desktop.flow.shown_text import in_one_line
from desktop.flow.text_offsets import to_code_points, to_utf16
from desktop.theme.theme import current_theme
from desktop.views.parts.labels import ElidedLabel
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


class MarkedLine(ElidedLabel):
    """A line that marks words in it; of those that are cut off, the cut is marked."""

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[tuple[str, bool], ...] = ()

    def set_found(self, found: Sequence[tuple[str, bool]]) -> None:
        """Mark these words wherever they stand; of each whether it is the one chosen in the list."""
        shown = tuple((in_one_line(words), current) for words, current in found if words.strip())
        if shown != self._found:
            self._found = shown
            self.update()

    def marks(self) -> list[tuple[QRectF, bool]]:
        """Where the marks are, with the line as it is elided now."""
        layout, rect = self._laid_out(), QRectF(self.contentsRect())
        text, shown = self.text(), layout.text()
        line = layout.lineAt(0)
        end = len(shown) if shown == text else len(shown) - len("…")
        height, top = line.height(), rect.top() + (rect.height() - line.height()) / 2
        boxes = []
        for words, current in self._found:
            at = text.find(words)
            while at >= 0:
                start, stop = min(at, end), min(at + len(words), end)
                if at + len(words) > end:
                    stop = len(shown)
                places = sorted(_x(line, to_utf16(shown, place)) for place in (start, stop))
                boxes.append((QRectF(rect.left() + places[0] - 2, top, places[1] - places[0] + 4, height), current))
                at = text.find(words, at + len(words))
        return boxes

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._found:
            super().paintEvent(event)
            return
        theme, layout, boxes = current_theme(), self._laid_out(), self.marks()
        rect = QRectF(self.contentsRect())
        painter = QPainter(self)
        for box, current in boxes:
            if current:
                painter.fillRect(box, theme.colour("warning-subtle"))
        painter.setPen(self.palette().color(self.foregroundRole()))
        layout.draw(painter, QPointF(rect.left(), rect.top() + (rect.height() - layout.lineAt(0).height()) / 2))
        for box, _current in boxes:
            draw_corners(painter, box, theme.colour("warning"))
        painter.end()

    def _laid_out(self) -> QTextLayout:
        """What is shown of the text, laid out; it may be written from the right."""
        width = self.contentsRect().width()
        layout = QTextLayout(self.fontMetrics().elidedText(self.text(), self.elide, width), self.font())
        option = QTextOption(self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask)
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        layout.setTextOption(option)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(width)
        layout.endLayout()
        return layout


def _x(line: QTextLine, place: int) -> float:
    found = line.cursorToX(place)
    left = found[0] if isinstance(found, tuple) else found  # PySide6 gives the place back beside it
    assert isinstance(left, float)
    return left


def selection_of(cursor: QTextCursor, text: str) -> tuple[int, int] | None:
    """What a cursor has selected of `text`, in code points."""
    start, end = to_code_points(text, cursor.selectionStart()), to_code_points(text, cursor.selectionEnd())
    return (start, end) if end > start else None
