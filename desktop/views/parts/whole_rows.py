"""A list or table ends at a whole row: one that is cut through at the lower edge looks like a fault.

The row is there and can be gone to; its scroll bar says that there is more. Must not know what stands in the rows.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Slot
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QAbstractItemView


class WholeRows(QObject):
    """Belongs to a view; looks again whenever something may have moved."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self._settle = QTimer(self, interval=0, singleShot=True)  # what is asked for is laid out first
        self._settle.timeout.connect(self._on_settled)
        bar = view.verticalScrollBar()
        bar.valueChanged.connect(self._on_moved)
        bar.rangeChanged.connect(self._settle.start)
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._settle.start()
        return False

    @Slot()
    def _on_moved(self) -> None:
        self._on_settled()

    @Slot()
    def _on_settled(self) -> None:
        view, port = self._view, self._view.viewport()
        last = view.visualRect(view.indexAt(QPoint(port.width() // 2, port.height() - 1)))
        cut = last.isValid() and last.top() > 0 and last.bottom() >= port.height()
        if cut:
            port.setMask(QRegion(0, 0, port.width(), last.top()))
        elif not port.mask().isEmpty():
            port.clearMask()
