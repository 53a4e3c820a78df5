"""Word differences of texts that are being edited: short ones at once, long ones beside the window, the newest only.

Two texts of 8,000 words take a tenth of a second where nothing of them is alike: longer than a window may stand still.
Must not know who shows the differences.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from desktop.bridge.work import Work
from desktop.flow.word_diff import WordDiff, compare

SHORT = 20_000  # characters of both texts: within a few milliseconds


@dataclass(frozen=True)
class Compared:
    """Two texts and how they differ."""

    original: str
    revised: str
    diff: WordDiff


Told = Callable[[Compared], None]


class Comparing:
    """One comparison at a time; what is asked meanwhile waits, and only the last of it is compared and told."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._wanted: tuple[str, str, Told] | None = None
        self._busy = self._stopped = False

    def start(self, original: str, revised: str, told: Told) -> None:
        """Compare, and tell it in this thread: before this returns for short texts, some time later for long ones."""
        if len(original) + len(revised) <= SHORT:
            self._wanted = None
            told(Compared(original, revised, compare(original, revised)))
            return
        self._wanted = (original, revised, told)
        if not self._busy:
            self._begin()

    def stop(self) -> None:
        """Tell nothing more: those who listened go."""
        self._stopped = True

    def _begin(self) -> None:
        assert self._wanted is not None
        self._busy = True
        original, revised, _told = wanted = self._wanted
        self._work.start(
            "comparing",
            lambda: Compared(original, revised, compare(original, revised)),
            lambda done: self._ended(done, wanted),
            left_behind=True,
        )

    def _ended(self, done: Future[Compared], wanted: tuple[str, str, Told]) -> None:
        self._busy = False
        if self._stopped or self._wanted is None:
            return
        if wanted is self._wanted:
            self._wanted = None
            wanted[2](done.result())
        else:
            self._begin()
