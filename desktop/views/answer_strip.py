"""In a narrow window, one line above the pair that fits: a tab an answer, and the parts that open over the pair.

Where a single answer fits, its card has no head: what that says and offers stands here, beside the tabs.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.flow import personal, why_not
from desktop.flow.place_names import Place
from desktop.flow.ranking import letter
from desktop.flow.wording import gettext as _
from desktop.views.parts import ElidedLabel, Fitted, IconButton, KeyButton

MOST_WITH_STANDINGS = 4
GAP = 4


class AnswerStrip(Fitted):
    """`answer_chosen` carries a position, `part_asked` the place whose part is to be opened or closed.

    `rewrite_asked` and `more_asked` are of the single answer that is shown.
    """

    answer_chosen = Signal(int)
    part_asked = Signal(str)
    rewrite_asked = Signal()
    more_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("answerStrip")
        self.tabs: list[KeyButton] = []
        self._spare: list[KeyButton] = []  # of a comparison that had more answers; the lowest position is the last
        self._standings: tuple[str, ...] = ()
        self._headed = ("-", 0)  # what is said of the single answer, and which it is
        self._flags = self._part("flagsPart", "flag", "flags")
        self._why = self._part("whyPart", "pencil", "why")
        self._undecided = 0
        self._personal = self._part("personalPart", "triangle-alert", "personal")
        self._personal.hide()
        self._why.setText(_("Why"))
        self._head = ElidedLabel("", "secondary")
        self._head.setObjectName("headOfAnswer")
        self._rewrite = IconButton("pencil", "", small=True, name="rewriteShown")
        self._rewrite.clicked.connect(self.rewrite_asked)
        self.more = IconButton("ellipsis", "", small=True, name="moreShown")
        self.more.clicked.connect(self.more_asked)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GAP)
        self._row.addWidget(self._head, 100)
        self._row.addStretch(1)
        self._row.addWidget(self._personal)
        for button in (self._rewrite, self.more):
            self._row.addWidget(button)
        self.show_head("")
        self._row.addWidget(self._flags)
        self._row.addWidget(self._why)
        self.show_flag_count(0)

    def show_standings(self, standings: Sequence[str]) -> None:
        """A tab an answer, with its place in the ranking where there is room for it."""
        before, count = len(self.tabs), len(standings)
        while len(self.tabs) > count:
            self._spare.append(self.tabs.pop())
        while len(self.tabs) < count:
            self.tabs.append(self._spare.pop() if self._spare else self._made_tab())
        self._standings = tuple(standings)  # before any is shown: that may have all of them fitted at once
        for tab in self._spare[len(self._spare) - max(0, before - count) :]:
            tab.hide()
        for tab in self.tabs[before:]:
            tab.show()
        self.fit()

    def fit(self) -> None:
        """Each place in the ranking in words, if all of them have room; the cards say it too."""
        full = self._full()
        tabs = list(zip(self.tabs, full, strict=True))
        needed = sum(tab.least_width(text) + GAP for tab, text in tabs)
        if not self._head.isHidden():
            needed += sum(part.sizeHint().width() + GAP for part in (self._head, self._rewrite, self.more))
        needed += self._flags.minimumSizeHint().width() + GAP + self._why.minimumSizeHint().width()
        needed += self._fit_undecided(self.width() - needed)
        worded = len(tabs) <= MOST_WITH_STANDINGS and needed <= self.width()
        for position, (tab, text) in enumerate(tabs):
            tab.setText(text if worded else letter(position))
            tab.setAccessibleName(text)

    def show_head(self, words: str, position: int = 0) -> None:
        """What the head of the single answer at `position` says, and what it offers; "" where each has its own."""
        if (words, position) == self._headed:
            return
        self._headed = (words, position)
        self._head.setText(words)
        self._rewrite.set_words(_("Rewrite answer {}").format(letter(position)))
        self.more.set_words(_("More for answer {}").format(letter(position)))
        for part in (self._head, self._rewrite, self.more):
            part.setVisible(bool(words))

    def show_current(self, current: int, shown: Sequence[int]) -> None:
        """Mark the current answer, and frame those that are shown now."""
        for position, tab in enumerate(self.tabs):
            tab.setChecked(position == current)
            tab.set_kind("normal" if position in shown else "quiet")

    def show_flag_count(self, count: int) -> None:
        self._flags.setText(_("Flags {}").format(count) if count else _("Flags"))
        self._flags.allow(why_not.flags_shown(count))

    def show_undecided(self, count: int) -> None:
        """How many places with personal data wait for a decision: what lists them is not seen beside the pair."""
        if count != self._undecided:
            self._undecided = count
            self._personal.setVisible(bool(count))
            self.fit()

    def show_open(self, place: Place | None) -> None:
        """Which part stands open over the pair."""
        self._flags.setChecked(place == "flags")
        self._personal.setChecked(place == "personal")
        self._why.setChecked(place == "why")

    def _fit_undecided(self, left: int) -> int:
        """What the undecided places take: in words where so much is left beside the letters, else their number alone.

        A warning goes before the places in the ranking, which stand on the cards too.
        """
        if not self._undecided:
            return 0
        words = personal.undecided_text(self._undecided)
        spare = sum(tab.least_width(text) for tab, text in zip(self.tabs, self._full(), strict=True))
        spare -= sum(tab.least_width(letter(position)) for position, tab in enumerate(self.tabs))
        whole = GAP + self._personal.least_width(words)
        self._personal.setText(words if whole <= left + spare else str(self._undecided))
        self._personal.setAccessibleName(words)
        return GAP + self._personal.minimumSizeHint().width()

    def _full(self) -> list[str]:
        return [f"{letter(position)}  {standing}".strip() for position, standing in enumerate(self._standings)]

    def _made_tab(self) -> KeyButton:
        position = len(self.tabs)
        tab = KeyButton(letter(position), hint=str(position + 1), kind="quiet", small=True, parent=self)
        tab.setObjectName(f"tab{letter(position)}")
        tab.setCheckable(True)
        tab.setProperty("position", position)
        tab.clicked.connect(self._on_tab)
        self._row.insertWidget(position, tab)
        return tab

    def _part(self, name: str, icon: str, place: Place) -> KeyButton:
        """A click must leave the focus where it is: a part that loses it closes."""
        button = KeyButton("", kind="quiet", icon=icon, small=True, name=name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCheckable(True)
        button.setProperty("place", place)
        button.clicked.connect(self._on_part)
        return button

    @Slot()
    def _on_tab(self) -> None:
        self.answer_chosen.emit(int(self.sender().property("position")))

    @Slot()
    def _on_part(self) -> None:
        self.part_asked.emit(str(self.sender().property("place")))
