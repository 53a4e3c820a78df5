"""One point that a revision should follow, with its tick."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from desktop.flow.draft import FeedbackPoint
from desktop.views.parts import plain_label


class PointRow(QWidget):
    """A point with its tick. A check box cannot break its words into lines, so they stand beside it."""

    def __init__(self, number: int, point: FeedbackPoint) -> None:
        super().__init__()
        self.words = point.text
        self.box = QCheckBox()
        self.box.setObjectName(f"point{number}")
        self.box.setAccessibleName(point.text)
        self.box.setToolTip(f"Alt+{number}" if number < 10 else "")
        self.box.setChecked(point.done)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(plain_label(point.text, wrap=True), 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.box.toggle()
        event.accept()
