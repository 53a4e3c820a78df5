"""A server's stream of events, byte by byte, to pieces of answers. All of it is foreign: sizes first, then meaning.

Of server-sent events only "data:" counts, and each such line is one JSON value: no server breaks one over lines, and
some forget the empty line between two. Must not know HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from local_models.errors import EndpointError

MAX_LINE = 1024 * 1024  # bytes
MAX_STREAM = 512 * 1024 * 1024
MAX_CHOICES = 64  # in one event

# What a server's word for the end means here; any other word is an end like "stop".
FILTERED = "content_filter"
LENGTH = "length"


@dataclass(frozen=True)
class Piece:
    """More of one answer: text or reasoning, and the server's word for its end if it ends here."""

    choice: int
    text: str = ""
    reasoning: str = ""
    finish: str | None = None


@dataclass(frozen=True)
class Usage:
    """How many tokens the server counted: in the prompt, in all answers of the request."""

    prompt: int
    completion: int


@dataclass(frozen=True)
class End:
    """The server says that this was all."""


Told = Piece | Usage | End


class Refused(Exception):  # noqa: N818 (what the server said, not yet a sentence)
    """The server broke off with an error of its own; `body` is the event as it came."""

    def __init__(self, body: bytes) -> None:
        super().__init__("the server said an error")
        self.body = body


class _Delta(msgspec.Struct):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None


class _Choice(msgspec.Struct):
    index: int = 0
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Event(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    error: msgspec.Raw = msgspec.Raw(b"null")


_events: msgspec.json.Decoder[_Event] = msgspec.json.Decoder(_Event)


class EventStream:
    """The stream of one request for `choices` answers. `take` gives what more bytes tell; the end is told once."""

    def __init__(self, name: str, choices: int) -> None:
        self._name = name
        self._choices = choices
        self._held = bytearray()
        self._taken = 0
        self.ended = False

    def take(self, data: bytes) -> Iterator[Told]:
        """What is told by the lines that `data` completes.

        Raises EndpointError for nonsense or too much of it, Refused for an error that the server says.
        """
        self._taken += len(data)
        searched = len(self._held)
        self._held += data
        while not self.ended and (end := self._held.find(b"\n", searched)) >= 0:
            line = bytes(self._held[:end])
            del self._held[: end + 1]
            searched = 0
            yield from self._line(line)
        if self.ended:
            self._held.clear()
        if len(self._held) > MAX_LINE or self._taken > MAX_STREAM:
            raise self._too_much()

    def _line(self, line: bytes) -> Iterator[Told]:
        if len(line) > MAX_LINE:
            raise self._too_much()
        if not line.removeprefix(b"\xef\xbb\xbf").startswith(b"data:"):
            return  # a comment that keeps the line open, a name, nothing
        data = line.removeprefix(b"\xef\xbb\xbf").removeprefix(b"data:").strip()
        if data == b"[DONE]":
            self.ended = True
            yield End()
        elif data:
            yield from self._event(data)

    def _event(self, data: bytes) -> Iterator[Told]:
        try:
            event = _events.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise EndpointError.worded(
                "The endpoint {name} answered with something that is no piece of an answer. Is its "
                "address that of an OpenAI-compatible server?",
                code="endpoint_nonsense",
                name=self._name,
            ) from error
        if bytes(event.error) != b"null":
            raise Refused(data)
        choices = event.choices or []
        if len(choices) > MAX_CHOICES or any(not 0 <= each.index < self._choices for each in choices):
            raise self._too_much()
        for each in choices:
            delta = each.delta or _Delta()
            reasoning = delta.reasoning_content or delta.reasoning or ""
            yield Piece(each.index, delta.content or "", reasoning, each.finish_reason)
        usage = event.usage
        if usage is not None and usage.prompt_tokens is not None and usage.completion_tokens is not None:
            yield Usage(max(0, usage.prompt_tokens), max(0, usage.completion_tokens))

    def _too_much(self) -> EndpointError:
        return EndpointError.worded(
            "The endpoint {name} sent more than any answer has. What came before is kept.",
            code="endpoint_too_much",
            name=self._name,
        )
