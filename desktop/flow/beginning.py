"""What a trainer has begun to say and not finished: a flag, and the reason why answers are not rankable.

It is kept with the draft, and nothing is saved over it: it is finished, or dropped. Acts are pure, as those of
`judging`. Must not know the screen.
"""

from __future__ import annotations

import msgspec

from desktop.flow import judging
from desktop.flow.begun import BegunChoice, BegunFlag
from desktop.flow.draft import Draft
from desktop.flow.judging import FlagChoice
from desktop.flow.masking import whole_names
from feedback_store.records import Flag, span_at
from feedback_store.rubrics import Rubric

replace = msgspec.structs.replace


def at_span(draft: Draft, position: int, span: tuple[int, int] | None) -> BegunFlag:
    """A flag on a span (code points) of an answer, or on all of it, of which nothing is chosen yet."""
    answer = draft.at(position)
    words = span_at(answer.text, *whole_names(draft, answer.key, *span)) if span is not None else None
    return BegunFlag(answer.key, words)


def at_flag(flag: Flag) -> BegunFlag:
    """A flag that stands, to be changed."""
    return BegunFlag(flag.candidate, flag.span, flag, unchanged(flag))


def unchanged(flag: Flag | None) -> BegunChoice:
    """What is chosen while nothing was: what a flag to be changed says, and nothing of a new one."""
    if flag is None:
        return BegunChoice()
    said = judging.choice_of(flag)
    return BegunChoice(said.category, said.severity, said.target_group, said.kind, said.note, said.suggestion)


def keep(draft: Draft, begun: BegunFlag, choice: BegunChoice) -> Draft:
    """Keep what was chosen so far; where that says nothing new, nothing is begun."""
    nothing = choice == unchanged(begun.at if begun.at in draft.flags else None)
    return replace(draft, begun_flag=None if nothing else replace(begun, choice=choice))


def finish(draft: Draft, begun: BegunFlag, choice: FlagChoice) -> Draft:
    """The flag itself, in place of what was begun of it."""
    draft = drop(draft)
    if begun.at is not None and begun.at in draft.flags:
        return judging.change_flag(draft, draft.flags.index(begun.at), choice)
    made = Flag(candidate=begun.candidate, category=choice.category, severity=choice.severity, span=begun.span)
    return replace(draft, flags=(*draft.flags, judging.chosen(made, choice)))


def drop(draft: Draft) -> Draft:
    """Nothing of a flag is begun any more."""
    return replace(draft, begun_flag=None)


def keep_reason(draft: Draft, reason: str) -> Draft:
    """Keep what was typed of the reason why the answers are not rankable."""
    return replace(draft, begun_reason=reason if reason.strip() else "")


def unfinished_flag(draft: Draft, rubric: Rubric) -> bool:
    """Whether a flag waits to be finished or dropped; under a rubric without flags none can be."""
    return draft.begun_flag is not None and rubric.flags is not None


def unfinished_reason(draft: Draft, rubric: Rubric) -> bool:
    """Whether a reason waits to be finished or dropped; where nothing is ranked none can be."""
    return bool(draft.begun_reason) and bool(rubric.verdicts)
