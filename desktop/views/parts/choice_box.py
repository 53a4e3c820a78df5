"""A box that opens a list of choices. Must not know what is chosen in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget


class ChoiceBox(QComboBox):
    """Has its list from the beginning, and chooses by a wheel only where it has the keyboard.

    Qt would make the list when the box is first told how it looks, and no widget may come while Qt tells them all. And
    it would choose something else for whoever scrolls past the box.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
