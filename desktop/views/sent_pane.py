"""What has left: every delivery with its state, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from desktop.bridge.network import Standing
from desktop.flow import pause_words, why_not
from desktop.flow.delivery_rows import delivery_rows
from desktop.flow.quantities import count_text
from desktop.flow.receipt_words import ShownReceipt, has_receipt
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.views.parts import (
    EmptyState,
    HouseMenu,
    IconButton,
    KeyButton,
    beside,
    heading,
    name_headers,
    pane,
    plain_label,
)
from desktop.views.receipt_dialog import ReceiptDialog
from feedback_store.store import BatchRow

STATE = 3  # the column
LEAST = 72  # of the table: its head and a delivery, or what stands there instead


class SentPane(QWidget):
    """The table of deliveries, what can be asked for all of them, and the receipt of each, which `receipt_of` reads."""

    send_again_asked = Signal()
    save_asked = Signal()
    receipts_asked = Signal()
    statement_asked = Signal()

    def __init__(
        self, receipt_of: Callable[[BatchRow], ShownReceipt | None], *, joined: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._receipt_of = receipt_of
        self._joined = joined
        self._network: Standing = "open"
        self._pause: datetime | None = None
        self._rows: Sequence[BatchRow] = ()
        self.batches = QTableWidget(0, 4)
        self.batches.setObjectName("batches")
        self.batches.setAccessibleName(_("Deliveries"))
        name_headers(self.batches)
        self.batches.setHorizontalHeaderLabels([_("Delivery"), _("Records"), _("Signed"), _("State")])
        self.batches.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.batches.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.batches.setShowGrid(False)
        self.batches.setTabKeyNavigation(False)
        self.batches.setMinimumHeight(LEAST)
        self.batches.verticalHeader().hide()
        header = self.batches.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(STATE, QHeaderView.ResizeMode.Stretch)
        self._none = EmptyState("nothingSent", self.batches, inset=0, above=8, grows=True)
        self._arrived = plain_label("", role="secondary")
        self.again = KeyButton(_("Send again"), icon="rotate-cw", name="sendAgain", command="send_again")
        self.again.setToolTip(_("Releases, signs and sends anew what was in a stopped delivery and did not arrive."))
        self.again.clicked.connect(self.send_again_asked)
        self.save = KeyButton(_("Save as a file …"), icon="download", name="saveFile", command="save_deliveries")
        self.save.setToolTip(
            _("Signs what is released, and writes what has not arrived into one file; or all, when everything has.")
            if joined
            else _("Signs what is released, and writes every delivery of this project into one file.")
        )
        self.save.clicked.connect(self.save_asked)
        self.receipts = KeyButton(
            _("Read receipts …"), icon="shield-check", name="readReceipts", command="read_receipts"
        )
        self.receipts.setToolTip(_("Checks the receipts that the collector wrote for a file, and marks what arrived."))
        self.receipts.clicked.connect(self.receipts_asked)
        self.receipt = KeyButton(_("Receipt …"), icon="shield-check", name="showReceipt", command="show_receipt")
        self.receipt.setToolTip(_("What the collector has signed about the chosen delivery, checked anew."))
        self.receipt.clicked.connect(self._on_receipt)
        self.batches.itemSelectionChanged.connect(self._show_possible)
        self.batches.itemActivated.connect(self._on_receipt)
        self.statement = KeyButton(
            _("Work statement …"), icon="file-text", name="workStatement", command="work_statement"
        )
        self.statement.setToolTip(_("What was delivered, day by day, with the receipts that prove it."))
        self.statement.clicked.connect(self.statement_asked)
        self.more = IconButton("ellipsis", _("Receipts and work statement"), name="moreOfSent")
        self.more.clicked.connect(self._on_more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        buttons = (self.again, self.receipt, self.statement, self.save, self.receipts, self.more)
        head = heading(plain_label(_("Sent"), role="label"), self._arrived, right=buttons)
        column.addWidget(pane(head, beside(self.batches)))
        self.show_tight(False)

    @property
    def _asides(self) -> list[KeyButton]:
        """What is wanted seldom, as far as the project has it."""
        return [self.receipt, self.statement, self.receipts] if self._joined else [self.statement]

    def show_tight(self, tight: bool) -> None:
        """Where each line counts, what is wanted seldom moves into a menu: the head of the list is one line."""
        lost = any(button.hasFocus() for button in self._asides)
        self.more.setVisible(tight)
        for button in (self.receipt, self.statement, self.receipts):
            button.setVisible(not tight and button in self._asides)
        if tight and lost:
            self.more.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_more(self) -> None:
        menu = HouseMenu("sentMenu", self.more.accessibleName(), self)
        for button in self._asides:
            menu.entry(button.text(), key=button.hint, why_not=button.why_not).triggered.connect(button.click)
        menu.open_over(self.more)

    def show_network(self, standing: Standing) -> None:
        """Say of what waits that it waits for the network."""
        if standing != self._network:
            self._network = standing
            self.show_batches(self._rows)

    def show_pause(self, until: datetime | None) -> None:
        """Say of what waits until when its collector is left alone."""
        if until != self._pause:
            self._pause = until
            self.show_batches(self._rows)

    def show_batches(self, rows: Sequence[BatchRow]) -> None:
        """Show these deliveries, the newest first."""
        self._rows = rows
        self.batches.setRowCount(len(rows))
        if rows:
            self._none.hide()
        else:
            self._none.show_words(
                _("Nothing has left this computer"),
                _("Each delivery is listed here, with its receipt."),
            )
        for index, row in enumerate(delivery_rows(rows, self._sealed_text())):
            tips = {0: row.about_number, STATE: row.state}  # a state may be two sentences, in one line
            for column, text in enumerate((row.number, row.records, row.signed, row.state)):
                item = QTableWidgetItem(text)
                item.setToolTip(tips.get(column, ""))
                self.batches.setItem(index, column, item)
        delivered = sum(batch.state == "delivered" for batch in rows)
        self.statement.allow(why_not.work_stated(delivered=delivered > 0))
        self._show_possible()
        self._arrived.setText(
            ngettext("{} arrived", "{} arrived", delivered).format(count_text(delivered)) if rows else _("nothing yet")
        )

    def _sealed_text(self) -> str:
        """What is said of a delivery that is signed and not on its way."""
        if not self._joined:
            return _("Signed")
        waits = {
            "open": _("Waiting to be sent") if self._pause is None else pause_words.state_text(self._pause),
            "metered": _("Waiting for a connection that does not cost, or for “Sign and send”"),
            "offline": _("Waiting for the network"),
        }
        return waits[self._network]

    @property
    def chosen(self) -> BatchRow | None:
        """The delivery that is chosen; where none is, the newest of those that arrived."""
        row = self.batches.currentRow()
        if 0 <= row < len(self._rows):
            return self._rows[row]
        return next(filter(has_receipt, self._rows), None)

    @Slot()
    def _show_possible(self) -> None:
        self.receipt.allow(why_not.receipt_shown(arrived=has_receipt(self.chosen)))

    @Slot()
    def _on_receipt(self) -> None:
        shown = self._receipt_of(self.chosen) if self.chosen is not None else None
        if shown is not None:
            ReceiptDialog(shown, self.window()).open()
