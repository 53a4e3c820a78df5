"""By which rubric the draft on the bench is judged.

The project's, which may become another one; but a judgement that was opened again by the version that its record names,
until the trainer wants the project's. Must not know the store or the screen.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from desktop.flow.carrying import carried
from desktop.flow.draft import Draft
from desktop.flow.judging import ranked_in
from feedback_store.rubrics import Rubric


class JudgedBy:
    """`rubric` is that of the draft that was fitted last, `newest` the project's; `find` has any by its SHA-256."""

    def __init__(self, newest: Rubric, find: Callable[[str], Rubric | None]) -> None:
        self.newest = self.rubric = newest
        self._find = find

    @property
    def earlier(self) -> bool:
        """Whether the draft is judged by another rubric than the project's."""
        return self.rubric.sha256 != self.newest.sha256

    def fit(self, draft: Draft) -> Draft:
        """The draft as it can be judged by its rubric."""
        named = draft.supersedes.rubric if draft.supersedes is not None else ""
        if not named:
            self.rubric = self.newest
        elif named != self.rubric.sha256:
            self.rubric = self._find(named) or self.newest
        if draft.rubric != self.rubric.sha256:
            draft = carried(draft, self._find(draft.rubric), self.rubric)
        return ranked_in(_as_many(draft), self.rubric.verdict_axes)


def by_newest(draft: Draft) -> Draft:
    """The draft of an opened judgement, to be judged by the project's rubric."""
    if draft.supersedes is None:
        return draft
    return msgspec.structs.replace(draft, supersedes=msgspec.structs.replace(draft.supersedes, rubric=""))


def _as_many(draft: Draft) -> Draft:
    """The draft without what only several answers can have said of them: one is called good or bad, or nothing."""
    if len(draft.order) != 1:
        return draft
    levels = tuple(verdict for verdict in draft.verdicts if verdict.level is not None)
    return msgspec.structs.replace(draft, verdicts=levels, typed=None, begun_reason="")
