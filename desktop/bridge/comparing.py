"""Word differences of texts that are being edited: short ones at once, long ones beside the window, the newest only.

Two texts of 8,000 words take a tenth of a second where nothing of them is alike: longer than a window may stand still.
Must not know who shows the differences.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.bridge.newest import Newest
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
        self._newest: Newest[Compared] = Newest("comparing", work)

    def start(self, original: str, revised: str, told: Told) -> None:
        """Compare, and tell it in this thread: before this returns for short texts, some time later for long ones."""
        if len(original) + len(revised) <= SHORT:
            self._newest.drop()
            told(Compared(original, revised, compare(original, revised)))
            return
        self._newest.start(
            lambda: Compared(original, revised, compare(original, revised)), lambda done: told(done.result())
        )

    def stop(self) -> None:
        """Tell nothing more: those who listened go."""
        self._newest.stop()
