"""The starter model, a tiny model, and engines that run real workers."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from gguf_files import tiny_model

from local_models.catalog import Catalog
from local_models.client import EngineClient
from local_models.events import AnyEvent
from local_models.job import RequestJob
from local_models.requests import CandidateRequest


class Asked:
    """A request given to an engine, and its events as they arrive. `seen(kind)` waits for the first of a kind."""

    def __init__(self, engine: EngineClient, request: CandidateRequest) -> None:
        self.events: list[AnyEvent] = []
        self._arrived = threading.Condition()
        self.job: RequestJob = engine.generate(request, self._take)

    def _take(self, event: AnyEvent) -> None:
        with self._arrived:
            self.events.append(event)
            self._arrived.notify_all()

    def of(self, kind: type[AnyEvent]) -> list[AnyEvent]:
        return [event for event in list(self.events) if isinstance(event, kind)]

    def seen(self, kind: type[AnyEvent], count: int = 1, timeout: float = 60) -> AnyEvent:
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.of(kind)) >= count, timeout), f"no {kind.__name__}"
        return self.of(kind)[count - 1]


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of the starter model, found as the program finds it."""
    return str(Catalog(tmp_path_factory.mktemp("profile") / "models.json").find("smollm2").path)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model of noise that loads at once; it has no chat template."""
    return str(tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf"))


@pytest.fixture(scope="module")
def engine() -> Iterator[EngineClient]:
    """One client for a module's tests: its worker keeps the model."""
    made = EngineClient()
    yield made
    made.close()


@pytest.fixture
def fresh_engine() -> Iterator[EngineClient]:
    """A client of this test alone."""
    made = EngineClient()
    yield made
    made.close()
