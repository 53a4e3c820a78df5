"""Ctrl+C in the terminal, and a polite kill, as a signal of Qt's: the window closes as by its button.

Python runs its handlers between two steps of Python code, which may be a long time apart while Qt waits; the number of
a signal written to a socket wakes Qt at once.
"""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

ENDINGS = (signal.SIGINT, signal.SIGTERM)


class Endings(QObject):
    """Hears the system's wish that this process ends, from when it is made until `stop`."""

    asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._before = {number: signal.signal(number, lambda _number, _frame: None) for number in ENDINGS}
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)

    def stop(self) -> None:
        """Have the signals do what they did before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._reader.close()
        self._writer.close()

    @Slot()
    def _on_signal(self) -> None:
        self._reader.recv(64)
        self.asked.emit()
