"""Ratings as an item model: axes are rows, answers are columns. Shows a frozen value and changes nothing by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.flow.wording import gettext as _

Value = int | str | None
Index = QModelIndex | QPersistentModelIndex

AXIS_ROLE = Qt.ItemDataRole.UserRole + 1
RANGE_ROLE = Qt.ItemDataRole.UserRole + 2
VALUE_ROLE = Qt.ItemDataRole.UserRole + 3


@dataclass(frozen=True)
class RatingGrid:
    """What is rated: axes as (id, name, lowest, highest), how many answers, and values by (position, axis id)."""

    axes: tuple[tuple[str, str, int, int], ...] = ()
    answers: int = 0
    values: Mapping[tuple[int, str], Value] = field(default_factory=dict)

    def value(self, position: int, row: int) -> Value:
        """The value of a cell, None where it is missing."""
        return self.values.get((position, self.axes[row][0]))


class RatingsModel(QAbstractTableModel):
    """Rows are axes, columns are answers by position."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._grid = RatingGrid()

    @property
    def grid(self) -> RatingGrid:
        return self._grid

    def show_grid(self, grid: RatingGrid) -> None:
        """Show another grid; where the shape is the same, only values are told as changed."""
        same = grid.axes == self._grid.axes and grid.answers == self._grid.answers
        if same:
            self._grid = grid
            if grid.axes and grid.answers:
                self.dataChanged.emit(self.index(0, 0), self.index(len(grid.axes) - 1, grid.answers - 1))
        else:
            self.beginResetModel()
            self._grid = grid
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._grid.axes)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._grid.answers

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        axis, name, lowest, highest = self._grid.axes[index.row()]
        value = self._grid.value(index.column(), index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return "?" if value is None else "–" if value == "na" else str(value)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(name, index.column(), value, highest)
        if role == VALUE_ROLE:
            return value
        if role == RANGE_ROLE:
            return (lowest, highest)
        return axis if role == AXIS_ROLE else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return letter_of(section)
        return self._grid.axes[section][1] if section < len(self._grid.axes) else None


def letter_of(position: int) -> str:
    """The letter on the screen of the answer at a position."""
    return chr(ord("A") + position)


def _spoken(axis: str, position: int, value: Value, highest: int) -> str:
    """What a screen reader says of a cell."""
    place = _("{axis}, answer {letter}").format(axis=axis, letter=letter_of(position))
    if value is None:
        return _("{place}, missing").format(place=place)
    if value == "na":
        return _("{place}, not applicable").format(place=place)
    return _("{place}, {value} of {highest}").format(place=place, value=value, highest=highest)
