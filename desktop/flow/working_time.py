"""How long somebody works on a draft, and how long its answers could be read. Must not know Qt.

Two times of one clock. The time at work leaves long pauses out: records tell it. The time of the answers on screen does
not: who reads calmly sits still for minutes, and is not to be told that they decided without reading.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from desktop.flow.draft import Draft
from desktop.flow.together import any_seen

LONGEST_PAUSE_MS = 30_000  # a longer pause between two signs of somebody does not count as time at work


class Stopwatch:
    """Both times since the draft was asked for them last; `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = clock()
        self._active = self._shown = 0
        self._away = False

    def stir(self) -> None:
        """Somebody is there: they acted, chose an answer, scrolled."""
        now = self._clock()
        passed, self._last = int((now - self._last) * 1000), now
        self._active += min(LONGEST_PAUSE_MS, passed)
        if not self._away:
            self._shown += passed

    def leave(self) -> None:
        """The window is no longer the active one: nothing is read until `come_back`."""
        self.stir()
        self._away = True

    def come_back(self) -> None:
        """The window is the active one again."""
        if self._away:
            self.stir()
            self._away = False

    def take_words(self, before: Draft) -> None:
        """A model added to this draft. With the first words that are seen it can be read; waiting was no reading."""
        if not any_seen(before):
            self.stir()
            self._shown = 0

    def timed(self, draft: Draft) -> Draft:
        """The draft with both times until now, which every act of the trainer adds."""
        self.stir()
        active, shown = draft.active_ms + self._active, draft.shown_ms + self._shown
        self._active = self._shown = 0
        return msgspec.structs.replace(draft, active_ms=active, shown_ms=shown if draft.answers else 0)


def with_times_of(draft: Draft, present: Draft) -> Draft:
    """Another state of the draft at the same moment: time goes on, whatever is undone."""
    return msgspec.structs.replace(draft, active_ms=present.active_ms, shown_ms=present.shown_ms)
