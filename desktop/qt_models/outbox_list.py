"""What has not left, as a list model: all of it is counted, but a record is read only when it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QObject, Qt

from desktop.flow import leaving
from desktop.flow.shown_text import named
from desktop.flow.waiting import Waiting
from desktop.qt_models.counted_rows import CountedRows, Index
from desktop.qt_models.record_list import RECORD
from feedback_store.outbox import Unsent
from feedback_store.record_table import StoredRecord
from feedback_store.store import Store

STANDING = RECORD + 1
BEGAN = RECORD + 2
_OF_A_RECORD = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, RECORD)
AT_HAND = 400  # records that stay read: some screens


@dataclass(frozen=True)
class Standing:
    """How a record that has not left stands, in words; `look`: somebody has to look at it first."""

    words: str
    look: bool


class OutboxList(CountedRows):
    """Oldest first. `describe` words a record for a screen reader. STANDING is how a row stands: a `Standing`.

    BEGAN is when a record's first version was made, "" where that is the one that is shown: the rows stand by that.
    """

    def __init__(self, store: Store, describe: Callable[[StoredRecord], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._describe = describe
        self._read = lru_cache(maxsize=AT_HAND)(store.records.by_hash)
        self.waiting = Waiting()

    @property
    def rows(self) -> tuple[Unsent, ...]:
        return self.waiting.rows

    def show_waiting(self, now: Waiting) -> None:
        """Show this; what was read of it is read again, for its way may be another one.

        Where the same records stand in the same order only those rows change that differ: 10,000 are not laid out anew
        for one that was released.
        """
        self._read.cache_clear()
        self.waiting = now
        if now.changed is None:
            self.count_anew(len(now.rows))
            return
        for number in now.changed:
            self.dataChanged.emit(self.index(number), self.index(number))

    def record(self, row: int) -> StoredRecord | None:
        """The record of a row; None where there is no such row."""
        return self._read(self.rows[row].sha256) if 0 <= row < len(self.rows) else None

    def row(self, row: int) -> Unsent | None:
        """What is known of a row without reading it."""
        return self.rows[row] if 0 <= row < len(self.rows) else None

    def row_of(self, record_id: str) -> int | None:
        """The row of a record; None where it is not among them."""
        return next((number for number, row in enumerate(self.rows) if row.id == record_id), None)

    def next_undecided(self, after: int) -> int | None:
        """The next row, round the end, that somebody has to look at."""
        count = len(self.rows)
        ways = ((after + step) % count for step in range(1, count + 1))
        return next((row for row in ways if self.rows[row].undecided), None)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index.row()) if index.isValid() else None
        if row is not None and role == STANDING:  # asked of many, and known without reading them
            return Standing(leaving.standing(row.way, row.undecided, kind=row.kind), bool(row.undecided))
        if row is not None and role == BEGAN:
            return row.began
        record = self.record(index.row()) if row is not None and role in _OF_A_RECORD else None
        if record is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return record.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            assert row is not None
            return named(f"{self._describe(record)}, {leaving.places_text(row.undecided)}".rstrip(", "))
        return record
