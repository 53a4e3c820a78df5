"""The flags of all answers as rows. Enter shows the span, digits set the severity, Delete removes."""

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

from desktop.flow.wording import gettext as _
from desktop.qt_models.flag_rows import ROW_ROLE, FlagRow, FlagRows
from desktop.qt_models.ratings import letter_of
from desktop.theme.theme import current_theme
from desktop.views.parts.mirroring import mirrored
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.underlines import mark_size, paint_flag_mark

MOST_ROWS = 6


class FlagList(QListView):
    """`activated_row` a row to show, `severity_set` row and severity, `removed` a row, `left` is Esc."""

    activated_row = Signal(int)
    severity_set = Signal(int, int)
    removed = Signal(int)
    left = Signal()

    def __init__(self, severities: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("flags")
        self.setAccessibleName(_("Flags"))
        self._severities = severities
        self._model = FlagRows(self)
        self._shown: int | None = None
        self._name_width = 0
        self.setModel(self._model)
        self.setItemDelegate(_FlagDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)

    @property
    def shown(self) -> int | None:
        """The row whose span is the current one in its answer."""
        return self._shown

    @property
    def name_width(self) -> int:
        """The width of the longest name, so that the quotes stand below one another."""
        return self._name_width

    def show_rows(self, rows: Sequence[FlagRow], current: int | None = None) -> None:
        """Show these flags; `current` is the one whose span is highlighted."""
        before = self.currentIndex().row()
        self._shown = current
        count = self._model.rowCount()
        self._model.show_rows(rows)
        if rows and (current is not None or len(rows) != count or before < 0):
            row = current if current is not None else min(max(before, 0), len(rows) - 1)
            self.setCurrentIndex(self._model.index(row))
        metrics = QFontMetrics(current_theme().font("body"))
        self._name_width = max((metrics.horizontalAdvance(row.name) for row in rows), default=0) + 1
        if len(rows) != count:
            self.updateGeometry()
        self.viewport().update()

    def set_severities(self, count: int) -> None:
        """How many severities there are; digits below this number set them."""
        self._severities = count

    def sizeHint(self) -> QSize:
        rows = min(max(self._model.rowCount(), 1), MOST_ROWS)
        return QSize(240, rows * self.row_height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, min(self.sizeHint().height(), 2 * self.row_height() + 2))

    def row_height(self) -> int:
        return mark_size().height() + 4

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.scheduleDelayedItemsLayout()
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, text = self.currentIndex().row(), event.text()
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif row < 0 or not plain:
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated_row.emit(row)
        elif text.isascii() and text.isdigit() and int(text) < self._severities:
            self.severity_set.emit(row, int(text))
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(row)
        elif text.isprintable() and text:
            event.ignore()  # QListView would search by letters
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.activated_row.emit(index.row())


class _FlagDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        flags = self.parent()
        assert isinstance(flags, FlagList)
        return QSize(120, flags.row_height())

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        flags = self.parent()
        row = index.data(ROW_ROLE)
        if not isinstance(flags, FlagList) or not isinstance(row, FlagRow):
            return
        theme = current_theme()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect)
        chosen = index.row() == flags.currentIndex().row() and flags.hasFocus()
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or index.row() == flags.shown or hover:
            painter.setBrush(theme.colour("accent-subtle" if chosen else "hover"))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 3, 3)
        if chosen:
            painter.setPen(QPen(theme.colour("focus"), theme.tokens.line["focus"]))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 3, 3)
        size = mark_size()
        mark = QRectF(rect.left() + 4, rect.center().y() - size.height() / 2, size.width(), size.height())
        paint_flag_mark(painter, mirrored(painter, mark, rect), theme.flag(row.category), row.severity, gone=row.gone)
        _paint_words(
            painter,
            row,
            flags.name_width,
            QRectF(mark.right() + 8, rect.top(), rect.right() - mark.right() - 14, rect.height()),
            rect,
        )
        painter.restore()


def _paint_words(painter: QPainter, row: FlagRow, name_width: int, rect: QRectF, within: QRectF) -> None:
    theme = current_theme()
    middle = int(Qt.AlignmentFlag.AlignVCenter)
    bold, body, small = theme.font("label"), theme.font("body"), theme.font("small")
    painter.setFont(bold)
    painter.setPen(theme.colour("text"))
    painter.drawText(mirrored(painter, rect, within), middle, letter_of(row.position))
    rect = rect.adjusted(QFontMetrics(bold).horizontalAdvance("M") + 6, 0, 0, 0)
    name_room = min(name_width, round(rect.width() * 0.5))
    painter.setFont(body)
    name = QFontMetrics(body).elidedText(row.name, Qt.TextElideMode.ElideRight, name_room)
    place = QRectF(rect.left(), rect.top(), name_room + 2, rect.height())
    painter.drawText(mirrored(painter, place, within), middle, name)
    rect = rect.adjusted(max(name_room + 12, 0), 0, 0, 0)
    painter.setFont(small)
    painter.setPen(theme.colour("text-secondary"))
    quote = _("not found") if row.gone else row.quote
    shown = QFontMetrics(small).elidedText(quote, Qt.TextElideMode.ElideRight, max(0, round(rect.width())))
    painter.drawText(mirrored(painter, rect, within), middle, shown)
