"""Looks for personal data in what could leave, on a thread: once when a project is opened, and after each change.

What was looked at once is known from then on; the store tells of what was found like of any change. Must not know what
is found, nor who shows it.
"""

from __future__ import annotations

from concurrent.futures import Future

from desktop.bridge.work import Work
from feedback_store.errors import StoreError
from feedback_store.store import Store


class Looker:
    """One search at a time; what is stored meanwhile is looked at after it."""

    def __init__(self, store: Store, project: str, work: Work) -> None:
        self._store, self._project, self._work = store, project, work
        self._busy = self._again = self._stopped = False

    def look(self) -> None:
        """Look at all that nobody has looked at yet."""
        if self._stopped:
            return
        if self._busy:
            self._again = True
            return
        self._busy, self._again = True, False
        self._work.start("looking", self._look, self._looked)

    def stop(self) -> None:
        """Begin nothing more, and end soon."""
        self._stopped = True

    def _look(self) -> int:
        return self._store.outbox.look(self._project, lambda: not self._stopped)

    def _looked(self, done: Future[int]) -> None:
        self._busy = False
        error = done.exception()
        if error is not None and not isinstance(error, StoreError):  # whoever saves or sends is told of a full disk
            raise error
        if self._again:
            self.look()
