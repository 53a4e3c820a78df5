"""A list of very many rows of one height: laid out a batch at a time between events, so that no key waits for it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QListView, QWidget

ROWS_LAID_OUT = 2_000  # between two events


class LongList(QListView):
    """The End key means the last row at once, also before it has its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUniformItemSizes(True)
        self.setBatchSize(ROWS_LAID_OUT)
        self.setLayoutMode(QListView.LayoutMode.Batched)

    def lay_out_for(self, row: int) -> None:
        """Be laid out as far as a row that is to be chosen.

        Laying out asks the model for each row, 0.15 s for 100,000; only to stay far down is worth that.
        """
        far = row >= ROWS_LAID_OUT
        self.setLayoutMode(QListView.LayoutMode.SinglePass if far else QListView.LayoutMode.Batched)

    def moveCursor(self, action: QListView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Lay out what is left before going to the end: what has no place yet cannot be gone to."""
        last = self.model().index(self.model().rowCount() - 1, 0)
        if action == QListView.CursorAction.MoveEnd and last.isValid() and not self.visualRect(last).isValid():
            self.setLayoutMode(QListView.LayoutMode.SinglePass)
            self.doItemsLayout()
        return super().moveCursor(action, modifiers)
