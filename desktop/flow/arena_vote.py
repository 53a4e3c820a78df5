"""The four votes of the arena's preset, in its published words, and what each is in a draft. Must not know Qt."""

from __future__ import annotations

from desktop.flow import judging
from desktop.flow.draft import Draft
from desktop.flow.ranking import Ranking
from desktop.flow.wording import gettext as _
from feedback_store.rubrics import Rubric

ARENA = "arena"  # the shipped preset; a copy of it is another rubric, whose author words it
BOTH_BAD = 3
_RANKINGS = (Ranking(((0,), (1,))), Ranking(((1,), (0,))), Ranking(((0, 1),)))


def vote_names() -> list[str]:
    """The votes in their order, as FastChat words its buttons."""
    better = _("{letter} is better")
    return [better.format(letter="A"), better.format(letter="B"), _("Tie"), _("Both are bad")]


def is_voted(draft: Draft, rubric: Rubric) -> bool:
    """Whether the published words fit: the arena's vote is over two answers."""
    return rubric.id == ARENA and len(draft.order) == 2


def vote_of(draft: Draft) -> int | None:
    """Which vote the verdict is; None where there is none yet, or the arena has no word for it."""
    if draft.level is not None:
        return BOTH_BAD if draft.level == "all_bad" else None
    ranking = judging.ranking(draft)
    return _RANKINGS.index(ranking) if ranking in _RANKINGS else None


def voted(draft: Draft, vote: int) -> Draft:
    """The draft with this vote; the same again leaves it."""
    if vote_of(draft) == vote:
        return draft
    return judging.all_equal(draft, "all_bad") if vote == BOTH_BAD else judging.rank(draft, _RANKINGS[vote])
