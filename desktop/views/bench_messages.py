"""What the bench says over its answers: what was saved, what went wrong, and what the ways out of it do.

What was saved can be undone, and its conversation gone on with, by the keys on the buttons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop.flow import conversation, keymap
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.views.parts import Message

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage


class BenchMessages(QObject):
    """Joins the message bar of one bench to its session."""

    def __init__(self, page: BenchPage, session: BenchSession) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        self._trouble: Message | None = None  # what stands in the way, as it is shown
        page.message.chosen.connect(self._on_way)

    def clear(self) -> None:
        """Say nothing any more; the same trouble is said again if it comes again."""
        self._trouble = None
        self._page.message.clear()

    def show_saved(self) -> None:
        """Say what was saved, which models wrote, and how to undo it."""
        saved = self._session.saved
        if saved is None:
            return
        models = sorted({a.origin.model.name for a in saved.draft.answers if a.origin.model})
        reason = _("Written by {models}.").format(models=", ".join(models)) if models else ""
        if not self._session.draft.empty:
            reason = " ".join((reason, _("What you had begun before is back."))).strip()
        key = keymap.current().shown
        ways = (
            ("continue_saved", _("Go on with this conversation"), key("continue_saved")),
            ("undo_save", _("Undo"), key("undo")),
        )
        if saved.doubts:
            text = saved.doubts[0].text
            self._say(Message("warning", text, _("Saved all the same. Nothing is changed for you."), ways))
        else:
            self._say(Message("success", _("Saved."), reason, ways))

    def show_trouble(self) -> None:
        """Say once what went wrong, and take it away when it is over."""
        problem = self._session.problem
        trouble = Message("error", problem.text) if problem is not None else None
        if trouble is None and self._trouble is not None:
            self._page.message.clear()
        elif trouble is not None and trouble != self._trouble:
            self._say(trouble)
        self._trouble = trouble

    def say_prompt_changed(self) -> None:
        """Asked to save answers under a prompt that they were not written for: both ways out."""
        words = _("These answers are to the prompt as it was before, and are saved with that one only.")
        ways = (("put_back", _("Put it back")), ("generate", _("Generate again")))
        self._say(Message("warning", words, ways=ways))

    @Slot()
    def undo(self) -> None:
        """Undo the save while its message stands and nothing was done since, else one step of the draft."""
        message = self._page.message.message
        said = message is not None and any(way[0] == "undo_save" for way in message.ways)
        if said and not self._session.history.can_undo:
            self._on_way("undo_save")
            self._page.message.clear()
        else:
            self._session.undo()

    @Slot()
    def continue_saved(self) -> None:
        """Go on with the conversation that was judged last."""
        if self._session.saved is None:
            words = _("Nothing was saved in this window yet. {key} at an answer goes on from it.")
            self._say(Message("success", words.format(key=keymap.current().shown("continue"))))
            return
        self._page.message.clear()
        conversation.continue_saved(self._session)
        self._page.arrive()

    def _say(self, message: Message) -> None:
        self._page.message.show_message(message)

    @Slot(str)
    def _on_way(self, way: str) -> None:
        if way == "undo_save":
            self._session.undo_save()
        elif way == "continue_saved":
            self.continue_saved()
        elif way == "put_back":
            self._session.put_prompt_back()
            self._page.back_to_answers()
        elif way == "generate":
            self._page.generate()
