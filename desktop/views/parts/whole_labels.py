"""Labels at the lower edge of what scrolls are seen in whole lines: words cut through above a button look like a fault.

Fields and buttons may be cut, which shows that there is more. Must not know what the labels say.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Slot
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget


class WholeLabels(QObject):
    """Belongs to a scroll area with `inside` scrolling in it; looks again whenever something may have moved."""

    def __init__(self, area: QScrollArea, inside: QWidget) -> None:
        super().__init__(area)
        self._area, self._inside = area, inside
        self._settle = QTimer(self, interval=0, singleShot=True)  # what is asked for is laid out first
        self._settle.timeout.connect(self._on_settled)
        area.verticalScrollBar().valueChanged.connect(self._on_moved)
        for watched in (area.viewport(), inside):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._settle.start()
        return False

    @Slot()
    def _on_moved(self) -> None:
        self._on_settled()

    @Slot()
    def _on_settled(self) -> None:
        view = self._area.viewport()
        end = min((self._whole(label) for label in self._inside.findChildren(QLabel)), default=view.height())
        if end < view.height():
            view.setMask(QRegion(0, 0, view.width(), end))
        elif not view.mask().isEmpty():
            view.clearMask()

    def _whole(self, label: QLabel) -> int:
        """Down to where the area may be seen, for this label."""
        height = self._area.viewport().height()
        top = label.mapTo(self._area.viewport(), QPoint(0, 0)).y()
        if not label.isVisible() or not top < height < top + label.height():
            return height
        line = label.fontMetrics().lineSpacing()
        return max(0, top + (height - top) // line * line)
