"""What a session tells that is no part of a draft: what was saved, how it stands, what went wrong. Must not know Qt."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from desktop.flow.checks import Notice
from desktop.flow.draft import Draft
from desktop.flow.wording import gettext as _
from feedback_store.store import StoredRecord

LONGEST_PAUSE_MS = 30_000  # a longer pause between two acts does not count as time at work


@dataclass(frozen=True)
class Saved:
    """A judgement that is durably stored, and the draft it came from (for undoing the save)."""

    stored: StoredRecord
    draft: Draft
    doubts: tuple[Notice, ...]


@dataclass(frozen=True)
class Problem:
    """Something that went wrong: one sentence; `while_doing` says what."""

    text: str
    while_doing: Literal["generate", "save", "draft"]


class Stopwatch:
    """The time at work: between two acts, long pauses apart."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def spent_ms(self) -> int:
        """Milliseconds since the last act; this is one."""
        now = time.monotonic()
        spent, self._last = min(LONGEST_PAUSE_MS, int((now - self._last) * 1000)), now
        return spent


def status_words(draft: Draft, *, writing: bool, kept: bool) -> tuple[str, ...]:
    """How draft and models stand, in a few words each."""
    said = (_("Draft kept"),) if kept and not draft.empty else ()
    if not writing:
        return (*said, _("Models idle"))
    done = sum(answer.ready for answer in draft.answers)
    return (*said, _("Writing, {done} of {all} done").format(done=done, all=len(draft.answers)))
