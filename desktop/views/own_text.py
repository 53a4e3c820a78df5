"""The field for an answer of the trainer's own, whose lines are as long as those of the others.

Esc is done with it; so is going elsewhere.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMargins, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.flow.ranking import letter
from desktop.flow.wording import gettext as _
from desktop.views.parts.measure import Measure


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
        self.document().setDocumentMargin(0)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        Measure(self, QMargins(3, 4, 3, 4))
        self.hide()

    def event(self, event: QEvent) -> bool:
        """A click in the empty part beside the lines is one at the end of the line that it is beside."""
        mouse = event if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress else None
        if mouse is not None and mouse.button() == Qt.MouseButton.LeftButton:
            at = self.viewport().mapFrom(self, mouse.position().toPoint())
            beside = QPoint(min(max(at.x(), 0), self.viewport().width() - 1), at.y())
            self.setTextCursor(self.cursorForPosition(beside))
        return super().event(event)

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
