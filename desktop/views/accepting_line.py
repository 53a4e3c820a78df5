"""One line over the inbox while many captures go onto the bench: how far it is, and the way to stop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.views.parts import KeyButton, WaitBar, plain_label


class AcceptingLine(QFrame):
    """Not there while nothing goes on."""

    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("acceptingLine")
        self._words = plain_label("", role="secondary")
        self._bar = WaitBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Put on the bench"))
        self.stop = KeyButton(_("Stop"), hint="Esc", small=True, name="stopAccepting")
        self.stop.clicked.connect(self.stopped)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(self._words)
        row.addWidget(self._bar, 1)
        row.addWidget(self.stop)
        self.hide()

    def show_progress(self, done: int, of: int) -> None:
        """How many are there of how many; nothing once all are."""
        self._bar.setRange(0, of)
        self._bar.setValue(done)
        self._words.setText(_("{done} of {all} on the bench").format(done=count_text(done), all=count_text(of)))
        self.setVisible(done < of)
