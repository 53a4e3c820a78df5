"""A word that names a model, typed or chosen: a file or folder is added, an address or repository is looked up.

The same words as `preceptor models add`; nothing is downloaded by looking. Must not know the rest of the room.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.flow.models.downloads import Sized, hub, models_at
from desktop.flow.models.rows import Said
from desktop.flow.models.tasks import Start
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from local_models.downloads.addresses import read_word
from local_models.model_files.catalog import Cards, Catalog

if TYPE_CHECKING:
    from local_models.downloads.http import Rules


class ModelFinding:
    """One word at a time: `asking` is the one that is looked up, `said` what became of it, `found` what it names.

    `added(cards)` hears of models that were added.
    """

    def __init__(
        self,
        catalog: Catalog,
        start: Start,
        changed: Callable[[], None],
        added: Callable[[Cards], None],
        rules: Rules | None,
    ) -> None:
        self.asking = ""
        self.said = Said("")
        self.found: tuple[Sized, ...] = ()
        self._catalog = catalog
        self._start = start
        self._changed = changed
        self._added = added
        self._rules = rules

    def ask(self, word: str) -> None:
        """Add or look up what `word` names; another word takes its place."""
        word = word.strip()
        self.found, self.asking, self.said = (), word, Said("")
        if word:
            self._start("model word", lambda: self._read(word), lambda done: self._end(word, done), left_behind=True)
        else:
            self.said = Said(
                _("Type an address, owner/repository/file.gguf, or the path of a file or folder."), "danger"
            )
        self._changed()

    def say(self, text: str) -> None:
        """Say what is wrong with a word."""
        self.said = Said(text, "danger")
        self._changed()

    def _read(self, word: str) -> Cards | tuple[Sized, ...]:
        """On a thread."""
        found = read_word(word, hub(), allow_http=self._rules is not None and self._rules.allow_http)
        return self._catalog.add(found) if isinstance(found, Path) else models_at(found, self._rules)

    def _end(self, word: str, done: Future[Cards | tuple[Sized, ...]]) -> None:
        if word != self.asking:
            return  # another was typed meanwhile
        self.asking = ""
        error = done.exception()
        result = done.result() if error is None else ()
        if error is not None:
            self.said = Said(sentence(error), "danger")
        elif isinstance(result, tuple):
            self.found = result
            if not result:
                self.said = Said(_("It holds no .gguf files. Many repositories that do are called …-GGUF."), "warning")
        else:
            if not result:
                self.said = Said(_("The folder is remembered. There is no usable model in it yet."), "warning")
            self._added(result)
        self._changed()
