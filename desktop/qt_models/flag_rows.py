"""The flags of a comparison as an item model. Shows frozen rows and changes nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.flow.wording import gettext as _
from desktop.qt_models.ratings import letter_of

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class FlagRow:
    """One flag: of which answer, which category, how bad, in words, and on what. `gone`: its quote is not found."""

    position: int
    category: str
    severity: int
    name: str
    quote: str
    gone: bool = False


class FlagRows(QAbstractListModel):
    """Rows in the order of the draft."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[FlagRow, ...] = ()

    @property
    def rows(self) -> tuple[FlagRow, ...]:
        return self._rows

    def show_rows(self, rows: Sequence[FlagRow]) -> None:
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

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{row.name}: {row.quote}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = _("{name}, answer {letter}, severity {severity}: {quote}")
            quote = _("not found") if row.gone else row.quote
            return words.format(name=row.name, letter=letter_of(row.position), severity=row.severity, quote=quote)
        return None
