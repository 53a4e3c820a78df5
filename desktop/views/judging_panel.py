"""Beside the answers: ratings as one table, flags as a list, and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.flow.guidelines import GuidelineView
from desktop.flow.quantities import count_text
from desktop.flow.word_diff import count_words
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.qt_models.flag_rows import FlagRow
from desktop.theme.theme import current_theme
from desktop.views.guideline_part import GuidelinePart
from desktop.views.parts import (
    Badge,
    ElidedLabel,
    FlagList,
    NoticeLine,
    RatingGrid,
    RatingHelp,
    RatingTable,
    plain_label,
)
from desktop.views.parts.found_marks import MarkedEdit
from desktop.views.parts.whole_end import whole_labels
from desktop.views.personal_part import PersonalPart

WHY, WHY_BESIDE_GUIDELINE = 72, 88  # px
WHY_LINES, FIELD = 3, 8  # lines of it at least, and what its frame takes above and below them
QWIDGETSIZE_MAX = 16_777_215  # Qt's own, which PySide6 does not export


HEAD = 40  # what stands over a part, in pixels


class JudgingPanel(QScrollArea):
    """The right panel. Each part tells what was done; none of them decides."""

    why_edited = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("judgingPanel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(_("Judgement"))
        self.ratings = RatingTable()
        self.ratings.setObjectName("ratings")
        self._help = RatingHelp()
        self.ratings.turned.connect(self._help.show_row)
        self.flags = FlagList()
        self.flags.setObjectName("flags")
        self.personal = PersonalPart()
        self.why = MarkedEdit()
        self.why.setObjectName("why")
        self.why.setAccessibleName(_("Why"))
        self.why.setPlaceholderText(_("What decided it"))
        self.why.setTabChangesFocus(True)
        self.why.textChanged.connect(self._on_why)
        self.guideline = GuidelinePart()
        self.guideline.text.installEventFilter(self)
        self._above_guideline = _divider()
        self._column = QVBoxLayout()
        self._why_part = _section()
        self._ratings_part = QWidget()
        self._ratings_section = _section()
        self._beside = self._asked = True
        self._tall = False
        self._part_in_sight: QWidget = self.why
        self._scrolled_to = 0
        self.verticalScrollBar().rangeChanged.connect(self._on_range)
        self._scale = ElidedLabel("", role="secondary")  # a rubric's name is as long as its author likes
        self._scale.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._missing = NoticeLine("warning", name="answerMissing")
        self._missing.keep_place(True)  # what is said at the ratings stands there, too, and nothing moves
        self._flag_count = plain_label("", role="secondary")
        self._words = plain_label("", role="secondary")
        self._lay_out()
        self.show_guideline(None)

    @property
    def parts(self) -> list[QWidget]:
        """What takes the keyboard below the ratings, from top to bottom; lists that are empty are left out."""
        flags = [self.flags] if self.flags.model().rowCount() else []
        found = [self.personal.list] if self.personal.list.rows else []
        guideline = [self.guideline.text] if self.guideline.isVisibleTo(self) else []
        return [*flags, *found, self.why, *guideline]

    def show_guideline(self, view: GuidelineView | None) -> None:
        """The project's guideline in the room that is left, or nothing where it has none."""
        self._above_guideline.setVisible(view is not None)
        self._beside_guideline = view is not None
        self._fit_why()
        self._column.setStretchFactor(self._why_part, 0 if view is not None else 1)  # it takes no room it cannot use
        self.guideline.show_guideline(view)

    def show_part(self, part: QWidget) -> None:
        """Scroll to a part and its heading once the panel is laid out; of the guideline, to all that fits."""
        self._part_in_sight = part
        QTimer.singleShot(0, self, self._scroll)

    @Slot()
    def _scroll(self) -> None:
        bar, page = self.verticalScrollBar(), self.viewport().height()
        guide = self.guideline.isAncestorOf(self._part_in_sight)  # which has its heading in it
        whole, head = (self.guideline, 0) if guide else (self._part_in_sight, HEAD)
        if self._part_in_sight is self.guideline.text and self.guideline.height() > page:
            whole = self.guideline.text  # all that fits are its words
        top = whole.mapTo(self, QPoint(0, 0)).y() + bar.value()
        # Not ensureWidgetVisible, which is content with a table's current cell.
        if top - head < bar.value():
            bar.setValue(top - head)
        elif top + whole.height() > bar.value() + page:
            bar.setValue(min(top - head, top + whole.height() - page))
        self._scrolled_to = bar.value()

    @Slot()
    def _on_range(self) -> None:
        """What comes above a part, as what a search has found, does not push out of sight who reads there."""
        if self._part_in_sight.hasFocus() and self.verticalScrollBar().value() == self._scrolled_to:
            QTimer.singleShot(0, self, self._scroll)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.guideline.show_room(self.viewport().height())

    def show_scale(self, name: str, scale: str) -> None:
        """The rubric's name and scale beside the heading."""
        self._scale.setText(f"{name}, {scale}" if scale else name)

    def show_grid(self, grid: RatingGrid) -> None:
        """The ratings, and what the current row of them asks; nothing where the rubric has none."""
        self.ratings.show_grid(grid)
        self._help.show_lines(grid.lines)
        self._asked = bool(grid.lines)
        self._ratings_part.setVisible(self._beside and self._asked)

    @Slot(object)
    def make_room(self, near: object) -> None:
        """What is missing makes room for what is said at the ratings, which are explained all the while."""
        self._missing.setVisible(bool(self._missing.text()) and near is not self.ratings)

    def show_ratings(self, shown: bool) -> None:
        """Whether the ratings stand here; in a narrow window they are a line of their own."""
        self._beside, self._tall = shown, not shown
        self._hide_bar(self._tall and self.guideline.text.hasFocus())
        self.guideline.show_tall(self._tall)
        self._ratings_part.setVisible(shown and self._asked)

    def show_missing(self, text: str) -> None:
        self._missing.setText(text)

    def show_flags(self, rows: Sequence[FlagRow], current: int | None, *, steps: int) -> None:
        """The flags, and how many digits say how bad they are."""
        self.flags.set_severities(steps)
        self.flags.show_rows(rows, current)
        self._flag_count.setText(str(len(rows)) if rows else "")
        self.flags.setVisible(bool(rows))

    def show_why(self, text: str) -> None:
        if self.why.toPlainText() != text:
            self.why.blockSignals(True)
            self.why.setPlainText(text)
            self.why.blockSignals(False)
        self._count_words(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While the guideline is read it has the only scroll bar; the panel's leaves its room empty meanwhile."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut) and self._tall:
            self._hide_bar(event.type() == QEvent.Type.FocusIn)
        return False

    def _hide_bar(self, hidden: bool) -> None:
        bar, policy = self.verticalScrollBar(), Qt.ScrollBarPolicy
        # Not whether it is seen: the panel may only be coming.
        inside = self.widget()
        scrolls = inside is not None and inside.minimumSizeHint().height() > self.height()
        room = bar.sizeHint().width() if hidden and scrolls else 0
        self.setViewportMargins(room if self.isRightToLeft() else 0, 0, 0 if self.isRightToLeft() else room, 0)
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if hidden else policy.ScrollBarAsNeeded)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc in any part of the panel goes back to the answers."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setProperty("surface", True)
        layout = self._column
        inside.setLayout(layout)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        ratings, flags, why = self._ratings_section, _section(), self._why_part
        _head(ratings, _("Ratings"), self.ratings, self._scale)
        ratings.addWidget(self.ratings)
        ratings.addWidget(self._help)
        ratings.addWidget(self._missing)
        _head(flags, _("Flags"), self.flags, self._flag_count, Badge("F", kind="key"))
        flags.addWidget(self.flags)
        _head(why, _("Why"), self.why, self._words)
        why.addWidget(self.why, 1)
        rated = QVBoxLayout(self._ratings_part)
        rated.setContentsMargins(0, 0, 0, 0)
        rated.setSpacing(0)
        rated.addLayout(ratings)
        rated.addWidget(_divider())
        layout.addWidget(self._ratings_part)
        layout.addLayout(flags)
        layout.addWidget(self.personal)
        layout.addWidget(_divider())
        layout.addLayout(why, 1)
        layout.addWidget(self._above_guideline)
        layout.addWidget(self.guideline, 2)
        self.setWidget(inside)
        self._whole = whole_labels(self, inside, self.personal, self.guideline)
        self.setProperty("surface", True)  # what is seen where a label would be cut through

    def _count_words(self, text: str) -> None:
        words = count_words(text)
        self._words.setText(ngettext("{} word", "{} words", words).format(count_text(words)) if words else "")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_beside_guideline"):
            self._fit_why()

    def _fit_why(self) -> None:
        """Three lines of why at least, however large the text; beside a guideline hardly more."""
        least = max(WHY, WHY_LINES * QFontMetrics(current_theme().font("body")).lineSpacing() + 2 * FIELD)
        self.why.setMaximumHeight(max(least, WHY_BESIDE_GUIDELINE) if self._beside_guideline else QWIDGETSIZE_MAX)
        self.why.setMinimumHeight(least)
        # Below the ratings two lines can be said without lying over the next heading.
        self._ratings_section.setContentsMargins(16, 8, 16, 12 + current_theme().line_px("body"))

    @Slot()
    def _on_why(self) -> None:
        text = self.why.toPlainText()
        self._count_words(text)
        self.why_edited.emit(text)


def _section() -> QVBoxLayout:
    section = QVBoxLayout()
    section.setContentsMargins(16, 8, 16, 12)
    section.setSpacing(8)
    return section


def _divider() -> QFrame:
    line = QFrame()
    line.setProperty("divider", True)
    line.setFixedHeight(1)
    return line


def _head(section: QVBoxLayout, title: str, field: QWidget, *beside: QWidget) -> None:
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(plain_label(title, role="label", field=field))
    head.addWidget(beside[0])
    head.addStretch(1)
    for widget in beside[1:]:
        head.addWidget(widget)
    section.addLayout(head)
