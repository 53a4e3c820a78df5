"""The outbox: what would leave, word for word, and what has left, with its proof."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QListView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.flow import describing
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.qt_models.outbox_list import OutboxList
from desktop.views.doings import Doings, RoomKeys, by_button
from desktop.views.parts import (
    ElidedLabel,
    EmptyState,
    KeyButton,
    MessageBar,
    ReadText,
    beside,
    heading,
    pane,
    plain_label,
    split,
)
from desktop.views.record_delegate import RecordDelegate
from feedback_store.record_table import StoredRecord
from feedback_store.records import Judgement
from feedback_store.store import Store

SAVED, RELEASED, WAITING = "saved", "released", "waiting"


class OutboxPage(QWidget):
    """Releases, holds back, and asks for signing and sending; shows every batch and its state."""

    release_asked = Signal(object)  # tuple of ids
    hold_asked = Signal(object)
    send_asked = Signal()
    send_again_asked = Signal()  # what waits since its deliveries were stopped
    save_asked = Signal()  # as a file
    join_asked = Signal()
    bench_asked = Signal()

    def __init__(self, store: Store, project: str, address: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outbox")
        self.setAccessibleName(_("Outbox"))
        self._store = store
        self._project = project
        self._address = address
        self.model = OutboxList(store, describing.one_line, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setObjectName("toSend")
        self.list.setAccessibleName(_("To send"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(RecordDelegate(store.trainer, self.list))
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.selectionModel().currentChanged.connect(self._on_row)
        space = QShortcut(QKeySequence(Qt.Key.Key_Space), self.list)  # as a key it would only choose the chosen row
        space.setContext(Qt.ShortcutContext.WidgetShortcut)
        space.activated.connect(self._on_release)
        self.empty = EmptyState("nothingToSend", self.list)
        self.empty.asked.connect(self.bench_asked)
        self.text = ReadText("willLeave", _("What will leave"))
        self.batches = QTableWidget(0, 4)
        self.batches.setObjectName("batches")
        self.batches.setAccessibleName(_("Deliveries"))
        self.batches.setHorizontalHeaderLabels([_("Delivery"), _("Records"), _("Signed"), _("State")])
        self.batches.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.batches.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.batches.setShowGrid(False)
        self.batches.setTabKeyNavigation(False)
        self.batches.verticalHeader().hide()
        self.batches.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.batches.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.batches.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.none_sent = EmptyState("nothingSent", self.batches)
        self.message = MessageBar()
        self.message.setObjectName("outboxMessage")
        self._count = plain_label("", role="secondary")
        self._explained = _giving_way(ElidedLabel(_("exactly this text, and the judgement below it"), role="secondary"))
        self._goes_to = _giving_way(ElidedLabel("", "secondary", Qt.TextElideMode.ElideMiddle))
        self.join = KeyButton(_("Join a team's project …"), name="joinFromOutbox", command="join_project")
        self.join.clicked.connect(self.join_asked)
        self.join.setVisible(not address)
        self._sent = plain_label("", role="secondary")
        self.release = KeyButton(_("Release"), hint="Space", kind="normal")
        self.release.setObjectName("release")
        self.release.clicked.connect(self._on_release)
        self.release_all = KeyButton(_("Release all"), kind="quiet", name="releaseAll", command="release_all")
        self.release_all.clicked.connect(self._on_release_all)
        self.send = KeyButton(_("Sign and send"), command="main", kind="main")
        self.send.setObjectName("send")
        self.send.clicked.connect(self.send_asked)
        self.again = KeyButton(_("Send again"), icon="rotate-cw", name="sendAgain", command="send_again")
        self.again.setToolTip(_("Releases, signs and sends anew what was in a stopped delivery and did not arrive."))
        self.again.clicked.connect(self.send_again_asked)
        self.save = KeyButton(_("Save as a file …"), icon="download", name="saveFile", command="save_deliveries")
        self.save.setToolTip(_("Signs what is released, and writes every delivery of this project into one file."))
        self.save.clicked.connect(self.save_asked)
        self._sending = False
        self.doings: Doings = {
            "release_record": by_button(self.release),
            "release_all": by_button(self.release_all),
            "send_again": by_button(self.again),
            "save_deliveries": by_button(self.save),
        }
        RoomKeys("outbox", self.doings, self, self.list)
        self._lay_out()
        self.look()

    def look(self) -> None:
        """Show the outbox as it is now."""
        row = max(0, self.list.currentIndex().row())
        self.model.show_rows(self._store.outbox.unsent(self._project))
        self.list.setCurrentIndex(self.model.index(min(row, self.model.rowCount() - 1)))
        self._show_batches()
        self._show()

    def take_focus(self) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_sending(self, sending: bool) -> None:
        self._sending = sending
        self.send.setText(_("Sending …") if sending else _("Sign and send"))
        self._show_possible()

    def ask_to_send(self) -> None:
        """As the button: nothing happens while it is off."""
        if self.send.isEnabled():
            self.send_asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.ask_to_send()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        wait = pane(
            heading(plain_label(_("To send"), role="label"), self._count),
            self.list,
            heading(self.release_all, right=(self.send,)),
        )
        leave = pane(
            heading(plain_label(_("What will leave"), role="label"), self._explained, right=(self._goes_to, self.join)),
            beside(self.text),
            heading(right=(self.release,)),
        )
        sent = pane(
            heading(plain_label(_("Sent"), role="label"), self._sent, right=(self.again, self.save)),
            beside(self.batches),
        )
        upper = split(Qt.Orientation.Horizontal, wait, leave, sizes=(400, 760))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.message)
        layout.addWidget(split(Qt.Orientation.Vertical, upper, sent, sizes=(480, 240)), 1)

    def _show(self) -> None:
        count = self.model.rowCount()
        self._count.setText(
            ngettext("{} record", "{} records", count).format(count_text(count)) if count else _("nothing waits")
        )
        to = _("Goes to {address}").format(address=self._address) if self._address else _("No collector joined yet")
        self._goes_to.setText(to)
        if count:
            self.empty.hide()
        else:
            words = _("What you save on the bench waits here, and leaves only when you have released it.")
            self.empty.show_words(_("Nothing waits"), words, _("To the bench"))
        self._goes_to.setMinimumWidth(0 if self._address else self._goes_to.sizeHint().width())
        record = self.model.record(self.list.currentIndex().row())
        self.release.setEnabled(record is not None and record.way != WAITING)
        released = record is not None and record.way == RELEASED
        self.release.setText(_("Hold back") if released else _("Release"))
        self.text.show_parts(_parts(record) if record else ())
        self._explained.setVisible(record is not None)
        self._show_possible()

    def _show_possible(self) -> None:
        """What can be done with what is released and what is signed already."""
        ways = {row.way for row in self.model.rows}
        released = RELEASED in ways
        waiting = released or self._store.outbox.next_to_send(self._project) is not None
        self.send.setEnabled(bool(self._address) and waiting and not self._sending)
        self.again.setVisible(WAITING in ways)
        self.again.setEnabled(bool(self._address) and not self._sending)
        self.release_all.setEnabled(SAVED in ways)
        self.save.setEnabled(released or self.batches.rowCount() > 0)

    def _show_batches(self) -> None:
        rows = self._store.outbox.batches(self._project)[::-1]
        states = {
            "sealed": _("Waiting to be sent") if self._address else _("Signed"),
            "sending": _("On the way"),
            "delivered": _("Delivered"),
            "closed": _("Stopped"),
        }
        self.batches.setRowCount(len(rows))
        if rows:
            self.none_sent.hide()
        else:
            self.none_sent.show_words(
                _("Nothing has left this computer"),
                _("Each delivery is listed here, with its receipt as soon as the collector has answered."),
            )
        for index, batch in enumerate(rows):
            state = states[batch.state]
            if batch.returned:
                returned = ngettext("{} record returned", "{} records returned", batch.returned).format(
                    count_text(batch.returned)
                )
                state = f"{state}, {returned}"
            if batch.reason and batch.state != "delivered":
                state = f"{state}: {describing.stopped_text(batch.reason)}"
            texts = (str(batch.seq), count_text(batch.count), describing.when_text(batch.created_at), state)
            for column, text in enumerate(texts):
                self.batches.setItem(index, column, QTableWidgetItem(text))
        delivered = sum(batch.state == "delivered" for batch in rows)
        self._sent.setText(
            ngettext("{} arrived", "{} arrived", delivered).format(count_text(delivered)) if rows else _("nothing yet")
        )

    @Slot(QModelIndex, QModelIndex)
    def _on_row(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._show()

    @Slot()
    def _on_release(self) -> None:
        record = self.model.record(self.list.currentIndex().row())
        if record is not None:
            signal = self.hold_asked if record.way == RELEASED else self.release_asked
            signal.emit((record.id,))

    @Slot()
    def _on_release_all(self) -> None:
        ids = tuple(row.id for row in self.model.rows if row.way == SAVED)
        if ids:
            self.release_asked.emit(ids)


def _giving_way(label: ElidedLabel) -> ElidedLabel:
    """Words that take their own width, and give up their end first where there is no room."""
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return label


def _parts(record: StoredRecord) -> list[tuple[str, str]]:
    item = record.record
    if not isinstance(item, Judgement):
        return []
    prompt = "\n\n".join(message.content for message in item.prompt.messages)
    return [(_("Prompt"), prompt), (_("Verdict"), describing.verdict_text(item)), *describing.details(item)]
