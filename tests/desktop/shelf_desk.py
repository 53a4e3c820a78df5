"""A shelf of models as a test has it: on a folder of its own, with a queue in the place of the window's thread."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from gguf_files import Tensor, plausible

from desktop.flow.models.news import News
from desktop.flow.models.rows import Detail, Offer, Row
from desktop.flow.models.servers import Servers
from desktop.flow.models.shelf import ModelShelf
from local_models.endpoints.kept import Endpoint, EndpointList
from local_models.engine import Engine
from local_models.model_files.catalog import Catalog

GIGABYTES = 1_000_000_000
STARTER = "smollm2"


def model_bytes(folder: Path, size: int = 3_000_000) -> bytes:
    """A model file whose header is right, of about `size` bytes."""
    made = plausible()
    made.tensors.append(Tensor("noise", (64, size // 256), bytes(size // 256 * 256)))
    return made.write(folder / "made.gguf").read_bytes()


class Desk:
    """A shelf on a profile's folder, with a queue in the place of the window's thread."""

    def __init__(self, folder: Path, engine: Engine, free: int) -> None:
        self.folder = folder
        self.engine = engine
        self.free = free
        self.told: list[News] = []
        self.changes = 0
        self.catalog = Catalog(folder / "models.json")
        self.endpoints = EndpointList(folder / "endpoints.json")
        self.keys: dict[str, str] = {}
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self.shelf = ModelShelf(
            catalog=self.catalog,
            servers=Servers(self.endpoints, self._keep, self.endpoints.remove, lambda each: self.keys.get(each.name)),
            engine=engine,
            folder=folder / "models",
            start=self._start,
            post=self._posted.put,
            available=lambda: self.free,
        )
        self.shelf.listen = self._count
        self.shelf.tell = self.told.append

    def until(self, true: Callable[[], bool], what: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"waited in vain until {what}"
            with contextlib.suppress(queue.Empty):
                self._posted.get(timeout=0.02)()

    def look(self) -> None:
        """Read all anew, to the end."""
        self.shelf.look()
        self.until(lambda: self.shelf.loaded and not self.shelf._looking, "the shelf has looked")

    def row(self, title: str) -> Row:
        found = [row for row in self.shelf.rows if row.title == title]
        assert found, f"no row {title!r} among {[row.title for row in self.shelf.rows]}"
        return found[0]

    def detail(self, title: str) -> Detail:
        found = self.shelf.detail(self.row(title).key)
        assert found is not None
        return found

    def fact(self, title: str, label: str) -> str:
        return next(fact.value for fact in self.detail(title).facts if fact.label == label)

    def said(self, title: str) -> str:
        return " ".join(each.text for each in self.detail(title).said)

    def act(self, title: str, name: str) -> None:
        self.shelf.act(self.row(title).key, name)  # type: ignore[arg-type]  # the test names real acts

    def offer(self, title: str) -> Offer:
        return next(each for each in (*self.shelf.found, *self.shelf.recommended) if each.title == title)

    def _keep(self, endpoint: Endpoint, key: str) -> None:
        self.endpoints.add(endpoint)
        if key:
            self.keys[endpoint.name] = key

    def _count(self) -> None:
        self.changes += 1

    def _start(
        self, name: str, job: Callable[[], object], ended: Callable[[Future], None], *, left_behind: bool = False
    ) -> None:
        def run() -> None:
            future: Future = Future()
            try:
                future.set_result(job())
            except Exception as error:
                future.set_exception(error)
            self._posted.put(lambda: ended(future))

        threading.Thread(target=run, name=name, daemon=True).start()
