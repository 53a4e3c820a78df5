"""What was found as personal data, a row each: one key blacks it out, one keeps it, Enter shows the place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.flow import keymap
from desktop.flow.wording import gettext as _
from desktop.qt_models.personal_rows import ROW_ROLE, PersonalRow, PersonalRows
from desktop.theme.theme import current_theme
from desktop.views.parts.key_names import HELD, key_name
from desktop.views.parts.paint_guard import guarded

MOST_ROWS = 4


class PersonalList(QListView):
    """`black_out_asked`, `keep_asked` and `shown` carry a row; `left` is Esc."""

    black_out_asked = Signal(int)
    keep_asked = Signal(int)
    shown = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("personal")
        self.setAccessibleName(_("Personal data"))
        self._model = PersonalRows(self)
        self.kind_width = 0
        self.setModel(self._model)
        self.setItemDelegate(_PersonalDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.selectionModel().currentChanged.connect(self._on_current)
        self.clicked.connect(self._on_clicked)

    @property
    def rows(self) -> tuple[PersonalRow, ...]:
        return self._model.rows

    def show_rows(self, rows: Sequence[PersonalRow]) -> None:
        """Show these rows; the chosen one stays chosen, or the one that came into its place."""
        if tuple(rows) == self._model.rows:
            return
        before = max(0, self.currentIndex().row())
        self._model.show_rows(rows)
        metrics = QFontMetrics(current_theme().font("body"))
        self.kind_width = max((metrics.horizontalAdvance(row.kind) for row in rows), default=0) + 1
        if rows:
            self.blockSignals(True)
            self.setCurrentIndex(self._model.index(min(before, len(rows) - 1)))
            self.blockSignals(False)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        rows = min(max(self._model.rowCount(), 1), MOST_ROWS)
        return QSize(240, rows * self.row_height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, min(self.sizeHint().height(), 2 * self.row_height() + 2))

    def row_height(self) -> int:
        return current_theme().line_px("body") + 6

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.scheduleDelayedItemsLayout()
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, letter = self.currentIndex().row(), event.text()
        command = keymap.current().at("personal", key_name(event))
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif row >= 0 and command is not None:
            (self.black_out_asked if command == "black_out" else self.keep_asked).emit(row)
        elif row < 0 or event.modifiers() & HELD:
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.shown.emit(row)
        elif letter and letter.isprintable():
            event.ignore()  # QListView would search by letters
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.shown.emit(index.row())

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if self.hasFocus():
            self.shown.emit(index.row())


class _PersonalDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        found = self.parent()
        assert isinstance(found, PersonalList)
        return QSize(120, found.row_height())

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        found, row = self.parent(), index.data(ROW_ROLE)
        if not isinstance(found, PersonalList) or not isinstance(row, PersonalRow):
            return
        theme = current_theme()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect)
        chosen = index.row() == found.currentIndex().row() and found.hasFocus()
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(theme.colour("focus"), theme.tokens.line["focus"]) if chosen else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent-subtle" if chosen else "hover"))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 3, 3)
        _paint_words(painter, row, found.kind_width, rect.adjusted(6, 0, -6, 0))
        painter.restore()


def _paint_words(painter: QPainter, row: PersonalRow, kind_width: int, rect: QRectF) -> None:
    """Kind, words, and at the right where they stand, or what was decided."""
    theme = current_theme()
    body, small = theme.font("body"), theme.font("small")
    middle = int(Qt.AlignmentFlag.AlignVCenter)
    painter.setFont(body)
    painter.setPen(theme.colour("text-secondary"))
    painter.drawText(QRectF(rect.left(), rect.top(), kind_width + 2, rect.height()), middle, row.kind)
    right = row.decided or row.where
    room = min(round(rect.width() * 0.4), QFontMetrics(small).horizontalAdvance(right) + 2)
    painter.setFont(small)
    painter.drawText(
        QRectF(rect.right() - room, rect.top(), room, rect.height()),
        middle | int(Qt.AlignmentFlag.AlignRight),
        QFontMetrics(small).elidedText(right, Qt.TextElideMode.ElideRight, room),
    )
    left = rect.left() + kind_width + 10
    width = max(0, round(rect.right() - room - 8 - left))
    painter.setFont(body)
    painter.setPen(theme.colour("text-secondary" if row.decided else "text"))
    quote = QFontMetrics(body).elidedText(row.quote, Qt.TextElideMode.ElideMiddle, width)
    painter.drawText(QRectF(left, rect.top(), width, rect.height()), middle, quote)
