"""Captures that wait, as a list model: three lines a row, spoken as one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.flow.inbox_desk import InboxRow
from desktop.flow.shown_text import named
from desktop.qt_models.tooltips import plain_tooltip

ROW = Qt.ItemDataRole.UserRole + 1  # an InboxRow
Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class InboxList(QAbstractListModel):
    """The oldest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[InboxRow, ...] = ()

    def show_rows(self, rows: Sequence[InboxRow]) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def row_of(self, capture: str) -> int | None:
        """The row of a capture; None where it is not among them."""
        return next((number for number, row in enumerate(self.rows) if row.id == capture), None)

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.question
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):  # what is in sight may be cut
            said = ", ".join(part for part in (row.question, row.answer, row.place, row.since, row.note) if part)
            return plain_tooltip(said) if role == Qt.ItemDataRole.ToolTipRole else named(said)
        return row if role == ROW else None
