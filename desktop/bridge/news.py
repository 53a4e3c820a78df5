"""What the store tells, gathered until the window looks: once, however much was told before it has time for it.

What browsers hand over, one after the other, is looked at now and then: the window has their next ones to take and to
acknowledge. Must not know what is shown.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from feedback_store.changes import Change

REST_MS = 250  # from one look until the next one at what comes from browsers


class News(QObject):
    """Lives in the window's thread. Call `stop`, and nothing is due any more."""

    due = Signal(object)  # frozenset of the kinds that changed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kinds: set[str] = set()
        self._look = QTimer(self, singleShot=True)
        self._look.timeout.connect(self._on_look)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)

    @Slot(object)
    def hear(self, change: Change) -> None:
        """Have it looked at soon."""
        self._kinds.add(change.kind)
        wait = max(0, self._rest.remainingTime()) if change.kind == "inbox" else 0
        if not self._look.isActive() or wait < self._look.remainingTime():
            self._look.start(wait)

    def stop(self) -> None:
        """The window looks no more."""
        self._look.stop()

    @Slot()
    def _on_look(self) -> None:
        kinds, self._kinds = frozenset(self._kinds), set()
        self._rest.start()
        self.due.emit(kinds)
