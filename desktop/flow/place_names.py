"""The places that have keys of their own, and what they are called in the list of all keys. Must not know the keys."""

from __future__ import annotations

from typing import Literal

from desktop.flow.wording import gettext as _

Place = Literal[
    "prompt",
    "answers",
    "own",
    "ranking",
    "ratings",
    "strip",
    "strength",
    "sure",
    "flag",
    "remark",
    "flags",
    "personal",
    "why",
    "guideline",
    "revision",
    "points",
    "point",
    "turns",
    "models",
    "adding",
    "finding",
    "records",
    "withdrawn",
    "beside",
    "outbox",
    "leaving",
    "inbox",
    "welcome",
    "settings",
    "rubrics",
    "rubric",
    "form",
    "aside",
    "setting",
    "dialog",
    "none",
]


def title_of(place: Place) -> str:
    """Below which name the list of all keys has those of a place; "" where it has none."""
    return titles().get("records" if place == "withdrawn" else place, "")


def titles() -> dict[Place, str]:
    """The places as the list of all keys names them."""
    return {
        "prompt": _("Prompt"),
        "answers": _("Answers"),
        "own": _("An answer of your own"),
        "ranking": _("Ranking"),
        "ratings": _("Ratings"),
        "strip": _("Ratings in one line, in a narrow window"),
        "strength": _("How much better"),
        "sure": _("How sure"),
        "flag": _("Flagging"),
        "flags": _("Flags"),
        "personal": _("Personal data"),
        "why": _("Why"),
        "guideline": _("Guideline"),
        "revision": _("Rewriting"),
        "points": _("Points to change"),
        "turns": _("Turns of a conversation"),
        "models": _("Models"),
        "adding": _("Adding models"),
        "finding": _("Searching records"),
        "records": _("Records"),
        "beside": _("Two judgements beside each other"),
        "outbox": _("Outbox"),
        "leaving": _("What will leave"),
        "inbox": _("Inbox"),
        "welcome": _("Welcome"),
        "settings": _("Settings"),
        "rubrics": _("Rubrics"),
        "rubric": _("Editing a rubric"),
    }
