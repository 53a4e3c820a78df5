"""A request on its way: what was cancelled of it, where cancels go, how it ended. Shared by every engine."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from local_models.engine import OnEvent
from local_models.events import AnyEvent, Done, Failed
from local_models.failures import error_of
from local_models.requests import Cancel, CandidateRequest, Request

_log = logging.getLogger(__name__)


class RequestJob:
    """A request that was asked and has not ended, or has. `cancel` and `wait` may be called by any thread."""

    def __init__(self, request: CandidateRequest, on_event: OnEvent) -> None:
        self.request = request
        self._on_event = on_event
        self._lock = threading.Lock()
        self._cancels: list[int | None] = []
        self._send: Callable[[Request], None] | None = None
        self._ended = threading.Event()
        self._last: Done | Failed | None = None

    def cancel(self, candidate: int | None = None) -> None:
        """Stop one candidate, or all; what has not begun will not begin."""
        with self._lock:
            self._cancels.append(candidate)
            if self._send is not None:
                self._send(Cancel(id=self.request.id, candidate=candidate))

    def wait(self, timeout: float | None = None) -> Done:
        """Wait for the end; raises the EngineError when it failed, TimeoutError after `timeout` seconds."""
        if not self._ended.wait(timeout):
            raise TimeoutError(f"no answer within {timeout} s")
        if isinstance(self._last, Failed):
            raise error_of(self._last)
        assert self._last is not None
        return self._last

    @property
    def cancelled(self) -> bool:
        """Whether all of it was cancelled, at once or one candidate after the other."""
        return None in self._cancels or len(set(self._cancels)) == len(self.request.candidates)

    def sent(self, send: Callable[[Request], None] | None) -> None:
        """The request is with somebody now who takes cancels by `send` (None: no more)."""
        with self._lock:
            self._send = send
            if send is not None:
                for candidate in self._cancels:
                    send(Cancel(id=self.request.id, candidate=candidate))

    def deliver(self, event: AnyEvent) -> None:
        """One event; the last one also ends the wait, whatever its receiver does with it."""
        try:
            self._on_event(event)
        except Exception:
            _log.exception("a receiver of engine events failed; the request goes on")
        if isinstance(event, Done | Failed):
            self._last = event
            self._ended.set()
