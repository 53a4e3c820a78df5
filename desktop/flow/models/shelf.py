"""The models' room: what is at hand, what could be added, and what goes on. What is done with one row is in `acts`.

To be used in the window's thread; what takes its time (reading headers, asking servers, measuring, moving files) is
started on threads by `start`, whose ends come back there. `listen` is told of every change. Must not know Qt nor the
store.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.flow.models import cards as model_cards
from desktop.flow.models import downloads as model_downloads
from desktop.flow.models import rows as model_rows
from desktop.flow.models import servers as model_servers
from desktop.flow.models.acts import ModelActs
from desktop.flow.models.downloads import Downloads
from desktop.flow.models.finding import ModelFinding
from desktop.flow.models.news import News, damage_news
from desktop.flow.models.offers import looked_up, recommended_offers
from desktop.flow.models.reading import NOTHING, Found, read
from desktop.flow.models.rows import ActName, AppLine, Detail, Offer, Row
from desktop.flow.models.servers import Servers, ServerWish
from desktop.flow.models.tasks import ModelTasks, Start
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from local_models.downloads.addresses import Remote, read_word
from local_models.endpoints.kept import Endpoint
from local_models.engine import Engine
from local_models.errors import EngineError
from local_models.model_files.catalog import Cards, Catalog, ModelCard

if TYPE_CHECKING:
    from local_models.downloads.http import Rules


class ModelShelf:
    """`folder` is where downloads go. `post` brings a call from another thread into the window's."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        servers: Servers,
        engine: Engine,
        folder: Path,
        start: Start,
        post: Callable[[Callable[[], None]], None],
        rules: Rules | None = None,
        available: Callable[[], int] = model_cards.available,
    ) -> None:
        self.listen: Callable[[], None] = _nobody
        self.tell: Callable[[News], None] = _ignore
        self.loaded = False
        self._catalog = catalog
        self._servers = servers
        self._folder = folder
        self._start = start
        self._available = available
        self._found = NOTHING
        self._looking = self._again = False
        self._told: set[Path] = set()  # damaged lists that were said
        self._tasks = ModelTasks(start, self._changed)
        self.downloads = Downloads(folder, catalog, post, self._changed, self._download_ended, rules)
        self._acts = ModelActs(
            catalog=catalog,
            servers=servers,
            engine=engine,
            downloads=self.downloads,
            tasks=self._tasks,
            post=post,
            tell=lambda news: self.tell(news),
            look=self.look,
        )
        self.finding = ModelFinding(catalog, start, self._changed, self._added, rules)

    # What the screen reads

    @property
    def names(self) -> tuple[str, ...]:
        """All models that can answer, as the bench names them."""
        return self._found.names

    @property
    def rows(self) -> tuple[Row, ...]:
        """The list: what is coming first, then models, servers, and files that cannot be used."""
        found, rows = self._found, [model_downloads.coming_row(each) for each in self.downloads.all]
        rows += [model_rows.busy(row, self._tasks.doing(row.key).words) for row in found.rows]
        rows += [
            model_rows.busy(row, self._tasks.doing(row.key).words) for row in map(model_rows.server_row, found.servers)
        ]
        return (*rows, *(model_rows.broken_row(path, error) for path, error in found.broken))

    def detail(self, key: str) -> Detail | None:
        """All of one row; None where it is gone."""
        coming = self.downloads.find(key)
        if coming is not None:
            return model_downloads.coming_detail(coming)
        doing, said = self._tasks.doing(key), self._tasks.said(key)
        card, server = self._card(key), self._server(key)
        if card is not None:
            return model_rows.model_detail(
                card,
                self._found.free,
                said=said,
                speed=self._acts.speeds.get(card.path),
                doing=doing.words,
                share=doing.share,
                measuring=doing.alone,
            )
        if server is not None:
            return model_rows.server_detail(server, said=said, doing=doing.words)
        for path, error in self._found.broken:
            if key == f"broken:{path}":
                return model_rows.broken_detail(path, error, alone=path in self._found.alone)
        return None

    @property
    def recommended(self) -> tuple[Offer, ...]:
        """The models worth having, the smallest first."""
        return recommended_offers(self._found.cards, self._found.free, self.downloads)

    @property
    def found(self) -> tuple[Offer, ...]:
        """What was found under the word that was looked up."""
        return looked_up(self.finding.found, self._found.cards, self._found.free, self.downloads)

    @property
    def apps(self) -> tuple[AppLine, ...]:
        """The folders of other apps."""
        return model_rows.app_lines(self._found.folders)

    @property
    def place(self) -> str:
        """Where downloads go and how much room is there, in a sentence."""
        return model_cards.place_text(self._folder, self._found.disk)

    # What is done

    def look(self) -> None:
        """Read the catalogue anew, in the background; while that goes on, once more after it."""
        if self._looking:
            self._again = True
            return
        self._looking = True
        catalog, servers, folder, available = self._catalog, self._servers.known, self._folder, self._available
        self._start("models", lambda: read(catalog, servers, folder, available), self._read_ended)

    def ask(self, word: str) -> None:
        """Add a file or folder, or look up what an address or a repository holds; nothing is downloaded."""
        self.finding.ask(word)

    def download(self, key: str) -> str:
        """Begin what an offer's button says; the key of its row, or "" where it cannot begin."""
        try:
            remote = next((each.remote for each in self.finding.found if each.word == key), None)
            found = remote or read_word(key, model_downloads.hub())
            if isinstance(found, Remote):
                return self.downloads.begin(found, model_downloads.known_digest(found)).key
        except EngineError as error:
            self.finding.say(sentence(error))
        return ""

    def show_app(self, app: str, *, shown: bool) -> None:
        """List another app's models with ours, or no longer."""

        def change() -> int:
            if shown:
                return len(self._catalog.add_app(app))
            self._catalog.remove(app)
            return -1

        def complain(text: str) -> None:
            self.tell(News("error", text))

        self._acts.change(f"app:{app}", change, self._app_shown, complain)

    def act(self, key: str, name: ActName) -> None:
        """Do one of a detail's acts; "use" is the bench's and not done here."""
        coming, card, server = self.downloads.find(key), self._card(key), self._server(key)
        if coming is not None:
            self._acts.on_coming(coming, name)
        elif name == "stop_measuring":
            self._tasks.stop(key)
        elif card is not None:
            self._acts.on_model(key, card, name)
        elif server is not None:
            self._acts.on_server(key, server, name)
        else:
            self._acts.on_broken(key, Path(key.partition(":")[2]), name)

    def add_server(self, wish: ServerWish) -> Endpoint:
        """Keep a server and its key; waits, so call it on a thread. Raises EndpointError, StoreError."""
        made = model_servers.endpoint_of(wish)
        self._servers.keep(made, wish.key.strip())
        return made

    def server_problem(self, wish: ServerWish) -> model_servers.ServerProblem | None:
        """What is wrong with a wish, if anything is."""
        return model_servers.problem(wish, self.names)

    def close(self) -> None:
        """Stop what goes on; what has come of downloads is kept."""
        self.listen, self.tell = _nobody, _ignore
        self._tasks.stop_all()
        self.downloads.close()

    # In the window's thread

    def _card(self, key: str) -> ModelCard | None:
        return next((card for card in self._found.cards if model_rows.model_key(card.path) == key), None)

    def _server(self, key: str) -> Endpoint | None:
        return next((each for each in self._found.servers if model_rows.server_key(each.name) == key), None)

    def _changed(self) -> None:
        self.listen()

    def _read_ended(self, done: Future[Found]) -> None:
        self._looking = False
        error = done.exception()
        if error is None:
            self._found = done.result()
            self.downloads.found(self._found.left)
            for path in set(self._found.damaged) - self._told:
                self.tell(damage_news(path))
            self._told = set(self._found.damaged)
            self.loaded = True
        else:
            self.loaded = True
            self.tell(News("error", sentence(error)))
        self._changed()
        if self._again:
            self._again = False
            self.look()

    def _added(self, cards: Cards) -> None:
        if cards:
            names = ", ".join(card.name for card in cards[:8])
            text = ngettext("Added {} model: {}", "Added {} models: {}", len(cards)).format(
                count_text(len(cards)), names
            )
            self.tell(News("success", text, model_rows.model_key(cards[0].path)))
        self.look()

    def _download_ended(self, path: Path, error: Exception | None) -> None:
        self.look()
        if error is None and not any(each.path == path for each in self.downloads.all):
            text = _("{name} has come, whole and checked.").format(name=path.name)
            self.tell(News("success", text, model_rows.model_key(path), model_downloads.coming_key(path)))
        self._changed()

    def _app_shown(self, count: int) -> None:
        if count >= 0:
            self.tell(
                News(
                    "success",
                    ngettext("{} model is listed now.", "{} models are listed now.", count).format(count_text(count)),
                )
            )


def _nobody() -> None:
    """Nobody listens."""


def _ignore(_news: News) -> None:
    """Nobody is told."""
