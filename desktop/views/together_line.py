"""One line over blind answers while their texts wait for one another, with the way to see them now."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.flow.draft import Draft
from desktop.flow.together import waiting_words
from desktop.flow.wording import gettext as _
from desktop.views.parts import ElidedLabel, KeyButton


class TogetherLine(QFrame):
    """Not there while every text can be seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("togetherLine")
        self._words = ElidedLabel(role="secondary")
        self._words.setObjectName("togetherWords")
        self.button = KeyButton(_("Show now"), kind="quiet", small=True, icon="eye", name="showNow", command="show_now")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self.button)
        self.hide()

    def show_draft(self, draft: Draft) -> None:
        """Say how many have ended; not which."""
        words = waiting_words(draft)
        if words:
            self._words.setText(words)
        self.setVisible(bool(words))
