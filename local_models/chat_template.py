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

LIMIT_S = 5.0
Renderer = Callable[[list[dict[str, str]]], str]


@dataclass(frozen=True)
class Rendered:
    """The prompt's text, and the SHA-256 of the template it was made with ("" without one)."""

    text: str
    template_sha256: str


def render(messages: Sequence[Message], template: str, renderer: Renderer | None) -> Rendered:
    """The prompt for `messages`; raises RequestError where the template refuses them or takes too long."""
    if renderer is None or not template:
        return Rendered(plain(messages), "")
    digest = hashlib.sha256(template.encode("utf-8", "surrogatepass")).hexdigest()
    dicts = [{"role": message.role, "content": message.content} for message in messages]
    return Rendered(_within_limit(lambda: renderer(dicts)), digest)


def plain(messages: Sequence[Message]) -> str:
    """The conversation as labelled paragraphs that end where the answer begins."""
    names = {"system": "System", "user": "User", "assistant": "Assistant", "tool": "Tool"}
    return "".join(f"{names[m.role]}: {m.content}\n\n" for m in messages) + "Assistant:"


def _within_limit(job: Callable[[], str]) -> str:
    """Run `job` with a time limit; a job that never ends is left to a daemon thread that dies with the process."""
    outcome: list[str | Exception] = []

    def run() -> None:
        try:
            outcome.append(job())
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=run, name="template", daemon=True)
    thread.start()
    thread.join(LIMIT_S)
    if not outcome:
        raise RequestError(
            "The model's chat template takes too long. Try another file of this model.", code="template_too_slow"
        )
    if isinstance(outcome[0], Exception):
        reason = str(outcome[0]).splitlines()[0][:200] if str(outcome[0]) else type(outcome[0]).__name__
        raise RequestError(
            f"The model's chat template refused this conversation: {reason}", code="template_refused", reason=reason
        )
    return outcome[0]
