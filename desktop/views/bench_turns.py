"""The conversation on the bench: its line above the answers, its tree, and going from turn to turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Slot

from desktop.flow import conversation, keymap
from desktop.flow.conversation_tree import Turn
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.views.parts import Message

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage


class BenchTurns(QObject):
    """Joins strip and overlay of one bench to its session."""

    def __init__(self, page: BenchPage, session: BenchSession) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        page.turns_strip.all_asked.connect(self.open)
        page.turns_strip.view.left.connect(page.arrive)
        for view in (page.turns_strip.view, page.turns_overlay.view):
            view.visited.connect(self._on_visited)
            view.acted.connect(self._on_acted)

    def show(self) -> None:
        """Show the conversation as it is now."""
        tree = self._session.tree
        self._page.turns_model.show_tree(tree)
        self._page.turns_strip.show_tree(tree)

    @Slot()
    def open(self) -> None:
        """The whole tree over the page; the same again closes it."""
        overlay = self._page.turns_overlay
        if overlay.isVisible():
            overlay.close_overlay()
        elif len(self._page.turns_model.tree.turns) > 1:
            overlay.open()
        else:
            words = _("There is one turn only. {key} at an answer goes on from it, {other} asks the turn otherwise.")
            now = keymap.current()
            self._say("notice", words.format(key=now.shown("continue"), other=now.shown("branch")))

    def branch(self) -> None:
        """Ask the turn on the bench otherwise, beside it."""
        conversation.branch_here(self._session)
        self._page.arrive()

    @Slot(object)
    def _on_visited(self, turn: Turn) -> None:
        self._page.turns_overlay.close_overlay()
        if conversation.visit(self._session, turn):
            self._page.arrive()
        else:
            self._say_gone()

    @Slot(str, object)
    def _on_acted(self, command: str, turn: Turn) -> None:
        self._page.turns_overlay.close_overlay()
        if turn.glance.state == "gone":
            self._say_gone()
        elif command == "continue":
            self._continue_at(turn)
        elif conversation.branch_at(self._session, turn):
            if command == "again":
                self._page.generate()
            else:
                self._page.arrive()

    def _continue_at(self, turn: Turn) -> None:
        if not conversation.continue_at(self._session, turn):
            conversation.visit(self._session, turn)
            words = _("None of these answers was called the best. Choose one, then {key} goes on from it.")
            self._say("notice", words.format(key=keymap.current().shown("continue")))
        self._page.arrive()

    def _say_gone(self) -> None:
        self._say("warning", _("This turn is not kept. What was said in it stands in the turns after it."))

    def _say(self, kind: Literal["warning", "notice"], words: str) -> None:
        self._page.message.show_message(Message(kind, words))
