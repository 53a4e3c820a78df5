"""A draft whose rubric is another one now: what still holds is carried over, what is not asked any more is put aside.

Nothing is thrown away: under the rubric that it was said by, it stands again. A value is carried only where it means
the same: a rating if the scale is the same, an answer if its question has the same id, in whatever capitals, a flag if
its severity has the same name. What lay aside comes back only where it fits the answers as they are now. Must not know
the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from desktop.flow.draft import Draft, Unasked
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store.records import Answer, Flag, Rating, Verdict, span_at
from feedback_store.rubrics import FlagSet, Rubric

replace = msgspec.structs.replace
Said = TypeVar("Said", Verdict, Rating, Answer)


def carried(draft: Draft, before: Rubric | None, after: Rubric) -> Draft:
    """The draft under `after`, with what was said by `before` (None where that is not at hand, or is not known)."""
    put_aside = next((each for each in draft.unasked if each.rubric == after.sha256), Unasked(after.sha256))
    back = _fitting(put_aside, draft)
    draft = replace(draft, answered=tuple(_by_the_id_of(each, after) for each in draft.answered))
    flags_before = before.flags if before is not None else None
    flags = [(flag, _flag_under(flag, flags_before, after.flags)) for flag in draft.flags]
    aside = Unasked(
        draft.rubric,
        verdicts=tuple(each for each in draft.verdicts if not _verdict_holds(each, after)),
        ratings=tuple(each for each in draft.ratings if not _rating_holds(each, before, after)),
        answered=tuple(each for each in draft.answered if not _answer_holds(each, after)),
        flags=tuple(flag for flag, now in flags if now is None),
    )
    others = tuple(each for each in draft.unasked if each.rubric not in (after.sha256, aside.rubric))
    kept_flags = tuple(now for _then, now in flags if now is not None)
    return replace(
        draft,
        rubric=after.sha256,
        verdicts=_standing(draft.verdicts, aside.verdicts, back.verdicts, lambda said: said.axis),
        ratings=_standing(draft.ratings, aside.ratings, back.ratings, lambda said: (said.candidate, said.axis)),
        answered=_standing(draft.answered, aside.answered, back.answered, lambda said: (said.candidate, said.question)),
        flags=(*kept_flags, *(flag for flag in back.flags if flag not in kept_flags)),
        unasked=(*others, aside) if aside.any else others,
    )


def put_aside_words(draft: Draft) -> str:
    """What was put aside of a draft because its rubric does not ask it any more; "" for nothing."""
    if not draft.unasked:
        return ""
    aside = draft.unasked[-1]
    counts = (
        (len(aside.verdicts), ngettext("{} ranking", "{} rankings", len(aside.verdicts))),
        (len(aside.ratings), ngettext("{} rating", "{} ratings", len(aside.ratings))),
        (len(aside.answered), ngettext("{} answer to a question", "{} answers to questions", len(aside.answered))),
        (len(aside.flags), ngettext("{} flag", "{} flags", len(aside.flags))),
    )
    said = ", ".join(words.format(count) for count, words in counts if count)
    return _("The rubric does not ask this any more, so it is put aside: {what}.").format(what=said)


def _fitting(aside: Unasked, draft: Draft) -> Unasked:
    """Of what lay aside, what can be said of the draft's answers: of those that there are, at words that stand."""
    texts = {answer.key: answer.text for answer in draft.answers}

    def ranks(verdict: Verdict) -> bool:
        ranked = [key for tier in verdict.tiers or () for key in tier]
        return verdict.tiers is None or sorted(ranked) == sorted(texts)

    def stands(flag: Flag) -> bool:
        span, text = flag.span, texts.get(flag.candidate)
        if text is None or span is None:
            return text is not None
        return span.end <= len(text) and span_at(text, span.start, span.end) == span

    return replace(
        aside,
        verdicts=tuple(filter(ranks, aside.verdicts)),
        ratings=tuple(rating for rating in aside.ratings if rating.candidate in texts),
        answered=tuple(answered for answered in aside.answered if answered.candidate in texts),
        flags=tuple(filter(stands, aside.flags)),
    )


def _standing(
    now: Iterable[Said], gone: tuple[Said, ...], back: Iterable[Said], about: Callable[[Said], object]
) -> tuple[Said, ...]:
    """`now` without `gone`, then what comes back where nothing stands that is about the same."""
    found = {about(each): each for each in now if each not in gone}
    for each in back:
        found.setdefault(about(each), each)
    return tuple(found.values())


def _verdict_holds(verdict: Verdict, after: Rubric) -> bool:
    return verdict.axis in after.verdict_axes and (verdict.strength is None or after.strength)


def _rating_holds(rating: Rating, before: Rubric | None, after: Rubric) -> bool:
    now, then = after.axis(rating.axis), before.axis(rating.axis) if before is not None else None
    if now is None or not now.allows(rating.value):
        return False
    return rating.value == "na" or then is None or (then.lowest, then.highest) == (now.lowest, now.highest)


def _by_the_id_of(answer: Answer, after: Rubric) -> Answer:
    """The answer by the id that its question has now: DICES' ids had small letters before."""
    now = next((each.id for each in after.questions if each.id.lower() == answer.question.lower()), answer.question)
    return replace(answer, question=now)


def _answer_holds(answer: Answer, after: Rubric) -> bool:
    question = after.question(answer.question)
    if question is None or isinstance(answer.value, tuple) != (question.kind == "several"):
        return False
    chosen = answer.value if isinstance(answer.value, tuple) else (answer.value,)
    return set(chosen) <= set(question.values)


def _flag_under(flag: Flag, before: FlagSet | None, after: FlagSet | None) -> Flag | None:
    """The flag by the words of another set: None where it says something that cannot be said there."""
    category = after.category(flag.category) if after is not None else None
    if after is None or category is None:
        return None
    names = [severity.name for severity in after.severities]
    severity = flag.severity
    if before is not None and severity < len(before.severities):
        name = before.severities[severity].name
        severity = names.index(name) if name in names else len(names)
    holds = (
        severity < len(names)
        and (flag.kind is None or flag.kind in {kind.id for kind in category.kinds})
        and (flag.target_group is None or category.asks_target_group)
        and (flag.target_group is None or flag.target_group in {group.id for group in after.target_groups})
    )
    return replace(flag, severity=severity) if holds else None
