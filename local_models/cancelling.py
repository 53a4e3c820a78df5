"""What has been cancelled: set by the thread that reads requests, looked at by the one that computes.

The first byte of `flag` can be read by llama.cpp's abort callback without running any Python. Must not know the
engine.
"""

from __future__ import annotations

import ctypes
import threading


class Cancelling:
    """Wishes to stop a request, or single candidates of it, kept from its arrival to its end."""

    def __init__(self) -> None:
        self.flag = ctypes.create_string_buffer(2)
        self._lock = threading.Lock()
        self._wishes: dict[str, set[int | None]] = {}
        self._running: str | None = None

    def expect(self, request: str) -> None:
        """A request has arrived and waits: from now on it can be cancelled."""
        with self._lock:
            self._wishes.setdefault(request, set())

    def cancel(self, request: str, candidate: int | None) -> None:
        """Stop one candidate, or all; a request that is not known, or has ended, is left alone."""
        with self._lock:
            if request in self._wishes:
                self._wishes[request].add(candidate)
            if request == self._running and candidate is None:
                self.flag[0] = b"\x01"

    def begin(self, request: str) -> None:
        """The request runs now; what was cancelled while it waited counts."""
        with self._lock:
            self._running = request
            self.flag[0] = b"\x01" if None in self._wishes.setdefault(request, set()) else b"\0"

    def end(self, request: str) -> None:
        """The request has ended; nothing is left of it."""
        with self._lock:
            self._running = None
            self._wishes.pop(request, None)
            self.flag[0] = b"\0"

    @property
    def all(self) -> bool:
        """Whether the whole running request is to stop."""
        return self.flag[0] != b"\0"

    def wants(self, candidate: int) -> bool:
        """Whether this candidate of the running request is to stop."""
        running = self._running
        return self.all or (running is not None and candidate in self._wishes.get(running, ()))
