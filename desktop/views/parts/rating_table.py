"""Ratings as one table: axes and questions as rows, answers as columns, so that a trainer compares across answers.

Digits rate and go to the next row, Y, N and U answer, arrows move, Backspace clears, Space opens all values, Esc
leaves. `RatingTable` is the table beside the answers; `RatingRow` is the same for one answer in a narrow window. Both
show a RatingGrid and own nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from desktop.flow import keymap
from desktop.flow.wording import gettext as _
from desktop.qt_models.rating_typing import no_value_words, off_scale_words, typed
from desktop.qt_models.ratings import LINE_ROLE, VALUE_ROLE, RatingGrid, RatingsModel, Value, letter_of
from desktop.qt_models.tooltips import plain_tooltip
from desktop.theme.theme import current_theme
from desktop.views.parts.header_names import name_headers
from desktop.views.parts.key_names import whole_key_name
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.rating_menu import choose_value
from desktop.views.parts.rating_painting import fitting_name, paint_cell_ring, paint_rating, rating_width

_CELL_SIDE = 8
_LEAST_SIDE = 4
_LONGEST_NAME = 150  # a question is longer; it is elided, and stands in full below the table


class RatingTable(QTableView):
    """`rated` carries position, row and value (None clears); `left` is Esc; `moved` is the answer now current.

    `rest_answered` carries a position: no to whatever yes-or-no question is open there. `turned` is the current row.
    `refused` says which values there are, when a digit was none of them, or that a letter does nothing here.
    `why_asked`: the key that says why was pressed, where it is none of the values.
    """

    rated = Signal(int, int, object)
    rest_answered = Signal(int)
    left = Signal()
    moved = Signal(int)
    turned = Signal(int)
    refused = Signal(str)
    why_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ratings")
        self.setAccessibleName(_("Ratings"))
        self._model = RatingsModel(self)
        self._typed = ""
        self._through = False  # after the last rating: a key too many does not overwrite it
        self._current = 0
        self.with_pips = True
        self.setModel(self._model)
        self.setItemDelegate(_CellDelegate(self))
        self.setHorizontalHeader(_AnswerHeader(self))
        self.setVerticalHeader(_AxisHeader(self))
        name_headers(self)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.measure()

    @property
    def grid(self) -> RatingGrid:
        return self._model.grid

    @property
    def current_answer(self) -> int:
        """The position of the answer whose column is current."""
        return self._current

    @property
    def current_axis(self) -> int:
        """The row that is current, 0 before any was."""
        return max(0, self.currentIndex().row())

    def show_grid(self, grid: RatingGrid) -> None:
        """Show these values; the current cell stays where it is."""
        row, shape = self.current_axis, (self.grid.lines, self.grid.answers)
        self._model.show_grid(grid)
        if shape != (grid.lines, grid.answers):
            self.measure()
            self._current = min(self._current, max(0, grid.answers - 1))
            if grid.lines and grid.answers:
                self.setCurrentIndex(self.index_of(min(row, len(grid.lines) - 1), self._current))
                self.turned.emit(self.current_axis)  # a bench without answers has none, and begins with the first

    def show_current(self, position: int) -> None:
        """Mark an answer's column as the current one, without taking the focus."""
        if 0 <= position < self.grid.answers and position != self._current:
            self._current = position
            self.setCurrentIndex(self.index_of(self.current_axis, position))
            self.viewport().update()
            self.horizontalHeader().viewport().update()

    @property
    def ratings_model(self) -> RatingsModel:
        """The model under the view; axes are its rows."""
        return self._model

    def index_of(self, row: int, position: int) -> QModelIndex:
        """The view's index of an axis and an answer."""
        return self._model.index(row, position)

    def place_of(self, index: QModelIndex) -> tuple[int, int]:
        """Axis and answer of a view's index."""
        return index.row(), index.column()

    def start_at(self, position: int) -> None:
        """Take the focus at an answer's first missing rating, else at its first axis."""
        if not self.grid.lines or position >= self.grid.answers:
            return
        rows = range(len(self.grid.lines))
        self._go(next((row for row in rows if self.grid.is_open(position, row)), 0), position)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def start_at_missing(self) -> None:
        """Take the focus at the first rating that is missing anywhere."""
        first = self.grid.next_open(-1, 0)
        self.start_at(self._current if first is None else first[0])

    def sizeHint(self) -> QSize:
        rows = len(self.grid.lines)
        width = self.verticalHeader().sizeHint().width() + self._cell_width() * max(1, self.grid.answers)
        return QSize(width, self.horizontalHeader().height() + rows * self.row_height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = event.key(), event.text()
        if keymap.current().at("ratings", whole_key_name(event)) == "no_to_rest":
            self.rest_answered.emit(self._current)
        elif event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._typed = ""
            self._through = False
            self._tell(None)
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key == Qt.Key.Key_Space:
            self._open_values()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go_on()
        elif Qt.Key(key) in _STEPS and self.grid.lines and self.grid.answers:
            self._typed = ""
            down, right = self._step(Qt.Key(key))
            row = min(max(self.current_axis + down, 0), len(self.grid.lines) - 1)
            self._go(row, min(max(self._current + right, 0), self.grid.answers - 1))
        elif text and self._type(text):
            pass
        elif keymap.current().at("answers", whole_key_name(event)) == "why":
            self.why_asked.emit()
        elif text.isalpha() and self.grid.lines:
            self.refused.emit(no_value_words(text))
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.currentIndex()
        if index.isValid():
            self._go(*self.place_of(index))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._open_values()
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """A cell's tooltip is its row's name and its value in words."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.indexAt(event.pos())
            words = str(index.data(Qt.ItemDataRole.AccessibleTextRole) or "")
            QToolTip.showText(event.globalPos(), plain_tooltip(words) if words else "", self)
            return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.grid.lines and self.grid.answers:
            self._go(0, self._current)
        self._repaint_all()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._typed = ""
        self._through = False
        self._repaint_all()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_model"):
            self.measure()

    def resizeEvent(self, event: QEvent) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent by Qt's contract
        self._fit_axis_names()

    def _type(self, text: str) -> bool:
        """Do what a typed character means in the current cell; False for one that means nothing there."""
        if not self.grid.lines or self._current >= self.grid.answers:
            return False
        row = self.current_axis
        made = typed(self.grid.lines[row], self.grid.value(self._current, row), self._typed, text)
        if made is None:
            return False
        if self._through:
            return True
        self._typed = made.waiting
        if made.beyond:
            line = self.grid.lines[row]
            self.refused.emit(off_scale_words(made.beyond, line.lowest, line.highest))
        if made.sets:
            self._tell(made.value)
        if made.goes_on:
            self._go_on()
        return True

    def _step(self, key: Qt.Key) -> tuple[int, int]:
        """How far an arrow goes, in lines and in answers."""
        down, right = _STEPS[key]
        return down, right if self.isLeftToRight() else -right

    def _open_values(self) -> None:
        """All values of the current cell as a menu, with their names."""
        if not self.grid.lines or self._current >= self.grid.answers:
            return
        row, position = self.current_axis, self._current
        cell = self.visualRect(self.index_of(row, position))
        place = self.viewport().mapToGlobal(cell.bottomLeft())
        line, now = self.grid.lines[row], self.grid.value(position, row)
        choose_value(self, place, line, now, lambda value: self.rated.emit(position, row, value))

    def _tell(self, value: Value) -> None:
        if self.grid.lines and self._current < self.grid.answers:
            self.rated.emit(self._current, self.current_axis, value)

    def _go_on(self) -> None:
        """To the next row; after the last, to the next one that waits in any answer, round again; else stay."""
        self._typed = ""
        if self.current_axis + 1 < len(self.grid.lines):
            self._go(self.current_axis + 1, self._current)
            return
        waiting = self.grid.next_open(self._current, self.current_axis)
        if waiting is not None:
            self._go(waiting[1], waiting[0])
        else:
            self._through = True

    def _go(self, row: int, position: int) -> None:
        self._through = False
        moved, before = position != self._current, self.current_axis
        self._current = position
        self.setCurrentIndex(self.index_of(row, position))
        self._repaint_all()
        if row != before:
            self.turned.emit(row)
        if moved:
            self.moved.emit(position)

    def _repaint_all(self) -> None:
        for part in (self, self.horizontalHeader(), self.verticalHeader()):
            part.viewport().update()

    def row_height(self) -> int:
        """The height of one line, with text zoom."""
        return current_theme().grown("row")

    def _cell_width(self, *, pips: bool = True) -> int:
        widths = (rating_width(line, pips=pips) for line in self.grid.lines)
        return max(widths, default=40) + 2 * _CELL_SIDE

    def measure(self) -> None:
        """Take sizes from the theme."""
        theme = current_theme()
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setMinimumSectionSize(16)
        across.setFixedHeight(theme.grown("row"))
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setMinimumSectionSize(16)
        down.setDefaultSectionSize(self.row_height())
        self._fit_axis_names()
        self.updateGeometry()

    def _fit_axis_names(self) -> None:
        """Cells stand at the right edge; where names need the room, cells give up their sides, then pips and words."""
        answers = max(1, self.grid.answers)
        names = self.verticalHeader().sizeHint().width()
        room = (self.width() - 2 - names) // answers
        full, bare = self._cell_width(), self._cell_width(pips=False)
        least = full - 2 * (_CELL_SIDE - _LEAST_SIDE)
        self.with_pips = room >= least or self.width() - 2 - least * answers >= names
        cell = min(full, max(room, least if self.with_pips else bare - 2 * (_CELL_SIDE - _LEAST_SIDE)))
        self.horizontalHeader().setDefaultSectionSize(cell)
        self.verticalHeader().setFixedWidth(max(40, self.width() - 2 - cell * answers))
        self.updateGeometries()  # else the cells stay where the header's width was before


class _CellDelegate(QStyledItemDelegate):
    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        table = self.parent()
        assert isinstance(table, RatingTable)
        rect = QRectF(option.rect).adjusted(1, 2, -1, -2)
        if index.row() == table.currentIndex().row() and index.column() == table.current_answer:
            paint_cell_ring(painter, rect, focused=table.hasFocus())
        if index.column() not in table.grid.closed:
            paint_rating(painter, rect, index.data(VALUE_ROLE), index.data(LINE_ROLE), pips=table.with_pips)


class _AnswerHeader(QHeaderView):
    """Letters of the answers; the current one is filled, as on its card."""

    def __init__(self, table: RatingTable) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table
        self.setSectionsClickable(False)
        self.setHighlightSections(False)

    def sectionSizeFromContents(self, logicalIndex: int) -> QSize:
        letter = QFontMetrics(current_theme().font("small", weight=600)).size(0, letter_of(logicalIndex))
        return QSize(letter.width() + 2, letter.height())

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        theme = current_theme()
        side = min(theme.grown("mark", "small"), rect.height() - 4, rect.width() - 2)
        centre = QRectF(rect).center()
        box = QRectF(round(centre.x() - side / 2), round(centre.y() - side / 2), side, side)
        current = logicalIndex == self._table.current_answer
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent" if current else "hover"))
        painter.drawRoundedRect(box, theme.tokens.radius["mark"], theme.tokens.radius["mark"])
        painter.setPen(theme.colour("on-accent" if current else "text"))
        painter.setFont(theme.font("small", weight=600))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), letter_of(logicalIndex))
        painter.restore()


class _AxisHeader(QHeaderView):
    """Names of the axes; the current one is bold. What is cut is said from where it differs: questions begin alike."""

    def __init__(self, table: RatingTable) -> None:
        super().__init__(Qt.Orientation.Vertical, table)
        self._table = table
        self.setSectionsClickable(False)
        self.setHighlightSections(False)

    def sizeHint(self) -> QSize:
        theme = current_theme()
        widths = (theme.width(line.name, "label") for line in self._table.grid.lines)
        return QSize(min(max(widths, default=64), _LONGEST_NAME) + 12, 0)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        theme = current_theme()
        current = self._table.hasFocus() and logicalIndex == self._table.current_axis
        face = theme.font("label" if current else "body")
        painter.save()
        painter.setFont(face)
        painter.setPen(theme.colour("text"))
        words = fitting_name(self._table.grid, logicalIndex, QFontMetrics(face), rect.width() - 8)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), words)
        painter.restore()


_STEPS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
