"""The outbox: what would leave, word for word, and what has left, with its proof."""

from __future__ import annotations

from concurrent.futures import Future
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.bridge.network import Standing
from desktop.bridge.newest import Newest
from desktop.flow import describing, leaving, why_not
from desktop.flow.delivering import How
from desktop.flow.outbox_desk import Contents, OutboxDesk
from desktop.flow.receipt_words import receipt_of
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.qt_models.outbox_list import OutboxList
from desktop.theme.theme import current_theme
from desktop.views.bench_parts import TIGHT
from desktop.views.doings import Doing, Doings, RoomKeys, by_button
from desktop.views.errand_messages import JOIN
from desktop.views.leaving_pane import LeavingPane
from desktop.views.parts import (
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
from desktop.views.parts.message_bar import MessageKind
from desktop.views.sent_pane import SentPane
from desktop.views.terms_dialog import TermsDialog
from desktop.views.unsent_list import UnsentList
from feedback_store.errors import StoreError
from feedback_store.outbox import Unsent
from feedback_store.store import Project, Store

SIZES = (580, 170)  # of what waits and of what has left, above one another


class OutboxPage(QWidget):
    """Shows what waits, and every batch with its state; asks for signing and sending. Releasing is releasing.py's."""

    send_asked = Signal(str)  # How
    save_asked = Signal()  # as a file
    receipts_asked = Signal()  # that came back as a file
    statement_asked = Signal()  # of the work that was delivered
    join_asked = Signal()
    bench_asked = Signal()
    place_changed = Signal(str)  # whose keys the status line shows

    def __init__(self, store: Store, project: Project, desk: OutboxDesk, reading: Newest[Contents]) -> None:
        super().__init__()
        self.setObjectName("outbox")
        self.setAccessibleName(_("Outbox"))
        self._store, self._project, self._desk = store, project, desk
        self._reading, self._coming = reading, False
        self._joined = project.collector is not None
        self.model = OutboxList(store, describing.one_line, self)
        self._title = _("To send") if self._joined else _("Not sent")
        self.list = UnsentList(self.model, store.trainer, self._title)
        self.list.setAccessibleDescription(leaving.looked_for())
        self.list.selectionModel().currentChanged.connect(self._on_row)
        self.list.looked.connect(self._on_looked)
        self.empty = EmptyState("nothingToSend", self.list, grows=True)
        self.empty.asked.connect(self.bench_asked)
        self.leaving = LeavingPane(project)
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
        self.send = KeyButton(_("Sign and send"), command="main", kind="main")
        self.send.setObjectName("send")
        self.send.clicked.connect(self.ask_to_send)
        self._sending = self._tight = self._laid_out = False
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
            "show_receipt": self._of_sent(self.sent.receipt, of_collector=True),
            "read_receipts": self._of_sent(self.sent.receipts, of_collector=True),
            "work_statement": self._of_sent(self.sent.statement),
        }
        RoomKeys("outbox", self.doings, self, self.list)
        self._lay_out()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    @property
    def current(self) -> Unsent | None:
        """The record that is read."""
        return self.model.row(self.list.currentIndex().row())

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
        before, at = self.current, max(0, self.list.currentIndex().row())
        self.model.show_waiting(contents.waiting)
        found = self.model.row_of(before.id) if before is not None else None
        row = min(at if found is None else found, self.model.rowCount() - 1)
        if row != self.list.currentIndex().row():
            self.list.setCurrentIndex(self.model.index(row))
        self.sent.show_batches(contents.batches)
        self._show()
        now = self.current
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

    def _of_sent(self, button: KeyButton, *, of_collector: bool = False) -> Doing:
        """What a button does that a menu stands for where each line counts."""
        there = self._joined or not of_collector
        return Doing(button.click, lambda: there and button.isEnabled(), grey=lambda: button.why_not)

    def _has_arrived(self) -> bool:
        """Whether a collector has something of this project that it can be asked about now."""
        batches = self._store.outbox.batches(self._project.id)
        return self._joined and not self._sending and any(batch.state == "delivered" for batch in batches)

    def mark_personal(self) -> None:
        """Black out what is selected; without a selection go to what was found."""
        if not self.leaving.mark_selected():
            self.leaving.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.ask_to_send()
        elif event.key() == Qt.Key.Key_Escape and not self.list.hasFocus():
            self.take_focus()
        else:
            super().keyPressEvent(event)

    # Inside

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._laid_out:
            self._fit()

    def _fit(self) -> None:
        """Where each line counts, what explains a list or a button gives its room to what is read."""
        tight = self.window().height() < round(TIGHT * current_theme().zoom)
        if tight != self._tight:
            self._tight = tight
            self.leaving.show_tight(tight)
            self.sent.show_tight(tight)
            self._show()
            self._split.setSizes(SIZES)

    def _show_spare(self) -> None:
        """What is said where there is room for it."""
        judged = any(row.kind == "judgement" for row in self.model.rows)
        self._looked_for.setVisible(judged and not self._tight)

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
        self._split = split(Qt.Orientation.Vertical, upper, lower, sizes=SIZES)
        layout.addWidget(self._split)
        self._laid_out = True

    def _show(self) -> None:
        count, here = self.model.rowCount(), self.list.hasFocus()
        at_way = self.empty.has_focus  # what comes is read next: Space is no press of a button that goes
        self._count.setText(leaving.waiting_text(count, self.model.waiting.to_look_at))
        self._show_spare()
        if count:
            self.empty.hide()
        else:
            words = _("What you save on the bench waits here, and leaves only when you have released it.")
            self.empty.show_words(_("Nothing waits"), "" if self._tight else words, _("To the bench"))
        # As in the inbox: a ring around nothing would run into the rail.
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus if count else Qt.FocusPolicy.NoFocus)
        if here and not count:
            self.empty.take_focus()
        elif at_way and count:
            self.take_focus()
        stored = self.model.record(self.list.currentIndex().row())
        self.leaving.show_record(self.current, stored, self._desk.places(stored) if stored is not None else ())
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

    def _say(self, kind: MessageKind, text: str) -> None:
        self.message.show_message(Message(kind, text))

    @Slot(QModelIndex, QModelIndex)
    def _on_row(self, _now: QModelIndex, _before: QModelIndex) -> None:
        if self.current is not None:
            self.message.look_at(self.current.id)
        self._show()

    def _go_to_next(self) -> None:
        row = self.model.next_undecided(self.list.currentIndex().row())
        if row is None:
            self._say("notice", _("In none of these records is anything to be decided."))
        else:
            self.list.setCurrentIndex(self.model.index(row))

    @Slot()
    def _on_looked(self) -> None:
        self.leaving.take_focus()

    @Slot()
    def _on_terms(self) -> None:
        if self._project.terms is not None:
            TermsDialog(self._project.terms, self).open()

    @Slot(str)
    def _on_way(self, way: str) -> None:
        if way == JOIN:
            self.join_asked.emit()

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isVisible() and self.isAncestorOf(now):
            if now is self.sent.batches:
                self.message.give_way()  # it would lie over the deliveries that are read
            leaves = now is self.leaving.personal.list or now is self.leaving.text
            self.place_changed.emit("outbox" if now is self.list else "leaving" if leaves else "aside")
