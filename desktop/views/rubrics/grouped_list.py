"""A list of rows under headings: what there is to choose from, or the parts of what is edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal, Slot
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
    """`turned` carries the key of the row that became current by the trainer's doing.

    With `folds` the quiet words of a row stand below its own where both have no room in a line.
    """

    turned = Signal(object)

    def __init__(self, name: str, words: str, *, folds: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folds = folds
        self.setResizeMode(GroupedList.ResizeMode.Adjust if folds else GroupedList.ResizeMode.Fixed)
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
        rows = [self.item(index).data(_ROW) for index in range(self.count())]
        return max(map(_width, rows), default=0) + 2 * self.frameWidth() + 2

    def narrowest(self) -> int:
        """The width that it needs where every row is folded."""
        theme = current_theme()
        rows = [self.item(index).data(_ROW) for index in range(self.count())]
        widest = max((max(theme.width(row.text), theme.width(row.note, "small")) for row in rows), default=0)
        return widest + _SIDE + _GAP + 2 * self.frameWidth() + 2

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


def _width(row: Row) -> int:
    """What its words take in one line."""
    theme = current_theme()
    return theme.width(row.text) + theme.width(row.note, "small") + 2 * _GAP + _SIDE


class _GroupedDelegate(RowDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        usual, row = super().sizeHint(option, index), index.data(_ROW)
        more = current_theme().line_px("small") if isinstance(row, Row) and self._folded(row) else 0
        return usual + QSize(0, more)

    def _folded(self, row: Row) -> bool:
        view = self.parent()
        return isinstance(view, GroupedList) and view.folds and bool(row.note) and _width(row) > view.viewport().width()

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
            face, folded = theme.font("small"), self._folded(row)
            painter.setFont(face)
            painter.setPen(theme.colour("text-secondary"))
            side = Qt.AlignmentFlag.AlignLeft if folded else Qt.AlignmentFlag.AlignRight
            note, room = QRectF(rect), round(rect.width())
            if folded:
                rect.setBottom(rect.bottom() - theme.line_px("small"))
                note.setTop(rect.bottom() - 2)
            else:
                rect.setRight(rect.right() - QFontMetrics(face).horizontalAdvance(row.note) - 1 - _GAP)
            said = QFontMetrics(face).elidedText(row.note, Qt.TextElideMode.ElideRight, room) if folded else row.note
            place = Qt.AlignmentFlag.AlignTop if folded else Qt.AlignmentFlag.AlignVCenter
            painter.drawText(note, int(place | side), said)
        face = theme.font("small", weight=600) if head else theme.font("body")
        painter.setFont(face)
        painter.setPen(theme.colour("text-secondary" if head else "text"))
        words = QFontMetrics(face).elidedText(in_one_line(row.text), Qt.TextElideMode.ElideRight, round(rect.width()))
        place = Qt.AlignmentFlag.AlignBottom if head else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(0, 0, 0, -4 if head else 0), int(place), words)
        painter.restore()
