"""The inbox: what browsers have handed over, read whole, put on the bench or discarded."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListView, QSizePolicy, QVBoxLayout, QWidget

from desktop.bridge.courier import Courier
from desktop.flow import keymap, why_not
from desktop.flow.capture_turns import Turns, turns_of
from desktop.flow.draft import PromptDraft
from desktop.flow.inbox_desk import Accepting, InboxDesk, Undone, cannot_join, parts_of, row_of, said_of
from desktop.flow.page_address import address
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from desktop.qt_models.inbox_list import InboxList
from desktop.views.accepting_line import AcceptingLine
from desktop.views.capture_dialog import CaptureDialog
from desktop.views.doings import Doing, Doings, RoomKeys, by_button
from desktop.views.inbox_delegate import InboxDelegate
from desktop.views.link_question import ask_about_page
from desktop.views.parts import (
    ElidedLabel,
    EmptyState,
    HouseMenu,
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
from desktop.views.parts.panes import ReadText, beside
from desktop.views.parts.whole_end import whole_rows
from feedback_store.errors import StoreError
from feedback_store.inbox import Waiting

UNDO = "undo_inbox"
TO_BENCH = "bench"
SELECT = QItemSelectionModel.SelectionFlag.Select


class InboxPage(QWidget):
    """`judge_asked` carries the draft that stands in a capture's place now, `accepted` the first of several."""

    judge_asked = Signal(object)  # Draft
    accepted = Signal(object)  # Draft
    bench_asked = Signal()
    connect_asked = Signal()
    place_changed = Signal(str)

    def __init__(
        self, desk: InboxDesk, settings: Callable[[], PromptDraft], courier: Courier, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inbox")
        self.setAccessibleName(_("Inbox"))
        self._desk, self._settings, self._courier = desk, settings, courier
        self._waiting: dict[str, Waiting] = {}
        self._accepting: Accepting | None = None
        self._shown: Waiting | None = None
        self.model = InboxList(self)
        self.list = QListView()
        self.list.setObjectName("inboxList")
        self.list.setAccessibleName(_("Answers that wait"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(InboxDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._whole = whole_rows(self.list)
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.list.selectionModel().currentChanged.connect(self._on_row)
        self.list.activated.connect(self.judge_current)
        self.text = ReadText("inboxText", _("The answer, with what was asked"))
        self.message = MessageBar()
        self.message.setObjectName("inboxMessage")
        self.message.chosen.connect(self._on_way)
        self._count = plain_label("", role="secondary")
        self._state = ElidedLabel(role="secondary")  # a page's title is as long as it likes
        self._state.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._note = plain_label("", role="secondary", wrap=True, name="inboxNote")
        self.judge = KeyButton(_("Judge it"), command="main", kind="main", name="judgeCapture")
        self.judge.clicked.connect(self.judge_current)
        self.discard = KeyButton(_("Discard"), command="discard_capture", name="discardCapture")
        self.discard.clicked.connect(self.discard_current)
        self.all = KeyButton(_("Judge all"), command="accept_captures", kind="quiet", name="acceptCaptures")
        self.all.clicked.connect(self.accept_all)
        self.more = IconButton("ellipsis", _("More for this answer"), name="moreCapture")
        self.more.clicked.connect(self._on_more)
        self.line = AcceptingLine()
        self.line.stopped.connect(self._on_stopped)
        self.doings: Doings = {
            "accept_captures": by_button(self.all),
            "discard_capture": by_button(self.discard),
            "edit_capture": Doing(self.edit_current, lambda: self.current is not None),
            "open_capture": Doing(self.open_current, lambda: bool(self._address)),
            "join_captures": Doing(self.join_marked, lambda: len(self._marked) == 2),
        }
        RoomKeys("inbox", self.doings, self, self.list)
        title = plain_label(_("From your browsers"), role="label")
        left = pane(heading(title, self._count, right=(self.all,)), self.line, self.list, surface=False)
        head = heading(self._state, right=(self.judge, self.discard, self.more), longest=self.text.longest)
        right = pane(head, beside(self._note), beside(self.text))
        self.empty = EmptyState("inboxEmpty", right)
        self.empty.asked.connect(self.connect_asked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        room = split(Qt.Orientation.Horizontal, left, right, sizes=(440, 700))
        layout.addWidget(MessageBelow(room, self.message))
        self._show()

    def look(self) -> None:
        """Show what waits now; the one that is read stays chosen, or the next in its place."""
        before, at = self.current, max(0, self.list.currentIndex().row())
        marked = {each.id for each in self._marked}
        found = self._desk.waiting()
        self._waiting = {waiting.id: waiting for waiting in found}
        now = datetime.now(UTC)
        self.model.show_rows([row_of(waiting, now) for waiting in found])
        row = self.model.row_of(before.id) if before is not None else None
        self.list.setCurrentIndex(self.model.index(min(at if row is None else row, self.model.rowCount() - 1)))
        if len(marked) > 1:
            for number, each in enumerate(found):
                if each.id in marked:
                    self.list.selectionModel().select(self.model.index(number), SELECT)
        self._show()

    def take_focus(self) -> None:
        if self.model.rowCount():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.empty.take_focus()

    @property
    def current(self) -> Waiting | None:
        """The capture that is read."""
        row = self.list.currentIndex().row()
        return self._waiting.get(self.model.rows[row].id) if 0 <= row < len(self.model.rows) else None

    @Slot()
    def judge_current(self) -> None:
        """Put the capture on the bench."""
        waiting = self.current
        if waiting is None:
            return
        draft, done = self._desk.take(waiting, self._settings())
        self._watch(done, lambda: self.judge_asked.emit(draft))

    @Slot()
    def accept_all(self) -> None:
        """Put all that are shown on the bench, one after the other; those that are not judged yet can come back."""
        if self._accepting is None and self._waiting:
            shown = [self._waiting[row.id] for row in self.model.rows]
            self._accepting = accepting = self._desk.accepting(shown, self._settings())
            self.all.allow(why_not.all_judged(waits=True, accepting=True))
            accepting.begin(self._courier.post, self._on_accepted)

    @Slot()
    def edit_current(self) -> None:
        """Put the turns of the capture right; what came stays as it is beside them."""
        waiting = self.current
        if waiting is None:
            return

        def keep(turns: Turns) -> None:
            self._watch(self._desk.edit(waiting, turns), lambda: self._tell(_("The turns are kept as you have them.")))

        dialog = CaptureDialog(turns_of(waiting.capture), turns_of(waiting.original), self.window())
        dialog.kept.connect(keep)
        dialog.open()

    @Slot()
    def open_current(self) -> None:
        """Ask whether the page of the capture is to be opened, where its address was kept."""
        waiting = self.current
        if waiting is not None:
            ask_about_page(self, self._address, partial(self._desk.reopened, waiting))

    @Slot()
    def join_marked(self) -> None:
        """Make one of two captures that are parts of one conversation."""
        marked = self._marked
        if len(marked) != 2:
            self.message.show_message(Message("notice", _("Mark the two parts of one conversation, then join them.")))
            return
        refusal = cannot_join(*marked)
        if refusal:
            self.message.show_message(Message("warning", refusal))
            return
        done = self._desk.join(*marked)
        self._watch(done, lambda: self._tell(_("Joined. What both parts held stands there once.")))

    @Slot()
    def discard_current(self) -> None:
        """Discard the marked captures; the notice has the way back."""
        ids = tuple(each.id for each in self._marked) or ((self.current.id,) if self.current else ())
        if ids:
            words = ngettext("Discarded.", "{} answers discarded.", len(ids)).format(count_text(len(ids)))
            self._watch(self._desk.discard(ids), lambda: self._tell(words))

    def undo(self) -> None:
        """Take back what was done last."""
        undone = self._desk.undo()
        if undone is None:
            self.message.show_message(Message("notice", _("There is nothing to undo here.")))
            return
        undone.then(lambda: self._courier.post(lambda: self._on_undone(undone)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self.discard_current()
        elif event.key() == Qt.Key.Key_Escape and self._accepting is not None:
            self._on_stopped()
        elif event.key() == Qt.Key.Key_Escape and not self.list.hasFocus():
            self.take_focus()
        else:
            super().keyPressEvent(event)

    # Inside

    @property
    def _marked(self) -> list[Waiting]:
        """The captures that are marked in the list, from the top."""
        rows = sorted(index.row() for index in self.list.selectionModel().selectedIndexes())
        return [self._waiting[self.model.rows[row].id] for row in rows if row < len(self.model.rows)]

    @property
    def _address(self) -> str:
        waiting = self.current
        if waiting is None:
            return ""
        return address(waiting.capture.page.url, waiting.capture.selectors, (waiting.capture.response,))

    def _tell(self, words: str) -> None:
        self.message.show_message(Message("notice", words, "", ((UNDO, _("Take it back")),)))

    def _on_accepted(self) -> None:
        """One more is on the bench, or all are."""
        accepting = self._accepting
        if accepting is None:
            return
        taken = len(accepting.taken)
        self.line.show_progress(accepting.count if accepting.ended else taken, accepting.count)
        if not accepting.ended:
            return
        self._accepting = None
        words = ngettext("{} answer waits on the bench.", "{} answers wait on the bench, one after another.", taken)
        ways = ((TO_BENCH, _("To the bench")), (UNDO, _("Take it back")))
        if accepting.error is not None:
            self.message.show_message(Message("error", sentence(accepting.error), "", ways[1:] if taken else ()))
        elif taken:
            self.message.show_message(Message("success", words.format(count_text(taken)), "", ways))
        if taken:
            self.accepted.emit(accepting.taken[-1][1])
        self.look()

    @Slot()
    def _on_stopped(self) -> None:
        if self._accepting is not None:
            self._accepting.cancel()

    def _on_undone(self, undone: Undone) -> None:
        errors = [each.exception() for each in undone.work]
        for error in errors:
            if isinstance(error, StoreError):
                self.message.show_message(Message("error", sentence(error)))
            elif error is not None:
                raise error
        if not any(errors):
            self.message.clear()
            if undone.stayed:
                words = ngettext(
                    "{} answer is being judged already and stays on the bench.",
                    "{} answers are being judged already and stay on the bench.",
                    undone.stayed,
                )
                self.message.show_message(Message("notice", words.format(count_text(undone.stayed))))
        self.look()

    @Slot()
    def _on_more(self) -> None:
        menu = HouseMenu("captureMenu", self.more.accessibleName(), self)
        for command, text, why in (
            ("edit_capture", _("Edit the turns …"), why_not.judged_from_inbox(chosen=self.current is not None)),
            ("join_captures", _("Join the two marked parts"), why_not.captures_joined(marked=len(self._marked))),
            ("open_capture", _("Open its page again …"), why_not.page_opened(kept=bool(self._address))),
        ):
            action = menu.entry(text, key=keymap.current().shown(command), name=command, why_not=why)
            action.triggered.connect(self.doings[command].do)
        menu.open_under(self.more)

    def _watch(self, done: Future[None], then: Callable[[], None]) -> None:
        def ended() -> None:
            error = done.exception()
            if isinstance(error, StoreError):
                self.message.show_message(Message("error", sentence(error)))
            elif error is not None:
                raise error
            else:
                then()
            self.look()

        done.add_done_callback(lambda _done: self._courier.post(ended))

    def _show(self) -> None:
        count, here = self.model.rowCount(), self.list.hasFocus()
        at_way = self.empty.has_focus  # what comes is read next: Space is no press of a button that goes
        self._count.setText(ngettext("{} answer", "{} answers", count).format(count_text(count)) if count else "")
        if count:
            self.empty.hide()
        else:
            self.empty.show_words(
                _("Nothing waits"),
                _("An answer on any web page comes here when you press Preceptor's button in a connected browser."),
                _("Connect a browser …"),
            )
        # Nothing to go through: a ring around nothing would run into the window's edge.
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus if count else Qt.FocusPolicy.NoFocus)
        if here and not count:
            self.empty.take_focus()
        elif at_way and count:
            self.take_focus()
        waiting = self.current
        for button in (self.judge, self.discard, self.more):
            button.allow(why_not.judged_from_inbox(chosen=waiting is not None))
        self.all.allow(why_not.all_judged(waits=bool(count), accepting=self._accepting is not None))
        self._state.setText(said_of(waiting, datetime.now(UTC)) if waiting is not None else "")
        self._note.setText(row_of(waiting, datetime.now(UTC)).note if waiting is not None else "")
        self._note.setVisible(bool(self._note.text()))
        if waiting != self._shown:  # others come while one is read: its place in the text stays
            self._shown = waiting
            self.text.show_parts(parts_of(waiting) if waiting is not None else ())

    @Slot(QModelIndex, QModelIndex)
    def _on_row(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._show()

    @Slot(str)
    def _on_way(self, way: str) -> None:
        if way == UNDO:
            self.undo()
        elif way == TO_BENCH:
            self.bench_asked.emit()
