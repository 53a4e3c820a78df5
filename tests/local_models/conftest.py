"""The starter model, a tiny model, and engines that run real workers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from endpoint_bench import Bench
from gguf_files import tiny_model

from local_models.client import EngineClient
from local_models.model_files.catalog import Catalog


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
    made = EngineClient(threads=1)  # beside other tests two threads that wait for each other are slower than one
    yield made
    made.close()


@pytest.fixture
def fresh_engine() -> Iterator[EngineClient]:
    """A client of this test alone."""
    made = EngineClient(threads=1)  # beside other tests two threads that wait for each other are slower than one
    yield made
    made.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()
    left = [thread for thread in threading.enumerate() if thread.name.startswith("endpoint")]
    for thread in left:
        thread.join(60)
    assert not [thread for thread in left if thread.is_alive()]
