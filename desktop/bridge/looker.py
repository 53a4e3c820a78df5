"""Looks for personal data in what could leave, on a thread: once when a project is opened, and after each change.

What was looked at once is known from then on; the store tells of what was found like of any change. What was here
before the window waits until that stands, and a pause follows each record: thousands of them (an older profile, an
import) would take the window's thread its time. Must not know what is found, nor who shows it.
"""

from __future__ import annotations

from concurrent.futures import Future
from threading import Event

from desktop.bridge.work import Work
from feedback_store.errors import StoreError
from feedback_store.store import Store

SETTLES_S = 2.0  # a window that was just opened
PAUSE_S = 0.004  # after each record, which takes half of that


class Looker:
    """One search at a time; what is stored meanwhile is looked at after it."""

    def __init__(self, store: Store, project: str, work: Work) -> None:
        self._store, self._project, self._work = store, project, work
        self._busy = self._again = False
        self._stopped = Event()
        self._settling = SETTLES_S

    def look(self) -> None:
        """Look at all that nobody has looked at yet."""
        if self._stopped.is_set():
            return
        if self._busy:
            self._again = True
            return
        self._busy, self._again = True, False
        self._work.start("looking", self._look, self._looked)

    def stop(self) -> None:
        """Begin nothing more, and end soon."""
        self._stopped.set()

    def _look(self) -> int:
        settling, self._settling = self._settling, 0.0
        if self._stopped.wait(settling):
            return 0
        return self._store.outbox.look(self._project, lambda: not self._stopped.wait(PAUSE_S))

    def _looked(self, done: Future[int]) -> None:
        self._busy = False
        error = done.exception()
        if error is not None and not isinstance(error, StoreError):  # whoever saves or sends is told of a full disk
            raise error
        if self._again:
            self.look()
