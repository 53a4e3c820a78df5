"""Over the inbox while many captures go onto the bench: how far it is, the way to stop, and the bar below both.

It needs no more width than the list has, so nothing moves sideways when it comes.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.views.parts import KeyButton, WaitBar, WrappingRow, plain_label


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
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 4)
        column.setSpacing(4)
        column.addWidget(WrappingRow(self._words, right=(self.stop,)))
        column.addWidget(self._bar)
        self.hide()

    def show_progress(self, done: int, of: int) -> None:
        """How many are there of how many; nothing once all are."""
        self._bar.setRange(0, of)
        self._bar.setValue(done)
        self._words.setText(_("{done} of {all} on the bench").format(done=count_text(done), all=count_text(of)))
        self.setVisible(done < of)
