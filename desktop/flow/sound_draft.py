"""A kept draft as it can stand on the bench: without flags that have no place in their answer (of an older version).

The words beside them are a trainer's work and come back. Must not know where drafts are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from desktop.flow.begun import BegunFlag
from desktop.flow.draft import AnswerDraft, Draft, from_bytes
from feedback_store.records import Flag


def sound(data: bytes) -> tuple[Draft, int]:
    """The draft, and how many flags were left out of it; raises msgspec.DecodeError for bytes of another program."""
    try:
        draft, broken = from_bytes(data), 0
    except msgspec.ValidationError:
        draft, broken = _without_broken(data)
    answers = {answer.key: answer for answer in draft.answers}
    placed = tuple(flag for flag in draft.flags if _has_place(flag, answers))
    left_out = len(draft.flags) - len(placed)
    begun = draft.begun_flag
    if begun is not None and not _has_place(begun, answers):
        draft, broken = msgspec.structs.replace(draft, begun_flag=None), broken + 1
    return (msgspec.structs.replace(draft, flags=placed) if left_out else draft), broken + left_out


def _has_place(flag: Flag | BegunFlag, answers: Mapping[str, AnswerDraft]) -> bool:
    """Whether it has words in its answer. In a text of one's own that is edited they may be gone, and found again."""
    answer, span = answers.get(flag.candidate), flag.span
    if answer is None or span is None:
        return answer is not None
    return span.start < span.end and (answer.origin.kind == "human" or span.end <= len(answer.text))


def _without_broken(data: bytes) -> tuple[Draft, int]:
    """What can be read once flags that are none (an empty quote) are gone; those that lie aside too."""
    try:
        said: Any = msgspec.json.decode(data)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error
    if not isinstance(said, dict):
        raise msgspec.ValidationError("no draft")
    broken = sum(_drop_broken(each) for each in (said, *_parts(said.get("unasked"))))
    return msgspec.convert(said, Draft), broken


def _drop_broken(said: dict[str, Any]) -> int:
    flags = said.get("flags")
    if not isinstance(flags, list):
        return 0
    said["flags"] = [flag for flag in flags if _is_flag(flag)]
    return len(flags) - len(said["flags"])


def _is_flag(value: object) -> bool:
    try:
        msgspec.convert(value, Flag)
    except msgspec.ValidationError:
        return False
    return True


def _parts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
