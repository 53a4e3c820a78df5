"""Personal data of a comparison as an item model: what was found, and what was blacked out. Changes nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class PersonalRow:
    """Words that were found: of what kind, where, and `decided` in a word, "" while they are not."""

    kind: str
    quote: str
    where: str
    decided: str = ""


class PersonalRows(QAbstractListModel):
    """Rows in the order of reading; what was blacked out comes last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[PersonalRow, ...] = ()

    @property
    def rows(self) -> tuple[PersonalRow, ...]:
        return self._rows

    def show_rows(self, rows: Sequence[PersonalRow]) -> None:
        """Show these rows in place of those before."""
        if tuple(rows) != self._rows:
            self.beginResetModel()
            self._rows = tuple(rows)
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(filter(None, (row.kind, row.quote, row.where, row.decided)))
        return None
