"""A list of rows under headings: what there is to choose from, or the parts of what is edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyleOptionViewItem, QWidget

from desktop.flow.shown_text import named
from desktop.theme.icons import paint_icon
from desktop.theme.theme import current_theme
from desktop.views.parts import in_one_line, plain_tooltip
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.rows import RowDelegate, paint_row_ground, takes_keys
from desktop.views.parts.whole_end import whole_rows

_ROW = Qt.ItemDataRole.UserRole + 1
_SIDE = 12
_GAP = 8


@dataclass(frozen=True)
class Row:
    """A heading (no key), or a row: its words, quiet words at its right, and whether something is wrong there."""

    text: str
    key: object = None
    note: str = ""
    wrong: str = ""


class GroupedList(QListWidget):
    """`turned` carries the key of the row that became current by the trainer's doing."""

    turned = Signal(object)

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setItemDelegate(_GroupedDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._whole = whole_rows(self)
        self.currentItemChanged.connect(self._on_current)

    @property
    def key(self) -> object:
        """The key of the current row."""
        item = self.currentItem()
        row = item.data(_ROW) if item is not None else None
        return row.key if isinstance(row, Row) else None

    def widest(self) -> int:
        """The width that its widest row needs, nothing of it cut."""
        theme, frame = current_theme(), 2 * self.frameWidth() + 2
        rows = [self.item(index).data(_ROW) for index in range(self.count())]
        words = [theme.width(row.text) + theme.width(row.note, "small") + 2 * _GAP + _SIDE for row in rows]
        return max(words, default=0) + frame

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters and keys with Alt are whoever's the list stands with; Qt would search by them."""
        if (event.text().strip() and event.text().isprintable()) or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def show_rows(self, rows: Sequence[Row], current: object) -> None:
        """Show these rows; nothing is told back. Rows that stand already only change their words."""
        self.blockSignals(True)
        while self.count() > len(rows):
            self.takeItem(self.count() - 1)
        for index, row in enumerate(rows):
            if index == self.count():
                self.addItem(QListWidgetItem())
            item = self.item(index)
            if item.data(_ROW) != row:
                _dress(item, row)
            if row.key is not None and row.key == current:
                self.setCurrentItem(item)
        self.blockSignals(False)
        self.viewport().update()

    @Slot()
    def _on_current(self) -> None:
        if self.key is not None:
            self.turned.emit(self.key)


def _dress(item: QListWidgetItem, row: Row) -> None:
    head = row.key is None
    item.setData(_ROW, row)
    item.setText(row.text)
    item.setToolTip(plain_tooltip(row.wrong or row.text) if not head else "")
    item.setFlags(Qt.ItemFlag.NoItemFlags if head else Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    spoken = ", ".join(filter(None, (row.text, row.note, row.wrong)))
    item.setData(Qt.ItemDataRole.AccessibleTextRole, named(spoken))


class _GroupedDelegate(RowDelegate):
    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(_ROW)
        assert isinstance(row, Row)
        theme, state, head = current_theme(), option.state, row.key is None
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        hover = bool(state & QStyle.StateFlag.State_MouseOver) and not head
        paint_row_ground(painter, option.rect, chosen=chosen, hover=hover, focused=focused, keyed=takes_keys(option))
        painter.save()
        rect = QRectF(option.rect).adjusted(_SIDE, 0, -_GAP, 0)
        if row.wrong:
            side = theme.tokens.size["icon-small"]
            colour = theme.colour("danger")
            paint_icon(painter, "triangle-alert", colour, rect.right() - side, rect.center().y() - side / 2, side)
            rect.setRight(rect.right() - side - _GAP)
        if row.note:
            face = theme.font("small")
            width = QFontMetrics(face).horizontalAdvance(row.note) + 1
            painter.setFont(face)
            painter.setPen(theme.colour("text-secondary"))
            flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
            painter.drawText(rect, flags, row.note)
            rect.setRight(rect.right() - width - _GAP)
        face = theme.font("small", weight=600) if head else theme.font("body")
        painter.setFont(face)
        painter.setPen(theme.colour("text-secondary" if head else "text"))
        words = QFontMetrics(face).elidedText(in_one_line(row.text), Qt.TextElideMode.ElideRight, round(rect.width()))
        place = Qt.AlignmentFlag.AlignBottom if head else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(0, 0, 0, -4 if head else 0), int(place), words)
        painter.restore()
