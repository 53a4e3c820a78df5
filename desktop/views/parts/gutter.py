"""The marks beside an answer's text: letter and severity at the height of each flagged span.

Marks that collide move down; where a stretch has more marks than room, the last counts the rest and opens the list.
A mark that would be cut at the lower edge is not seen, as the line beside it is not (`whole_lines`).
A screen reader finds the same in the list of flags, so the gutter is hidden from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from desktop.flow.flag_signs import FlagSign
from desktop.qt_models.tooltips import plain_tooltip
from desktop.theme.theme import current_theme
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.underlines import mark_size, paint_flag_mark


@dataclass(frozen=True)
class Anchor:
    """A mark that wants to stand at `top` (document coordinates); `block_bottom` ends its paragraph.

    `by` stands before the letter, where flags of several people are shown.
    """

    index: int
    top: float
    block_bottom: float
    category: str
    severity: int | None
    current: bool
    by: str = ""
    sign: FlagSign | None = None
    words: str = ""


@dataclass(frozen=True)
class PlacedMark:
    """A mark at its place; `folded` counts the marks that it stands for, 0 for itself only."""

    anchor: Anchor
    top: float
    folded: int = 0


class Gutter(QWidget):
    """Paints marks and tells which was pressed: `pressed` the index of a mark, `more_pressed` of a counting one."""

    pressed = Signal(int)
    more_pressed = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._marks: tuple[PlacedMark, ...] = ()
        self._scroll = self._height = 0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)

    @property
    def marks(self) -> tuple[PlacedMark, ...]:
        return self._marks

    def show_marks(self, marks: Sequence[PlacedMark], scroll: int, height: int) -> None:
        """Show these marks with the text scrolled by `scroll`, down to the `height` to which its lines are seen."""
        if (tuple(marks), scroll, height) != (self._marks, self._scroll, self._height):
            self._marks, self._scroll, self._height = tuple(marks), scroll, height
            self.update()

    @property
    def seen(self) -> list[tuple[PlacedMark, QRectF]]:
        """The marks that are painted, and where."""
        found = []
        for mark in self._marks:
            size = mark_size(mark.anchor.by)
            left, top = round((self.width() - size.width()) / 2), round(mark.top - self._scroll)
            rect = QRectF(left, top, size.width(), size.height())
            if rect.intersects(self.rect().toRectF()) and rect.bottom() <= self._height:
                found.append((mark, rect))
        return found

    def mark_at(self, y: float) -> PlacedMark | None:
        """The mark at a height of the widget."""
        return next((mark for mark, rect in self.seen if rect.top() <= y < rect.bottom()), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        mark = self.mark_at(event.position().y())
        if mark is None or event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
        elif mark.folded:
            self.more_pressed.emit(mark.anchor.index)
        else:
            self.pressed.emit(mark.anchor.index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # the press has done it

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            mark = self.mark_at(event.pos().y())
            words = mark.anchor.words if mark is not None and not mark.folded else ""
            QToolTip.showText(event.globalPos(), plain_tooltip(words) if words else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.mark_at(event.position().y()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def wheelEvent(self, event: QEvent) -> None:
        event.ignore()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        for mark, rect in self.seen:
            if mark.folded:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(theme.colour("border-strong"), 1))
                painter.setBrush(theme.colour("hover"))
                radius = theme.tokens.radius["mark"]
                painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
                painter.setPen(theme.colour("text"))
                painter.setFont(theme.font("micro", weight=600))
                painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), f"+{mark.folded}")
            else:
                anchor = mark.anchor
                look = theme.flag(anchor.category, anchor.sign)
                paint_flag_mark(painter, rect, look, anchor.severity, current=anchor.current, by=anchor.by)
        painter.end()


def place_marks(anchors: Sequence[Anchor], height: float, bottom: float) -> list[PlacedMark]:
    """Put marks beside their spans: one that collides moves down, as far as its stretch reaches.

    A stretch runs from a mark's paragraph to the first mark of the next flagged paragraph, or to `bottom`.
    """
    ordered = sorted(anchors, key=lambda a: (a.top, a.index))
    placed: list[PlacedMark] = []
    at = 0
    while at < len(ordered):
        block = ordered[at].block_bottom
        group = [anchor for anchor in ordered[at:] if anchor.block_bottom == block]
        at += len(group)
        limit = ordered[at].top if at < len(ordered) else max(bottom, block)
        placed.extend(_place_group(group, height, max(limit, group[0].top + height)))
    return placed


def _place_group(group: Sequence[Anchor], height: float, limit: float) -> list[PlacedMark]:
    placed: list[PlacedMark] = []
    next_free = group[0].top
    for index, anchor in enumerate(group):
        rest = len(group) - index
        top = max(anchor.top, next_free)
        fits = int((limit - top + 0.5) // height)
        if rest > 1 and fits <= 1:
            # The marks below would not fit: those that are left, this one too, become one that counts them.
            latest = max(next_free, min(top, limit - height))
            placed.append(PlacedMark(anchor, latest, rest))
            return placed
        placed.append(PlacedMark(anchor, top))
        next_free = top + height
    return placed
