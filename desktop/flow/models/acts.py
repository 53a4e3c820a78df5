"""What can be done with one row of the models' list: each kind of row has its acts, by the names of its buttons.

To be used in the window's thread; what takes its time goes on in `ModelTasks`. An act that a row does not have does
nothing: its button was pressed as the row changed. Must not know which rows there are, nor how they are shown.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from desktop.flow.models import downloads as model_downloads
from desktop.flow.models import servers as model_servers
from desktop.flow.models.downloads import Coming, Downloads
from desktop.flow.models.news import News
from desktop.flow.models.rows import ActName, Said
from desktop.flow.models.servers import Servers
from desktop.flow.models.speed import Measuring
from desktop.flow.models.tasks import Doing, ModelTasks
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from local_models.endpoints.kept import Endpoint
from local_models.engine import Engine
from local_models.errors import EngineError, RequestError
from local_models.measuring import Speed
from local_models.model_files.catalog import Catalog, ModelCard

T = TypeVar("T")


class ModelActs:
    """`tell` hears what became of a row that is gone now; `look` is called where there may be other rows now."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        servers: Servers,
        engine: Engine,
        downloads: Downloads,
        tasks: ModelTasks,
        post: Callable[[Callable[[], None]], None],
        tell: Callable[[News], None],
        look: Callable[[], None],
    ) -> None:
        self.speeds: dict[Path, Speed] = {}  # of the models that were measured
        self._catalog, self._servers, self._engine, self._downloads = catalog, servers, engine, downloads
        self._tasks, self._post, self._tell, self._look = tasks, post, tell, look

    def on_coming(self, coming: Coming, name: ActName) -> None:
        """An act on a model that is coming, or has come in part."""
        if name == "cancel":
            self._downloads.cancel(coming)
        elif name == "go_on":
            self._downloads.go_on(coming)
        elif name == "discard":
            self.change(
                coming.key, lambda: model_downloads.throw_away(coming), lambda _done: self._downloads.dismiss(coming)
            )
        elif name == "dismiss":
            self._downloads.dismiss(coming)

    def on_model(self, key: str, card: ModelCard, name: ActName) -> None:
        """An act on a model that is here."""
        if name == "measure":
            self._measure(key, card)
        elif name == "digest":
            self._digest(key, card)
        elif name == "trash":
            self.change(key, lambda: self._catalog.trash(str(card.path)), lambda moved: self._trashed(card, moved))
        elif name == "remove":
            self._remove(key, card.path, card.source)

    def on_server(self, key: str, server: Endpoint, name: ActName) -> None:
        """An act on a server."""
        servers, engine = self._servers, self._engine
        if name == "test":
            self._tasks.begin(
                key,
                Doing(_("asking the server …"), -1.0),
                lambda: model_servers.try_server(server, servers.known, servers.key_of, engine),
                lambda said: self._tasks.say(key, *said),
            )
        elif name == "remove":
            gone = _("Forgotten: {name}.").format(name=server.name)
            self.change(key, lambda: servers.forget(server.name), lambda _done: self._tell(News("success", gone)))

    def on_broken(self, key: str, path: Path, name: ActName) -> None:
        """An act on a file that cannot be used."""
        if name == "remove":
            self._remove(key, path)

    def change(
        self,
        key: str,
        job: Callable[[], T],
        ended: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Do something short that changes what there is."""

        def done(result: T) -> None:
            ended(result)
            self._look()

        self._tasks.begin(key, Doing(), job, done, failed)

    def _measure(self, key: str, card: ModelCard) -> None:
        if self._tasks.one_is_alone:
            self._tasks.say(key, Said(_("Another model is being measured. Wait until that has ended."), "warning"))
            return
        measuring = Measuring(self._engine, str(card.path))

        def measured(speed: Speed) -> None:
            self.speeds[card.path] = speed

        self._tasks.begin(key, Doing(_("measuring …"), -1.0, measuring.stop, alone=True), measuring.run, measured)

    def _digest(self, key: str, card: ModelCard) -> None:
        of, told, stopped = max(1, card.header.file_size), [0], threading.Event()

        def on_progress(done: int) -> None:
            if stopped.is_set():
                raise RequestError(_("It was stopped."), code="cancelled")
            percent = 100 * done // of
            if percent > told[0]:
                told[0] = percent
                self._post(lambda: self._tasks.show(key, percent / 100))

        self._tasks.begin(
            key,
            Doing(_("computing the SHA-256 …"), 0.0, stopped.set),
            lambda: self._catalog.digest(card, on_progress),
            lambda _card: self._look(),
        )

    def _trashed(self, card: ModelCard, moved: tuple[Path, ...]) -> None:
        text = ngettext("{} file is in the trash now.", "{} files are in the trash now.", len(moved)).format(len(moved))
        self._tell(News("success", f"{card.name}: {text}"))

    def _remove(self, key: str, path: Path, source: str = "") -> None:
        def forgotten(what: Path) -> None:
            text = _("Forgotten: {path}. What lies there stays.").format(path=what)
            self._tell(News("success", text, undo=what))

        self.change(key, lambda: _forget(self._catalog, path, source), forgotten)


def _forget(catalog: Catalog, path: Path, source: str) -> Path:
    """Forget a file, the folder that it was found in, or the app that it is of; what was forgotten. For a thread."""
    if source not in ("", "file", "folder"):
        return catalog.remove(source)[0]
    for each in (path, *path.parents):
        try:
            return catalog.remove(str(each))[0]
        except EngineError as error:
            if error.code not in ("unknown_model", "in_folder"):
                raise
    return catalog.remove(str(path))[0]
