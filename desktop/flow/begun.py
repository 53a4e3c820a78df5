"""A flag that was begun and is not finished, as the draft keeps it. Must not know the draft or the screen."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from desktop.flow.flag_places import moved
from feedback_store.record_parts import Flag, Span


class BegunChoice(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was chosen and typed of a flag so far, by the ids of the rubric's flag set."""

    category: str | None = None
    severity: int | None = None
    target_group: str | None = None
    kind: str | None = None
    note: str = ""
    suggestion: str = ""


class BegunFlag(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is flagged: an answer by its key and words of it, None for all of it; `at` is the flag to be changed."""

    candidate: str
    span: Span | None = None
    at: Flag | None = None
    choice: BegunChoice = BegunChoice()


def followed(begun: BegunFlag | None, before: Sequence[Flag], after: Sequence[Flag]) -> BegunFlag | None:
    """The same after each flag that stood became another one; about a flag that is gone nothing is asked."""
    if begun is None or begun.at is None or begun.at not in before:
        return begun
    place = before.index(begun.at)
    return msgspec.structs.replace(begun, at=after[place]) if len(before) == len(after) else _unless_gone(begun, after)


def with_moved_span(begun: BegunFlag | None, key: str, before: str, after: str) -> BegunFlag | None:
    """The same once an answer of one's own has another text."""
    if begun is None or begun.candidate != key or begun.span is None:
        return begun
    return msgspec.structs.replace(begun, span=moved(begun.span, before, after))


def _unless_gone(begun: BegunFlag, after: Sequence[Flag]) -> BegunFlag | None:
    return begun if begun.at in after else None
