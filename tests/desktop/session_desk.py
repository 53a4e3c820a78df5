"""The bench without a window: a scripted engine and the real store, for tests of the session and of conversations."""

from __future__ import annotations

import queue
from collections.abc import Callable
from pathlib import Path

from desktop.flow import judging
from desktop.flow.candidates import Answering
from desktop.flow.draft import PromptDraft
from desktop.flow.outcome import Frame
from desktop.flow.ranking import parse
from desktop.flow.session import BenchSession
from feedback_store import records, rubrics
from feedback_store.project_table import Project, Terms
from feedback_store.records import App, Versioned
from feedback_store.store import Store
from local_models.endpoints.kept import EndpointList
from local_models.engine import Engine
from local_models.model_files.catalog import Catalog
from local_models.scripted import ScriptedEngine

APP = App("preceptor", "test")
ANSWERS = ("Older 😀 people never listen.", "It is the light.", "Because of scattering.", "I do not know.")


class Desk:
    """A session with its surroundings; `settle` runs what other threads posted."""

    def __init__(self, folder: Path, seed: int = 5, pause: float = 0.0, *, engine: Engine | None = None) -> None:
        """`engine` in place of the one that says `answers`."""
        self.store = Store.open(folder, app=APP)
        rubric = rubrics.load("helpsteer2")
        version = Versioned(rubric.id, rubric.version, rubric.sha256)
        project = self.store.projects.current()
        if project is None:
            project = Project(records.new_project_id(), "Test", version, Terms("none", 1, "0" * 64, "none"))
            self.store.projects.add(project).result()
        self.project = project
        self._posted: queue.Queue[Callable[[], None]] = queue.Queue()
        self.heard: list[frozenset[str]] = []
        self.asked: list[str] = []
        self.answers = ANSWERS
        self.now = 0.0  # seconds; time stands still unless a test moves it

        def answers(prompt: str, count: int) -> tuple[str, ...]:
            self.asked.append(prompt)
            return self.told(prompt, count)

        self.engine = engine or ScriptedEngine(answers, pause=pause)
        self.catalog = Catalog(folder / "models.json")
        self.endpoints = EndpointList(folder / "endpoints.json")
        self.answering = Answering(self.engine, self.catalog, self.endpoints)
        self.session = BenchSession(
            store=self.store,
            answering=self.answering,
            rubric=rubric,
            frame=Frame(project.id, self.store.trainer, APP, version),
            seed=lambda: seed,
            post=self._posted.put,
            listen=self.heard.append,
            clock=lambda: self.now,
        )

    def told(self, prompt: str, count: int) -> tuple[str, ...]:
        """What the engine is to say."""
        return self.answers[:count]

    def settle(self, until: Callable[[], bool]) -> None:
        while not until():
            self._posted.get(timeout=180)()

    def generate(self, count: int = 4) -> None:
        self.session.ask(PromptDraft(text="Why is the sky blue?", model="smollm2", answers=count, domain="Physics"))
        self.session.generate()
        self.settle(lambda: self.session.draft.finished and not self.session.writing)

    def judge(self) -> None:
        self.judge_all("b>a=c>d")

    def judge_all(self, ranking: str) -> None:
        session = self.session
        session.act(judging.rank(session.draft, parse(ranking, len(session.draft.order))))
        for position in range(len(session.draft.order)):
            for axis in session.rubric.axes:
                session.act(judging.rate(session.draft, position, axis.id, 3))

    def save(self) -> str:
        future = self.session.save()
        assert future is not None, (self.session.missing, self.session.problem)
        self.settle(lambda: not self.session.saving)
        assert self.session.saved is not None
        return self.session.saved.stored.id

    def close(self) -> None:
        self.engine.close()
        self.catalog.close()
        self.store.close()
