"""The turns of a conversation before the one that is asked now, and the way to another branch of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QAction, QFontMetrics, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.parts import KeyButton, ReadText, in_one_line, plain_label
from desktop.views.parts.shown_text import named
from feedback_store.records import Message

MOST_LINES = 6
LONGEST_ENTRY = 60


class TurnsPart(QWidget):
    """Nothing at a first turn. `branch_asked` carries the number of a turn of the user, 0 for the first."""

    branch_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._turns: tuple[Message, ...] = ()
        self._title = plain_label("", role="label")
        self.text = ReadText("earlierTurns", _("Earlier turns"))
        self.branch = KeyButton(_("Ask an earlier turn otherwise"), small=True, name="branchTurn")
        self.branch.clicked.connect(self._on_branch)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.branch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.text)
        self.hide()

    def show_turns(self, turns: Sequence[Message]) -> None:
        """Show these earlier turns, the last ones in sight."""
        if tuple(turns) == self._turns:
            return
        self._turns = tuple(turns)
        self.setVisible(bool(turns))
        self._title.setText(_("Conversation, turn {}").format(len(self._users) + 1))
        names = {"user": _("Asked"), "assistant": _("Answered"), "tool": _("Tool"), "system": _("System")}
        shown = [f"{names[turn.role]}: {named(turn.content)}" for turn in turns]
        self.text.setPlainText("\n\n".join(shown))
        self.text.moveCursor(QTextCursor.MoveOperation.End)
        lines = min(MOST_LINES, max(2, self.text.document().blockCount()))
        self.text.setFixedHeight(lines * QFontMetrics(current_theme().font("body")).lineSpacing() + 8)
        self.branch.setEnabled(bool(self._users))

    @property
    def _users(self) -> list[Message]:
        return [turn for turn in self._turns if turn.role == "user"]

    @Slot()
    def _on_branch(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("branchMenu")
        for number, turn in enumerate(self._users):
            words = in_one_line(turn.content)
            short = words if len(words) <= LONGEST_ENTRY else f"{words[:LONGEST_ENTRY]}…"
            action = QAction(f"{number + 1}  {short}".replace("&", "&&"), menu)
            action.setData(number)
            menu.addAction(action)
        picked = menu.exec(self.branch.mapToGlobal(QPoint(0, self.branch.height())))
        if picked is not None:
            self.branch_asked.emit(int(picked.data()))
        menu.deleteLater()
