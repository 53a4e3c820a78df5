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
    """Whether answers stand blind to somebody who knows their models: saving told, or the record that was read."""
    return draft.blind and (draft.supersedes is not None or draft.basis is not None)


def _author(answer: AnswerDraft) -> str:
    return author(answer) or (_("by you") if answer.origin.kind == "human" else _("unknown"))
