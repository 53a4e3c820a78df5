"""The list that records are shown in: very many rows, all of one height."""

from __future__ import annotations

from PySide6.QtWidgets import QListView, QStyleOptionViewItem, QWidget

from desktop.views.record_delegate import RecordDelegate


class RecordRows(QListView):
    """`delegate` paints them for `trainer`, and says how high they are.

    They lie in a grid of one column, which looks the same: without it Qt asks of each of 100,000 rows how high it is
    whenever others are found.
    """

    def __init__(self, trainer: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.delegate = RecordDelegate(trainer, self)
        self.setItemDelegate(self.delegate)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)

    def doItemsLayout(self) -> None:
        """Also when the theme's text has another size."""
        self.setGridSize(self.delegate.sizeHint(QStyleOptionViewItem(), self.rootIndex()))
        super().doItemsLayout()
