"""A box that opens a list of choices. Must not know what is chosen in it."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget


class ChoiceBox(QComboBox):
    """Has its list from the beginning.

    Qt would make it when the box is first told how it looks, and no widget may come while Qt tells them all.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view()
