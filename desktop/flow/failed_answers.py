"""Answers of a model that came to nothing: what they do to a judgement, and leaving one out. Must not know the store.

A model that was stopped or failed before its first word has said nothing that could be judged: its answer is written
again or left out, and only then can the judgement be saved. What a model says of itself is an answer, also when it is
empty, and so is the beginning of one that broke off. A record that is opened again stays as it is.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from desktop.flow.draft import AnswerDraft, Draft, Unasked
from desktop.flow.wording import gettext as _
from feedback_store.records import Verdict

replace = msgspec.structs.replace
Said = TypeVar("Said", Draft, Unasked)


def came_to_nothing(answer: AnswerDraft) -> bool:
    """Whether a model failed, or was stopped, before it had written anything."""
    return answer.state in ("failed", "stopped") and answer.origin.kind != "human" and not answer.text.strip()


def to_be_settled(draft: Draft) -> tuple[int, ...]:
    """The positions of answers that have to be written again, or left out, before the judgement can be saved."""
    if draft.supersedes is not None or draft.basis is not None:
        return ()
    return tuple(place for place, key in enumerate(draft.order) if came_to_nothing(draft.answer(key)))


def settled(draft: Draft) -> tuple[str, ...]:
    """The keys of the answers about which something is asked, in the order of the screen."""
    lacking = to_be_settled(draft)
    return tuple(key for place, key in enumerate(draft.order) if place not in lacking)


def cannot_be_left_out(draft: Draft, position: int) -> str:
    """Why an answer has to stay, as a sentence; "" where it can be left out."""
    lacking = to_be_settled(draft)
    if position not in lacking:
        return _("This answer says something, so it is judged. Only one that came to nothing can be left out.")
    if len(draft.order) == 1:
        return _("It is the only answer. Write it again, or generate.")
    return ""


def leave_out(draft: Draft, position: int) -> Draft:
    """The draft without an answer; the rankings of the others stand, those that compare nothing any more go."""
    key = draft.order[position]
    return replace(
        _without(draft, key),
        answers=tuple(answer for answer in draft.answers if answer.key != key),
        order=tuple(each for each in draft.order if each != key),
        typed=None,
        revision=draft.revision if draft.revision is None or draft.revision.of != key else None,
        set_aside=tuple(each for each in draft.set_aside if each.of != key),
        unasked=tuple(each for each in (_without(aside, key) for aside in draft.unasked) if each.any),
    )


def _without(said: Said, key: str) -> Said:
    verdicts = (_verdict_without(verdict, key) for verdict in said.verdicts)
    return replace(
        said,
        verdicts=tuple(verdict for verdict in verdicts if verdict is not None),
        ratings=tuple(rating for rating in said.ratings if rating.candidate != key),
        answered=tuple(answered for answered in said.answered if answered.candidate != key),
        flags=tuple(flag for flag in said.flags if flag.candidate != key),
    )


def _verdict_without(verdict: Verdict, key: str) -> Verdict | None:
    if verdict.tiers is None:
        return verdict
    tiers = tuple(left for left in (tuple(each for each in tier if each != key) for tier in verdict.tiers) if left)
    compares = sum(map(len, tiers)) > 1 or (verdict.level is not None and tiers)
    return replace(verdict, tiers=tiers, strength=None) if compares else None
