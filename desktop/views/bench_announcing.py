"""Tells screen readers that what a model wrote is there; saves and trouble are told by the message bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from desktop.bridge.bench import BenchBridge
from desktop.flow.session import BenchSession
from desktop.flow.telling import ended_words
from desktop.flow.wording import gettext as _

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage


class BenchAnnouncing(QObject):
    """Remembers what is waited for on one bench, until it is there. `said` is what was announced last."""

    def __init__(self, page: BenchPage, session: BenchSession, bridge: BenchBridge) -> None:
        super().__init__(page)
        self.said = ""
        self._page = page
        self._session = session
        self._draft = session.draft.id
        self._waited: frozenset[str] = frozenset()
        self._rewriting = False
        bridge.changed.connect(self._on_changed)

    @Slot()
    def _on_changed(self) -> None:
        draft = self._session.draft
        if draft.id != self._draft:  # what was waited for is not what is shown
            self._draft, self._waited, self._rewriting = draft.id, frozenset(), False
        waited, rewriting = self._waited, self._rewriting
        if self._session.writing:
            self._waited |= {answer.key for answer in draft.answers if not answer.ready}
            self._rewriting = draft.revision is not None and draft.revision.being_drafted
            return
        self._waited, self._rewriting = frozenset(), False
        if waited:
            self._announce(ended_words(draft, waited))
        elif rewriting:
            self._announce(_("The model's version is written"))

    def _announce(self, words: str) -> None:
        self.said = words
        if words:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._page, words))
