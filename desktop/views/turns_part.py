"""The turns of a conversation before the one that is asked now, to be read above the prompt."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFontMetrics, QTextCursor
from PySide6.QtWidgets import QWidget

from desktop.flow.shown_text import named
from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.parts import ReadText
from feedback_store.records import Message

MOST_LINES = 6


class TurnsPart(ReadText):
    """Nothing at a first turn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("earlierTurns", _("Earlier turns"), parent)
        self._turns: tuple[Message, ...] = ()
        self.hide()

    def show_turns(self, turns: Sequence[Message]) -> None:
        """Show these earlier turns, the last ones in sight."""
        if tuple(turns) == self._turns:
            return
        self._turns = tuple(turns)
        self.setVisible(bool(turns))
        names = {"user": _("Asked"), "assistant": _("Answered"), "tool": _("Tool"), "system": _("System")}
        shown = [f"{names[turn.role]}: {named(turn.content)}" for turn in turns]
        self.setPlainText("\n\n".join(shown))
        self.moveCursor(QTextCursor.MoveOperation.End)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._turns:
            self._fit()

    def _fit(self) -> None:
        """So many lines as there are, within bounds; where the window is short, two of them."""
        line = QFontMetrics(current_theme().font("body")).lineSpacing()
        self.setMinimumHeight(2 * line + 8)
        self.setMaximumHeight(min(MOST_LINES, max(2, self.document().blockCount())) * line + 8)
