"""Answers of a model in the same words are one answer on the bench. Must not know the store or the screen."""

from __future__ import annotations

import msgspec

from desktop.flow.draft import AnswerDraft, Draft, Unasked

replace = msgspec.structs.replace


def fold_equal(draft: Draft) -> Draft:
    """Answers of a model in the same words become one that carries the seeds of the others; what is judged stays."""
    ranked = draft.verdicts or any(each.verdicts for each in draft.unasked)
    if ranked or draft.typed or draft.begun_reason or not draft.finished:
        return draft
    judged = _judged_keys(draft)
    kept: list[AnswerDraft] = []
    place: dict[tuple[str, str | None, str], int] = {}  # in `kept`, of the first in these words
    for answer in draft.answers:
        first = place.setdefault((answer.text, answer.finish, answer.model), len(kept))
        seed = _drawn_seed(answer)
        if first == len(kept) or seed is None or not answer.text or answer.key in judged:
            kept.append(answer)
        else:
            kept[first] = _with_seeds(kept[first], seed, *(answer.origin.equal_seeds or ()))
    if len(kept) == len(draft.answers):
        return draft
    left = {answer.key for answer in kept}
    return replace(draft, answers=tuple(kept), order=tuple(key for key in draft.order if key in left))


def place_after(before: Draft, now: Draft, position: int) -> int:
    """Where the answer at a position of `before` stands now: one that became one with an equal one stands there.

    Of an answer that was being written `before` may have its beginning only.
    """
    if before.id != now.id or position >= len(before.order):
        return position
    key = before.order[position]
    if key in now.order:
        return now.position(key)
    times = {answer.key: answer.times for answer in before.answers}
    text = before.answer(key).text
    grown = (other for other in now.answers if other.times > times.get(other.key, other.times))
    same = next((other.key for other in grown if other.text.startswith(text)), None)
    return position if same is None else now.position(same)


def _judged_keys(draft: Draft) -> set[str]:
    """The answers of which something is said beside their rank, also what another rubric put aside."""
    said: tuple[Draft | Unasked, ...] = (draft, *draft.unasked)
    judged = {rating.candidate for each in said for rating in each.ratings}
    judged |= {answered.candidate for each in said for answered in each.answered}
    judged |= {flag.candidate for each in said for flag in each.flags}
    judged |= {draft.begun_flag.candidate} if draft.begun_flag is not None else set()
    judged |= {each.of for each in (draft.revision, *draft.set_aside) if each is not None}
    return judged


def _drawn_seed(answer: AnswerDraft) -> int | None:
    drawn = answer.origin.sampling if answer.origin.kind in ("local", "endpoint") else None
    return drawn.seed if drawn is not None else None


def _with_seeds(answer: AnswerDraft, *more: int) -> AnswerDraft:
    return replace(answer, origin=replace(answer.origin, equal_seeds=(*(answer.origin.equal_seeds or ()), *more)))
