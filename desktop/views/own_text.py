"""The field for an answer of the trainer's own. Esc is done with it; so is going elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.flow.ranking import letter
from desktop.flow.wording import gettext as _


class OwnText(QPlainTextEdit):
    """`left` is Esc; `rested` says that the keyboard went elsewhere in the window."""

    left = Signal()
    rested = Signal()

    def __init__(self, position: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"ownText{letter(position)}")
        self.setPlaceholderText(_("Write the answer you would want"))
        self.setAccessibleName(_("Your own answer {}").format(letter(position)))
        self.setTabChangesFocus(True)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.rested.emit()

    def sizeHint(self) -> QSize:
        """No more than it needs at least: its card gives it what is left."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())
