"""The prompt in one line, while answers are judged in a narrow or low window; a click or the keyboard opens it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.flow.wording import gettext as _
from desktop.views.parts import Badge, IconButton, KeyButton
from desktop.views.parts.found_marks import MarkedLine

AROUND = 4  # px, above and below what stands in the line


class PromptLine(QFrame):
    """Shows the beginning of the prompt, and how to stop the models while they write; `opened` asks for the whole."""

    opened = Signal()
    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("promptLine")
        self.setProperty("surface", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._open = IconButton("chevron-right", _("Show the whole prompt"), small=True, name="openPrompt")
        self._open.clicked.connect(self.opened)
        self._text = MarkedLine()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, AROUND, 16, AROUND)
        layout.setSpacing(8)
        layout.addWidget(self._open)
        layout.addWidget(self._text, 1)
        self.turn = KeyButton("", kind="quiet", small=True, icon="git-branch", name="turnOfLine", command="tree")
        self.turn.hide()
        layout.addWidget(self.turn)
        self.blind = Badge(_("Blind"), kind="quiet", icon="eye-off")
        layout.addWidget(self.blind)
        self._stop = KeyButton(_("Stop"), command="stop", small=True, icon="circle-stop", name="stopFromLine")
        self._stop.clicked.connect(self.stop_asked)
        self._stop.hide()
        layout.addWidget(self._stop)

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(self._with_stop)

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().expandedTo(self._with_stop)

    @property
    def _with_stop(self) -> QSize:
        """As high as with the button that stops, so that no answer moves when the last one is done."""
        self._stop.ensurePolished()  # its least height is the theme's
        return QSize(0, max(self._stop.sizeHint().height(), self._stop.minimumHeight()) + 2 * AROUND)

    def show_blind(self, blind: bool) -> None:
        """Whether answers stand here without the names of their models."""
        self.blind.setText(_("Blind") if blind else _("Open"))
        self.blind.set_icon_name("eye-off" if blind else "eye")

    def show_turn(self, words: str) -> None:
        """Which turn of a conversation it is, where that has no line of its own; "" else."""
        self.turn.setText(words)
        self.turn.setVisible(bool(words))

    def show_writing(self, writing: bool) -> None:
        """Whether there is something to be stopped."""
        self._stop.setVisible(writing)

    def show_text(self, text: str) -> None:
        self._text.setText(text)

    def show_found(self, found: Sequence[tuple[str, bool]]) -> None:
        """Words that were found as personal data and wait, and of each whether it is the chosen one."""
        self._text.set_found(found)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.opened.emit()
        event.accept()
