"""The records room: search, filter by state, read, open on the bench, withdraw."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QListView, QMessageBox, QVBoxLayout, QWidget

from desktop.flow import describing
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from desktop.qt_models.record_list import RecordList
from desktop.views.parts import KeyButton, Message, MessageBar, ReadText, beside, heading, pane, plain_label, split
from desktop.views.record_delegate import RecordDelegate
from feedback_store.errors import StoreError
from feedback_store.record_table import StoredRecord
from feedback_store.records import Judgement
from feedback_store.search import SearchQuery
from feedback_store.store import Store

STATES = ("", "saved", "released", "held", "sealed", "delivered", "returned", "withdrawn")
SEARCH_REST_MS = 60
INTO_THE_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RecordsPage(QWidget):
    """Finds and shows what was judged in one project."""

    open_asked = Signal(object)  # StoredRecord
    withdraw_asked = Signal(object)  # StoredRecord
    export_asked = Signal()

    def __init__(self, store: Store, project: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("records")
        self.setAccessibleName(_("Records"))
        self._project = project
        self.model = RecordList(store, describing.one_line, self)
        self.search = QLineEdit()
        self.search.setObjectName("search")
        self.search.setAccessibleName(_("Search records"))
        self.search.setPlaceholderText(_("Search prompts, answers and notes"))
        self.search.setClearButtonEnabled(True)
        self._rest = QTimer(self, interval=SEARCH_REST_MS, singleShot=True)
        self._rest.timeout.connect(self.look)
        self.search.textChanged.connect(self._on_typed)
        self.state = QComboBox()
        self.state.setObjectName("stateFilter")
        self.state.setAccessibleName(_("State"))
        for state in STATES:
            self.state.addItem(describing.state_text(state) if state else _("Every state"), state)
        self.state.currentIndexChanged.connect(self._on_filtered)
        self.list = QListView()
        self.list.setObjectName("recordList")
        self.list.setAccessibleName(_("Records found"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(RecordDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.activated.connect(self._on_activated)
        self.message = MessageBar()
        self.message.setObjectName("recordsMessage")
        self._count = plain_label("", role="secondary")
        self._title = plain_label("", role="label")
        self._title.setWordWrap(True)
        self._state = plain_label("", role="secondary")
        self._text = ReadText("recordText", _("The record"))
        self.open_button = KeyButton(_("Open on bench"), hint="↵", kind="normal")
        self.open_button.setObjectName("openRecord")
        self.open_button.clicked.connect(self._on_open)
        self.withdraw_button = KeyButton(_("Withdraw"), hint="Del", kind="normal")
        self.withdraw_button.setObjectName("withdrawRecord")
        self.withdraw_button.clicked.connect(self._on_withdraw)
        self.export = KeyButton(_("Export …"), kind="quiet", icon="download", name="export")
        self.export.setToolTip(_("The judgements of this project as training data."))
        self.export.clicked.connect(self.export_asked)
        self._lay_out()
        self.look()

    @property
    def current(self) -> StoredRecord | None:
        """The record that is read now."""
        return self.model.record(self.list.currentIndex())

    @Slot()
    def look(self) -> None:
        """Search anew; the record that is read stays chosen where it is still found."""
        before = self.current
        state = str(self.state.currentData() or "")
        query = SearchQuery(text=self.search.text(), project=self._project, states=(state,) if state else ())
        try:
            self.model.look_for(query)
        except StoreError as error:
            self.message.show_message(Message("error", sentence(error)))
            return
        found = self.model.total
        self._count.setText(ngettext("{} record", "{} records", found).format(found))
        row = max(0, self.model.row_of(before.id)) if before else 0
        self.list.setCurrentIndex(self.model.index(row))
        self._show(self.current)

    def take_focus(self) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self._on_withdraw()
        elif event.key() in INTO_THE_LIST and self.search.hasFocus():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def confirm_withdrawal(self, record: StoredRecord) -> bool:
        """Ask before taking a judgement back; the safe choice is the default."""
        box = QMessageBox(self)
        box.setObjectName("confirmWithdraw")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(_("Withdraw this judgement?"))
        box.setInformativeText(
            _("It stays in the history, and if it was delivered the collector is told with the next delivery.")
        )
        withdraw = box.addButton(_("Withdraw"), QMessageBox.ButtonRole.AcceptRole)
        keep = box.addButton(_("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.exec()
        return box.clickedButton() is withdraw and record is not None

    def _lay_out(self) -> None:
        find = pane(
            beside(self.search, self.state), heading(self._count, right=(self.export,)), self.list, surface=False
        )
        head = heading(self._state, right=(self.open_button, self.withdraw_button))
        read = pane(head, beside(self._title), beside(self._text))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.message)
        layout.addWidget(split(Qt.Orientation.Horizontal, find, read, sizes=(440, 700)), 1)

    def _show(self, record: StoredRecord | None) -> None:
        item = record.record if record is not None else None
        judged = isinstance(item, Judgement)
        self.open_button.setEnabled(judged)
        self.withdraw_button.setEnabled(judged)
        if record is None:
            empty = _("Nothing found.") if self.search.text() else _("Nothing judged yet. What you save appears here.")
            self._title.setText(empty)
            self._state.setText("")
            self._text.setPlainText("")
            return
        state = describing.state_text(record.state)
        version = _("Version {}").format(record.rev)
        self._state.setText(f"{state} · {version} · {describing.when_text(record.created_at)}")
        self._title.setText(record.title)
        if isinstance(item, Judgement):
            parts = [(_("Verdict"), describing.verdict_text(item)), *describing.details(item)]
            self._text.setPlainText("\n\n".join(f"{heading}\n{text}" for heading, text in parts))
        else:
            self._text.setPlainText(_("This judgement was withdrawn. Its versions are kept."))
        if record.reason:
            reason = describing.returned_text(record.reason)
            self._text.appendPlainText("\n" + _("Returned: {reason}").format(reason=reason))

    @Slot()
    def _on_typed(self) -> None:
        self._rest.start()

    @Slot(int)
    def _on_filtered(self, _index: int) -> None:
        self.look()

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self._show(self.model.record(current))

    @Slot(QModelIndex)
    def _on_activated(self, _index: QModelIndex) -> None:
        self._on_open()

    @Slot()
    def _on_open(self) -> None:
        record = self.current
        if record is not None and record.kind == "judgement":
            self.open_asked.emit(record)

    @Slot()
    def _on_withdraw(self) -> None:
        record = self.current
        if record is not None and record.kind == "judgement" and self.confirm_withdrawal(record):
            self.withdraw_asked.emit(record)
