"""Rewriting an answer: the original beside the trainer's version, the points it follows, and every change."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from desktop.flow import keymap
from desktop.flow.draft import FeedbackPoint, RevisionDraft
from desktop.flow.quantities import count_text
from desktop.flow.ranking import letter
from desktop.flow.rewriting import marking, with_text
from desktop.flow.word_diff import Change, WordDiff, compare, count_words, put_back
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.views.parts import DiffRun, DiffText, KeyButton, RevisionText, SegmentedChoice, plain_label
from desktop.views.parts.key_names import key_name
from desktop.views.parts.panes import shortest_line
from desktop.views.point_row import PointRow
from desktop.views.rewrite_part import RewritePart

REST_MS = 150
SIDE = 320
MARGIN = 8  # of both texts: room for the bars beside changed paragraphs


class RevisionPage(QWidget):
    """Edits one RevisionDraft; tells every change of it, and when it is kept or dropped."""

    edited = Signal(object)  # RevisionDraft
    kept = Signal()
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("revisionPage")
        self.setAccessibleName(_("Rewriting"))
        self._inside = QWidget()  # of the side, which scrolls
        self._original = ""
        self._value: RevisionDraft | None = None
        self._diff: WordDiff | None = None
        self._showing = self._blind = False
        self._change = 0
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._on_rest)
        self.original = DiffText("deleted")
        self.original.document().setDocumentMargin(MARGIN)
        self.original.setObjectName("original")
        self.original.setAccessibleName(_("Original"))
        self.version = RevisionText()
        self.version.setObjectName("revisionText")
        self.version.document().setDocumentMargin(MARGIN)
        self.version.setAccessibleName(_("Your version"))
        self.version.textChanged.connect(self._on_text)
        self.version.installEventFilter(self)
        self.point = QLineEdit()
        self.point.setObjectName("newPoint")
        self.point.setAccessibleName(_("Add a point"))
        self.point.setPlaceholderText(_("Add a point, then Enter"))
        self.point.returnPressed.connect(self._on_point)
        self.summary = QPlainTextEdit()
        self.summary.setObjectName("summary")
        self.summary.setAccessibleName(_("Summary of the change"))
        self.summary.setPlaceholderText(_("optional"))
        self.summary.setTabChangesFocus(True)
        self.summary.setMaximumHeight(80)
        self.summary.textChanged.connect(self._on_summary)
        for field in (self.point, self.summary):
            field.installEventFilter(self)
        self._title = plain_label("", role="label")
        self._aside = plain_label("", role="secondary", wrap=True, name="setAsideLine")
        self._aside.hide()
        self._counts = plain_label("", role="secondary")
        self._counts.setWordWrap(True)
        self.rewrite = RewritePart()
        self.only = SegmentedChoice([_("Yes"), _("No, also other things")], check=True, name="onlyPoints")
        self.only.setAccessibleName(_("Changed only what the points ask?"))
        self.only.chosen.connect(self._on_only)
        self._only_part = QWidget()
        only = QVBoxLayout(self._only_part)
        only.setContentsMargins(0, 8, 0, 0)
        only.setSpacing(4)
        only.addWidget(plain_label(_("Changed only what the points ask?"), role="label", wrap=True))
        only.addWidget(self.only)
        self._points = QVBoxLayout()
        self._points.setSpacing(4)
        self._rows: list[PointRow] = []
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
            self.summary.setPlainText(revision.summary)
            self._show_points()
        finally:
            self._showing = False
        self._on_rest()

    @property
    def value(self) -> RevisionDraft | None:
        """The revision as it stands here."""
        return self._value

    def take_focus(self) -> None:
        self.version.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_set_aside(self, words: str) -> None:
        """Which of the versions goes into the record, where there are others; "" where there are none."""
        self._aside.setText(words)
        self._aside.setVisible(bool(words))

    def keep(self) -> None:
        """Keep the version as it stands and go back to the answers."""
        self._on_rest()
        self.kept.emit()

    def do(self, command: str) -> None:
        """Do a command of this place."""
        if command == "put_back" and not self.version.isReadOnly():
            self._put_back()
        elif command == "new_point":
            self.point.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif command == "model_rewrite":
            self.rewrite.press()

    def follow(self, revision: RevisionDraft, *, writing: bool) -> None:
        """Show the revision as a model or an undo made it; while a model writes nobody else does."""
        if writing and not self.version.isReadOnly():
            self.take_focus()
        self._lock(writing)
        before, self._value = self._value, revision
        if before is not None and revision != before:
            self._showing = True
            try:
                if revision.text != before.text:
                    self.version.take(revision.text)
                    self.original.show_runs(())
                    self.version.show_runs(())
                if revision.summary != before.summary:
                    self.summary.setPlainText(revision.summary)
                if (revision.points, revision.only_points) != (before.points, before.only_points):
                    self._show_points()
            finally:
                self._showing = False
        if not writing:
            self.version.settle()
            self._rest.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._key(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
            return False
        return isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._key(event)

    def _key(self, event: QKeyEvent) -> bool:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        command = keymap.current().at("revision", key_name(event))
        if command is not None:
            self.do(command)
            return True
        if event.key() == Qt.Key.Key_Escape or (control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)):
            self.keep()
        elif alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif alt and event.text().isdigit() and self.only.isEnabled() and 0 < int(event.text()) <= len(self._rows):
            self._rows[int(event.text()) - 1].box.toggle()
        else:
            return False
        return True

    def _lay_out(self) -> None:
        texts = self._texts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        texts.setSpacing(12)
        for title, widget in (
            (self._title, self.original),
            (plain_label(_("Your version"), role="label"), self.version),
        ):
            texts.addWidget(_card(title, widget), 1)
        left = QVBoxLayout()
        left.setContentsMargins(12, 12, 12, 12)
        left.setSpacing(12)
        left.addLayout(texts, 1)
        inside = self._inside
        side = QVBoxLayout(inside)
        side.setContentsMargins(16, 12, 16, 12)
        side.setSpacing(8)
        side.addWidget(plain_label(_("What should change"), role="label"))
        side.addLayout(self._points)
        side.addWidget(self.point)
        side.addSpacing(4)
        side.addWidget(self.rewrite)
        side.addWidget(self._only_part)
        side.addSpacing(8)
        side.addWidget(plain_label(_("Summary of the change"), role="label"))
        side.addWidget(self.summary)
        side.addSpacing(8)
        side.addWidget(plain_label(_("How far from the original"), role="label"))
        side.addWidget(self._counts)
        side.addStretch(1)
        keep = KeyButton(_("Keep this version"), command="main", kind="main")
        keep.setObjectName("keepRevision")
        keep.clicked.connect(self.keep)
        drop = KeyButton(_("Discard this version"), kind="quiet")
        drop.setObjectName("dropRevision")
        drop.clicked.connect(self.dropped)
        area = QScrollArea()
        area.setObjectName("revisionSide")
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        for ground in (area.viewport(), inside):
            ground.setAutoFillBackground(False)  # the surface below shows through
        ends = QVBoxLayout()
        ends.setContentsMargins(16, 8, 16, 12)
        ends.setSpacing(8)
        ends.addWidget(self._aside)
        ends.addWidget(keep)
        ends.addWidget(drop)
        panel = self._panel = QFrame()
        panel.setProperty("surface", True)
        inside.installEventFilter(self)
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(area, 1)
        column.addLayout(ends)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(left, 1)
        layout.addWidget(panel)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The side as wide as its widest part asks, and both texts beside each other while their lines can be read."""
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        wanted = self._inside.minimumSizeHint().width() + bar
        self._panel.setFixedWidth(max(SIDE, min(wanted, self.width() // 2)))
        line = (self.width() - self._panel.width() - 3 * 12) // 2 - 4 * MARGIN
        one, two = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._texts.setDirection(two if line >= shortest_line() else one)

    def _show_points(self) -> None:
        assert self._value is not None
        for row in self._rows:
            self._points.removeWidget(row)
            row.deleteLater()
        self._rows = [PointRow(index + 1, point) for index, point in enumerate(self._value.points)]
        self._only_part.setVisible(bool(self._rows))
        chosen = self._value.only_points
        self.only.show_choice(None if chosen is None else 0 if chosen else 1)
        for row in self._rows:
            row.box.toggled.connect(self._on_ticked)
            self._points.addWidget(row)

    def _tell(self, **changes: object) -> None:
        if not self._showing and self._value is not None:
            self._tell_all(msgspec.structs.replace(self._value, **changes))

    def _tell_all(self, revision: RevisionDraft) -> None:
        self._value = revision
        self.edited.emit(revision)

    def _lock(self, locked: bool) -> None:
        self.version.setReadOnly(locked)
        for field in (self.point, self.summary, self.only, *self._rows):
            field.setEnabled(not locked)

    def _step(self, step: int) -> None:
        """Go to the next or the previous change."""
        if self._diff is None or not self._diff.changes:
            return
        self._change = (self._change + step) % len(self._diff.changes)
        self.version.go_to(self._diff.changes[self._change].revised[0])

    def _put_back(self) -> None:
        """Undo the change at the cursor: the original wording stands again."""
        text = self.version.text()
        diff = compare(self._original, text)
        place = self.version.place()
        near = min(diff.changes, key=lambda change: _distance(change, place), default=None)
        if near is not None:
            cursor = self.version.textCursor()
            cursor.select(cursor.SelectionType.Document)
            cursor.insertText(put_back(self._original, text, near))

    @Slot()
    def _on_text(self) -> None:
        if not self._showing and self._value is not None:
            self._tell_all(with_text(self._value, self.version.text()))
        self._rest.start()

    @Slot()
    def _on_summary(self) -> None:
        self._tell(summary=self.summary.toPlainText())

    @Slot()
    def _on_point(self) -> None:
        text = self.point.text().strip()
        if text and self._value is not None:
            self.point.clear()
            self._tell(points=(*self._value.points, FeedbackPoint(text)))
            self._show_points()

    @Slot(int)
    def _on_only(self, index: int) -> None:
        """Yes or no; the same again takes it back."""
        only = None if index == self.only.index else index == 0
        self.only.show_choice(None if only is None else index)
        self._tell(only_points=only)

    @Slot(bool)
    def _on_ticked(self, _checked: bool) -> None:
        if self._value is not None:
            points = tuple(
                msgspec.structs.replace(point, done=row.box.isChecked())
                for point, row in zip(self._value.points, self._rows, strict=True)
            )
            self._tell(points=points)

    @Slot()
    def _on_rest(self) -> None:
        """After a rest in typing: show every difference and count them. What a model still writes is not compared."""
        if self.version.isReadOnly():
            return
        text = self.version.text()
        self._diff = compare(self._original, text)
        self.original.show_runs([DiffRun(*change.original) for change in self._diff.changes])
        self.version.show_runs([DiffRun(*change.revised) for change in self._diff.changes])
        marked = marking(self._value, blind=self._blind) if self._value is not None else ""
        self.rewrite.show_marking(marked)
        added = ngettext("{} word added", "{} words added", self._diff.inserted).format(count_text(self._diff.inserted))
        removed = ngettext("{} removed", "{} removed", self._diff.deleted).format(count_text(self._diff.deleted))
        words = ngettext("{} word in all", "{} words in all", count_words(text)).format(count_text(count_words(text)))
        self._counts.setText(
            _("{added}, {removed}, {share} % changed, {words}").format(
                added=added, removed=removed, share=round(self._diff.share * 100), words=words
            )
        )


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
