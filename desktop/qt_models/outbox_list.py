"""What has not left, as a list model: all of it is counted, but a record is read only when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.qt_models.record_list import RECORD
from feedback_store.outbox import Unsent
from feedback_store.record_table import StoredRecord
from feedback_store.store import Store

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
AT_HAND = 400  # records that stay read: some screens


class OutboxList(QAbstractListModel):
    """Oldest first. `describe` words a record for a screen reader."""

    def __init__(self, store: Store, describe: Callable[[StoredRecord], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._describe = describe
        self._read = lru_cache(maxsize=AT_HAND)(store.records.by_hash)
        self.rows: tuple[Unsent, ...] = ()

    def show_rows(self, rows: Sequence[Unsent]) -> None:
        """Show these; what was read of them is read again, for their way may be another one."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self._read.cache_clear()
        self.endResetModel()

    def record(self, row: int) -> StoredRecord | None:
        """The record of a row; None where there is no such row."""
        return self._read(self.rows[row].sha256) if 0 <= row < len(self.rows) else None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        record = self.record(index.row()) if index.isValid() else None
        if record is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return record.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._describe(record)
        return record if role == RECORD else None
