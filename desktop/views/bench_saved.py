"""What the bench says after a save: what was saved, which models wrote, what looks unmeant, and the ways from there."""

from __future__ import annotations

from desktop.flow.telling import Saved
from desktop.flow.wording import gettext as _
from desktop.views.parts import Message


def saved_message(saved: Saved, *, back: bool) -> Message:
    """The message after a save; `back` says that what was begun before is on the bench again."""
    ways = (("continue", _("Go on with this conversation")), ("undo_save", _("Undo")))
    if saved.doubts:
        return Message("warning", saved.doubts[0].text, _("Saved all the same. Nothing is changed for you."), ways)
    models = sorted({answer.origin.model.name for answer in saved.draft.answers if answer.origin.model})
    reasons = [_("Written by {models}.").format(models=", ".join(models))] if models else []
    if back:
        reasons.append(_("What you had begun before is back."))
    return Message("success", _("Saved."), " ".join(reasons), ways)
