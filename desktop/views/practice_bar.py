"""Above a window for practising: the step whose turn it is."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.bridge.bench import BenchBridge
from desktop.flow.practice import Practice
from desktop.flow.session import BenchSession
from desktop.views.parts import plain_label


class PracticeBar(QFrame):
    """Follows a session; every step is told to screen readers."""

    def __init__(self, session: BenchSession, bridge: BenchBridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("practiceBar")
        self.setProperty("sunken", True)
        self._session = session
        self._saved = session.saved
        self.practice = Practice()
        self._text = plain_label(self.practice.text, role="label", wrap=True, name="practiceStep")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.addWidget(self._text, 1)
        bridge.changed.connect(self._on_changed)

    @Slot(object)
    def _on_changed(self, _parts: object) -> None:
        saved = self._session.saved is not self._saved
        if self.practice.look(self._session.draft, saved=saved):
            self._text.setText(self.practice.text)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.practice.text))
