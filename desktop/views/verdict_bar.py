"""Below the answers: in which respect is ranked, the ranking, all good and all bad, how sure, and Save.

All of it stands in one line with its keys: where the width is short, first the three buttons move into a menu, all but
the one that is chosen, then "How sure" gives up words. What is missing never takes their room: it stands beside Save
where there is some left, else in the line below. Where one line is not enough, as with large text, there are two.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.flow.ranking import Ranking
from desktop.flow.wording import gettext as _
from desktop.qt_models.rating_typing import off_scale_words
from desktop.views.parts import (
    Fitted,
    HouseMenu,
    IconButton,
    KeyButton,
    NoticeLine,
    RankingField,
    SegmentedChoice,
    StrengthChoice,
    plain_label,
    plain_tooltip,
)

SIDE, GAP, EDGE = 16, 8, 6
QWIDGETSIZE_MAX = 16_777_215  # Qt's own, which PySide6 does not export
SURE = 5  # steps of how sure somebody is


class VerdictBar(Fitted):
    """Shows the verdict as flow words it and tells what was asked."""

    axis_chosen = Signal(int)  # the index of a verdict's respect
    strength_chosen = Signal(object)  # Ranking of two answers
    voted = Signal(int)  # the index of one of the arena's votes
    level_asked = Signal(str)  # "all_good" | "all_bad"
    not_rankable_asked = Signal()
    confidence_chosen = Signal(int)
    save_asked = Signal()
    left = Signal()
    refused = Signal(str)  # which digits there are, when another one was pressed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._narrow = self._tight = False
        self._ranked = True
        self._chosen: KeyButton | None = None  # what is said of all answers in place of a ranking
        self._votes = False  # one of the votes says that both are bad, so no button does
        self._axes: tuple[tuple[str, str, str], ...] | None = None
        self._said = ("", "")  # what is missing, in its words and in few
        self.setObjectName("verdictBar")
        self.setProperty("surface", True)
        self.axes = SegmentedChoice([], folds=True)
        self.axes.setObjectName("verdictAxis")
        self.axes.setAccessibleName(_("Ranked by"))
        self.axes.chosen.connect(self.axis_chosen)
        self._wrong = NoticeLine("danger", name="rankingProblem", elided=True)  # its place is kept: nothing moves
        self._wrong.keep_place(True)
        self.ranking = RankingField(self._wrong)
        self.ranking.setObjectName("ranking")
        self.strength = StrengthChoice()
        self.strength.chosen.connect(self.strength_chosen)
        self.vote = SegmentedChoice([], folds=True, name="vote")
        self.vote.setAccessibleName(_("Your vote"))
        self.vote.chosen.connect(self.voted)
        self.vote.hide()
        self.good = self._quiet("allGood", _("All good"), "all_good")
        self.bad = self._quiet("allBad", _("All bad"), "all_bad")
        self.unrankable = self._quiet("notRankable", _("Not rankable"), "not_rankable")
        self.good.clicked.connect(self._on_good)
        self.bad.clicked.connect(self._on_bad)
        self.unrankable.clicked.connect(self.not_rankable_asked)
        self.more = IconButton("ellipsis", _("All good, all bad, not rankable"), name="moreVerdicts")
        self.more.clicked.connect(self._on_more)
        self.more.hide()
        self.sure = SegmentedChoice([])
        self.sure.show_texts(
            [str(n) for n in range(1, SURE + 1)], [_("How sure: {} of 5").format(n) for n in range(1, SURE + 1)]
        )
        self.sure.setObjectName("confidence")
        self.sure.setAccessibleName(_("How sure, 1 to 5"))
        self.sure.chosen.connect(self._on_sure)
        self.sure.refused.connect(self._on_refused)
        self._sure_label = plain_label(_("How sure"), role="secondary", field=self.sure)
        self._missing = NoticeLine("warning", name="saveMissing", elided=True)
        self._below = NoticeLine("warning", name="saveMissingBelow", elided=True)
        self._save_words = (_("Save and next"), _("Save"))
        self.save = KeyButton(self._save_words[0], command="save", kind="main")
        self.save.setObjectName("save")
        self.save.clicked.connect(self.save_asked)
        self._lay_out()

    def show_missing(self, text: str, short: str = "", *, can_save: bool) -> None:
        """The first thing that is missing, in the words of its place; Save, pressed all the same, goes there.

        `short` is said where the words have no room.
        """
        self.save.set_kind("main" if can_save else "normal")
        self.save.setAccessibleDescription(". ".join(filter(None, (text, self.save.hint))))
        if self._said != (text, short or text):
            self._said = (text, short or text)
            self.fit()

    def show_axes(self, axes: Sequence[tuple[str, str, str]], current: int) -> None:
        """The verdicts that the rubric asks for: names, names in full, explanations; and which one stands here."""
        if self._axes != tuple(axes):
            self._axes = tuple(axes)
            self.axes.show_texts(
                [name for name, _full, _help in axes], [f"{full}: {text}" for _name, full, text in axes]
            )
            self.axes.setVisible(len(axes) > 1)
            self.ranking.setVisible(bool(axes))
            self._ranked = bool(axes)
            self.fit()
        self.axes.show_choice(current if axes else None)

    def allow_ranking(self, why_not: str) -> bool:
        """Let the answers be ranked, or say why not; whether the keyboard stood in what can no longer be used."""
        parts = (self.ranking.chips, self.ranking.field, self.unrankable)
        lost = bool(why_not) and any(part.hasFocus() for part in parts)
        self.ranking.allow(why_not)
        self.unrankable.allow(why_not)
        return lost

    def show_strength(self, ranking: Ranking | None, *, asked: bool) -> None:
        """How much better one of two answers is, where the rubric asks for it."""
        self.strength.show_ranking(ranking)
        if self.strength.isHidden() == (asked and self._ranked):
            self.strength.setVisible(asked and self._ranked)
            self.fit()

    def show_votes(self, votes: Sequence[str], current: int | None) -> None:
        """The votes that a rubric has words for, and which was given; none where it has no words."""
        if self._votes != bool(votes):
            self._votes = bool(votes)
            self.vote.show_texts(votes, votes)
            self.vote.setVisible(self._votes)
            self.fit()
        self.vote.show_choice(current)

    def show_level(self, level: str | None, *, not_rankable: bool) -> None:
        given = {self.good: level == "all_good", self.bad: level == "all_bad", self.unrankable: not_rankable}
        for button, on in given.items():
            button.setCheckable(True)
            button.setChecked(on)
        chosen = next((button for button, on in given.items() if on), None)
        if chosen is not self._chosen:  # not whether it is checked: a click has seen to that before it is told
            self._chosen = chosen
            self.fit()

    def show_confidence(self, value: int | None) -> None:
        self.sure.show_choice(None if value is None else value - 1)

    def show_narrow(self, narrow: bool, *, tight: bool = False) -> None:
        """In a narrow window all good, all bad and not rankable move into a menu; their keys, and what is chosen, stay.

        In a `tight` one no line is kept for what is wrong with a ranking while nothing is.
        """
        self._narrow, self._tight = narrow, tight
        self.fit()

    def fit(self) -> None:
        """Take the fullest way to stand in one line; every width is counted before anything is changed."""
        buttons = self._buttons
        chosen = [button for button in buttons if button is self._chosen]
        ways = [(menu, words, False) for menu in (False, True) for words in (_("How sure"), _("Sure?"))]
        ways = [*ways[2 if self._narrow else 0 :], (True, _("Sure?"), True)]
        fixed = [part for part in (self.axes, self.ranking, self.strength, self.vote, self.sure) if not part.isHidden()]
        used = 2 * SIDE + GAP + sum(part.sizeHint().width() + GAP for part in fixed)
        menu, words, short, room = True, "", False, 0
        for menu, words, short in ways:
            moved = [*chosen, self.more] if menu else list(buttons)
            hints = [part.minimumSizeHint() if short else part.sizeHint() for part in moved]  # at last without its key
            wanted = sum(hint.width() + GAP for hint in hints) if self._ranked else 0
            wanted += self._sure_label.fontMetrics().horizontalAdvance(words) + GAP if words else 0
            room = self.width() - used - wanted - (GAP + self._save_width(short))
            if room >= 0:
                break
        in_two = room < 0
        if in_two:
            shown = [part for part in (self.axes, self.ranking, self.strength, self.vote) if not part.isHidden()]
            first = [part.sizeHint().width() + GAP for part in (*shown, *buttons)]
            menu = self._narrow or sum(first) + 2 * SIDE > self.width()
            words, short = _("How sure"), False
            sure = self._sure_label.fontMetrics().horizontalAdvance(words) + self.sure.sizeHint().width()
            room = self.width() - 2 * SIDE - sure - 4 * GAP - self._save_width(False)
        self._lines.setDirection(QBoxLayout.Direction.TopToBottom if in_two else QBoxLayout.Direction.LeftToRight)
        self.more.setVisible(menu and self._ranked)
        for button in (self.good, self.bad, self.unrankable):
            seen = button in (chosen if menu else buttons) and self._ranked
            if button.hasFocus() and not seen and menu:
                self.more.setFocus(Qt.FocusReason.OtherFocusReason)  # taken back, it is in the menu again
            button.setMaximumWidth(button.minimumSizeHint().width() if menu and short else QWIDGETSIZE_MAX)
            button.setVisible(seen)
        self._sure_label.setText(words)
        self._sure_label.setVisible(bool(words))
        self.save.setText(self._save_words[short])
        kept = not (in_two and self._tight)
        self._wrong.keep_place(self._ranked and kept)
        self._column.setContentsMargins(SIDE, EDGE, SIDE, 0 if kept else EDGE)
        self._place_missing(room)

    @property
    def _buttons(self) -> tuple[KeyButton, ...]:
        return (self.good, self.unrankable) if self._votes else (self.good, self.bad, self.unrankable)

    def _place_missing(self, room: int) -> None:
        """What is missing: beside Save where it has this room, else in the line below, whose place is kept anyhow."""
        text, few = self._said
        beside = next((each for each in (text, few) if self._missing.width_of(each) <= room), "")
        self._missing.setText(beside)
        self._missing.setFixedWidth(self._missing.width_of(beside))
        below = "" if beside else text
        whole = self.width() - 2 * SIDE - GAP
        most = whole - self._wrong.minimumSizeHint().width() if self._wrong.isHidden() else whole // 2
        self._below.setText(below)
        self._below.setFixedWidth(max(0, min(self._below.width_of(below), most)))
        for line in (self._missing, self._below):
            line.setToolTip(plain_tooltip(text))

    def _save_width(self, short: bool) -> int:
        """What Save takes with its key, in its long or its short words, whichever it has now."""
        metrics = self.save.fontMetrics()
        return (
            self.save.sizeHint().width()
            - metrics.horizontalAdvance(self.save.text())
            + metrics.horizontalAdvance(self._save_words[short])
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc in any part of the bar goes back to the answers."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.axes, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.ranking)
        row.addWidget(self.strength)
        row.addWidget(self.vote, 0, Qt.AlignmentFlag.AlignVCenter)
        for button in (self.good, self.bad, self.unrankable, self.more):
            row.addWidget(button)
        row.addStretch(1)
        ends = QHBoxLayout()
        ends.setSpacing(GAP)
        ends.addWidget(self._sure_label)
        ends.addWidget(self.sure)
        ends.addStretch(1)
        ends.addWidget(self._missing)
        ends.addWidget(self.save)
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lines.setSpacing(GAP)
        self._lines.addLayout(row)
        self._lines.addLayout(ends, 1)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(SIDE, EDGE, SIDE, 0)
        column.setSpacing(0)
        column.addLayout(self._lines)
        lowest = QHBoxLayout()
        lowest.setSpacing(GAP)
        lowest.addWidget(self._wrong, 1)
        lowest.addWidget(self._below)
        column.addLayout(lowest)

    def _quiet(self, name: str, text: str, command: str) -> KeyButton:
        return KeyButton(text, kind="quiet", name=name, command=command)

    @Slot(str)
    def _on_refused(self, digit: str) -> None:
        self.refused.emit(off_scale_words(digit, 1, SURE))

    @Slot()
    def _on_good(self) -> None:
        self.level_asked.emit("all_good")

    @Slot()
    def _on_bad(self) -> None:
        self.level_asked.emit("all_bad")

    @Slot()
    def _on_more(self) -> None:
        """The three buttons as a menu; a ticked one is taken back by choosing it again."""
        menu = HouseMenu("verdictMenu", self.more.accessibleName(), self)
        for button in self._buttons:
            action = menu.entry(button.text(), key=button.hint, on=button.isChecked(), why_not=button.why_not)
            action.triggered.connect(button.click)
        menu.open_over(self.more)

    @Slot(object)
    def _on_sure(self, index: int) -> None:
        self.confidence_chosen.emit(index + 1)
