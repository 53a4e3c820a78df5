"""Looks for personal data beside the window: once everything has rested, on a thread, and what came of it is told.

Typing and streaming are never waited for and never wait: a search begins 300 ms after the last change, and answers that
are still written are left out. Must not know what is found, nor who shows it.
"""

from __future__ import annotations

from concurrent.futures import Future

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.bridge.bench import BenchBridge
from desktop.bridge.work import Work
from desktop.flow.session import BenchSession
from feedback_store.personal_data import Found, find

REST_MS = 300

Searched = dict[str, tuple[Found, ...]]


class PersonalFinder(QObject):
    """Searches the texts of one session's drafts; the bridge tells "personal" when more is known."""

    def __init__(self, session: BenchSession, bridge: BenchBridge, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._work = session, bridge, work
        self._busy = self._stopped = False
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._on_rest)
        bridge.changed.connect(self._on_changed)
        self._rest.start()

    def stop(self) -> None:
        """Search and tell nothing more."""
        self._stopped = True
        self._rest.stop()

    @Slot(object)
    def _on_changed(self, parts: frozenset[str]) -> None:
        if self._stopped or parts <= {"text", "personal"}:
            return
        if not parts <= {"text", "state"} or not self._rest.isActive():  # keeping a draft puts nothing off
            self._rest.start()

    @Slot()
    def _on_rest(self) -> None:
        texts = self._session.findings.unknown(self._session.draft)
        if self._busy or not texts:
            return
        self._busy = True
        self._work.start("personal data", lambda: {text: find(text) for text in texts}, self._learn, left_behind=True)

    def _learn(self, searched: Future[Searched]) -> None:
        self._busy = False
        if self._stopped:
            return
        self._session.findings.learn(searched.result())
        self._bridge.listen(frozenset({"personal"}))
        self._rest.start()  # texts that came meanwhile
