"""Writing a project's guideline: what is begun is kept until it is a version, and only saving makes one.

A team's project has the guideline of its collector, which is only read. Must not know Qt.
"""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import msgspec

from desktop.flow import guidelines
from desktop.flow.guidelines import Version
from desktop.flow.quantities import count_text, size_text
from desktop.flow.shown_text import show_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store import guideline_table
from feedback_store.guideline_table import MAX_GUIDELINE
from feedback_store.store import Project, Store

NEARLY = 0.9  # of what a guideline may have: from there on its size is said


class Begun(msgspec.Struct, frozen=True):
    """A text that is not saved: `version` is the one that it was begun with, 0 where there was none."""

    text: str
    version: int = 0


class GuidelineDesk:
    """The guideline of one project, as the store has it when the desk is made."""

    def __init__(self, store: Store, project: Project) -> None:
        self.project = store.projects.get(project.id)
        self.versions: tuple[Version, ...] = guidelines.versions_of(store, self.project)
        self._store = store
        self._key = f"guideline/{project.id}"

    @property
    def locked(self) -> str:
        """Why it cannot be changed here; "" where it can."""
        return guidelines.locked_words(self.project)

    @property
    def text(self) -> str:
        """The words that are in use; "" where there are none."""
        return self.project.guideline.text if self.project.guideline is not None else ""

    @property
    def save_words(self) -> str:
        """What saving would do, for its button."""
        return _("Save as version {number}").format(number=1 + self._highest)

    @property
    def begun(self) -> Begun | None:
        """What is not saved yet; None for nothing, or for what another program has left."""
        kept = self._store.drafts.get(self._key)
        try:
            found = msgspec.json.decode(kept.data, type=Begun) if kept is not None else None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return found if found is not None and found.text != self.text else None

    def begun_words(self, begun: Begun) -> str:
        """That one goes on with what is not saved, and with what it was begun."""
        now = self.project.guideline
        if now is not None and begun.version != now.version:
            said = _("You go on with what you had not saved. You began it before version {version}, which holds now.")
            return said.format(version=now.version)
        return _("You go on with what you had not saved.")

    def keep_begun(self, text: str, begun: Begun | None = None) -> Future[None]:
        """Keep what is not saved; the words in use are nothing to be kept."""
        if text == self.text:
            return self.drop_begun()
        version = self.project.guideline.version if self.project.guideline is not None else 0
        kept = Begun(text, begun.version if begun is not None else version)
        return self._store.drafts.save(self._key, msgspec.json.encode(kept))

    def drop_begun(self) -> Future[None]:
        """Forget what is not saved."""
        return self._store.drafts.delete(self._key)

    def save(self, text: str) -> Project:
        """Let the project be judged by this text from now on, as its next version; who wrote it has read it.

        Waits for the store. Raises StoreError.
        """
        made = self._store.projects.set_guideline(self.project, text).result()
        if made.guideline is not None:
            guidelines.mark_read(self._store, made, made.guideline).result()
        self.drop_begun().result()
        return made

    @property
    def _highest(self) -> int:
        return max((each.guideline.version for each in self.versions), default=0)


def read(path: Path) -> str:
    """A guideline from a file of Markdown. Raises StoreError for what cannot be one, OSError."""
    return guideline_table.read(path)


def problem(text: str) -> str:
    """Why a text cannot be a guideline, before the store would refuse it; "" where it can."""
    size = _size(text)
    if size > MAX_GUIDELINE:
        said = _("Too long by {size}: a guideline has at most {most}. Shorten it.")
        return said.format(size=size_text(size - MAX_GUIDELINE), most=size_text(MAX_GUIDELINE))
    return "" if text.strip() else _("A guideline without words cannot be saved.")


def size_words(text: str) -> str:
    """How long a text is; and near the end, how long it may be."""
    size = _size(text)
    words = _("{words} words, {size}").format(words=count_text(len(text.split())), size=size_text(size))
    if size < NEARLY * MAX_GUIDELINE:
        return words
    return _("{length} of at most {most}").format(length=words, most=size_text(MAX_GUIDELINE))


def hidden_words(text: str) -> str:
    """That a text holds characters that nobody can see, as one from a stranger's file may; "" where it holds none."""
    count = len(show_text(text).stands)
    if not count:
        return ""
    said = ngettext(
        "{} character cannot be seen; where it is read it stands by its name.",
        "{} characters cannot be seen; where it is read they stand by their names.",
        count,
    )
    return said.format(count_text(count))


def saved_words(project: Project) -> str:
    """What was done by saving."""
    version = project.guideline.version if project.guideline is not None else 0
    said = _("Version {version} of the guideline is saved. What you save on the bench names it from now on.")
    return said.format(version=version)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
