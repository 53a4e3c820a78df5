"""A short list of rows beside what they are about: Enter or a click shows the place of one, Esc leaves.

What a row holds, what else a key does to it and how its words are painted is of the lists that are made of this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.flow.shown_text import in_one_line
from desktop.qt_models.rows import ROW_ROLE, AnyRow, Rows
from desktop.theme.theme import current_theme
from desktop.views.parts.key_names import HELD
from desktop.views.parts.mirroring import mirrored
from desktop.views.parts.paint_guard import guarded

LEAST_ROWS = 2  # in sight, however short the window is
_VERTICALLY = Qt.AlignmentFlag.AlignVCenter


class RowList(QListView, Generic[AnyRow]):
    """`activated_row` carries a row to show, `left` is Esc. Never higher than `most` rows."""

    activated_row = Signal(int)
    left = Signal()

    def __init__(self, name: str, words: str, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self._most = most
        self._rows: Rows[AnyRow] = Rows(self)
        self.current: int | None = None  # the row whose place is the current one where it stands
        self.lead_width = 0  # of the widest first words, so that what follows stands below one another
        self.setModel(self._rows)
        self.setItemDelegate(_RowDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)

    # What the lists that are made of this one say

    def row_height(self) -> int:
        """The height of a row in pixels."""
        return current_theme().line_px("body") + 6

    def pressed_at(self, row: int, event: QKeyEvent) -> bool:
        """Do what a key means at a row; False for a key that means nothing there."""
        return False

    def paint_row(self, painter: QPainter, row: AnyRow, rect: QRectF) -> None:
        """Paint the words of a row; what stands at computed places goes through `paint_words` or `mirrored`."""
        raise NotImplementedError

    # What is shown

    @property
    def rows(self) -> tuple[AnyRow, ...]:
        return self._rows.rows

    def show_rows(self, rows: Sequence[AnyRow], current: int | None = None) -> None:
        """Show these rows. The chosen one stays chosen, or the one that came into its place, or the `current` one."""
        before, count = self.currentIndex().row(), len(self.rows)
        self.current = current
        self._rows.show_rows(rows)
        if rows and (current is not None or before < 0 or len(rows) != count):
            self.stand_at(current if current is not None else min(max(before, 0), len(rows) - 1))
        theme = current_theme()
        self.lead_width = max((theme.width(lead) for lead in {row.lead for row in rows}), default=0) + 1
        if len(rows) != count:
            self.updateGeometry()
        self.viewport().update()

    def set_most(self, most: int) -> None:
        """How many rows are in sight at most."""
        if most != self._most:
            self._most = most
            self.updateGeometry()

    def stand_at(self, row: int) -> None:
        """Choose a row without showing its place."""
        self.blockSignals(True)
        self.setCurrentIndex(self._rows.index(row))
        self.blockSignals(False)

    def sizeHint(self) -> QSize:
        return QSize(240, self._height(self._most))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._height(LEAST_ROWS))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.scheduleDelayedItemsLayout()
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, text = self.currentIndex().row(), event.text()
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif row >= 0 and self.pressed_at(row, event):
            event.accept()
        elif row < 0 or event.modifiers() & HELD:
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated_row.emit(row)
        elif text and text.isprintable():
            event.ignore()  # QListView would search by letters
        else:
            super().keyPressEvent(event)

    def _height(self, most: int) -> int:
        return min(max(len(self.rows), 1), most) * self.row_height() + 2

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.activated_row.emit(index.row())


class _RowDelegate(QStyledItemDelegate):
    """The ground of a row; its list paints the words."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        rows = self.parent()
        assert isinstance(rows, RowList)
        return QSize(120, rows.row_height())

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rows, row = self.parent(), index.data(ROW_ROLE)
        if not isinstance(rows, RowList) or row is None:
            return
        theme, rect = current_theme(), QRectF(option.rect)
        chosen = index.row() == rows.currentIndex().row() and rows.hasFocus()
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or hover or index.row() == rows.current:
            painter.setPen(QPen(theme.colour("focus"), theme.tokens.line["focus"]) if chosen else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent-subtle" if chosen else "hover"))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 3, 3)
        rows.paint_row(painter, row, rect)
        painter.restore()


def paint_words(
    painter: QPainter,
    words: str,
    face: QFont,
    rect: QRectF,
    within: QRectF,
    *,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Words in one line inside `rect`, a place counted from left to right `within` a row, in the pen's colour."""
    painter.setFont(face)
    shown = QFontMetrics(face).elidedText(in_one_line(words), elide, max(0, round(rect.width())))
    painter.drawText(mirrored(painter, rect, within), int(_VERTICALLY | align), shown)
