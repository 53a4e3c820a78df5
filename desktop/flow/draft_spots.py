"""Every text of a draft that may come into its record, each with the part of the draft that it is. Must not know Qt.

What is searched for personal data, and whether all of it was, is asked here: a text that is missing leaves unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from desktop.flow.draft import Draft
from desktop.flow.together import hidden

Area = Literal["prompt", "system", "earlier", "answer", "reasoning", "revision", "why", "note"]


@dataclass(frozen=True)
class Spot:
    """A text of the draft: what part it is, and of which answer."""

    area: Area
    text: str
    key: str | None = None


def spots(draft: Draft) -> Iterator[Spot]:
    """Every text that the draft or its record holds, in the order of reading; empty ones are left out."""
    every = chain(_asked(draft), _answered(draft), _rewritten(draft), _flagged(draft), _reasoned(draft))
    return (spot for spot in every if spot.text.strip())


def _each(area: Area, *texts: str | None) -> Iterator[Spot]:
    return (Spot(area, text or "") for text in texts)


def _asked(draft: Draft) -> Iterator[Spot]:
    """What stands in the prompt now, and what was asked, where that is something else."""
    for prompt in dict.fromkeys((draft.prompt, draft.asked or draft.prompt)):
        yield Spot("system", prompt.system)
        yield from _each("earlier", *(message.content for message in prompt.turns))
        yield from _each("prompt", prompt.text, prompt.domain, *prompt.tags)


def _answered(draft: Draft) -> Iterator[Spot]:
    """What can be read of the answers; one that a model still writes is not yet."""
    away = hidden(draft)
    for key in draft.order:
        answer = draft.answer(key)
        if answer.ready and key not in away:
            yield Spot("answer", answer.text, key)
            yield Spot("reasoning", answer.reasoning, key)


def _rewritten(draft: Draft) -> Iterator[Spot]:
    """The trainer's version with its points, and what a model had drafted of it."""
    revision = draft.revision
    if revision is None:
        return
    points = (point.text for point in revision.points)
    yield from _each("revision", revision.text, *points, revision.new_point, revision.summary)
    for drafted in revision.drafts:
        yield from _each("revision", drafted.by.text, drafted.before, *drafted.points)


def _flagged(draft: Draft) -> Iterator[Spot]:
    """What flags say, also those that the rubric asks no more, and one that was only begun."""
    for flag in (*draft.flags, *(flag for each in draft.unasked for flag in each.flags)):
        yield from _each("note", flag.note, flag.suggestion)
    if draft.begun_flag is not None:
        yield from _each("note", draft.begun_flag.choice.note, draft.begun_flag.choice.suggestion)


def _reasoned(draft: Draft) -> Iterator[Spot]:
    """Why it was judged so, and why it could not be ranked, also by axes that the rubric asks no more."""
    yield from _each("why", draft.justification, draft.begun_reason)
    verdicts = (*draft.verdicts, *(verdict for each in draft.unasked for verdict in each.verdicts))
    yield from _each("why", *(verdict.not_rankable for verdict in verdicts))
