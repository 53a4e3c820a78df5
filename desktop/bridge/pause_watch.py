"""Watches the pause that a project's collector asked for: until when nothing is sent by itself.

It lies in the store, so a start knows of it before anything is sent. Must not know how it is shown.
"""

from __future__ import annotations

from datetime import datetime
from math import ceil

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.flow.pause_words import end_of
from feedback_store.changes import Change
from feedback_store.pause_table import Clock
from feedback_store.store import Store


class PauseWatch(QObject):
    """Lives in the window's thread. `until` is None where there is no pause, or nothing that waits for its end."""

    changed = Signal(object)  # datetime | None

    def __init__(
        self, store: Store, project: str, parent: QObject | None = None, *, clock: Clock | None = None
    ) -> None:
        super().__init__(parent)
        self._outbox, self._project, self._clock = store.outbox, project, clock or Clock()
        self.until: datetime | None = None
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self.look)
        self.look()

    @Slot(object)
    def hear(self, change: Change) -> None:
        """Look soon at what the store tells of: once, however much it tells."""
        if change.kind in ("outbox", "pauses"):
            self._next.start(0)

    @Slot()
    def look(self) -> None:
        """Know how it is now, and look again when the pause is over."""
        now = self._clock.now()
        left = self._outbox.pauses(now).get(self._project, 0.0)
        waits = left > 0 and self._outbox.next_to_send(self._project) is not None
        if left > 0:
            self._next.start(ceil(left * 1000))
        until = end_of(left, datetime.fromtimestamp(now.wall)) if waits else None
        if until != self.until:
            self.until = until
            self.changed.emit(until)

    def stop(self) -> None:
        """Look no more."""
        self._next.stop()
