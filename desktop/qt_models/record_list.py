"""The records found, as a list model that fetches page after page."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from feedback_store.record_table import StoredRecord
from feedback_store.search import SearchPage, SearchQuery
from feedback_store.store import Store

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
RECORD = Qt.ItemDataRole.UserRole


class RecordList(QAbstractListModel):
    """What a query finds, newest first. `describe` words a record for a screen reader."""

    def __init__(self, store: Store, describe: Callable[[StoredRecord], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._describe = describe
        self._query = SearchQuery()
        self._records: list[StoredRecord] = []
        self._next: int | None = None
        self.total = 0

    def look_for(self, query: SearchQuery) -> None:
        """Show what `query` finds."""
        self.beginResetModel()
        self._query = query
        self._take(self._store.search(query), fresh=True)
        self.endResetModel()

    def record(self, index: Index) -> StoredRecord | None:
        return self._records[index.row()] if index.isValid() else None

    def row_of(self, record_id: str) -> int:
        """The row of a record among those fetched so far; -1 if it is not among them."""
        return next((row for row, record in enumerate(self._records) if record.id == record_id), -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._records)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        record = self._records[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return record.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._describe(record)
        return record if role == RECORD else None

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._next is not None

    def fetchMore(self, parent: Index) -> None:
        if not self.canFetchMore(parent):
            return
        page = self._store.search(dataclasses.replace(self._query, before=self._next))
        first = len(self._records)
        if page.records:
            self.beginInsertRows(QModelIndex(), first, first + len(page.records) - 1)
            self._take(page, fresh=False)
            self.endInsertRows()
        else:
            self._next = None

    def _take(self, page: SearchPage, *, fresh: bool) -> None:
        if fresh:
            self._records = []
        self._records.extend(page.records)
        self._next = page.next_before
        if fresh:
            self.total = page.total
