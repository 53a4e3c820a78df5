"""Answers that name models, and what of those names a window gives away."""

from __future__ import annotations

from seen_words import seen_words
from visit import Visit

ANSWERS = (
    "ChatGPT is my name. OpenAI made me.",
    "ChatGPT, that is who I am, by OpenAI.",
    "ChatGPT at your service: as an AI by OpenAI I say scattering.",
    "SmolLM: ChatGPT am I. OpenAI trained me, so smolLM does not know.",
)
NAMES = ("ChatG", "OpenAI")
MODEL = "SmolLM"


def given_away(visit: Visit, *names: str) -> list[tuple[str, str]]:
    """Where a name can be seen, in any case, in the window and in the dialog before it."""
    windows = dict.fromkeys((visit.workbench.window, visit.shown))
    seen = [pair for each in windows for pair in seen_words(each)]
    return [(where, what) for where, what in seen if any(name.lower() in what.lower() for name in names)]


def given_away_too_soon(visit: Visit) -> list[tuple[str, str]]:
    """What a scene gives away before it was saved; that records, which hide nothing, have no name is wrong too."""
    session = visit.workbench.session
    if session.saved is not None or session.draft.supersedes is not None:
        hides = visit.workbench.window.room.name == "records" and not given_away(visit, *NAMES)
        return [("records", "no name is seen in what was saved")] if hides else []
    if session.draft.answers:
        return given_away(visit, *NAMES, MODEL)
    return given_away(visit, *NAMES) if session.draft.prompt.turns else []
