"""A request given to an engine by a test: its events as they arrive, its texts, its refusal."""

from __future__ import annotations

import itertools
import threading
from typing import TypeVar

import msgspec
import pytest

from local_models import sampling
from local_models.engine import Engine
from local_models.errors import EngineError
from local_models.events import AnyEvent, Event, Failed, Finished, Progress
from local_models.requests import CandidateRequest, Message, Sampling

E = TypeVar("E", bound=Event)

_numbers = itertools.count(1)
QUESTION = "Explain briefly why the sky is blue. 😀"


class Asked:
    """A request given to an engine, and its events as they arrive. `seen(kind)` waits for the first of a kind."""

    def __init__(self, engine: Engine, request: CandidateRequest) -> None:
        self.events: list[AnyEvent] = []
        self._arrived = threading.Condition()
        self.job = engine.generate(request, self._take)

    def _take(self, event: AnyEvent) -> None:
        with self._arrived:
            self.events.append(event)
            self._arrived.notify_all()

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in list(self.events) if isinstance(event, kind)]

    def seen_stage(self, stage: str, timeout: float = 180) -> None:
        """Wait until progress of this stage is told."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: stage in [event.stage for event in self.of(Progress)], timeout)

    def seen(self, kind: type[E], count: int = 1, timeout: float = 180) -> E:
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.of(kind)) >= count, timeout), f"no {kind.__name__}"
        return self.of(kind)[count - 1]


def ask(
    model: str, text: str = QUESTION, *, n: int = 4, seed: int = 1, max_tokens: int = 24, context: int | None = None
) -> CandidateRequest:
    return CandidateRequest(
        id=f"request {next(_numbers)}",
        model_path=model,
        messages=(Message("user", text),),
        candidates=sampling.preset("balanced", n, seed, max_tokens),
        context=context,
    )


def texts(asked: Asked) -> list[str]:
    found = sorted(asked.of(Finished), key=lambda event: event.candidate)
    return [event.text for event in found]


def refused(engine: Engine, request: CandidateRequest) -> tuple[EngineError, Asked]:
    asked = Asked(engine, request)
    with pytest.raises(EngineError) as caught:
        asked.job.wait(180)
    (event,) = asked.of(Failed)
    assert event == asked.events[-1]
    assert (event.code, event.message) == (caught.value.code, str(caught.value))
    assert "\n" not in str(caught.value)
    return caught.value, asked


replace = msgspec.structs.replace


STORY = "Write a long story about a lighthouse, its keeper and the sea."


LONG = "The keeper wrote down what he saw, every hour of every day of every year. " * 30


def greedy(request: CandidateRequest, max_tokens: int = 24) -> CandidateRequest:
    return replace(request, candidates=(Sampling(seed=0, temperature=0, max_tokens=max_tokens),))


def turn(request: CandidateRequest, *more: Message) -> CandidateRequest:
    return replace(request, messages=(*request.messages, *more), id=request.id + "'")
