"""Does what is asked of stored judgements in their room, on a thread, and says there how it went, with a way back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Literal

from PySide6.QtCore import QObject, Slot

from desktop.bridge.work import Work
from desktop.flow import keymap
from desktop.flow.describing import erased_text
from desktop.flow.marked_rows import Marked
from desktop.flow.quantities import count_text
from desktop.flow.record_desk import RecordDesk
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from desktop.views.parts import Message
from desktop.views.records_page import RecordsPage
from desktop.views.tags_dialog import TagsDialog
from desktop.views.withdraw_dialog import WithdrawDialog
from feedback_store.erasure import Erased
from feedback_store.store import Store

UNDO = "undo_records"
AT_ONCE = 1000  # records whose ids are read while a key waits: some milliseconds
Ids = tuple[str, ...]


class RecordsChanging(QObject):
    """Joins the page of records to the desk that changes them."""

    def __init__(self, page: RecordsPage, store: Store, desk: RecordDesk, work: Work) -> None:
        super().__init__(page)
        self._page = page
        self._store = store
        self._desk = desk
        self._work = work
        page.withdraw_asked.connect(self._on_withdraw)
        page.reinstate_asked.connect(self._on_reinstate)
        page.tags_asked.connect(self._on_tags)
        page.erase_asked.connect(self._on_erase)
        page.message.chosen.connect(self._on_way)

    def undo(self) -> None:
        """Take back what was done last in this room."""
        if self._desk.can_undo:
            self._work.start("records", self._desk.undo, self._undone)
        else:
            self._page.message.show_message(Message("notice", _("There is nothing to undo here.")))

    @Slot(object)
    def _on_withdraw(self, marked: Marked) -> None:
        self._of_marked(marked, "judgement", self._ask_to_withdraw)

    def _ask_to_withdraw(self, ids: Ids) -> None:
        dialog = WithdrawDialog(len(ids), self._page)
        dialog.accepted.connect(lambda: self._do(lambda: self._desk.withdraw(ids)))
        dialog.open()

    @Slot(object)
    def _on_reinstate(self, marked: Marked) -> None:
        self._of_marked(marked, "withdrawal", lambda ids: self._do(lambda: self._desk.reinstate(ids)))

    @Slot(object)
    def _on_tags(self, marked: Marked) -> None:
        """Ask which tags, once those that the judgements have are read."""
        self._of_marked(marked, "judgement", self._read_tags)

    def _read_tags(self, ids: Ids) -> None:
        self._work.start("records", lambda: self._desk.tags_of(ids), lambda done: self._ask_for_tags(ids, done))

    def _of_marked(self, marked: Marked, kind: Literal["judgement", "withdrawal"], then: Callable[[Ids], None]) -> None:
        """Go on with the ids of the marked records of this kind, if there are any: of a few at once, for keys may be
        typed already to what is asked next; of very many once a thread has read them.
        """

        def read() -> Ids:
            return tuple(self._store.records.ids_of(marked.taken, kind))

        def go_on(done: Future[Ids]) -> None:
            if not self._failed(done) and done.result():
                then(done.result())

        if marked.count <= AT_ONCE:
            ids = read()
            if ids:
                then(ids)
        else:
            self._work.start("records", read, go_on)

    def _ask_for_tags(self, ids: tuple[str, ...], tags: Future[tuple[str, ...]]) -> None:
        if not self._failed(tags):
            dialog = TagsDialog(len(ids), tags.result(), self._page)
            dialog.chosen.connect(lambda add, remove: self._do(lambda: self._desk.tag(ids, add, remove)))
            dialog.open()

    @Slot(object)
    def _on_erase(self, ids: tuple[str, ...]) -> None:
        self._work.start("records", lambda: self._store.records.erase_all(ids).result(), self._erased)

    @Slot(str)
    def _on_way(self, way: str) -> None:
        if way == UNDO:
            self._page.message.clear()
            self.undo()

    def _do(self, job: Callable[[], str]) -> None:
        self._work.start("records", job, self._done)

    def _done(self, future: Future[str]) -> None:
        if not self._failed(future):
            ways = ((UNDO, _("Undo"), keymap.current().shown("undo")),)
            self._page.message.show_message(Message("success", future.result(), "", ways))

    def _undone(self, future: Future[str]) -> None:
        if not self._failed(future) and future.result():
            text = _("Undone: {words}").format(words=future.result())
            self._page.message.show_message(Message("notice", text))

    def _erased(self, future: Future[tuple[Erased, ...]]) -> None:
        if not self._failed(future):
            erased = future.result()
            text = ngettext("{} judgement was erased.", "{} judgements were erased.", len(erased))
            message = Message("success", text.format(count_text(len(erased))), erased_text(erased))
            self._page.message.show_message(message)

    def _failed(self, future: Future[Any]) -> bool:
        error = future.exception()
        if error is not None:
            self._page.message.show_message(Message("error", sentence(error)))
        return error is not None
