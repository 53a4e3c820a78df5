"""What the bench says over its answers: what was saved and by whom it was written, what went wrong, and the ways out.

What was saved can be undone, and its conversation gone on with, by the keys on the buttons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.bridge.bench import BenchBridge
from desktop.flow import conversation, judging, keymap, personal
from desktop.flow.draft import Draft, prompt_put_back
from desktop.flow.reveal import authors_text, names_were_seen
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.views.bench_keys import remove_own
from desktop.views.parts import Message, Point, in_one_line
from desktop.views.parts.message_bar import MessageKind

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage

OPEN = "open_"  # and the place of a doubt
UNDO_STEP = "undo_step"


class BenchMessages(QObject):
    """Joins the message bar of one bench to its session."""

    def __init__(self, page: BenchPage, session: BenchSession, bridge: BenchBridge) -> None:
        """Made before whatever else hears of the bridge: what they say of another draft comes after its clearing."""
        super().__init__(page)
        self._page = page
        self._session = session
        self._trouble: Message | None = None  # what stands in the way, as it is shown
        self._of = session.draft.id  # the draft that what is said is about
        self._step: Draft | None = None  # what undo brings back, as long as it is said
        self._undoing = False  # a save, whose draft will be back
        page.message.chosen.connect(self._on_way)
        bridge.changed.connect(self._on_changed)

    def clear(self) -> None:
        """Say nothing any more; the same trouble is said again if it comes again."""
        self._trouble = None
        self._page.message.clear()

    def show_saved(self) -> None:
        """Say what was saved, who wrote, what looks unmeant, and how to undo it."""
        saved = self._session.saved
        if saved is None:
            return
        reason = in_one_line(authors_text(saved.draft))
        gone = personal.count_blacked_out(saved.draft)
        if gone:
            reason = ". ".join(filter(None, (personal.blacked_out_text(gone), reason)))
        if not self._session.draft.empty:
            reason = ". ".join(filter(None, (reason, _("What you had begun before is back."))))
        key = keymap.current().shown
        ways = (
            ("continue_saved", _("Go on with this conversation"), key("continue_saved")),
            ("undo_save", _("Undo"), key("undo")),
        )
        points = tuple(Point(doubt.text, f"{OPEN}{doubt.place}", _("Open it")) for doubt in saved.doubts)
        text = _("Saved as it is. Is this meant?") if points else _("Saved.")
        self._say(Message("warning" if points else "success", text, reason, ways, points))

    def show_trouble(self) -> None:
        """Say once what went wrong, and take it away when it is over."""
        problem = self._session.problem
        trouble = Message("error", problem.beside(self._session.draft)) if problem is not None else None
        if trouble is None and self._trouble is not None:
            self._page.message.clear()
        elif trouble is not None and trouble != self._trouble:
            self._say(trouble)
        self._trouble = trouble

    def say_undoable(self, text: str, reason: str = "", *, kind: MessageKind = "notice") -> None:
        """Say what the last act took away, and by which key it comes back, for as long as that key brings it back."""
        key = keymap.current().shown("undo")
        back = _("{key} undoes it.").format(key=key)
        self._step = self._session.history.before
        self._say(Message(kind, text, " ".join(filter(None, (back, reason))), ((UNDO_STEP, _("Undo"), key),)))

    def say_prompt_changed(self) -> None:
        """Asked to save answers under a prompt that they were not written for: both ways out."""
        words = _("These answers are to the prompt as it was before, and are saved with that one only.")
        ways = (("put_back", _("Put it back")), ("generate", _("Generate again")))
        self._say(Message("warning", words, ways=ways))

    def say_own_empty(self) -> None:
        """Asked to save with an answer of one's own in which nothing stands: both ways out."""
        words, key = _("Your own answer is empty. Write it, or remove it."), keymap.current().shown("remove_own")
        self._say(Message("warning", words, ways=(("remove_own", _("Remove it"), key),)))

    @Slot()
    def undo(self) -> None:
        """Undo the save while its message stands and nothing was done since, else one step of the draft."""
        if self._says("undo_save") and not self._session.history.can_undo:
            self._on_way("undo_save")
            self._page.message.clear()
        elif self._session.history.can_undo or self._page.rewriting:
            self._session.undo()
        else:
            self._say(Message("notice", _("There is nothing to undo here.")))

    def redo(self) -> None:
        """Do again what was undone last."""
        if self._session.history.can_redo or self._page.rewriting:
            self._session.redo()
        else:
            self._say(Message("notice", _("There is nothing to redo here.")))

    def drop(self) -> None:
        """Drop what stands on the bench; what goes and how it comes back is said over the empty one."""
        opened = self._session.draft.supersedes is not None
        if conversation.drop(self._session):
            self._page.arrive()
            gone = _("What was begun of this judgement is dropped. The saved one stays as it is.")
            self.say_undoable(gone if opened else _("The comparison is dropped."))

    @Slot()
    def continue_saved(self) -> None:
        """Go on with the conversation that was judged last."""
        if self._session.saved is None:
            words = _("Nothing was saved in this window yet. {key} at an answer goes on from it.")
            self._say(Message("notice", words.format(key=keymap.current().shown("continue"))))
            return
        self._page.message.clear()
        conversation.continue_saved(self._session)
        self._page.arrive()

    def _say_save_undone(self) -> None:
        """The judgement is back as it was; what was read over it is not undone."""
        if names_were_seen(self._session.draft):
            text = _("The save is undone. Names are hidden again, but you have seen them; the next save says so.")
        else:
            text = _("The save is undone.")
        self._say(Message("notice", text))

    def _says(self, way: str) -> bool:
        """Whether what is said offers this way."""
        message = self._page.message.message
        return message is not None and any(each[0] == way for each in message.ways)

    def _say(self, message: Message) -> None:
        self._page.message.show_message(message)

    @Slot(object)
    def _on_changed(self, _parts: frozenset[str]) -> None:
        """Another draft lies on the bench: what was said is about the one before."""
        if self._session.draft.id != self._of:
            self._of = self._session.draft.id
            self.clear()
            if self._undoing and self._session.draft.supersedes is not None:
                self._undoing = False
                self._say_save_undone()
                QTimer.singleShot(0, self, self._page.arrive)  # once its answers are shown
        elif self._says(UNDO_STEP) and self._session.history.before is not self._step:
            self._page.message.clear()  # something else was done since, or it is undone
        elif self._says("put_back") and not self._session.draft.prompt_changed:
            self._page.message.clear()  # that prompt stands there again

    @Slot(str)
    def _on_way(self, way: str) -> None:
        if way == "undo_save":
            self._undoing = self._session.undo_save() is not None
        elif way == UNDO_STEP:
            self._session.undo()
        elif way == "continue_saved":
            self.continue_saved()
        elif way == "put_back":
            self._session.act(prompt_put_back(self._session.draft))
            self._page.back_to_answers()
        elif way == "remove_own":
            empty = judging.empty_own(self._session.draft)
            if empty is not None:
                remove_own(self._page, self._session, empty)
            self._page.message.clear()
        elif way == "generate":
            self._page.generate()
        elif way.startswith(OPEN) and self._session.saved is not None and not self._session.saving:
            self._session.open(self._session.saved.stored)
            self._page.go_to(way.removeprefix(OPEN))
