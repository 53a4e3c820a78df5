"""A list model of very many rows that Qt counts by itself: only what is looked at is asked for in Python.

Qt asks for every row when it lays a list out, marks all of it or goes to its end. A model in Python answers 100,000
times for that, which holds the window for 0.15 s; Qt's own list of strings, all of them empty, takes some milliseconds.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel, Qt

Index = QModelIndex | QPersistentModelIndex


class CountedRows(QStringListModel):
    """Who derives from it gives `data`, keeps the rows, and says how many there are now."""

    def count_anew(self, rows: int) -> None:
        """All rows are others, and so many; the derived model has them already."""
        more = rows - self.rowCount()
        self.beginResetModel()
        self.blockSignals(True)  # the strings are all alike, so that it is enough that so many come or go
        if more > 0:
            self.insertRows(0, more)  # in front: each one behind would move all that came with it
        elif more < 0:
            self.removeRows(rows, -more)
        self.blockSignals(False)
        self.endResetModel()

    def flags(self, index: Index) -> Qt.ItemFlag:
        """To be read and marked; strings could be typed in and dropped on."""
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
