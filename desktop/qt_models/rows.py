"""Frozen rows as an item model: what a list shows that belongs to others. Changes nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.flow.shown_text import named
from desktop.qt_models.tooltips import plain_tooltip

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
SPOKEN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


class Row(Protocol):
    """`lead` stands first, in a column of its own; `spoken` is all of the row, for a screen reader and the tooltip."""

    @property
    def lead(self) -> str: ...
    @property
    def spoken(self) -> str: ...


AnyRow = TypeVar("AnyRow", bound=Row)


class Rows(QAbstractListModel, Generic[AnyRow]):
    """Rows in the order of their owner."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[AnyRow, ...] = ()

    @property
    def rows(self) -> tuple[AnyRow, ...]:
        return self._rows

    def show_rows(self, rows: Sequence[AnyRow]) -> None:
        """Show these rows; where as many stand as before, only their contents are told as changed."""
        rows = tuple(rows)
        if rows == self._rows:
            return
        if len(rows) == len(self._rows):
            self._rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
        else:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:  # what is in sight of a row may be cut
            return plain_tooltip(row.spoken)
        return named(row.spoken) if role in SPOKEN else None
