"""Undo and redo over the whole bench: a stack of frozen drafts. Streaming text is never undone."""

from __future__ import annotations

import msgspec

from desktop.flow.draft import AnswerDraft, Draft
from desktop.flow.working_time import with_times_of

LIMIT = 500  # acts; a draft shares its parts with the one before it, so this costs little


class History:
    """What was, and what was undone. Acts of the same name in a row (typing) are one step."""

    def __init__(self) -> None:
        self._past: list[Draft] = []
        self._future: list[Draft] = []
        self._last: str = ""

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def before(self) -> Draft | None:
        """The draft that the next undo brings back, as it was noted."""
        return self._past[-1] if self._past else None

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def note(self, before: Draft, act: str = "") -> None:
        """Remember the draft as it was before an act; a repeated non-empty `act` joins its last step."""
        self._future.clear()
        if act and act == self._last:
            return
        self._last = act
        self._past.append(before)
        del self._past[:-LIMIT]

    def pause(self) -> None:
        """A sitting is over: the next act of the same name is a step of its own."""
        self._last = ""

    def drop_empty(self, present: Draft) -> None:
        """Forget the last step where nothing is left of it: a field's own undo has taken it back."""
        if self._past and with_times_of(self._past[-1], present) == present:
            self._past.pop()
            self._last = ""

    def undo(self, present: Draft) -> Draft:
        """The draft one step back; `present` where there is nothing to undo."""
        if not self._past:
            return present
        self._future.append(present)
        self._last = ""
        return _with_latest_text(self._past.pop(), present)

    def redo(self, present: Draft) -> Draft:
        """The draft one step forward again."""
        if not self._future:
            return present
        self._past.append(present)
        self._last = ""
        return _with_latest_text(self._future.pop(), present)

    def clear(self) -> None:
        self._past.clear()
        self._future.clear()
        self._last = ""


def _with_latest_text(draft: Draft, present: Draft) -> Draft:
    """`draft` with the answers that were still being written in it as they stand now, where the same run wrote them.

    Answers that were seen with their models' names stay open, and those that were seen at all are seen: that cannot be
    undone.
    """
    latest = {answer.key: answer for answer in present.answers}

    def now(answer: AnswerDraft) -> AnswerDraft:
        last = latest.get(answer.key, answer)
        return answer if answer.ready or last.run != answer.run else last

    blind = draft.blind and (present.blind or present.id != draft.id)
    seen = {(answer.key, answer.run) for answer in present.answers if answer.key not in present.held}
    answers = tuple(now(answer) for answer in draft.answers)
    held = tuple(each.key for each in answers if each.key in draft.held and (each.key, each.run) not in seen)
    return msgspec.structs.replace(draft, blind=blind, held=held, answers=answers)
