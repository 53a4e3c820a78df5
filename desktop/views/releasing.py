"""Does what is asked of records that wait in the outbox: they are released, held back, kept as they are, blacked out.

Says there how it went, with a way back. Must not know what is signed and sent of them.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Slot

from desktop.bridge.courier import Courier
from desktop.flow import keymap, leaving
from desktop.flow.outbox_desk import OutboxDesk
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.views.outbox_page import OutboxPage
from desktop.views.parts import Confirmation, Message
from desktop.views.parts.message_bar import MessageKind
from feedback_store.errors import StoreError
from feedback_store.look_table import Place
from feedback_store.outbox import Unsent
from feedback_store.record_values import RedactedKind
from feedback_store.store import Project

UNDO = "undo"


class Releasing(QObject):
    """Joins the page of the outbox to the desk that changes what waits there."""

    def __init__(self, page: OutboxPage, project: Project, desk: OutboxDesk, courier: Courier) -> None:
        super().__init__(page)
        self._page, self._project, self._desk, self._courier = page, project, desk, courier
        self._replaced = ""  # the version in whose place another one is being written
        page.list.released.connect(self._on_release)
        page.list.decided.connect(self._on_decided)
        page.leaving.release_asked.connect(self._on_release)
        page.leaving.hold_asked.connect(self._on_hold)
        page.leaving.keep_asked.connect(self._on_keep)
        page.leaving.black_out_asked.connect(self._on_black_out)
        page.release_all.clicked.connect(self._on_release_clean)
        page.message.chosen.connect(self._on_way)

    def undo(self) -> None:
        """Take back what was done last here."""
        undone = self._desk.undo()
        if undone is None:
            self._say("notice", _("There is nothing to undo here."))
            return
        words, future = undone
        self._watch(future, lambda _done: self._say("notice", _("Undone: {words}").format(words=words)))

    @Slot()
    def _on_release(self) -> None:
        row = self._page.current
        if row is None or not self._page.leaving.release.isEnabled():
            self._say("notice", self._page.leaving.release.why_not)
            return
        if row.way == "released":
            self._tell_done(self._desk.take_back(row), _("No longer released."), row)
            return
        stored = self._page.model.record(self._page.list.currentIndex().row())
        places = self._desk.places(stored) if stored is not None else ()
        if any(not place.kept for place in places):
            self._say("warning", leaving.refused_text(places), leaving.decide_text(), about=row.id)
            self._page.leaving.take_focus()
        else:
            self._tell_done(self._desk.release(row), _("Released."), row)

    @Slot()
    def _on_hold(self) -> None:
        row = self._page.current
        if row is not None and self._page.leaving.hold.isEnabled():
            words = _("No longer held back.") if row.way == "held" else _("Held back.")
            self._tell_done(self._desk.hold(row), words, row)

    @Slot()
    def _on_release_clean(self) -> None:
        """Ask first: it is one letter, and somebody who typed where no field was let all of it go."""
        rows = self._page.model.rows
        chosen = leaving.clean(rows)
        if not self._page.release_all.isEnabled() or not chosen:
            return
        address = self._project.collector.address if self._project.collector else ""
        asked, words = leaving.release_question(rows, address)
        action, title = _("Release"), _("Release all that are clean")
        window = self._page.window()
        question = Confirmation(
            "confirmRelease", title, asked, words, action=action, keep=_("Not now"), danger=False, parent=window
        )
        question.accepted.connect(lambda: self._watch(self._desk.release_clean(chosen), self._tell_released))
        question.open()

    @Slot(object)
    def _on_keep(self, place: Place) -> None:
        row = self._page.current
        if row is not None:
            self._tell_done(self._desk.keep(row, place), _("Asked again.") if place.kept else _("Kept."), row)

    @Slot(str, str)
    def _on_black_out(self, quote: str, kind: RedactedKind) -> None:
        stored = self._page.model.record(self._page.list.currentIndex().row())
        if stored is None or stored.sha256 == self._replaced:
            return  # pressed again before the next version is here
        try:
            future = self._desk.black_out(stored, quote, kind)
        except StoreError as error:
            self._say("error", sentence(error))
            return
        self._replaced = stored.sha256
        words = _("Blacked out in all of this record, and erased from the disk.")
        reason = _("Only Undo still has the words, until you send or close Preceptor.")
        self._watch(future, lambda _done: self._say("success", words, reason, undo=True, about=stored.id))

    @Slot(str)
    def _on_decided(self, key: str) -> None:
        self._say("notice", leaving.decided_there(key, found=bool(self._page.leaving.personal.list.rows)))

    @Slot(str)
    def _on_way(self, way: str) -> None:
        if way == UNDO:
            self.undo()

    def _tell_released(self, ids: tuple[str, ...]) -> None:
        words, stay = leaving.released_texts(len(ids), self._page.model.waiting.not_clean)
        self._say("success", words, stay, undo=True)

    def _tell_done(self, future: Future[Any], words: str, row: Unsent) -> None:
        """What one key did to a record, with its undo: it may have been meant for a field."""
        self._watch(future, lambda _done: self._say("success", words, undo=True, about=row.id))

    def _watch(self, future: Future[Any], then: Callable[[Any], None]) -> None:
        """Say what went wrong with a write, or go on with what came of it, in the window's thread."""

        def told(done: Future[Any]) -> None:
            error = done.exception()
            if error is not None:
                self._replaced = ""
                self._say("warning" if getattr(error, "code", "") == "undecided" else "error", sentence(error))
            else:
                self._page.look()  # or the next key would mean what the row was before
                then(done.result())

        future.add_done_callback(lambda done: self._courier.post(lambda: told(done)))

    def _say(self, kind: MessageKind, text: str, reason: str = "", *, undo: bool = False, about: str = "") -> None:
        ways = ((UNDO, _("Undo"), keymap.current().shown("undo")),) if undo else ()
        self._page.message.show_message(Message(kind, text, reason, ways, about=about))
