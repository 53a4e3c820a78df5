"""What a trainer may do to a judgement in the making: each act takes a draft and returns the next.

Acts are pure, so undo is a stack of values. A second verdict replaces the first: a ranking, a level and "not
rankable" exclude one another. What changes an answer changes what is said of it by earlier rubrics too, which lies
aside in `unasked` and may hold again. Must not know the store or the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import msgspec

from desktop.flow.asking import keys_for, waiting_answer
from desktop.flow.begun import followed, with_moved_span
from desktop.flow.draft import (
    AnswerDraft,
    Draft,
    FeedbackPoint,
    RevisionDraft,
    Unasked,
)
from desktop.flow.flag_places import moved, stands
from desktop.flow.left_drafts import revision_as_left
from desktop.flow.masking import whole_names
from desktop.flow.ranking import Ranking, RankingError, format_ranking, from_tiers, parse, to_tiers
from desktop.flow.revising import worked_on
from desktop.flow.wording import ours
from feedback_store.records import Answer, Flag, Origin, Rating, Verdict, span_at
from feedback_store.rubrics import FlagSet

replace = msgspec.structs.replace
Said = TypeVar("Said", Draft, Unasked)


@dataclass(frozen=True)
class FlagChoice:
    """What was chosen for a marked span: ids of the rubric's flag set."""

    category: str
    severity: int
    target_group: str | None = None
    kind: str | None = None
    note: str = ""
    suggestion: str = ""


def ranking(draft: Draft) -> Ranking | None:
    """The draft's ranking by positions, if it has one."""
    if draft.tiers is None or draft.level is not None:
        return None
    return from_tiers(draft.tiers, draft.order, draft.strength)


def show_blind(draft: Draft, blind: bool) -> Draft:
    """Have the next answers blind or open. Those that stand can be opened, but not made blind again: they were seen."""
    prompt = replace(draft.prompt, blind=blind)
    return replace(draft, prompt=prompt, blind=blind if not draft.answers else draft.blind and blind)


def turn_to(draft: Draft, axis: str) -> Draft:
    """Rank in another respect from now on; what was given in the others stands."""
    return replace(draft, axis=axis, typed=None)


def ranked_in(draft: Draft, axes: Sequence[str]) -> Draft:
    """The draft in a respect in which the rubric ranks: its own, else the first."""
    return draft if not axes or draft.axis in axes else turn_to(draft, axes[0])


def rank(draft: Draft, chosen: Ranking) -> Draft:
    """Rank the answers; strength counts only between two."""
    strength = chosen.strength if len(draft.order) == 2 else None
    return _give(draft, Verdict(draft.axis, tiers=to_tiers(chosen, draft.order), strength=strength))


def type_ranking(draft: Draft, text: str, *, with_strength: bool) -> Draft:
    """What stands in the field for the ranking: a ranking counts at once, anything else waits to become one."""
    if text == written(draft):
        return replace(draft, typed=None)
    try:
        return rank(draft, parse(text, len(draft.order), with_strength=with_strength))
    except RankingError:
        return replace(draft, typed=text)


def written(draft: Draft) -> str:
    """The ranking as it would be typed, "" where there is none."""
    chosen = ranking(draft)
    return format_ranking(chosen) if chosen is not None else ""


def untype_ranking(draft: Draft) -> Draft:
    """Put the ranking back in place of what was typed over it and is none."""
    return replace(draft, typed=None)


def best(draft: Draft, position: int) -> Draft:
    """Put one answer alone on top; the others keep their order among themselves below it."""
    key = draft.order[position]
    below = draft.tiers if draft.tiers is not None and draft.level is None else (tuple(sorted(draft.order)),)
    rest = tuple(t for t in (tuple(k for k in tier if k != key) for tier in below) if t)
    return _give(draft, Verdict(draft.axis, tiers=((key,), *rest)))


def all_equal(draft: Draft, level: Literal["all_good", "all_bad"]) -> Draft:
    """Call all answers good, or all bad; the same again takes it back."""
    if draft.level == level:
        return _give(draft, None)
    return _give(draft, Verdict(draft.axis, tiers=(tuple(sorted(draft.order)),), level=level))


def not_rankable(draft: Draft, reason: str | None) -> Draft:
    """Say why the answers cannot be ranked; None takes it back."""
    given = _give(draft, Verdict(draft.axis, not_rankable=reason) if reason is not None else None)
    return replace(given, begun_reason="")


def rate(draft: Draft, position: int, axis: str, value: int | Literal["na"] | None) -> Draft:
    """Set or clear (None) one rating; ratings stand in the order of keys and axes as given."""
    key = draft.order[position]
    kept = [r for r in draft.ratings if (r.candidate, r.axis) != (key, axis)]
    if value is not None:
        kept.append(Rating(candidate=key, axis=axis, value=value))
    return replace(draft, ratings=tuple(kept))


def answer(draft: Draft, position: int, question: str, value: str | tuple[str, ...] | None) -> Draft:
    """Answer a question about one answer, or take that back (None)."""
    key = draft.order[position]
    kept = [said for said in draft.answered if (said.candidate, said.question) != (key, question)]
    if value is not None:
        kept.append(Answer(candidate=key, question=question, value=value))
    return replace(draft, answered=tuple(kept))


def answer_rest(draft: Draft, position: int, questions: Sequence[str], value: str) -> Draft:
    """Give all of these questions that have no answer yet the same one."""
    key = draft.order[position]
    for question in questions:
        if draft.answered_with(key, question) is None:
            draft = answer(draft, position, question, value)
    return draft


def flag(draft: Draft, position: int, span: tuple[int, int] | None, choice: FlagChoice) -> Draft:
    """Flag a span (code points) of an answer, or the whole answer. A name that is covered is flagged whole."""
    answer = draft.at(position)
    if span is not None:
        span = whole_names(draft, answer.key, *span)
    words = span_at(answer.text, *span) if span else None
    made = Flag(candidate=answer.key, category=choice.category, severity=choice.severity, span=words)
    return replace(draft, flags=(*draft.flags, chosen(made, choice)))


def choice_of(flag: Flag) -> FlagChoice:
    """What was chosen for a flag."""
    return FlagChoice(
        flag.category, flag.severity, flag.target_group, flag.kind, flag.note or "", flag.suggestion or ""
    )


def change_flag(draft: Draft, index: int, choice: FlagChoice) -> Draft:
    """Choose anew what a flag says; it stays on its words."""
    return _with_flag(draft, index, chosen(draft.flags[index], choice))


def remove_flag(draft: Draft, index: int) -> Draft:
    flags = draft.flags[:index] + draft.flags[index + 1 :]
    return replace(draft, flags=flags, begun_flag=followed(draft.begun_flag, draft.flags, flags))


def set_severity(draft: Draft, index: int, severity: int) -> Draft:
    return _with_flag(draft, index, replace(draft.flags[index], severity=severity))


def quote_gone(draft: Draft, flag: Flag) -> bool:
    """Whether the words that a flag marks do not stand in its answer any more."""
    return flag.span is not None and not stands(flag.span, draft.answer(flag.candidate).text)


def start_revision(draft: Draft, position: int, flags: FlagSet | None = None) -> Draft:
    """Rewrite an answer: go on where it was left, else begin with its flags' notes as the first points.

    A flag without words is a point by the name that its category has in `flags`.
    What was written of another one is set aside, for a record holds one revision.
    """
    answer = draft.at(position)
    if draft.revision is not None and draft.revision.of == answer.key:
        return draft
    points = tuple(_point_of(flag, flags) for flag in draft.flags if flag.candidate == answer.key)
    fresh = RevisionDraft(of=answer.key, text=answer.text, points=points)
    begun = next((each for each in draft.set_aside if each.of == answer.key), fresh)
    aside = tuple(each for each in draft.set_aside if each.of != answer.key)
    before = revision_as_left(draft).revision
    if before is not None and worked_on(draft, before):
        aside = (*aside, before)
    return replace(draft, revision=begun, set_aside=aside)


def _point_of(flag: Flag, flags: FlagSet | None) -> FeedbackPoint:
    """What a flag asks for: its note, else the words that it marks, else what it calls the answer."""
    category = flags.category(flag.category) if flags is not None else None
    words = flag.note or (flag.span.exact if flag.span else ours(category.name) if category else flag.category)
    return FeedbackPoint(words, from_flag=True, category=flag.category, severity=flag.severity)


def revise(draft: Draft, revision: RevisionDraft | None) -> Draft:
    """Keep a revision as it now stands, or drop it."""
    return replace(draft, revision=revision)


def justify(draft: Draft, text: str) -> Draft:
    return replace(draft, justification=text)


def be_sure(draft: Draft, confidence: int | None) -> Draft:
    """How sure the trainer is, 1 to 5; the same again takes it back."""
    return replace(draft, confidence=None if confidence == draft.confidence else confidence)


def write_own(draft: Draft) -> Draft:
    """Add an empty answer by the trainer's own hand at the end; a ranking made before it no longer holds."""
    key = next(key for key in keys_for(26) if key not in draft.order)
    return add_answers(draft, (AnswerDraft(key=key, state="done", origin=Origin("human")),))


def add_answers(draft: Draft, more: tuple[AnswerDraft, ...]) -> Draft:
    """The draft with these answers at its end; a ranking made before them no longer holds."""
    return replace(
        draft,
        answers=(*draft.answers, *more),
        order=(*draft.order, *(answer.key for answer in more)),
        verdicts=(),
        typed=None,
        unasked=_left(replace(each, verdicts=()) for each in draft.unasked),
    )


def edit_own(draft: Draft, position: int, text: str) -> Draft:
    """Change the text of an answer written by hand; its flags go where their words stand, or wait for these."""
    own = draft.at(position)
    if own.origin.kind != "human":
        raise ValueError("only an answer of one's own can be edited in place")
    answers = tuple(replace(a, text=text) if a.key == own.key else a for a in draft.answers)
    aside = tuple(_with_moved_flags(each, own.key, own.text, text) for each in draft.unasked)
    made = _with_moved_flags(draft, own.key, own.text, text)
    begun = followed(with_moved_span(draft.begun_flag, own.key, own.text, text), draft.flags, made.flags)
    return replace(made, answers=answers, unasked=aside, begun_flag=begun)


def remove_own(draft: Draft, position: int) -> Draft:
    """Take an answer written by hand away, and everything said about it; the verdicts go with it."""
    own = draft.at(position)
    if own.origin.kind != "human":
        raise ValueError("only an answer of one's own can be removed")
    return replace(
        _untold(draft, own.key),
        answers=tuple(answer for answer in draft.answers if answer.key != own.key),
        order=tuple(key for key in draft.order if key != own.key),
    )


def empty_own(draft: Draft) -> int | None:
    """The position of an answer of one's own in which nothing is written yet."""
    empty = (a.key for a in draft.answers if a.origin.kind == "human" and not a.text.strip())
    return next((draft.position(key) for key in empty), None)


def forget_answer(draft: Draft, key: str, run: str, model: str) -> Draft:
    """One answer emptied, to be written anew by a run, and everything said about it gone; the verdicts go with it."""
    waiting = tuple(waiting_answer(key, run, model) if a.key == key else a for a in draft.answers)
    return replace(_untold(draft, key), answers=waiting)


def resume_answer(draft: Draft, key: str, run: str) -> Draft:
    """One answer is being written on by a run, from where it stands."""
    answers = tuple(
        replace(a, state="writing", finish=None, closed=False, run=run) if a.key == key else a for a in draft.answers
    )
    return replace(draft, answers=answers)


def _give(draft: Draft, verdict: Verdict | None) -> Draft:
    """The draft with this verdict, or none, in the present respect; the others keep their order.

    One that compares is none of a single answer, whose verdict then stays as it is.
    """
    if verdict is not None and verdict.level is None and len(draft.order) < 2:
        return replace(draft, typed=None)
    kept = {given.axis: given for given in draft.verdicts}
    if verdict is None:
        kept.pop(draft.axis, None)
    else:
        kept[draft.axis] = verdict
    return replace(draft, verdicts=tuple(kept.values()), typed=None)


def _with_flag(draft: Draft, index: int, changed: Flag) -> Draft:
    flags = (*draft.flags[:index], changed, *draft.flags[index + 1 :])
    return replace(draft, flags=flags, begun_flag=followed(draft.begun_flag, draft.flags, flags))


def chosen(flag: Flag, choice: FlagChoice) -> Flag:
    """The flag on its words, saying what was chosen."""
    return replace(
        flag,
        category=choice.category,
        severity=choice.severity,
        kind=choice.kind,
        target_group=choice.target_group,
        note=choice.note.strip() or None,
        suggestion=choice.suggestion.strip() or None,
    )


def _untold(draft: Draft, key: str) -> Draft:
    """The draft, and what lies aside in it, without all that rests on one answer."""
    return replace(
        _unsaid(draft, key),
        unasked=_left(_unsaid(each, key) for each in draft.unasked),
        typed=None,
        begun_flag=draft.begun_flag if draft.begun_flag is None or draft.begun_flag.candidate != key else None,
        revision=draft.revision if draft.revision is None or draft.revision.of != key else None,
        set_aside=tuple(each for each in draft.set_aside if each.of != key),
    )


def _unsaid(said: Said, key: str) -> Said:
    """What was said, without all that rests on one answer: the verdicts do."""
    return replace(
        said,
        verdicts=(),
        ratings=tuple(rating for rating in said.ratings if rating.candidate != key),
        answered=tuple(answered for answered in said.answered if answered.candidate != key),
        flags=tuple(flag for flag in said.flags if flag.candidate != key),
    )


def _with_moved_flags(said: Said, key: str, before: str, after: str) -> Said:
    """What was said, once an answer has another text: its flags go where their words stand, or wait for these."""
    flags = tuple(
        replace(f, span=moved(f.span, before, after)) if f.candidate == key and f.span is not None else f
        for f in said.flags
    )
    return replace(said, flags=flags)


def _left(aside: Iterable[Unasked]) -> tuple[Unasked, ...]:
    """What still lies aside; nothing is kept of a rubric by which nothing is said any more."""
    return tuple(each for each in aside if each.any)
