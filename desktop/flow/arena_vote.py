"""The four votes of the arena's preset, in its published words, and what each is in draft and record.

Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.flow import judging
from desktop.flow.draft import Draft
from desktop.flow.ranking import Ranking, from_tiers
from desktop.flow.wording import gettext as _
from feedback_store.records import Judgement, Verdict
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
    return has_words(rubric.id, len(draft.order))


def has_words(rubric: str, answers: int) -> bool:
    """The same of a rubric's id, and how many answers there are."""
    return rubric == ARENA and answers == 2


def vote_words(judgement: Judgement, verdict: Verdict, order: Sequence[str]) -> str:
    """The vote that a record's verdict is, with the answers lettered in `order`; "" where the arena has no word."""
    if not has_words(judgement.rubric.id, len(order)) or verdict.not_rankable is not None:
        return ""
    if verdict.level is not None:
        return vote_names()[BOTH_BAD] if verdict.level == "all_bad" else ""
    ranking = from_tiers(verdict.tiers or (), order, verdict.strength)
    return vote_names()[_RANKINGS.index(ranking)] if ranking in _RANKINGS else ""


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
