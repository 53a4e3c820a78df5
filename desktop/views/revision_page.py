"""Rewriting an answer: the question, the original beside the trainer's version, and the list of every change.

What stands beside them (points, a model that rewrites, the way out) is revision_side.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.comparing import Compared, Comparing
from desktop.flow import keymap
from desktop.flow.draft import RevisionDraft
from desktop.flow.ranking import letter
from desktop.flow.rewriting import marking, with_text
from desktop.flow.word_diff import Change, change_after, change_at, count_words
from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.changes_part import FOLDED_BELOW, ChangesPart
from desktop.views.parts import DiffRun, DiffText, RevisionText, plain_label, polish_all
from desktop.views.parts.key_names import key_name
from desktop.views.parts.measure import shortest_line
from desktop.views.point_list import lets_go
from desktop.views.question_part import QuestionPart
from desktop.views.revision_side import RevisionSide

REST_MS = 150
MARGIN = 8  # of both texts: room for the bars beside changed paragraphs
READY = 12  # points
TALL = 700  # px, from which on the question is opened at first, and the side says all


class RevisionPage(QWidget):
    """Edits one RevisionDraft; tells every change of it, and when it is kept or dropped.

    `edited` carries the RevisionDraft, and the name of what is being typed; "" for a step of its own.
    """

    edited = Signal(object, str)
    kept = Signal()
    dropped = Signal()

    def __init__(self, comparing: Comparing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("revisionPage")
        self.setAccessibleName(_("Rewriting"))
        self._comparing = comparing
        self._original = ""
        self._value: RevisionDraft | None = None
        self._compared: Compared | None = None
        self._showing = self._blind = self._apart = False
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._on_rest)
        self.question = QuestionPart()
        self.original = DiffText("deleted")
        self.original.document().setDocumentMargin(MARGIN)
        self.original.setObjectName("original")
        self.original.setAccessibleName(_("Original"))
        self.version = RevisionText()
        self.version.setObjectName("revisionText")
        self.version.document().setDocumentMargin(MARGIN)
        self.version.setAccessibleName(_("Your version"))
        self.version.textChanged.connect(self._on_text)
        self.version.cursorPositionChanged.connect(self._on_caret)
        self.changes = ChangesPart()
        self.changes.list.passed.connect(self._on_passed)
        self.changes.list.activated_row.connect(self._on_row)
        self.changes.list.put_back_asked.connect(self._on_put_back)
        self.changes.list.left.connect(self.take_focus)
        self.side = RevisionSide()
        self.side.changed.connect(self._on_side)
        self.side.kept.connect(self.keep)
        self.side.points.left.connect(self.take_focus)
        self.side.dropped.connect(self.dropped)
        self._title = plain_label("", role="label", field=self.original)
        for field in (self.version, self.side.point, self.side.summary):
            field.installEventFilter(self)
        self._lay_out()

    def show_revision(self, original: str, revision: RevisionDraft, position: int, *, blind: bool) -> None:
        """Show a revision of the answer at `position`."""
        self._original, self._value, self._blind = original, revision, blind
        self._showing = True
        try:
            self._title.setText(_("Original {}").format(letter(position)))
            self.original.set_text(original)
            if self.version.text() != revision.text:
                self.version.set_text(revision.text)
            self.side.show_revision(revision)
        finally:
            self._showing = False
        self._on_rest()

    @Slot()
    def make_ready(self) -> None:
        """Do while nobody waits what is done once: dress all parts, and have rows for the points of most answers."""
        self.side.points.make_ready(READY)
        polish_all(self)

    def fit_into(self, size: QSize) -> None:
        """Before it is shown in this size: its parts are laid out once then, and not at first as they stood last."""
        self.resize(size)
        self._fit()

    @property
    def value(self) -> RevisionDraft | None:
        """The revision as it stands here."""
        return self._value

    @Slot()
    def take_focus(self) -> None:
        self.version.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def keep(self) -> None:
        """Keep the version as it stands and go back to the answers."""
        self._rest.stop()
        self.side.settle()
        self.kept.emit()

    def do(self, command: str) -> None:
        """Do a command of this place."""
        if command == "put_back":
            self._when_compared(self._put_back_near)
        elif command == "new_point":
            self.side.point.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif command == "model_rewrite":
            self.side.rewrite.press()
        elif command == "question":
            self.question.turn()
        elif command == "changes":
            self.changes.go()

    def follow(self, revision: RevisionDraft, *, writing: bool) -> None:
        """Show the revision as a model or an undo made it; while a model writes nobody else does."""
        if writing and not self.version.isReadOnly():
            self.take_focus()
        self.version.setReadOnly(writing)
        self.side.lock(writing)
        before, self._value = self._value, revision
        if before is not None and revision != before:
            self._showing = True
            try:
                if revision.text != before.text:
                    theirs = writing or self.version.taking
                    (self.version.take if theirs else self.version.become)(revision.text)
                    self._show_runs(())
                self.side.show_revision(revision)
            finally:
                self._showing = False
        if writing:
            self._compared = None
            self.changes.show_none(_("What is changed is listed when the model has ended."))
        else:
            self.version.settle()
            self._rest.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._key(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            document = self.version.document()
            own = watched is not self.side.point and (document.isUndoAvailable() or document.isRedoAvailable())
            return not own and watched is not self.side.summary and lets_go(event)
        return event.type() == QEvent.Type.KeyPress and self._key(event)

    def _key(self, event: QKeyEvent) -> bool:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key = key_name(event)
        command = keymap.current().at("revision", key)
        if command == "tick_point":
            return self.side.tick(keymap.current().digit(command, key) or 0)
        if command in ("next_change", "previous_change"):
            self._when_compared(lambda: self._step(forward=command == "next_change"))
        elif command is not None:
            self.do(command)
        elif event.key() == Qt.Key.Key_Escape or (control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)):
            self.keep()
        else:
            return False
        return True

    def _lay_out(self) -> None:
        texts = self._texts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for title, widget in (
            (self._title, self.original),
            (plain_label(_("Your version"), role="label", field=self.version), self.version),
        ):
            texts.addWidget(_card(title, widget), 1)
        inside = self._inside = QVBoxLayout()
        inside.addLayout(texts, 1)
        inside.addWidget(self.changes)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.question)
        left.addLayout(inside, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(left, 1)
        layout.addWidget(self.side)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.layout() is not None:
            self._fit()

    def _fit(self) -> None:
        """The side as wide as it asks, and both texts beside each other while their lines can be read.

        The side gives up width for that: one above the other they are too low in a short window.
        """
        around = 3 * 12 + 2 * 4 * MARGIN
        self.side.fit(self.width() - around - 2 * shortest_line())
        self.side.show_tall(self.height() >= TALL)
        self.question.fit(self.height(), tall=self.height() >= TALL)
        low = round(self.height() / current_theme().zoom)
        self.changes.fit(low)
        around_texts = 12 if low >= FOLDED_BELOW else 6  # px: in a very low page each line counts
        self._inside.setContentsMargins(12, around_texts, 12, around_texts)
        for row in (self._inside, self._texts):
            row.setSpacing(around_texts)
        line = (self.width() - self.side.width() - around) // 2
        one, two = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._texts.setDirection(two if line >= shortest_line() else one)

    # The changes

    def _when_compared(self, act: Callable[[], None]) -> None:
        """Act on the changes as they are now: at once, or once a long text was compared."""
        if self.version.isReadOnly():
            return
        self._rest.stop()
        compared, text = self._compared, self.version.text()
        if compared is not None and (compared.original, compared.revised) == (self._original, text):
            act()
        else:
            self._compare(text, act)

    def _compare(self, text: str, act: Callable[[], None] | None = None) -> None:
        def told(compared: Compared) -> None:
            if (compared.original, compared.revised) == (self._original, self.version.text()):
                self._show_compared(compared)
                if act is not None:
                    act()

        self._comparing.start(self._original, text, told)

    def _show_compared(self, compared: Compared) -> None:
        self._compared = compared
        self._show_runs(compared.diff.changes)
        self.changes.show_changes(compared, self._at_caret())
        self.side.show_counts(compared.diff, count_words(compared.revised))

    def _show_runs(self, changes: Sequence[Change]) -> None:
        self.original.show_runs([DiffRun(*change.original) for change in changes])
        self.version.show_runs([DiffRun(*change.revised) for change in changes])

    @property
    def _changes(self) -> tuple[Change, ...]:
        return self._compared.diff.changes if self._compared is not None else ()

    def _at_caret(self) -> int | None:
        return change_at(self._changes, self.version.place())

    def _step(self, *, forward: bool) -> None:
        """Go to the next change from the caret, or the one before it; round at the ends."""
        found = change_after(self._changes, self.version.place(), forward=forward)
        if found is not None:
            self._go_to(found)

    def _go_to(self, index: int) -> None:
        """Both texts at a change."""
        change = self._changes[index]
        self.original.show_place(change.original[0])
        self.version.go_to(change.revised[0])
        self.changes.mark(index)

    def _put_back_near(self) -> None:
        """Undo the change at the caret, or the nearest one."""
        place = self.version.place()
        near = min(range(len(self._changes)), key=lambda index: _distance(self._changes[index], place), default=None)
        if near is not None:
            self._put_back(near)

    def _put_back(self, index: int) -> None:
        """Undo one change: its original wording stands again, and everything else stays as it is."""
        change = self._changes[index]
        self._apart = True
        try:
            self.version.put(*change.revised, self._original[slice(*change.original)])
        finally:
            self._apart = False
        self._rest.stop()
        self._compare(self.version.text())

    @Slot(int)
    def _on_passed(self, row: int) -> None:
        self._when_compared(lambda: self._go_to(min(row, len(self._changes) - 1)))

    @Slot(int)
    def _on_row(self, row: int) -> None:
        self._on_passed(row)
        self.take_focus()

    @Slot(int)
    def _on_put_back(self, row: int) -> None:
        if self._compared is not None and self._compared.revised == self.version.text():  # as the row shows it
            self._put_back(row)

    @Slot()
    def _on_caret(self) -> None:
        if not self._showing and self._compared is not None and self.version.hasFocus():
            self.changes.mark(self._at_caret())

    # What is edited

    def _tell(self, revision: RevisionDraft, step: str) -> None:
        self._value = revision
        self.edited.emit(revision, step)

    @Slot()
    def _on_text(self) -> None:
        if not self._showing and self._value is not None:
            self._tell(with_text(self._value, self.version.text()), "" if self._apart else "revision")
        self._rest.start()

    @Slot(object, str)
    def _on_side(self, fields: dict[str, Any], step: str) -> None:
        if self._value is not None:
            self._tell(msgspec.structs.replace(self._value, **fields), step)
            self.side.show_revision(self._value)

    @Slot()
    def _on_rest(self) -> None:
        """After a rest in typing: show every difference and count them. What a model still writes is not compared."""
        if not self.version.isReadOnly():
            self._compare(self.version.text())
            marked = marking(self._value, blind=self._blind) if self._value is not None else ""
            self.side.rewrite.show_marking(marked)


def _card(title: QWidget, inside: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("card", True)
    layout = QVBoxLayout(card)
    layout.setContentsMargins(12, 8, 12, 12)
    layout.addWidget(title)
    layout.addWidget(inside, 1)
    return card


def _distance(change: Change, place: int) -> int:
    """How far a place in the revision is from a change, in code points."""
    start, end = change.revised
    return 0 if start <= place <= end else min(abs(place - start), abs(place - end))
