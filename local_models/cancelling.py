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
        self._running: set[str] = set()
        self._expected: dict[str, int] = {}  # how often each name is still to end

    def expect(self, request: str) -> None:
        """A request has arrived and waits: from now on it can be cancelled.

        A load has the name of the request that it is for, which may arrive before the load has quite ended.
        """
        with self._lock:
            self._wishes.setdefault(request, set())
            self._expected[request] = self._expected.get(request, 0) + 1

    def cancel(self, request: str, candidate: int | None) -> None:
        """Stop one candidate, or all; a request that is not known, or has ended, is left alone."""
        with self._lock:
            if request in self._wishes:
                self._wishes[request].add(candidate)
            self._set_flag()

    def begin(self, request: str) -> None:
        """The request runs now, beside others maybe; what was cancelled while it waited counts."""
        with self._lock:
            self._wishes.setdefault(request, set())
            self._running.add(request)
            self._set_flag()

    def end(self, request: str) -> None:
        """The request has ended; nothing is left of it."""
        with self._lock:
            self._running.discard(request)
            left = self._expected.pop(request, 1) - 1
            if left > 0:
                self._expected[request] = left
            else:
                self._wishes.pop(request, None)
            self._set_flag()

    @property
    def all(self) -> bool:
        """Whether all that runs is to stop."""
        return self.flag[0] != b"\0"

    def wants(self, request: str, candidate: int) -> bool:
        """Whether this candidate of a running request is to stop."""
        wishes = self._wishes.get(request, ())
        return candidate in wishes or None in wishes

    def _set_flag(self) -> None:
        stop = bool(self._running) and all(None in self._wishes[request] for request in self._running)
        self.flag[0] = b"\x01" if stop else b"\0"
