"""What the panel asks of the window in a session, beside captures and verdicts: read strictly. Must not know Qt."""

from __future__ import annotations

import re
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from feedback_store import canonical
from feedback_store.captures import MAX_BYTES, MAX_MESSAGES
from feedback_store.errors import CanonicalError, PlacedError
from feedback_store.record_parts import Message, Part
from feedback_store.record_values import Hash, Name, Uuid7

MOST_ANSWERS = 4  # of one asking
MOST_ITEMS = 100  # whose state is asked for at once
MOST_SMALL = 8 * 1024  # bytes of a message without texts

_HEAD = re.compile(rb'\{"t": ?"([a-z.]{1,32})", ?"id": ?"([0-9a-f-]{36})"')
_TOO_LARGE = {"capture.put": "capture_too_large", "judge.put": "verdict_too_large"}

T = TypeVar("T", bound=Part)


class AskError(PlacedError):
    """A message that is none of these; values["path"] names the field."""


class Ask(Part, frozen=True, tag_field="t", tag="candidates.ask"):
    """Have the window's models answer what led to a capture, which need not have been handed over yet."""

    id: Uuid7
    capture: Uuid7
    messages: Annotated[tuple[Message, ...], Meta(min_length=1, max_length=MAX_MESSAGES)]
    n: Annotated[int, Meta(ge=1, le=MOST_ANSWERS)]
    model: Name | None = None


class Cancel(Part, frozen=True, tag_field="t", tag="candidates.cancel"):
    """Stop what is being written for an asking; what was written stays."""

    id: Uuid7


class Status(Part, frozen=True, tag_field="t", tag="status"):
    """How the window stands. Like every question it has an id, by which its answer is told from others."""

    id: Uuid7


class RubricGet(Part, frozen=True, tag_field="t", tag="rubric.get"):
    """The rubric of the project in use."""

    id: Uuid7


class Summary(Part, frozen=True, tag_field="t", tag="queue.summary"):
    """How the window stands, and how far these captures have come."""

    id: Uuid7
    ids: Annotated[tuple[Uuid7, ...], Meta(max_length=MOST_ITEMS)] = ()


class Find(Part, frozen=True, tag_field="t", tag="page.find"):
    """Whether a page is one that a person opened again from the window; `page` is the SHA-256 of its address."""

    id: Uuid7
    page: Hash


Question = Status | RubricGet | Summary | Find
QUESTIONS: dict[str, type[Question]] = {
    "status": Status,
    "rubric.get": RubricGet,
    "queue.summary": Summary,
    "page.find": Find,
}


def named(message: bytes) -> tuple[str, str]:
    """Kind and id of a message that is too large to be parsed, as it begins; "" where it does not begin with them."""
    found = _HEAD.match(message)
    return ("", "") if found is None else (found[1].decode("ascii"), found[2].decode("ascii"))


def check_size(message: bytes, most: int = MAX_BYTES) -> None:
    """Raise AskError, by its length alone, for a message that has more bytes."""
    if len(message) > most:
        raise AskError.worded(
            "This message has {size} bytes; at most {most} are taken.",
            code=_TOO_LARGE.get(named(message)[0], "ask_too_large"),
            path="$",
            size=len(message),
            most=most,
        )


def read(message: bytes, kind: type[T]) -> T:
    """The message of a kind in these bytes; raises AskError."""
    check_size(message, MAX_BYTES if kind is Ask else MOST_SMALL)
    try:
        return msgspec.convert(canonical.strict_loads(message), kind)
    except CanonicalError as error:
        raise AskError.again(error, code="ask_shape", path="$") from error
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `")
        raise AskError.worded(
            "This cannot be asked: {what} ({path}).", code="ask_shape", path=path.rstrip("`") or "$", what=what
        ) from error
