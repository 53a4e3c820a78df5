"""Keys by place: what a key means depends on the part of the bench that has the focus.

One table for the window's key handling, the status line and the list of all keys. Single keys never fire in a text
field: fields are places of their own. Must not know Qt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop.flow.wording import gettext as _

Place = Literal[
    "prompt",
    "answers",
    "ranking",
    "ratings",
    "flag",
    "flags",
    "why",
    "revision",
    "models",
    "adding",
    "records",
    "outbox",
    "none",
]


@dataclass(frozen=True)
class KeyHelp:
    """Keys as they are shown, and what they do at their place."""

    keys: tuple[str, ...]
    text: str
    always_shown: bool = True


def keys_of(place: Place) -> tuple[KeyHelp, ...]:
    """The keys of a place, in the order in which the status line shows them."""
    return _table()[place]


def everywhere() -> tuple[KeyHelp, ...]:
    """Keys that mean the same wherever the focus is."""
    return (
        KeyHelp(("Ctrl+↵",), _("generate")),
        KeyHelp(("Ctrl+S",), _("save and next")),
        KeyHelp(("Ctrl+Z",), _("undo, on the bench and in the list of models")),
        KeyHelp(("Ctrl+Y",), _("redo")),
        KeyHelp(("F6",), _("next part")),
        KeyHelp(("Ctrl+1…9",), _("room")),
        KeyHelp(("Ctrl+P",), _("project")),
        KeyHelp(("Ctrl+.",), _("stop writing")),
        KeyHelp(("Esc",), _("one step out")),
        KeyHelp(("?",), _("all keys")),
    )


def titles() -> dict[Place, str]:
    """The places as the list of all keys names them."""
    return {
        "prompt": _("Prompt"),
        "answers": _("Answers"),
        "ranking": _("Ranking"),
        "ratings": _("Ratings"),
        "flag": _("Flagging"),
        "flags": _("Flags"),
        "why": _("Why"),
        "revision": _("Rewriting"),
        "models": _("Models"),
        "adding": _("Adding models"),
        "records": _("Records"),
        "outbox": _("Outbox"),
    }


def _table() -> dict[Place, tuple[KeyHelp, ...]]:
    return {
        "none": (KeyHelp(("?",), _("all keys")),),
        "prompt": (
            KeyHelp(("Ctrl+↵",), _("generate")),
            KeyHelp(("Tab",), _("next")),
            KeyHelp(("F6",), _("next part")),
        ),
        "answers": (
            KeyHelp(("1…4",), _("choose")),
            KeyHelp(("B",), _("best")),
            KeyHelp(("V",), _("ranking")),
            KeyHelp(("↵",), _("ratings")),
            KeyHelp(("F",), _("flag")),
            KeyHelp(("E",), _("rewrite")),
            KeyHelp(("W",), _("write my own"), always_shown=False),
            KeyHelp(("R",), _("again"), always_shown=False),
            KeyHelp(("C",), _("go on where it was cut off"), always_shown=False),
            KeyHelp(("G",), _("all good"), always_shown=False),
            KeyHelp(("X",), _("all bad"), always_shown=False),
            KeyHelp(("N",), _("not rankable"), always_shown=False),
            KeyHelp(("?",), _("all keys")),
        ),
        "ranking": (
            KeyHelp(("A", "B", "…"), _("answers, best first")),
            KeyHelp((">", "="), _("better, tied")),
            KeyHelp(("↵",), _("accept; on to the next respect, if the rubric has one")),
            KeyHelp(("Esc",), _("back to the answers")),
        ),
        "ratings": (
            KeyHelp(("0…9",), _("rate and go on")),
            KeyHelp(("Y", "N", "U"), _("yes, no, unsure"), always_shown=False),
            KeyHelp(("Shift+N",), _("no to all that is open"), always_shown=False),
            KeyHelp(("-",), _("not applicable"), always_shown=False),
            KeyHelp(("Space",), _("all values")),
            KeyHelp(("↑", "↓"), _("line")),
            KeyHelp(("←", "→"), _("answer")),
            KeyHelp(("↵",), _("next line"), always_shown=False),
            KeyHelp(("⌫",), _("clear")),
            KeyHelp(("Esc",), _("back to the answers")),
            KeyHelp(("?",), _("all keys")),
        ),
        "flag": (
            KeyHelp(("F", "B", "U", "S", "I", "W", "P"), _("category")),
            KeyHelp(("0…3",), _("how bad")),
            KeyHelp(("Tab",), _("note")),
            KeyHelp(("↵",), _("flag")),
            KeyHelp(("Esc",), _("leave it")),
        ),
        "flags": (
            KeyHelp(("↵",), _("show the place")),
            KeyHelp(("0…3",), _("how bad")),
            KeyHelp(("Del",), _("remove")),
        ),
        "why": (KeyHelp(("Tab",), _("next")), KeyHelp(("Esc",), _("back to the answers"))),
        "revision": (
            KeyHelp(("Alt+↑", "Alt+↓"), _("change")),
            KeyHelp(("Alt+1…9",), _("tick a point")),
            KeyHelp(("Alt+R",), _("put the original wording back")),
            KeyHelp(("Ctrl+↵",), _("keep")),
            KeyHelp(("Esc",), _("back to the answers")),
        ),
        "models": (
            KeyHelp(("↑", "↓"), _("model")),
            KeyHelp(("↵",), _("use on the bench, go on")),
            KeyHelp(("A",), _("add models")),
            KeyHelp(("M",), _("measure")),
            KeyHelp(("T",), _("test a server"), always_shown=False),
            KeyHelp(("H",), _("compute the SHA-256"), always_shown=False),
            KeyHelp(("Del",), _("remove, stop a download")),
            KeyHelp(("?",), _("all keys")),
        ),
        "adding": (
            KeyHelp(("↵",), _("look up, in the field")),
            KeyHelp(("Tab",), _("next")),
            KeyHelp(("Esc",), _("back to the list")),
        ),
        "records": (
            KeyHelp(("↑", "↓"), _("record")),
            KeyHelp(("Ctrl+F",), _("search")),
            KeyHelp(("↵",), _("open on bench")),
            KeyHelp(("Del",), _("withdraw")),
            KeyHelp(("?",), _("all keys")),
        ),
        "outbox": (
            KeyHelp(("↑", "↓"), _("record")),
            KeyHelp(("Space",), _("release or hold back")),
            KeyHelp(("Ctrl+↵",), _("sign and send")),
            KeyHelp(("?",), _("all keys")),
        ),
    }
