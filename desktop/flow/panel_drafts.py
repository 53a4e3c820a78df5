"""A verdict from the panel as a draft's: marks at the answers that are still there, flags where their words stand now.

Nothing that a trainer said is dropped without a trace where it can be kept: a flag whose words are gone keeps them in
its note. What the rubric does not know is left out. Must not know the store or Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from desktop.flow.draft import AnswerDraft, Draft, FeedbackPoint, RevisionDraft
from desktop.flow.panel_asking import read_kept
from desktop.flow.wording import quoted
from feedback_store.panel_table import KeptAnswer
from feedback_store.panel_verdicts import PanelVerdict, Rewritten
from feedback_store.record_parts import Answer, Flag, Rating, Span, Verdict
from feedback_store.records import Message, span_at
from feedback_store.rubric_check import keeps_to
from feedback_store.rubrics import Rubric

replace = msgspec.structs.replace


def with_verdict(
    draft: Draft,
    verdict: PanelVerdict,
    kept: Sequence[KeptAnswer],
    asked: tuple[Message, ...],
    find: Callable[[str], Rubric | None],
) -> Draft:
    """The draft of a capture with what was said of it. `asked` led to its answer; `find` has a rubric by its SHA-256.

    Answers of own models come along where they are still kept, and were asked for just that.
    """
    answers = (*draft.answers, *_own_answers(verdict, kept, asked))
    texts = {answer.key: answer.text for answer in answers}
    rubric = find(verdict.rubric) if verdict.rubric is not None else None
    ranked = (_ranked(each, tuple(texts)) for each in verdict.verdicts)
    flags = (_placed(flag, texts[flag.candidate]) for flag in verdict.flags if flag.candidate in texts)

    def asked_for(said: Verdict | Rating | Answer | Flag) -> bool:
        return rubric is None or keeps_to(said, rubric)

    return replace(
        draft,
        answers=answers,
        order=tuple(texts),
        blind=len(answers) > 1,  # no names were seen in the panel
        streamed=len(answers) > 1,
        verdicts=tuple(each for each in ranked if each is not None and asked_for(each)),
        ratings=tuple(each for each in verdict.ratings if each.candidate in texts and asked_for(each)),
        answered=tuple(each for each in verdict.answers if each.candidate in texts and asked_for(each)),
        flags=tuple(filter(asked_for, flags)),
        revision=_revision(verdict.revision, texts) if verdict.revision is not None else None,
        justification=verdict.justification or "",
        confidence=verdict.confidence,
        rubric=verdict.rubric or "",
        shown_at=verdict.shown_at,
        active_ms=verdict.active_ms,
        shown_ms=verdict.active_ms,
    )


def _revision(said: Rewritten, texts: Mapping[str, str]) -> RevisionDraft | None:
    """The version of an answer that is there; None where nothing was changed in it and nothing said of it."""
    changed = texts.get(said.of) != said.text or said.feedback or said.change_summary
    if said.of not in texts or not changed:
        return None
    points = tuple(FeedbackPoint(text) for text in said.feedback)
    return RevisionDraft(of=said.of, text=said.text, points=points, summary=said.change_summary or "")


def _own_answers(
    verdict: PanelVerdict, kept: Sequence[KeptAnswer], asked: tuple[Message, ...]
) -> tuple[AnswerDraft, ...]:
    known = {(each.ask, each.number, each.sha256): each.data for each in kept}
    found = []
    for own in verdict.candidates:
        data = known.get((own.ask, own.number, own.sha256))
        text = read_kept(data) if data is not None else None
        if text is not None and text.messages == asked:
            found.append(replace(text.answer, key=own.key))
    return tuple(found)


def _ranked(verdict: Verdict, keys: tuple[str, ...]) -> Verdict | None:
    """The verdict over the answers that there are; None where nothing is left to be said."""
    if verdict.tiers is None:
        return verdict if verdict.not_rankable is not None else None
    tiers = tuple(kept for tier in verdict.tiers if (kept := tuple(sorted(key for key in tier if key in keys))))
    if tiers == tuple(tuple(sorted(tier)) for tier in verdict.tiers):
        return replace(verdict, tiers=tiers)
    level = verdict.level if len(tiers) == 1 else None
    if not tiers or (len(keys) == 1 and level is None):
        return None
    return Verdict(verdict.axis, tiers=tiers, level=level)


def _placed(flag: Flag, text: str) -> Flag:
    """The flag at its words in `text`; where they are gone, it is of the whole answer and its note holds them."""
    if flag.span is None:
        return flag
    found = anchored(flag.span, text)
    if found is not None:
        return replace(flag, span=found)
    note = quoted(" ".join(flag.span.exact.split()))
    return replace(flag, span=None, note=f"{note} {flag.note}" if flag.note else note)


def anchored(span: Span, text: str) -> Span | None:
    """Where the words of a span stand in `text`: at their place, else where most of what stood around them does."""
    places = []
    at = text.find(span.exact)
    while at >= 0 and span.exact:
        places.append(at)
        at = text.find(span.exact, at + 1)
    if not places:
        return None
    size = len(span.exact)

    def fits(place: int) -> tuple[bool, int, int]:
        around = _alike(text[:place][::-1], span.prefix[::-1]) + _alike(text[place + size :], span.suffix)
        return place == span.start, around, -abs(place - span.start)

    best = max(places, key=fits)
    return span_at(text, best, best + size)


def _alike(one: str, other: str) -> int:
    shorter = min(len(one), len(other))
    return next((at for at in range(shorter) if one[at] != other[at]), shorter)
