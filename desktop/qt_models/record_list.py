"""The records found, as a list model that reads them as they come into sight."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QItemSelection, QObject, Qt

from desktop.flow.marked_rows import Marked, Range
from desktop.flow.shown_text import named
from desktop.qt_models.counted_rows import CountedRows, Index
from desktop.qt_models.tooltips import plain_tooltip
from feedback_store.record_table import StoredRecord
from feedback_store.store import Store

RECORD = Qt.ItemDataRole.UserRole
PAGE = 50
PAGES_KEPT = 16


class RecordList(CountedRows):
    """What a query finds, newest first. `describe` words a record for a screen reader.

    Every record found is a row at once, so that the scroll bar and the End key mean what they say; the records of the
    last PAGES_KEPT pages that were looked at are held, whatever is found.
    """

    def __init__(self, store: Store, describe: Callable[[StoredRecord], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._describe = describe
        self._places = array("q")
        self._pages: OrderedDict[int, list[StoredRecord]] = OrderedDict()

    def show_found(self, places: array[int], first: Sequence[StoredRecord] = ()) -> None:
        """Show what a search found; the records of its first page may be there already."""
        self._places = places
        self._pages.clear()
        if first and len(first) == len(places[:PAGE]):
            self._pages[0] = list(first)
        self.count_anew(len(places))

    def record(self, index: Index) -> StoredRecord | None:
        return self._at(index.row()) if index.isValid() else None

    def row_of(self, record_id: str) -> int:
        """The row of a record; -1 if it is not among those found."""
        stored = self._store.records.newest(record_id)
        return -1 if stored is None else self._row(stored.seq)

    def marked(self, selection: QItemSelection) -> Marked:
        """The rows that a selection marks, and what stands in them."""
        return Marked(self._places, tuple(sorted((each.top(), each.bottom()) for each in selection.toList())))

    def selection(self, ranges: Iterable[Range]) -> QItemSelection:
        """The rows of these ranges."""
        found = QItemSelection()
        for first, last in ranges:
            found.select(self.index(first), self.index(last))
        return found

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        record = self.record(index)
        if record is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return record.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return named(self._describe(record))
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._describe(record))
        return record if role == RECORD else None

    def _row(self, wanted: int) -> int:
        row = bisect_left(self._places, -wanted, key=lambda place: -place)
        return row if row < len(self._places) and self._places[row] == wanted else -1

    def _at(self, row: int) -> StoredRecord:
        number = row // PAGE
        if number not in self._pages:
            self._pages[number] = self._store.at(self._places[number * PAGE : (number + 1) * PAGE])
            if len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(number)
        return self._pages[number][row % PAGE]
