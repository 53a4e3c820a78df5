"""What is said once a judgement is saved: which letter was of which model. Must not know Qt."""

from __future__ import annotations

from desktop.flow.draft import AnswerDraft, Draft
from desktop.flow.ranking import letter
from desktop.flow.together import author
from desktop.flow.wording import gettext as _


def authors_text(draft: Draft) -> str:
    """Which letters were written by whom, "A, C: SmolLM2 · B, D: Qwen3"; in the order of the letters."""
    letters: dict[str, list[str]] = {}
    for position, key in enumerate(draft.order):
        letters.setdefault(_author(draft.answer(key)), []).append(letter(position))
    return " · ".join(f"{', '.join(each)}: {name}" for name, each in letters.items())


def names_were_seen(draft: Draft) -> bool:
    """Whether answers stand blind to somebody who knows one: saving told, the record that was read, or the page."""
    read_before = draft.supersedes is not None or draft.basis is not None
    return draft.blind and (read_before or any(answer.origin.kind == "page" for answer in draft.answers))


def _author(answer: AnswerDraft) -> str:
    kinds = {"human": _("by you"), "page": _("the page")}
    return author(answer) or kinds.get(answer.origin.kind, _("unknown"))
