"""The outbox: what would leave, word for word, and what has left, with its proof."""

from __future__ import annotations

from concurrent.futures import Future
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.bridge.courier import Courier
from desktop.bridge.network import Standing
from desktop.bridge.newest import Newest
from desktop.flow import describing, keymap, leaving, why_not
from desktop.flow.delivering import How
from desktop.flow.outbox_desk import Contents, OutboxDesk
from desktop.flow.receipt_words import receipt_of
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.qt_models.outbox_list import OutboxList
from desktop.views.doings import Doing, Doings, RoomKeys, by_button
from desktop.views.errand_messages import JOIN
from desktop.views.leaving_pane import LeavingPane
from desktop.views.parts import (
    Confirmation,
    EmptyState,
    KeyButton,
    Message,
    MessageBar,
    MessageBelow,
    beside,
    heading,
    pane,
    plain_label,
    split,
)
from desktop.views.sent_pane import SentPane
from desktop.views.terms_dialog import TermsDialog
from desktop.views.unsent_list import UnsentList
from feedback_store.errors import StoreError
from feedback_store.look_table import Place
from feedback_store.outbox import Unsent
from feedback_store.record_values import RedactedKind
from feedback_store.store import Project, Store

UNDO = "undo"


class OutboxPage(QWidget):
    """Lets go, holds back, has places decided, and asks for signing and sending; shows every batch and its state."""

    send_asked = Signal(str)  # How
    save_asked = Signal()  # as a file
    receipts_asked = Signal()  # that came back as a file
    statement_asked = Signal()  # of the work that was delivered
    join_asked = Signal()
    bench_asked = Signal()
    place_changed = Signal(str)  # whose keys the status line shows

    def __init__(
        self, store: Store, project: Project, desk: OutboxDesk, courier: Courier, reading: Newest[Contents]
    ) -> None:
        super().__init__()
        self.setObjectName("outbox")
        self.setAccessibleName(_("Outbox"))
        self._store, self._project, self._desk, self._courier = store, project, desk, courier
        self._reading, self._coming = reading, False
        self._joined = project.collector is not None
        self.model = OutboxList(store, describing.one_line, self)
        self._title = _("To send") if self._joined else _("Not sent")
        self.list = UnsentList(self.model, store.trainer, self._title)
        self.list.setAccessibleDescription(leaving.looked_for())
        self.list.selectionModel().currentChanged.connect(self._on_row)
        self.list.released.connect(self._on_release)
        self.list.looked.connect(self._on_looked)
        self.list.decided.connect(self._on_decided)
        self.empty = EmptyState("nothingToSend", self.list, grows=True)
        self.empty.asked.connect(self.bench_asked)
        self.leaving = LeavingPane(project)
        self.leaving.release_asked.connect(self._on_release)
        self.leaving.hold_asked.connect(self._on_hold)
        self.leaving.keep_asked.connect(self._on_keep)
        self.leaving.black_out_asked.connect(self._on_black_out)
        self.leaving.join_asked.connect(self.join_asked)
        self.leaving.terms_asked.connect(self._on_terms)
        self.leaving.left.connect(self.take_focus)
        self.sent = SentPane(partial(receipt_of, store, project.id), joined=self._joined)
        self.sent.send_again_asked.connect(self._on_send_again)
        self.sent.save_asked.connect(self.save_asked)
        self.sent.receipts_asked.connect(self.receipts_asked)
        self.sent.statement_asked.connect(self.statement_asked)
        self.message = MessageBar()
        self.message.setObjectName("outboxMessage")
        self.message.chosen.connect(self._on_way)
        self._count = plain_label("", role="secondary")
        self._looked_for = plain_label(leaving.looked_for(), role="secondary", wrap=True, name="lookedFor")
        self.release_all = KeyButton(_("Release all that are clean …"), command="release_clean", kind="normal")
        self.release_all.setObjectName("releaseAll")
        self.release_all.clicked.connect(self._on_release_clean)
        self.send = KeyButton(_("Sign and send"), command="main", kind="main")
        self.send.setObjectName("send")
        self.send.clicked.connect(self.ask_to_send)
        self._sending = False
        self._replaced = ""  # the version in whose place another one is being written
        self.doings: Doings = {
            "release_record": by_button(self.leaving.release),
            "hold": by_button(self.leaving.hold),
            "next_undecided": Doing(self._go_to_next, lambda: self.model.rowCount() > 0),
            "release_clean": by_button(self.release_all),
            "read_terms": by_button(self.leaving.terms),
            "sign_and_send": by_button(self.send),
            "send_again": by_button(self.sent.again),
            "look_there": Doing(lambda: self._ask("look"), self._has_arrived),
            "save_deliveries": by_button(self.sent.save),
            "show_receipt": by_button(self.sent.receipt),
            "read_receipts": by_button(self.sent.receipts),
            "work_statement": by_button(self.sent.statement),
        }
        RoomKeys("outbox", self.doings, self, self.list)
        self._lay_out()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    def look(self) -> None:
        """Show the outbox as it is now; the record that is read stays chosen. Very many are read beside the window."""
        before = self.model.waiting
        self._coming = True
        read = self._reading.at_once if self._desk.few else self._reading.start
        read(lambda: self._desk.read(before), self._on_read)

    def _on_read(self, done: Future[Contents]) -> None:
        self._coming = False
        try:
            self._show_contents(done.result())
        except StoreError as error:
            self._say("error", sentence(error))

    def _show_contents(self, contents: Contents) -> None:
        before, at = self._row, max(0, self.list.currentIndex().row())
        self.model.show_waiting(contents.waiting)
        found = self.model.row_of(before.id) if before is not None else None
        row = min(at if found is None else found, self.model.rowCount() - 1)
        if row != self.list.currentIndex().row():
            self.list.setCurrentIndex(self.model.index(row))
        self.sent.show_batches(contents.batches)
        self._show()
        now = self._row
        decided = (
            before is not None and now is not None and before.id == now.id and before.undecided and not now.undecided
        )
        if decided and self.leaving.personal.list.hasFocus():
            self.take_focus()  # that was the last place of this record

    def take_focus(self) -> None:
        if self.model.rowCount() or self._coming:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.empty.take_focus()

    def show_sending(self, sending: bool) -> None:
        self._sending = sending
        if sending:
            self._desk.sent()
        self.send.setText(_("Sending …") if sending else _("Sign and send"))
        self._show_possible()

    def show_network(self, standing: Standing) -> None:
        """Say of what waits whether it waits for the network."""
        self.sent.show_network(standing)

    @Slot()
    def ask_to_send(self) -> None:
        """As the button; while it is off, by the key, why nothing is sent."""
        if self.send.isEnabled():
            self._ask("now")
        else:
            self._say("notice", self.send.why_not)

    def _ask(self, how: How) -> None:
        self.send_asked.emit(how)

    @Slot()
    def _on_send_again(self) -> None:
        self._ask("again")

    def _has_arrived(self) -> bool:
        """Whether a collector has something of this project that it can be asked about now."""
        batches = self._store.outbox.batches(self._project.id)
        return self._joined and not self._sending and any(batch.state == "delivered" for batch in batches)

    def mark_personal(self) -> None:
        """Black out what is selected; without a selection go to what was found."""
        if not self.leaving.mark_selected():
            self.leaving.take_focus()

    def undo(self) -> None:
        """Take back what was done last here."""
        undone = self._desk.undo()
        if undone is None:
            self._say("notice", _("There is nothing to undo here."))
            return
        words, future = undone
        self._watch(future, lambda _done: self._say("notice", _("Undone: {words}").format(words=words)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.ask_to_send()
        elif event.key() == Qt.Key.Key_Escape and not self.list.hasFocus():
            self.take_focus()
        else:
            super().keyPressEvent(event)

    # Inside

    @property
    def _row(self) -> Unsent | None:
        return self.model.row(self.list.currentIndex().row())

    def _lay_out(self) -> None:
        wait = pane(
            heading(plain_label(self._title, role="label"), self._count),
            self.list,
            beside(self._looked_for),
            heading(self.release_all, right=(self.send,)),
        )
        upper = split(Qt.Orientation.Horizontal, wait, self.leaving, sizes=(400, 760))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        lower = MessageBelow(self.sent, self.message)
        layout.addWidget(split(Qt.Orientation.Vertical, upper, lower, sizes=(580, 170)))

    def _show(self) -> None:
        count, here = self.model.rowCount(), self.list.hasFocus()
        at_way = self.empty.has_focus  # what comes is read next: Space is no press of a button that goes
        self._count.setText(leaving.waiting_text(count, self.model.waiting.to_look_at))
        self._looked_for.setVisible(any(row.kind == "judgement" for row in self.model.rows))
        if count:
            self.empty.hide()
        else:
            words = _("What you save on the bench waits here, and leaves only when you have released it.")
            self.empty.show_words(_("Nothing waits"), words, _("To the bench"))
        # As in the inbox: a ring around nothing would run into the rail.
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus if count else Qt.FocusPolicy.NoFocus)
        if here and not count:
            self.empty.take_focus()
        elif at_way and count:
            self.take_focus()
        stored = self.model.record(self.list.currentIndex().row())
        self.leaving.show_record(self._row, stored, self._desk.places(stored) if stored is not None else ())
        self._show_possible()

    def _show_possible(self) -> None:
        """What can be done with what is released and what is signed already."""
        now = self.model.waiting
        waits = now.released or self._store.outbox.next_to_send(self._project.id) is not None
        signed = self.sent.batches.rowCount() > 0
        self.send.allow(why_not.sent(joined=self._joined, waits=waits, sending=self._sending))
        self.sent.again.setVisible(now.on_its_way)
        self.sent.again.allow(why_not.again(joined=self._joined, sending=self._sending))
        self.release_all.allow(why_not.released_clean(clean=now.clean, undecided=now.saved))
        self.sent.save.allow(why_not.saved_as_file(released=now.released, signed=signed))
        self.sent.receipts.allow(why_not.receipts_read(signed=signed))

    def _say(self, kind: Any, text: str, reason: str = "", *, undo: bool = False, about: str = "") -> None:
        ways = ((UNDO, _("Undo"), keymap.current().shown("undo")),) if undo else ()
        self.message.show_message(Message(kind, text, reason, ways, about=about))

    def _watch(self, future: Future[Any], then: Any = None) -> None:
        """Say what went wrong with a write, or go on with what came of it, in the window's thread.

        What was said of the act before is over, once this one is told: its undo is not the next one any more.
        """
        if then is None:
            self.message.clear()

        def told(done: Future[Any]) -> None:
            error = done.exception()
            if error is not None:
                self._replaced = ""
                self._say("warning" if getattr(error, "code", "") == "undecided" else "error", sentence(error))
            elif then is not None:
                then(done.result())

        future.add_done_callback(lambda done: self._courier.post(lambda: told(done)))

    @Slot(QModelIndex, QModelIndex)
    def _on_row(self, _now: QModelIndex, _before: QModelIndex) -> None:
        if self._row is not None:
            self.message.look_at(self._row.id)
        self._show()

    @Slot()
    def _on_release(self) -> None:
        row = self._row
        if row is None or not self.leaving.release.isEnabled():
            self._say("notice", self.leaving.release.why_not)
            return
        if row.way == "released":
            self._tell_done(self._desk.take_back(row), _("No longer released."), row)
            return
        stored = self.model.record(self.list.currentIndex().row())
        places = self._desk.places(stored) if stored is not None else ()
        if any(not place.kept for place in places):
            self._say("warning", leaving.refused_text(places), leaving.decide_text(), about=row.id)
            self.leaving.take_focus()
        else:
            self._tell_done(self._desk.release(row), _("Released."), row)

    @Slot()
    def _on_hold(self) -> None:
        row = self._row
        if row is not None and self.leaving.hold.isEnabled():
            words = _("No longer held back.") if row.way == "held" else _("Held back.")
            self._tell_done(self._desk.hold(row), words, row)

    def _go_to_next(self) -> None:
        row = self.model.next_undecided(self.list.currentIndex().row())
        if row is None:
            self._say("notice", _("In none of these records is anything to be decided."))
        else:
            self.list.setCurrentIndex(self.model.index(row))

    @Slot()
    def _on_release_clean(self) -> None:
        """Ask first: it is one letter, and somebody who typed where no field was let all of it go."""
        rows = self.model.rows
        chosen = leaving.clean(rows)
        if not self.release_all.isEnabled() or not chosen:
            return
        address = self._project.collector.address if self._project.collector else ""
        asked, words = leaving.release_question(rows, address)
        action, title = _("Release"), _("Release all that are clean")
        question = Confirmation(
            "confirmRelease", title, asked, words, action=action, keep=_("Not now"), danger=False, parent=self.window()
        )
        question.accepted.connect(lambda: self._watch(self._desk.release_clean(chosen), self._tell_released))
        question.open()

    def _tell_released(self, ids: tuple[str, ...]) -> None:
        words, stay = leaving.released_texts(len(ids), self.model.waiting.not_clean)
        self._say("success", words, stay, undo=True)

    def _tell_done(self, future: Future[Any], words: str, row: Unsent) -> None:
        """What one key did to a record, with its undo: it may have been meant for a field."""
        self._watch(future, lambda _done: self._say("success", words, undo=True, about=row.id))

    @Slot(str)
    def _on_decided(self, key: str) -> None:
        self._say("notice", leaving.decided_there(key, found=bool(self.leaving.personal.list.rows)))

    @Slot()
    def _on_looked(self) -> None:
        self.leaving.take_focus()

    @Slot(object)
    def _on_keep(self, place: Place) -> None:
        row = self._row
        if row is not None:
            self._tell_done(self._desk.keep(row, place), _("Asked again.") if place.kept else _("Kept."), row)

    @Slot(str, str)
    def _on_black_out(self, quote: str, kind: RedactedKind) -> None:
        stored = self.model.record(self.list.currentIndex().row())
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

    @Slot()
    def _on_terms(self) -> None:
        if self._project.terms is not None:
            TermsDialog(self._project.terms, self).open()

    @Slot(str)
    def _on_way(self, way: str) -> None:
        if way == UNDO:
            self.undo()
        elif way == JOIN:
            self.join_asked.emit()

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isVisible() and self.isAncestorOf(now):
            leaves = now is self.leaving.personal.list or now is self.leaving.text
            self.place_changed.emit("outbox" if now is self.list else "leaving" if leaves else "aside")
