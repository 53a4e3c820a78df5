"""The ratings of one answer in one line, for narrow windows: the same keys and signals as the table,
but that the arrows follow what is seen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QTransposeProxyModel
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.qt_models.ratings import VALUE_ROLE, RatingGrid, RatingLine
from desktop.theme.theme import current_theme
from desktop.views.parts.mirroring import mirrored
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.rating_painting import fitting_name, paint_cell_ring, paint_rating, rating_width
from desktop.views.parts.rating_table import RatingTable

_SIDE = 10
_GAP = 8
_LONGEST_NAME = 150
_ALL_NAMES = 600  # so few questions are read in full


class RatingRow(RatingTable):
    """Axes side by side for the current answer. Left and Right go along them, Up and Down change the answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._turned: QTransposeProxyModel | None = None
        super().__init__(parent)
        self._turned = QTransposeProxyModel(self)
        self._turned.setSourceModel(self.ratings_model)
        self.setModel(self._turned)
        self.setItemDelegate(_LabelledDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.measure()

    def show_grid(self, grid: RatingGrid) -> None:
        super().show_grid(grid)
        self._show_answer()

    def show_current(self, position: int) -> None:
        super().show_current(position)
        self._show_answer()

    @property
    def current_axis(self) -> int:
        return max(0, self.currentIndex().column())

    def sizeHint(self) -> QSize:
        width = sum(self._axis_width(axis) for axis in range(len(self.grid.lines)))
        return QSize(width + 2, self.row_height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.row_height() + 2)

    def index_of(self, row: int, position: int) -> QModelIndex:
        assert self._turned is not None
        return self._turned.index(position, row)

    def place_of(self, index: QModelIndex) -> tuple[int, int]:
        return index.column(), index.row()

    def measure(self) -> None:
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.row_height())
        for position in range(self.grid.answers):
            self.setRowHeight(position, self.row_height())  # one that is hidden keeps another height than the usual
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        if self._turned is not None:
            for axis in range(len(self.grid.lines)):
                self.setColumnWidth(axis, self._axis_width(axis))
        self.updateGeometry()
        self._show_answer()

    def resizeEvent(self, event: QEvent) -> None:
        super().resizeEvent(event)
        self.measure()  # names have the room that there is

    def _step(self, key: Qt.Key) -> tuple[int, int]:
        """As it is seen: the lines of the table stand side by side here."""
        down, right = super()._step(key)
        return right, down

    def _go(self, row: int, position: int) -> None:
        super()._go(row, position)
        self._show_answer()

    def _show_answer(self) -> None:
        if self._turned is None:
            return
        for position in range(self.grid.answers):
            self.setRowHidden(position, position != self.current_answer)
        self.scrollTo(self.currentIndex())  # of a hidden answer no place was known

    def name_width(self, line: RatingLine) -> int:
        """How wide the name of a line may be: the fewer lines, the wider; alone it has all the room."""
        longest = round(max(_LONGEST_NAME, _ALL_NAMES // len(self.grid.lines)) * current_theme().zoom)
        aside = _GAP + rating_width(line) + 2 * _SIDE
        if 2 * (longest + aside) > self.viewport().width():
            longest = max(longest, self.viewport().width() - aside - 2)
        return min(QFontMetrics(current_theme().font("label")).horizontalAdvance(line.name), longest)

    def _axis_width(self, axis: int) -> int:
        line = self.grid.lines[axis]
        return self.name_width(line) + _GAP + rating_width(line) + 2 * _SIDE


class _LabelledDelegate(QStyledItemDelegate):
    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = self.parent()
        assert isinstance(row, RatingRow)
        theme = current_theme()
        axis = index.column()
        line = row.grid.lines[axis]
        rect = QRectF(option.rect).adjusted(1, 1, -1, -1)
        current = axis == row.current_axis
        if not current and not row.viewport().rect().contains(option.rect.adjusted(2, 2, -2, -2)):
            return  # cut through it would seem a fault; the bar says which of how many this is
        if current:
            paint_cell_ring(painter, rect, focused=row.hasFocus())
        painter.setFont(theme.font("label" if current and row.hasFocus() else "body"))
        painter.setPen(theme.colour("text"))
        wide = row.name_width(line)
        words = QRectF(rect.left() + _SIDE - 1, rect.top(), wide + 4, rect.height())
        name = fitting_name(row.grid, axis, painter.fontMetrics(), wide + 2)
        painter.drawText(mirrored(painter, words, rect), int(Qt.AlignmentFlag.AlignVCenter), name)
        width = rating_width(line)
        place = QRectF(rect.right() - width - _SIDE + 1, rect.top(), width, rect.height())
        if row.current_answer in row.grid.closed:
            return
        paint_rating(painter, mirrored(painter, place, rect), index.data(VALUE_ROLE), line)
