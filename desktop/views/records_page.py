"""The records room: find, read, open on the bench, withdraw, erase; one beside another."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.bridge.newest import Job, Newest, Told
from desktop.flow import describing, keymap, sharing
from desktop.flow.marked_rows import Marked, Range
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from desktop.qt_models.record_list import PAGE, RecordList
from desktop.views.beside_dialog import BesideDialog
from desktop.views.doings import Doing, Doings, RoomKeys, by_button
from desktop.views.erase_dialog import EraseDialog
from desktop.views.link_question import ask_about_page
from desktop.views.parts import (
    EmptyState,
    IconButton,
    KeyButton,
    Message,
    MessageBar,
    MessageBelow,
    heading,
    pane,
    plain_label,
    split,
)
from desktop.views.parts.whole_end import whole_rows
from desktop.views.record_filters import RecordFilters
from desktop.views.record_reader import RecordReader
from desktop.views.record_rows import RecordRows
from feedback_store.errors import StoreError
from feedback_store.record_table import StoredRecord
from feedback_store.records import Judgement
from feedback_store.store import SearchQuery, Store

READ_SHARED = "read_shared"  # a command, and the way out of having nothing to compare with
AT_ONCE = 2000  # revisions in a profile that is searched while somebody waits: some milliseconds
SEEN = 12  # records of a list's first sight
INTO_THE_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True)
class Found:
    """The places of the records that a search found, the `first` ones of these records, and the rows of those that had
    been `asked` to stay marked.
    """

    places: array[int]
    first: list[StoredRecord]
    asked: Marked | None = None
    marked: tuple[Range, ...] = ()


class RecordsPage(QWidget):
    """Finds and shows what was judged in one project; each search is made beside the window."""

    open_asked = Signal(object)  # StoredRecord
    withdraw_asked = Signal(object)  # Marked
    reinstate_asked = Signal(object)  # Marked
    anew_asked = Signal(object, object)  # two StoredRecords of the same answers
    erase_asked = Signal(object)  # ids of records
    tags_asked = Signal(object)  # Marked
    black_out_asked = Signal(object)  # StoredRecord
    guideline_asked = Signal(object)  # StoredRecord
    export_asked = Signal()
    shared_asked = Signal()  # a colleague's file
    bench_asked = Signal()
    place_changed = Signal(str)  # whose keys the status line shows

    def __init__(self, store: Store, project: str, searching: Newest[Found], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("records")
        self.setAccessibleName(_("Records"))
        self._store = store
        self._project = project
        self.model = RecordList(
            store, lambda record: describing.one_line(record, store.trainer, self.reader.names), self
        )
        self.finder = RecordFilters(store, project)
        self.finder.changed.connect(self._on_typed)
        self._searching = searching
        self._stale = True  # what is shown is not what would be found now
        self.list = RecordRows(store.trainer)
        self.list.setObjectName("recordList")
        self.list.setAccessibleName(_("Records found"))
        self.list.setModel(self.model)
        self._whole = whole_rows(self.list)
        self.list.setSelectionMode(RecordRows.SelectionMode.ExtendedSelection)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.activated.connect(self._on_activated)
        self.message = MessageBar()
        self.message.setObjectName("recordsMessage")
        self.message.chosen.connect(self._on_message_way)
        self._count = plain_label("", role="secondary")
        self.reader = RecordReader(store.trainer, store.inbox.as_it_came)
        self.empty = EmptyState("noRecords", self.reader)
        self.empty.asked.connect(self._on_way_on)
        self.reader.open_asked.connect(self._on_open)
        self.reader.withdraw_asked.connect(self._on_withdraw)
        self.reader.reinstate_asked.connect(self._on_reinstate)
        self.reader.guideline_asked.connect(self.guideline_asked)
        self.shared = IconButton("inbox", _("Read a colleague's judgements …"), name="readShared")
        self.shared.clicked.connect(self.shared_asked)
        self.export = KeyButton(_("Export …"), kind="quiet", icon="download", name="export", command="export_records")
        self.export.setToolTip(_("The judgements of this project as training data."))
        self.export.clicked.connect(self.export_asked)
        self.doings: Doings = {
            "filter_records": by_button(self.finder.filter),
            "clear_filters": Doing(self.finder.clear_filters, lambda: self.finder.filtered),
            "open_record": by_button(self.reader.open_button, self._why_not("open_record")),
            "withdraw_record": Doing(self._on_withdraw, self._any_judged, self._why_not("withdraw_record")),
            "reinstate_record": by_button(self.reader.reinstate_button, self._why_not("reinstate_record")),
            "record_changes": by_button(self.reader.changes, self._why_not("record_changes")),
            "record_guideline": by_button(self.reader.guideline, self._why_not("record_guideline")),
            "record_beside": Doing(self._on_beside, lambda: self.reader.judged, self._why_not("record_beside")),
            "record_tags": Doing(self._on_tags, self._any_judged, self._why_not("record_tags")),
            "record_black_out": Doing(
                self._on_black_out, lambda: self.reader.judged and self.reader.own, self._why_not("record_black_out")
            ),
            "record_page": Doing(self._on_page, lambda: bool(self.reader.page_address), self._why_not("record_page")),
            "erase_record": Doing(self._on_erase, lambda: self.reader.there, self._why_not("erase_record")),
            "export_records": by_button(self.export),
            READ_SHARED: by_button(self.shared),
        }
        self.reader.doings = self.doings
        keyed = (self.reader.open_button, self.reader.withdraw_button)
        RoomKeys("records", self.doings, self, self.list, more=keyed).refused.connect(self._on_refused)
        self._lay_out()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)
        self.reader.show_record(())

    @property
    def current(self) -> StoredRecord | None:
        """The record that is read now."""
        return self.model.record(self.list.currentIndex())

    @Slot()
    def look(self) -> None:
        """Search anew, at the latest when the room is seen: nobody waits for what a hidden one would find.

        What is read and what is marked stays so where it is still found.
        """
        self._stale = not self.isVisible()
        if not self._stale:
            self._look(self._searching.start)

    def showEvent(self, event: QShowEvent) -> None:
        """Of a usual profile the records stand there at once: keys may be typed already to what is read first."""
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self._look(self._searching.start if self._store.records.are_over(AT_ONCE) else self._searching.at_once)

    def _look(self, start: Callable[[Job[Found], Told[Found]], None]) -> None:
        self.reader.names = self.list.delegate.names = sharing.names(self._store)
        query, marked = self.finder.asked().query, self.marked
        start(lambda: self._find(query, marked), self._show_found)

    @property
    def marked(self) -> Marked:
        """What is marked in the list; no record is read for it."""
        return self.model.marked(self.list.selectionModel().selection())

    @Slot()
    def _on_typed(self) -> None:
        query = self.finder.asked().query
        self._searching.start(lambda: self._find(query), self._show_found)

    def _find(self, query: SearchQuery, marked: Marked | None = None) -> Found:
        """On a thread: words that most records have take a tenth of a second in 100,000."""
        found = self._store.search(query)
        first = self._store.at(found[:PAGE])
        for each in first[:SEEN]:
            if each.erased_at is None:
                _ = each.record  # decoded, for when it is painted
        if marked is None or marked.count < 2:
            return Found(found, first, marked)
        return Found(found, first, marked, marked.among(found, self._store.records.newest_places))

    def _show_found(self, done: Future[Found]) -> None:
        before = self.current
        try:
            found = done.result()
        except StoreError as error:
            self.message.show_message(Message("error", sentence(error)))
            return
        if found.asked is not None and found.asked.ranges != self.marked.ranges:
            self.look()  # others were marked meanwhile
            return
        self.model.show_found(found.places, found.first)
        rows = self.model.rowCount()
        self._count.setText(ngettext("{} record", "{} records", rows).format(count_text(rows)))
        row = max(0, self.model.row_of(before.id)) if before else 0
        flags = QItemSelectionModel.SelectionFlag
        chosen = self.list.selectionModel()  # not the view's own way, which asks which keys are held down just now
        chosen.setCurrentIndex(self.model.index(row), flags.ClearAndSelect)
        if found.marked:
            chosen.select(self.model.selection(found.marked), flags.Select)
        if not rows:
            self._show(None)  # else the row that is current now has shown it

    def take_focus(self) -> None:
        self.finder.take_focus()

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        """In the search letters are words; the keys of a record are shown where they act, and by what it is."""
        if now is not None and self.isVisible() and self.isAncestorOf(now):
            here = "withdrawn" if self.reader.withdrawn and self.marked.count < 2 else "records"
            self.place_changed.emit("finding" if now is self.finder.search else here)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self._on_withdraw()
        elif event.key() in INTO_THE_LIST and self.finder.search.hasFocus():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _why_not(self, command: str) -> Callable[[], str]:
        return lambda: self.reader.why_not(command)

    @Slot(str)
    def _on_refused(self, why: str) -> None:
        self.message.show_message(Message("notice", why))

    def _any_judged(self) -> bool:
        """Whether a judgement that counts is read or marked."""
        if self.reader.judged:
            return True
        marked = self.marked
        return marked.count > 1 and self._store.records.any_judged(marked.taken)

    def _lay_out(self) -> None:
        find = pane(
            self.finder,
            heading(self._count, right=(self.finder.filter, self.shared, self.export)),
            self.list,
            surface=False,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        room = split(Qt.Orientation.Horizontal, find, self.reader, sizes=(440, 700))
        layout.addWidget(MessageBelow(room, self.message))

    def _show(self, record: StoredRecord | None) -> None:
        versions = self._store.records.history(record.id)[::-1] if record is not None else []
        self.reader.show_record(versions)
        self._on_focus(None, QApplication.focusWidget())
        if record is not None:
            self.empty.hide()
        elif self.finder.typed:
            self.empty.show_words(_("Nothing found"), _("Try fewer words or filters."), _("Show every record"))
        else:
            words = _(
                "What you save on the bench appears here. Judgements of another program are brought in with: "
                "preceptor records import FILE"
            )
            self.empty.show_words(_("Nothing judged yet"), words, _("To the bench"))

    @Slot()
    def _on_way_on(self) -> None:
        """Out of an empty list: everything again, or to where records are made."""
        if self.finder.typed:
            self.finder.search.clear()
            self.take_focus()
        else:
            self.bench_asked.emit()

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        record = self.model.record(current)
        self.message.look_at(record.id if record is not None else "")
        self._show(record)

    @Slot(QModelIndex)
    def _on_activated(self, _index: QModelIndex) -> None:
        self._on_open()

    @Slot()
    def _on_open(self) -> None:
        record = self.current
        if record is not None and self.reader.open_button.isEnabled():
            self.open_asked.emit(record)

    @Slot()
    def _on_withdraw(self) -> None:
        self.withdraw_asked.emit(self.marked)

    @Slot()
    def _on_reinstate(self) -> None:
        self.reinstate_asked.emit(self.marked)

    @Slot(str)
    def _on_message_way(self, way: str) -> None:
        if way == READ_SHARED:
            self.shared_asked.emit()

    @Slot()
    def _on_beside(self) -> None:
        """The record that is read beside another judgement of its answers: yours of before, or somebody else's."""
        mine = self.current
        item = mine.record if mine is not None and mine.erased_at is None else None
        if mine is None or not isinstance(item, Judgement):
            return
        others = [each for each in self._store.records.of_comparison(item.comparison.id) if each.id != mine.id]
        if not others:
            words = _("There is no other judgement of these answers here.")
            key = keymap.current().shown(READ_SHARED)
            ways = ((READ_SHARED, _("Read a colleague's file …"), key),)
            self.message.show_message(Message("notice", words, ways=ways, about=mine.id))
            return
        dialog = BesideDialog(mine, others, self._store.trainer, self, names=sharing.names(self._store))
        dialog.anew.connect(self.anew_asked)
        dialog.open()

    @Slot()
    def _on_tags(self) -> None:
        self.tags_asked.emit(self.marked)

    @Slot()
    def _on_erase(self) -> None:
        """One record for good, and those with the same text that are chosen beside it."""
        record = self.current
        if record is None or record.erased_at is not None:
            return
        dialog = EraseDialog(record, self._store.records.same_text(record.id), self._store.trainer, self)
        dialog.chosen.connect(self.erase_asked)
        dialog.open()

    @Slot()
    def _on_page(self) -> None:
        item = self.reader.shown.record if self.reader.shown is not None else None
        if isinstance(item, Judgement) and item.context.page is not None:
            reopened = partial(self._store.reopened.keep, item.context.pairing, item.context.page)
            ask_about_page(self, self.reader.page_address, reopened)

    @Slot()
    def _on_black_out(self) -> None:
        record = self.current
        if record is not None and record.kind == "judgement" and record.erased_at is None:
            self.black_out_asked.emit(record)
