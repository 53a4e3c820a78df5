"""A conversation as the text that the model was trained on: its own template, sandboxed, with a time limit.

No template: a plain completion prompt. The template comes from a foreign file; rendering it must never hang. Which part
of the text is whose is told, so that what people wrote never acts as a mark of the template. Must not know tokens.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from local_models.errors import Phrase, RequestError
from local_models.requests import Message

LIMIT_S = 3.0  # templates take milliseconds
MAX_TEXT = 16 * 1024 * 1024  # characters; more than any context holds
Renderer = Callable[[list[dict[str, str]]], str]
T = TypeVar("T")

_STRIPS: tuple[Callable[[str], str], ...] = (str, str.strip, str.lstrip, str.rstrip)  # what templates do to contents
_PLAIN_NAMES = {"system": "System", "user": "User", "assistant": "Assistant", "tool": "Tool"}


@dataclass(frozen=True)
class Rendered:
    """The prompt's text, the SHA-256 of the template it was made with ("" without one), and where answers must end.

    A plain prompt's answers end before the model writes the next turn itself. `pieces` make up the text: the template's
    at even places, what messages say at odd ones; empty where the template changes what it is given. `contents` are the
    messages' own.
    """

    text: str
    template_sha256: str
    contents: tuple[str, ...]
    pieces: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()


def render(messages: Sequence[Message], template: str, renderer: Renderer | None) -> Rendered:
    """The prompt for `messages`; raises RequestError where the template refuses them or takes too long.

    A last message by the assistant stands at the end as it is: answers go on with it. After the code
    template_too_slow a thread is left that cannot be stopped: the process should end.
    """
    beginning = messages[-1].content if messages[-1].role == "assistant" else ""
    turns = messages[:-1] if messages[-1].role == "assistant" else messages
    contents = tuple(message.content for message in messages)
    stop: tuple[str, ...] = ()
    digest = ""
    if renderer is None or not template:
        renderer = _plainly(" " if beginning else "")
        stop = tuple(f"\n\n{name}:" for name in _PLAIN_NAMES.values())
    else:
        digest = hashlib.sha256(template.encode("utf-8", "surrogatepass")).hexdigest()
    text, pieces = _within_limit(_rendering(renderer, turns))
    if len(text) + len(beginning) > MAX_TEXT:
        raise _refused(Phrase("it makes a prompt of {count:,} characters", {"count": len(text)}))
    if pieces and beginning:
        pieces = (*pieces, beginning, "")
    return Rendered(text + beginning, digest, contents, pieces, stop)


def plain(messages: Sequence[Message]) -> str:
    """The conversation as labelled paragraphs that end where the answer begins."""
    return "".join(f"{_PLAIN_NAMES[m.role]}: {m.content}\n\n" for m in messages) + "Assistant:"


def _plainly(behind: str) -> Renderer:
    def renderer(messages: list[dict[str, str]]) -> str:
        return plain([Message(**each) for each in messages]) + behind  # type: ignore[arg-type]  # roles as they came

    return renderer


def _rendering(renderer: Renderer, turns: Sequence[Message]) -> Callable[[], tuple[str, tuple[str, ...]]]:
    """The text of the turns, and its pieces: the template is asked twice, the second time with names for contents."""
    name = _unused_name(turns)
    named = [f"{name}{number}x" if turn.content.strip() else "" for number, turn in enumerate(turns)]

    def job() -> tuple[str, tuple[str, ...]]:
        text = renderer([{"role": turn.role, "content": turn.content} for turn in turns])
        try:
            frame = renderer(
                [{"role": turn.role, "content": each or turn.content} for turn, each in zip(turns, named, strict=True)]
            )
        except Exception:  # a foreign template may raise anything; this one does not like the names
            return text, ()
        return text, _pieces(text, re.split(f"{name}([0-9]+)x", frame), [turn.content for turn in turns])

    return job


def _unused_name(turns: Sequence[Message]) -> str:
    """A word that stands in no message; the same for the same messages."""
    said = "\0".join(turn.content for turn in turns)
    digest = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
    return next(name for name in (f"content{digest[at:]}n" for at in range(len(digest))) if name not in said)


def _pieces(text: str, frame: Sequence[str], contents: Sequence[str]) -> tuple[str, ...]:
    """`text` cut where its contents begin and end, by a frame that has their numbers in their places; () if not alike.

    Templates put contents down as they are, or without the white space around them.
    """
    found, at = [frame[0]], len(frame[0])
    if not text.startswith(frame[0]):
        return ()
    for number, behind in zip(frame[1::2], frame[2::2], strict=True):
        said = (strip(contents[int(number)]) for strip in _STRIPS)
        piece = next((each for each in said if text.startswith(each + behind, at)), None)
        if piece is None:
            return ()
        found += [piece, behind]
        at += len(piece) + len(behind)
    return tuple(found) if at == len(text) else ()


def too_slow() -> RequestError:
    """What is said of a template that does not end, whoever had to end it."""
    return RequestError.worded(
        "The model's chat template did not end within {seconds:.0f} seconds. Try another file of this model.",
        code="template_too_slow",
        seconds=LIMIT_S,
    )


def _within_limit(job: Callable[[], T]) -> T:
    """Run `job` with a time limit; a job that never ends is left to a daemon thread that dies with the process."""
    outcome: list[T] = []
    failure: list[Exception] = []

    def run() -> None:
        try:
            outcome.append(job())
        except Exception as error:  # a foreign template may raise anything
            failure.append(error)

    thread = threading.Thread(target=run, name="template", daemon=True)
    thread.start()
    thread.join(LIMIT_S)
    if outcome:
        return outcome[0]
    if not failure:
        raise too_slow()
    error = failure[0]
    reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    raise _refused(reason.rstrip(".")) from error


def _refused(reason: str | Phrase) -> RequestError:
    return RequestError.worded(
        "The model's chat template refused this conversation: {reason}. Leave out the system prompt, or try"
        " another file"
        " of this model.",
        code="template_refused",
        reason=reason,
    )
