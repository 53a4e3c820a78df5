"""The model that answers in the pictures: what stands in example.py, in the order that it has there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import example

from local_models.engine import OnEvent
from local_models.errors import Phrase
from local_models.events import AnyEvent, Done, Finished
from local_models.failures import failed
from local_models.job import RequestJob
from local_models.outcome import WorkerOutcome
from local_models.requests import CandidateRequest
from local_models.scripted import ScriptedEngine

UNFINISHED_WORDS = 34
POINTS = " POINTS"  # stands in what a model is asked when it shall rewrite


class Model(ScriptedEngine):
    """Gives the example's answers to its prompts; may stop in the midst of them."""

    def __init__(self) -> None:
        super().__init__(self._answers)
        self.stops_early = False
        self.order: Callable[[], Sequence[str]] = tuple
        self._known = threading.Event()

    def wait(self) -> None:
        """Another prompt will be asked: its order on the screen is not known yet."""
        self._known.clear()

    def begin(self) -> None:
        """The order on the screen is known from now on."""
        self._known.set()

    def generate(self, request: CandidateRequest, on_event: OnEvent) -> RequestJob:
        return super().generate(request, self._stopping(request, on_event) if self.stops_early else on_event)

    def _answers(self, prompt: str, count: int) -> Sequence[str]:
        if POINTS in prompt:
            return (example.DRAFTED,)
        self._known.wait(10)
        order = self.order()
        answers = example.ANSWERED[prompt]
        texts = [answers[order.index(key)] for key in sorted(order)]
        if self.stops_early:
            texts = [" ".join(text.split(" ")[:UNFINISHED_WORDS]) for text in texts]
        return texts[:count]

    def _stopping(self, request: CandidateRequest, on_event: OnEvent) -> OnEvent:
        """What arrives of a worker that the system killed: some words, then its end."""
        doing = Phrase("answering with {file}", {"file": "SmolLM2-135M-Instruct.Q4_1.gguf"})
        error = WorkerOutcome(-9, doing, ()).error()

        def told(event: AnyEvent) -> None:
            if isinstance(event, Done):
                on_event(failed(request.id, error))
            elif not isinstance(event, Finished):
                on_event(event)

        return told
