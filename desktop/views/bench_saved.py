"""What the bench says after saving: which model wrote which answer, all doubts, and the ways from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop.flow import conversation
from desktop.flow.reveal import authors_text
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.views.parts import Message, Point, in_one_line

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage

OPEN = "open_"  # and the place of a doubt


class BenchSaved(QObject):
    """Speaks of the judgement that one bench saved last; a doubt leads to its place in the saved record."""

    def __init__(self, page: BenchPage, session: BenchSession) -> None:
        super().__init__(page)
        self._page, self._session = page, session
        page.message.chosen.connect(self._on_way)

    def show(self) -> None:
        """Say what was saved, who wrote, what looks unmeant, and how to undo it."""
        saved = self._session.saved
        if saved is None:
            return
        reason = in_one_line(authors_text(saved.draft))
        if not self._session.draft.empty:
            reason = ". ".join(filter(None, (reason, _("What you had begun before is back."))))
        ways = (("continue", _("Go on with this conversation")), ("undo_save", _("Undo")))
        points = tuple(Point(doubt.text, f"{OPEN}{doubt.place}", _("Open it")) for doubt in saved.doubts)
        text = _("Saved all the same. Nothing is changed for you.") if points else _("Saved.")
        self._page.message.show_message(Message("warning" if points else "success", text, reason, ways, points))

    @Slot(str)
    def _on_way(self, way: str) -> None:
        page, session = self._page, self._session
        if way == "undo_save":
            session.undo_save()
        elif way == "continue":
            conversation.continue_saved(session)
            page.arrive()
        elif way.startswith(OPEN) and session.saved is not None and not session.saving:
            session.open(session.saved.stored)
            page.go_to(way.removeprefix(OPEN))
