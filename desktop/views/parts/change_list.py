"""The changes of a rewritten answer, a row each: what went and what came, in its sentence, and a way back for each."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.flow import keymap
from desktop.flow.wording import gettext as _
from desktop.qt_models.change_rows import ChangeRow
from desktop.theme.icons import paint_icon
from desktop.theme.theme import current_theme
from desktop.views.parts.difference_text import Side
from desktop.views.parts.key_names import key_name
from desktop.views.parts.mirroring import mirrored
from desktop.views.parts.row_list import RowList, paint_words

MOST_ROWS = 5
LEAST_CONTEXT = 0.4  # of a column, for the sentence before a change
ICON = 16
HIT = 28  # px at the right of a row, where a click puts it back
GAP = 12


class ChangeList(RowList[ChangeRow]):
    """`passed` carries the row that the keyboard or the mouse came to, `put_back_asked` one to be undone."""

    passed = Signal(int)
    put_back_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("changes", _("Changes"), MOST_ROWS, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setToolTip("")
        self.selectionModel().currentChanged.connect(self._on_current)

    def row_height(self) -> int:
        return current_theme().grown("row")

    def pressed_at(self, row: int, event: QKeyEvent) -> bool:
        back = keymap.current().at("revision", key_name(event)) == "put_back"
        if not back and event.key() not in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            return False
        self.put_back_asked.emit(row)
        return True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton and self._on_icon(event.position()):
            self.put_back_asked.emit(index.row())
            event.accept()
        else:
            super().mouseReleaseEvent(event)

    def paint_row(self, painter: QPainter, row: ChangeRow, rect: QRectF) -> None:
        """Number; the sentence with what went, struck; what came, underlined; the way back."""
        theme, words = current_theme(), row.words
        body, small = theme.font("body"), theme.font("small")
        quiet, ink = theme.colour("text-secondary"), theme.colour("text")
        inside = rect.adjusted(12, 0, -HIT - 4, 0)
        painter.setPen(quiet)
        number = QRectF(inside.left(), rect.top(), self.lead_width, rect.height())
        paint_words(painter, row.lead, small, number, rect)
        inside.setLeft(inside.left() + max(self.lead_width, 16) + GAP)
        half = round((inside.width() - GAP) / 2)
        left = QRectF(inside.left(), rect.top(), half, rect.height())
        right = QRectF(inside.left() + half + GAP, rect.top(), half, rect.height())
        if words.before:
            before = words.before if words.removed else f"{words.before.rstrip()} …"
            gone = QFontMetrics(body).horizontalAdvance(words.removed)
            room = max(half * LEAST_CONTEXT, half - gone - 2)
            painter.setPen(quiet)
            taken = _run(painter, before, body, left, room, rect, elide=Qt.TextElideMode.ElideLeft)
            left.setLeft(left.left() + taken)
        if words.removed:
            self._paint_run(painter, words.removed, "deleted", body, left, rect)
        if words.added:
            right.setLeft(right.left() + self._paint_run(painter, words.added, "inserted", body, right, rect))
        painter.setPen(quiet)
        after = words.after if words.added else row.added_words
        if after.startswith(" "):  # the painted words begin with no space
            right.setLeft(right.left() + QFontMetrics(body).horizontalAdvance(" "))
        if right.width() > QFontMetrics(body).averageCharWidth() * 4:
            paint_words(painter, after, body, right, rect)
        size = QRectF(rect.right() - HIT + (HIT - ICON) / 2 - 4, rect.center().y() - ICON / 2, ICON, ICON)
        place = mirrored(painter, size, rect)
        paint_icon(painter, "undo-2", ink, place.x(), place.y(), ICON)

    def _paint_run(self, painter: QPainter, words: str, side: Side, face: QFont, rect: QRectF, within: QRectF) -> float:
        """Words as in the texts: struck or underlined, on the side's ground; how wide they are."""
        theme, metrics = current_theme(), QFontMetrics(face)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0, round(rect.width())))
        width = float(metrics.horizontalAdvance(shown))
        ground = mirrored(painter, QRectF(rect.left(), rect.top() + 4, width, rect.height() - 8), within)
        painter.fillRect(ground, theme.colour(side))
        painter.setPen(theme.colour("text"))
        paint_words(painter, words, face, rect, within)
        painter.setPen(QPen(theme.colour(f"{side}-line"), 1))
        middle = rect.center().y()
        y = round(middle) + 0.5 if side == "deleted" else round(middle + metrics.ascent() / 2) + 2.5
        painter.drawLine(QPointF(ground.left(), y), QPointF(ground.right(), y))
        return width

    def _on_icon(self, place: QPointF) -> bool:
        width = self.viewport().width()
        x = width - place.x() if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else place.x()
        return x >= width - HIT - 4

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if self.hasFocus() and index.isValid():
            self.passed.emit(index.row())


def _run(
    painter: QPainter, words: str, face: QFont, rect: QRectF, room: float, within: QRectF, *, elide: Qt.TextElideMode
) -> float:
    """Words in at most `room` pixels; how wide they are."""
    metrics = QFontMetrics(face)
    shown = metrics.elidedText(words, elide, round(room))
    width = float(metrics.horizontalAdvance(shown))
    paint_words(painter, shown, face, QRectF(rect.left(), rect.top(), width + 1, rect.height()), within)
    return width
