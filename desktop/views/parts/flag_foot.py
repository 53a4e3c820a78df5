"""The foot of the flag popup: a note, a suggested fix, and the button; one below the other where the width is short."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QWidget

from desktop.flow.wording import gettext as _
from desktop.views.parts.buttons import KeyButton

LONGEST = 2000  # characters of either


class FlagFoot(QWidget):
    """Its fields and its button are the popup's; it only knows where they stand."""

    def __init__(self, button: KeyButton) -> None:
        super().__init__()
        self.note = _field("flagNote", _("Note"), _("A note"))
        self.suggestion = _field("flagSuggestion", _("Suggested fix"), _("Suggested fix"))
        self._fields = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._fields.setSpacing(8)
        self._fields.addWidget(self.note, 1)
        self._fields.addWidget(self.suggestion, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 12)
        row.setSpacing(8)
        row.addLayout(self._fields, 1)
        row.addWidget(button)

    def stack(self, *, stacked: bool) -> None:
        """Whether the fix stands below the note, so that each is as wide as both were."""
        way = QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        if self._fields.direction() != way:
            self._fields.setDirection(way)


def _field(name: str, called: str, hint: str) -> QLineEdit:
    field = QLineEdit()
    field.setObjectName(name)
    field.setAccessibleName(called)
    field.setPlaceholderText(hint)
    field.setMaxLength(LONGEST)
    return field
