"""Beside a rewritten answer: the points that it follows, who writes, what is said of the change, and the way out."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from desktop.flow.draft import FeedbackPoint, RevisionDraft
from desktop.flow.point_flags import flag_of
from desktop.flow.quantities import count_text, percent_text
from desktop.flow.word_diff import WordDiff
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.views.parts import KeyButton, SegmentedChoice, plain_label
from desktop.views.parts.whole_end import whole_labels
from desktop.views.point_list import PointList
from desktop.views.rewrite_part import RewritePart
from feedback_store.rubrics import FlagSet

SIDE, INDENT = 320, 16
MOST, LEAST_LINES = 96, 2  # of the summary: px, and lines


class RevisionSide(QFrame):
    """`changed` carries new values by the names of a RevisionDraft's fields, and the name of what is being typed.

    That name is "" for a step of its own. The side's owner has the draft, with the text, and shows what comes of it.
    """

    changed = Signal(object, str)
    kept = Signal()
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", True)
        self._value: RevisionDraft | None = None
        self._flags: FlagSet | None = None
        self._showing = False
        self._room = 0  # px
        self.point = QLineEdit()
        self.point.setObjectName("newPoint")
        self.point.setAccessibleName(_("Add a point"))
        self.point.setPlaceholderText(_("Add a point, then Enter"))
        self.point.textEdited.connect(self._on_new_point)
        self.point.returnPressed.connect(self.settle)
        self.summary = _Summary()
        self.summary.setObjectName("summary")
        self.summary.setAccessibleName(_("Summary of the change"))
        self.summary.setPlaceholderText(_("optional"))
        self.summary.setTabChangesFocus(True)
        self.summary.setMaximumHeight(MOST)
        self.summary.textChanged.connect(self._on_summary)
        self._aside = plain_label("", role="secondary", wrap=True, name="setAsideLine")
        self._aside.hide()
        self._counts = plain_label("", role="secondary", wrap=True, name="revisionCounts")
        self.rewrite = RewritePart()
        self.only = SegmentedChoice([_("Yes"), _("No, also other things")], check=True, folds=True, name="onlyPoints")
        self.only.setAccessibleName(_("Changed only what the points ask?"))
        self.only.chosen.connect(self._on_only)
        self._only_part = QWidget()
        only = QVBoxLayout(self._only_part)
        only.setContentsMargins(0, 8, 0, 0)
        only.setSpacing(4)
        asks = plain_label(_("Changed only what the points ask?"), role="label", wrap=True, field=self.only)
        only.addWidget(asks)
        only.addWidget(self.only)
        self.points = PointList()
        self.points.edited.connect(self._on_points)
        self.points.emptied.connect(self.point.setFocus)
        self._inside = QWidget()  # what scrolls
        self._inside.installEventFilter(self)
        self._lay_out()

    def judge_by(self, flags: FlagSet | None) -> None:
        """By which categories is flagged: a point that came from a flag names its."""
        self._flags = flags

    def show_revision(self, revision: RevisionDraft) -> None:
        """Show points and summary of a revision, as far as they are not shown already."""
        before, self._value = self._value, revision
        self._showing = True
        try:
            if revision.summary != self.summary.toPlainText():
                self.summary.setPlainText(revision.summary)
            if before is None or revision.points != before.points:
                self.points.show_points(revision.points, [flag_of(point, self._flags) for point in revision.points])
            if revision.new_point != self.point.text():
                self.point.setText(revision.new_point)
            self._only_part.setVisible(bool(revision.asked))
            self.only.show_choice(None if revision.only_points is None else 0 if revision.only_points else 1)
        finally:
            self._showing = False

    def show_counts(self, diff: WordDiff, words: int) -> None:
        """How far the version is from the original, and how long it is."""
        added = ngettext("{} word added", "{} words added", diff.inserted).format(count_text(diff.inserted))
        removed = ngettext("{} removed", "{} removed", diff.deleted).format(count_text(diff.deleted))
        in_all = ngettext("{} word in all", "{} words in all", words).format(count_text(words))
        share = percent_text(diff.share)
        told = _("Beside the original: {added}, {removed}, {share} changed, {words}")
        self._counts.setText(told.format(added=added, removed=removed, share=share, words=in_all))

    def show_set_aside(self, words: str) -> None:
        """Which of the versions goes into the record, where there are others; "" where there are none."""
        self._aside.setText(words)
        self._aside.setVisible(bool(words))

    def lock(self, locked: bool) -> None:
        """While a model writes nobody else does."""
        for field in (self.point, self.summary, self.only, self.points):
            field.setEnabled(not locked)

    def tick(self, number: int) -> bool:
        """Tick a point, counted from 1, or take its tick away; False where there is none, or a model writes."""
        return self.points.isEnabled() and self.points.tick(number)

    @Slot()
    def settle(self) -> None:
        """Take what is being typed as a point, as it stands."""
        self.points.settle()
        value = self._value
        if value is not None and value.new_point.strip():
            added = (*value.points, FeedbackPoint(value.new_point.strip()))
            self._tell("", points=added, new_point="")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest:
            self.fit(self._room)
        return False

    def show_tall(self, tall: bool) -> None:
        """In a low page the fields need the room of what the status line says too."""
        self._escape.setVisible(tall)

    def fit(self, room: int) -> None:
        """As wide as the widest part asks, but never more than half of the page.

        Where both texts leave it only `room`, it makes do with that, down to what is in it needs.
        """
        self._room = room
        page = self.parentWidget()
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        whole = [
            each.sizeHint().width() for each in self.findChildren(KeyButton) if each.isVisibleTo(self)
        ]  # with keys
        around = max(self.rewrite.model.cover_width, *whole) + 2 * INDENT
        wanted = max(self._inside.minimumSizeHint().width(), around) + bar
        usual = max(SIDE, min(wanted, page.width() // 2 if page is not None else wanted))
        least = max(wanted, self.minimumSizeHint().width())
        self.setFixedWidth(room if least <= room < usual else usual)

    def _lay_out(self) -> None:
        side = QVBoxLayout(self._inside)
        side.setContentsMargins(INDENT, 12, INDENT, 8)
        side.setSpacing(8)
        side.addWidget(plain_label(_("What should change"), role="label", field=self.point))
        side.addWidget(self.points)
        side.addWidget(self.point)
        side.addSpacing(4)
        side.addWidget(self.rewrite)
        side.addWidget(self._only_part)
        side.addSpacing(8)
        side.addWidget(plain_label(_("Summary of the change"), role="label", wrap=True, field=self.summary))
        side.addWidget(self.summary, 100)  # up to its most, before anything stays empty
        side.addStretch(1)
        area = QScrollArea()
        area.setObjectName("revisionSide")
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._inside)
        self._whole = whole_labels(area, self._inside)
        for ground in (area.viewport(), self._inside):
            ground.setAutoFillBackground(False)  # the surface below shows through
        keep = KeyButton(_("Keep this version"), command="main", kind="main", name="keepRevision")
        keep.clicked.connect(self.kept)
        words = _("Esc keeps it too, and goes back to the answers.")
        self._escape = plain_label(words, role="secondary", wrap=True, name="escapeKeeps")
        drop = KeyButton(_("Discard this version"), kind="quiet", name="dropRevision")
        drop.clicked.connect(self.dropped)
        ends = QVBoxLayout()
        ends.setContentsMargins(16, 8, 16, 12)
        ends.setSpacing(8)
        for end in (
            self._counts,
            self._aside,
            keep,
            self._escape,
            drop,
        ):  # never scrolled away: each word typed changes it
            ends.addWidget(end)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(area, 1)
        column.addLayout(ends)

    def _tell(self, step: str, **fields: object) -> None:
        """Tell a change of these fields; `step` names what is being typed, "" for a step of its own."""
        if not self._showing and self._value is not None:
            self.changed.emit(fields, step)

    @Slot()
    def _on_summary(self) -> None:
        self._tell("summary", summary=self.summary.toPlainText())

    @Slot(str)
    def _on_new_point(self, text: str) -> None:
        self._tell("new point", new_point=text)

    @Slot(object, str)
    def _on_points(self, points: tuple[FeedbackPoint, ...], step: str) -> None:
        self._tell(step, points=points)

    @Slot(int)
    def _on_only(self, index: int) -> None:
        """Yes or no; the same again takes it back."""
        self._tell("", only_points=None if index == self.only.index else index == 0)


class _Summary(QPlainTextEdit):
    """Asks for two lines only: where points and a model take the room, it is low before it is scrolled away."""

    def sizeHint(self) -> QSize:
        self.ensurePolished()  # its frame is the theme's, which is asked for before anything is laid out
        around = 2 * (self.frameWidth() + round(self.document().documentMargin())) + 1  # or it scrolls by a line
        line = ceil(QFontMetricsF(self.font()).lineSpacing())  # as a text is laid out: 15.1 px take 16
        return QSize(super().sizeHint().width(), min(MOST, LEAST_LINES * line + around))

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())
