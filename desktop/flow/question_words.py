"""What was asked for the answers on the bench, to be read while one of them is rewritten: earlier turns in short.

Must not know Qt.
"""

from __future__ import annotations

from desktop.flow.draft import Draft
from desktop.flow.masking import covered_turns
from desktop.flow.wording import gettext as _

SHORT = 72  # characters of an earlier turn


def question_of(draft: Draft) -> str:
    """The prompt that was asked, whole."""
    return (draft.asked or draft.prompt).text


def before_question(draft: Draft) -> tuple[tuple[str, str], ...]:
    """Who said what before it, the beginning of each; what is covered on the bench is covered here."""
    names = {"user": _("Asked"), "assistant": _("Answered"), "tool": _("Tool"), "system": _("System")}
    system = (draft.asked or draft.prompt).system
    said = [("system", system)] if system.strip() else []
    said += [(turn.role, turn.content) for turn in covered_turns(draft)]
    return tuple((names[role], _short(text)) for role, text in said)


def _short(text: str) -> str:
    line = " ".join(text[: 4 * SHORT].split())
    return line if len(line) <= SHORT and len(text) <= 4 * SHORT else f"{line[:SHORT].rstrip()}…"
