"""Above a window for practising: the step whose turn it is, and at the end the way to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.bridge.bench import BenchBridge
from desktop.flow.practice import Practice
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.views.bench_page import BenchPage
from desktop.views.parts import KeyButton, plain_label


class PracticeBar(QFrame):
    """Follows a session on its bench; every step is told to screen readers. `ended`: the window has done its work.

    Once all is done the button ends it, and so does Esc where the keyboard is then, at the empty prompt.
    """

    ended = Signal()

    def __init__(
        self, bench: BenchPage, session: BenchSession, bridge: BenchBridge, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("practiceBar")
        self.setProperty("sunken", True)
        self._bench = bench
        self._session = session
        self._saved = session.saved
        self.practice = Practice()
        self._text = plain_label(self.practice.text, role="label", wrap=True, name="practiceStep")
        self.end = KeyButton(_("Close, and begin"), hint="Esc", kind="main", name="practiceEnd")
        self.end.clicked.connect(self.ended)
        self.end.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(12)
        row.addWidget(self._text, 1)
        row.addWidget(self.end)
        bridge.changed.connect(self._on_changed)
        bench.place_changed.connect(self._on_changed)  # the page of rewriting is left
        bench.prompt.left.connect(self._on_prompt_left)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.practice.over:
            self.ended.emit()
        else:
            super().keyPressEvent(event)

    @Slot(object)
    def _on_changed(self, _what: object) -> None:
        saved = self._session.saved is not self._saved
        if self.practice.look(self._session.draft, saved=saved, rewriting=self._bench.rewriting):
            self._text.setText(self.practice.text)
            self.end.setVisible(self.practice.over)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.practice.text))

    @Slot()
    def _on_prompt_left(self) -> None:
        if self.practice.over and not self._session.draft.answers:
            self.ended.emit()
