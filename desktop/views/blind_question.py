"""Blind answers are opened only by somebody who has read what that means: names that were seen cannot be unseen."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.flow.wording import gettext as _
from desktop.views.parts import Confirmation


class BlindQuestion(Confirmation):
    """Enter stays blind; only the other button shows the names (`accepted`)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        title = _("Show the models' names?")
        words = _("Names are shown, and this judgement no longer counts as blind. Undo does not make it blind again.")
        action, keep = _("Show the names"), _("Stay blind")
        super().__init__("blindQuestion", title, "", words, action=action, keep=keep, danger=False, parent=parent)
