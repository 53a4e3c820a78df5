"""Several models, each with a script of its own and at its own pace, for benches that compare them.

Each has its own thread, as workers and servers have. What is `kept_waiting` says nothing until it is let go.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from local_models.endpoints.kept import Endpoint, EndpointList, name_in
from local_models.engine import OnEvent
from local_models.errors import WorkerError
from local_models.failures import failed
from local_models.job import RequestJob
from local_models.requests import CandidateRequest
from local_models.scripted import ScriptedEngine

DOWN = "The server of Mars does not answer."
SAYS = {
    "Moon": ("The moon says one.", "The moon says two.", "The moon says three.", "The moon says four."),
    "Sun": ("The sun says one.", "The sun says two.", "The sun says three.", "The sun says four."),
    "Star": ("Twinkle.", "Twinkle twinkle.", "Little star.", "How I wonder."),
}


class Company:
    """The models Moon, Sun and Star; and Mars, which always fails once it is asked."""

    def __init__(self, says: dict[str, Sequence[str]] | None = None) -> None:
        self.asked: list[str] = []  # the models, one entry a request
        self._open = {name: threading.Event() for name in SAYS}
        for gate in self._open.values():
            gate.set()
        told = {**SAYS, **(says or {})}
        self._engines = {name: ScriptedEngine(self._script(name, told[name])) for name in SAYS}

    def join(self, endpoints: EndpointList) -> None:
        """Make the models known to a profile."""
        for name in (*SAYS, "Mars"):
            endpoints.add(Endpoint(name, "http://127.0.0.1:9", name.lower()))

    def keep_waiting(self, name: str) -> None:
        """A model says nothing from now on."""
        self._open[name].clear()

    def let_go(self, name: str) -> None:
        self._open[name].set()

    def generate(self, request: CandidateRequest, on_event: OnEvent) -> RequestJob:
        name = name_in(request.model_path) or ""
        self.asked.append(name)
        if name in self._engines:
            return self._engines[name].generate(request, on_event)
        job = RequestJob(request, on_event)
        error = WorkerError(DOWN, code="unreachable")
        threading.Thread(target=lambda: job.deliver(failed(request.id, error)), daemon=True).start()
        return job

    def close(self) -> None:
        for name, engine in self._engines.items():
            self.let_go(name)
            engine.close()

    def _script(self, name: str, says: Sequence[str]) -> Callable[[str, int], Sequence[str]]:
        def told(_prompt: str, count: int) -> Sequence[str]:
            self._open[name].wait(120)
            return tuple(says)[:count]

        return told
