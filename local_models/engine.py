"""What every engine can do: answer a request with events. llama.cpp's client and the scripted one both are it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from local_models.events import AnyEvent, Done
from local_models.requests import CandidateRequest

OnEvent = Callable[[AnyEvent], None]


class Job(Protocol):
    """A request on its way."""

    def cancel(self, candidate: int | None = None) -> None:
        """Stop one candidate, or all; what was written comes as Finished with finish "cancelled"."""

    def wait(self, timeout: float | None = None) -> Done:
        """Wait for the end. Raises EngineError when it failed, TimeoutError when it takes longer (seconds)."""


class Engine(Protocol):
    """Answers requests one after the other; events arrive on a thread of its own, Done or Failed last."""

    def generate(self, request: CandidateRequest, on_event: OnEvent) -> Job: ...

    def close(self) -> None:
        """Stop whatever runs and give its memory back."""
