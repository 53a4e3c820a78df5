"""A conversation as the text that the model was trained on: its own template, sandboxed, with a time limit.

No template: a plain completion prompt. The template comes from a foreign file; rendering it must never hang.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from local_models.errors import RequestError
from local_models.requests import Message

LIMIT_S = 3.0  # templates take milliseconds
MAX_TEXT = 16 * 1024 * 1024  # characters; more than any context holds
Renderer = Callable[[list[dict[str, str]]], str]

_PLAIN_NAMES = {"system": "System", "user": "User", "assistant": "Assistant", "tool": "Tool"}


@dataclass(frozen=True)
class Rendered:
    """The prompt's text, the SHA-256 of the template it was made with ("" without one), and where answers must end.

    A plain prompt's answers end before the model writes the next turn itself.
    """

    text: str
    template_sha256: str
    stop: tuple[str, ...] = ()


def render(messages: Sequence[Message], template: str, renderer: Renderer | None) -> Rendered:
    """The prompt for `messages`; raises RequestError where the template refuses them or takes too long.

    A last message by the assistant stands at the end as it is: answers go on with it. After the code
    template_too_slow a thread is left that cannot be stopped: the process should end.
    """
    beginning = messages[-1].content if messages[-1].role == "assistant" else ""
    turns = messages[:-1] if messages[-1].role == "assistant" else messages
    if renderer is None or not template:
        text = f"{plain(turns)} {beginning}" if beginning else plain(turns)
        return Rendered(text, "", tuple(f"\n\n{name}:" for name in _PLAIN_NAMES.values()))
    digest = hashlib.sha256(template.encode("utf-8", "surrogatepass")).hexdigest()
    dicts = [{"role": message.role, "content": message.content} for message in turns]
    text = _within_limit(lambda: renderer(dicts)) + beginning
    if len(text) > MAX_TEXT:
        raise _refused(f"it makes a prompt of {len(text):,} characters")
    return Rendered(text, digest)


def plain(messages: Sequence[Message]) -> str:
    """The conversation as labelled paragraphs that end where the answer begins."""
    return "".join(f"{_PLAIN_NAMES[m.role]}: {m.content}\n\n" for m in messages) + "Assistant:"


def too_slow() -> RequestError:
    """What is said of a template that does not end, whoever had to end it."""
    return RequestError(
        f"The model's chat template did not end within {LIMIT_S:.0f} seconds. Try another file of this model.",
        code="template_too_slow",
        seconds=LIMIT_S,
    )


def _within_limit(job: Callable[[], str]) -> str:
    """Run `job` with a time limit; a job that never ends is left to a daemon thread that dies with the process."""
    outcome: list[str | Exception] = []

    def run() -> None:
        try:
            outcome.append(job())
        except Exception as error:  # a foreign template may raise anything
            outcome.append(error)

    thread = threading.Thread(target=run, name="template", daemon=True)
    thread.start()
    thread.join(LIMIT_S)
    if not outcome:
        raise too_slow()
    found = outcome[0]
    if isinstance(found, str):
        return found
    reason = str(found).splitlines()[0][:200] if str(found) else type(found).__name__
    raise _refused(reason.rstrip(".")) from found


def _refused(reason: str) -> RequestError:
    return RequestError(
        f"The model's chat template refused this conversation: {reason}. "
        "Leave out the system prompt, or try another file of this model.",
        code="template_refused",
        reason=reason,
    )
