"""A row of a data file, and the messages in it. Shapes after TRL's conversational formats (docs/datasets.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from feedback_store import pairs
from feedback_store.pairs import Made, Response, Rules
from feedback_store.record_parts import Judgement, Message
from feedback_store.rubrics import Rubric

Messages = list[dict[str, str]]

# What may keep a judgement or a row out of a data file, beyond what pairs.py says.
REASONS: Mapping[str, str] = {
    **pairs.REASONS,
    "withdrawn": "taken back by the trainer",
    "repeated": "the same row from another judgement",
    "prompt_end": "a prompt whose last message is not the user's or a tool's",
}


@dataclass(frozen=True)
class Row:
    """`columns` are what a trainer of models reads; `sources` tell where the texts came from, by column name."""

    columns: Mapping[str, Messages | bool]
    sources: Mapping[str, str]
    prompt: tuple[Message, ...]
    judgement: Judgement


@dataclass(frozen=True)
class Making:
    """What a format is given beside the judgement."""

    rules: Rules
    rubric: Rubric | None
    thinking: bool


def _as_they_come(rows: Sequence[Row]) -> list[Row]:
    return list(rows)


def _nothing(_rows: Sequence[Row]) -> list[str]:
    return []


@dataclass(frozen=True)
class Format:
    """A format by name: how a judgement becomes rows, and what the card says of them."""

    name: str
    title: str
    explain: str  # one sentence for `export --list`
    use: str  # what the card says of the shape and its readers
    tags: tuple[str, ...]
    columns: Mapping[str, str]  # a column's name, and what it holds
    make: Callable[[Judgement, Making], Made[Row]]
    distinct: bool = False  # equal rows of several judgements leave once
    arrange: Callable[[Sequence[Row]], list[Row]] = field(default=_as_they_come)
    notes: Callable[[Sequence[Row]], list[str]] = field(default=_nothing)


def prompt_of(messages: Sequence[Message]) -> Messages:
    """The prompt as a row holds it."""
    return [{"role": message.role, "content": message.content} for message in messages]


def completion_of(response: Response, *, thinking: bool) -> Messages:
    """One assistant message; with `thinking` every one has the key, since a reader would fill gaps with nulls."""
    message = {"role": "assistant", "content": response.text}
    if thinking:
        message["thinking"] = response.reasoning
    return [message]


def asks(messages: Sequence[Message]) -> bool:
    """Whether an assistant's turn comes next; chat templates refuse or continue anything else."""
    return messages[-1].role in ("user", "tool")


def content(row: Row) -> bytes:
    """What makes two rows the same."""
    return msgspec.json.encode(row.columns)


def text_of(value: Messages | bool) -> str:
    """All text of a column, for measuring."""
    if isinstance(value, bool):
        return ""
    return "\n".join(message["content"] + message.get("thinking", "") for message in value)


def drop_unasked(rows: Sequence[Row], left_out: tuple[str, ...]) -> Made[Row]:
    """Rows whose prompt ends as a prompt must; the others are counted."""
    kept = tuple(row for row in rows if asks(row.prompt))
    return Made(kept, left_out + ("prompt_end",) * (len(rows) - len(kept)))
