"""The inbox: what browsers have handed over, read whole, put on the bench or discarded."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListView, QSizePolicy, QVBoxLayout, QWidget

from desktop.bridge.courier import Courier
from desktop.flow.draft import PromptDraft
from desktop.flow.inbox_desk import InboxDesk, parts_of, row_of, said_of
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from desktop.qt_models.inbox_list import InboxList
from desktop.views.doings import Doings, RoomKeys, by_button
from desktop.views.inbox_delegate import InboxDelegate
from desktop.views.parts import (
    ElidedLabel,
    EmptyState,
    KeyButton,
    Message,
    MessageBar,
    heading,
    pane,
    plain_label,
    split,
)
from desktop.views.parts.panes import ReadText, beside
from feedback_store.errors import StoreError
from feedback_store.inbox import Waiting

UNDO = "undo_inbox"


class InboxPage(QWidget):
    """`judge_asked` carries the draft that stands in a capture's place now."""

    judge_asked = Signal(object)  # Draft
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
        self.model = InboxList(self)
        self.list = QListView()
        self.list.setObjectName("inboxList")
        self.list.setAccessibleName(_("Answers that wait"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(InboxDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
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
        self.doings: Doings = {"discard_capture": by_button(self.discard)}
        RoomKeys("inbox", self.doings, self, self.list)
        left = pane(heading(plain_label(_("From your browsers"), role="label"), self._count), self.list, surface=False)
        head = heading(self._state, right=(self.judge, self.discard), longest=self.text.longest)
        right = pane(head, beside(self._note), beside(self.text))
        self.empty = EmptyState("inboxEmpty", right)
        self.empty.asked.connect(self.connect_asked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.message)
        layout.addWidget(split(Qt.Orientation.Horizontal, left, right, sizes=(440, 700)), 1)
        self._show()

    def look(self) -> None:
        """Show what waits now; the one that is read stays chosen, or the next in its place."""
        before, at = self.current, max(0, self.list.currentIndex().row())
        found = self._desk.waiting()
        self._waiting = {waiting.id: waiting for waiting in found}
        now = datetime.now(UTC)
        self.model.show_rows([row_of(waiting, now) for waiting in found])
        row = self.model.row_of(before.id) if before is not None else None
        self.list.setCurrentIndex(self.model.index(min(at if row is None else row, self.model.rowCount() - 1)))
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
    def discard_current(self) -> None:
        """Discard the capture; the notice has the way back."""
        waiting = self.current
        if waiting is not None:
            said = Message("notice", _("Discarded."), "", ((UNDO, _("Take it back")),))
            self._watch(self._desk.discard((waiting.id,)), lambda: self.message.show_message(said))

    def undo(self) -> None:
        """Take back what was discarded last."""
        undone = self._desk.undo()
        if undone is None:
            self.message.show_message(Message("notice", _("There is nothing to undo here.")))
            return
        self._watch(undone[1], self.message.clear)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self.discard_current()
        elif event.key() == Qt.Key.Key_Escape and not self.list.hasFocus():
            self.take_focus()
        else:
            super().keyPressEvent(event)

    # Inside

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
        waiting = self.current
        for button in (self.judge, self.discard):
            button.setEnabled(waiting is not None)
        self._state.setText(said_of(waiting, datetime.now(UTC)) if waiting is not None else "")
        self._note.setText(row_of(waiting, datetime.now(UTC)).note if waiting is not None else "")
        self._note.setVisible(bool(self._note.text()))
        self.text.show_parts(parts_of(waiting) if waiting is not None else ())

    @Slot(QModelIndex, QModelIndex)
    def _on_row(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._show()

    @Slot(str)
    def _on_way(self, way: str) -> None:
        if way == UNDO:
            self.undo()
