"""Brings work from other threads into the window's thread, in order.

Engine events and store futures arrive on threads of their own; `post` may be called from any of them. Must not
know what it carries.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot

Job = Callable[[], None]


class Courier(QObject):
    """Runs posted callables in the thread it lives in. After `stop` nothing is delivered any more."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stopped = False
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, job: Job) -> None:
        """Have `job` run in the window's thread; returns at once."""
        if not self._stopped:
            self._posted.emit(job)

    def stop(self) -> None:
        """Deliver nothing more: the window is closing."""
        self._stopped = True

    @Slot(object)
    def _run(self, job: Job) -> None:
        if not self._stopped:
            job()
