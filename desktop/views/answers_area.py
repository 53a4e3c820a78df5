"""The answers side by side: two by two, a pair in a narrow window, four columns in a wide one.

Where a pair would have lines too short to be read, it is one answer at a time.

Two rows are in sight; where there are more answers, the rows scroll.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.flow import judging, together
from desktop.flow.draft import Draft
from desktop.flow.equal_answers import place_after
from desktop.flow.masking import authors
from desktop.flow.telling import all_alike_text, answer_words, rewritten_words, standing_text, whole_flags, whole_words
from desktop.flow.wording import gettext as _
from desktop.qt_models.flag_rows import FlagRow
from desktop.theme.theme import current_theme
from desktop.views.answer_card import AnswerCard, CardAct
from desktop.views.answer_strip import AnswerStrip
from desktop.views.parts import PaintedSpan, as_list, as_list_item, polish_all
from desktop.views.parts.measure import shortest_line
from desktop.views.together_line import TogetherLine
from feedback_store.rubrics import Rubric

GAP = 12
PAIR_BELOW = 1200
COLUMNS_FROM = 1920
ROOMS, NAMED_ROOMS = 48, 64  # at the left, in a narrow window and in a wide one
PANEL = 336  # at the right of a wide one
ROWS = 2  # in sight
READY = 4  # cards that wait for the first answers
READY_AFTER_MS = 30  # the window is painted and takes keys
READY_EVERY_MS = 0  # a card takes about 10 to make: keys come in between
RING = 4  # around what scrolls: the ring of the focus stands outside a card
INSIDE, AROUND = 34, 74  # of a card: edges, margins, the gutter of marks; and with all of that gutter's room


def panel_width() -> int:
    """How wide the panel is at least: from 150 % of text on, ratings and words in it take more than its usual width."""
    return round(PANEL * max(1.0, current_theme().zoom / 1.5))


def pair_below() -> int:
    """The width of a window below which answers stand in pairs: two beside the panel would have too short lines."""
    return max(PAIR_BELOW, NAMED_ROOMS + panel_width() + 3 * GAP + 2 * (shortest_line() + INSIDE))


def single_below() -> int:
    """The width of a window below which one answer is shown at a time: the lines of two would be too short."""
    return ROOMS + 3 * GAP + 2 * (shortest_line() + AROUND)


def columns_from() -> int:
    """The width of a window from which four answers stand beside one another."""
    return max(COLUMNS_FROM, NAMED_ROOMS + panel_width() + 5 * GAP + 4 * (shortest_line() + INSIDE))


class AnswersArea(QWidget):
    """Keeps one card a position and shows those that fit; `current` is the one that keys act on."""

    acted = Signal(object)  # CardAct
    current_changed = Signal(int)
    own_text_changed = Signal(int, str)
    span_chosen = Signal(object)  # SpanChosen
    scrolled = Signal()  # by somebody, not by text that is added
    ready = Signal()  # the cards that wait for the first answers are made

    def __init__(self, keys: QObject, parent: QWidget | None = None) -> None:
        """`keys` filters the events of every answer's text: single keys mean something there."""
        super().__init__(parent)
        self._keys = keys
        self.setObjectName("answersArea")
        self.cards: list[AnswerCard] = []
        self._spare: list[AnswerCard] = []  # of a comparison that had more answers; the lowest position is the last
        self.current = 0
        self._draft: Draft | None = None  # as it is shown
        self.rendered = False
        self._width = 0
        self._shown: tuple[int, ...] = ()
        self._columns = self._rows = 1
        self._ready = QTimer(self, singleShot=True)
        self._ready.timeout.connect(self._on_ready)
        self._tidy = QTimer(self, interval=0, singleShot=True)
        self._tidy.timeout.connect(self._on_tidy)
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(self._on_turn)
        self.strip = AnswerStrip()
        self.strip.answer_chosen.connect(self.choose)
        self.strip.rewrite_asked.connect(self._on_rewrite)
        self.strip.more_asked.connect(self._on_more)
        self.waiting = TogetherLine()
        self._list = QWidget()
        self._list.setObjectName("answersList")
        self._list.setAccessibleName(_("Answers"))
        as_list(self._list)
        self._grid = QGridLayout(self._list)
        self._grid.setContentsMargins(RING, RING, RING, RING)
        self._grid.setSpacing(GAP)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("answersScroll")
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the answers have the keyboard, and it follows them
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._list)
        for ground in (self._scroll.viewport(), self._list):
            ground.setAutoFillBackground(False)  # the surface below shows through
        self._scroll.viewport().installEventFilter(self)
        self._look = QTimer(self, interval=0, singleShot=True)
        self._look.timeout.connect(self._on_look)
        self._halves = QGridLayout()  # of a pair: what lies over the right card is no answer, so not in the list
        self._halves.setSpacing(GAP)
        self._halves.addWidget(self._scroll, 0, 0, 1, 2)
        for column in (0, 1):
            self._halves.setColumnStretch(column, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP - RING, GAP - RING, GAP - RING, GAP - RING)
        layout.setSpacing(8 - RING)
        for above in (self.strip, self.waiting):
            above.setContentsMargins(RING, RING, RING, 0)
        layout.addWidget(self.strip)
        layout.addWidget(self.waiting)
        layout.addLayout(self._halves, 1)

    def show_draft(self, draft: Draft, rubric: Rubric) -> None:
        """Show every answer of `draft`, for `show_judgement` to say how they stand.

        The keyboard stays at its answer, also where another one in front of it went.
        """
        before = self._draft
        current = self.current if before is None else place_after(before, draft, self.current)
        focus = self.window().focusWidget()
        held = next((card for card in self.cards if focus is not None and card.isAncestorOf(focus)), None)
        typed = held.own.textCursor().position() if held is not None and held.own is focus else None
        moved = current != self.current
        self.current = current
        self._have_cards(len(draft.order))
        self.show_texts(draft, rubric)
        if not self.cards or held is None or not (moved or held not in self.cards):
            return
        card = self.cards[self.current]  # else what comes next in the window would get the keys meant for answers
        if typed is not None and draft.at(self.current).origin.kind == "human":
            card.write(typed)
        else:
            card.take_focus()

    def show_texts(self, draft: Draft, rubric: Rubric) -> None:
        """Show what changed in the answers' texts only."""
        self._draft = draft
        names = authors(draft) if draft.blind else ()
        for position, key in enumerate(draft.order[: len(self.cards)]):
            note = together.note(draft, key)
            self.cards[position].show_answer(together.as_seen(draft, key), blind=draft.blind, names=names, note=note)
        if self.waiting.button.hasFocus() and not together.hidden(draft):
            self.choose(self.current)
        self.waiting.show_draft(draft)
        self._describe(draft, rubric)

    def show_judgement(
        self, draft: Draft, rubric: Rubric, flags: Sequence[FlagRow], current_flag: int | None = None
    ) -> None:
        """Show standings and spans; `flags` are the draft's, as the list shows them."""
        ranks = _ranks(draft)
        standings, hidden, said_of_all = [], together.hidden(draft), all_alike_text(draft)
        for position, key in enumerate(draft.order[: len(self.cards)]):
            standing = ranks.get(key)
            card = self.cards[position]
            standings.append(said_of_all if standing is None else standing_text(standing[0], tied=standing[1]))
            card.show_standing(standings[-1], best=standing is not None and standing[0] == 0)
            whole = whole_flags(draft, rubric, key)
            card.show_marks(rewritten_words(draft, key), whole_words(whole), ", ".join(whole))
            card.show_spans(
                [
                    PaintedSpan(
                        f.span.start,
                        f.span.end,
                        f.category,
                        f.severity,
                        current=index == current_flag,
                        sign=flags[index].sign,
                        words=flags[index].spoken,
                    )
                    for index, f in enumerate(draft.flags)
                    if f.candidate == key
                    and key not in hidden
                    and f.span is not None
                    and flags[index].sign is not None
                    and not judging.quote_gone(draft, f)
                ]
            )
        self._describe(draft, rubric)
        self.strip.show_standings(standings)
        self.strip.show_flag_count(len(draft.flags))
        self.strip.show_current(self.current, self._shown)

    def _describe(self, draft: Draft, rubric: Rubric) -> None:
        for card in self.cards[: len(draft.order)]:
            card.setAccessibleDescription(answer_words(draft, rubric, card.position))
        self._tell_head()

    @property
    def single(self) -> bool:
        """Whether one answer is shown at a time."""
        return (self._width or self.width()) < single_below()

    def _tell_head(self) -> None:
        """The head of the single answer that is shown stands in the strip: its text needs each line."""
        if self.current < len(self.cards):
            self.strip.show_head(self.cards[self.current].head_words if self.single else "", self.current)

    @Slot(int)
    def choose(self, position: int, *, focus: bool = True) -> None:
        """Make an answer the current one, showing it if it is on another pair."""
        if not 0 <= position < len(self.cards):
            return
        self.current = position
        if position not in self._shown:
            self._arrange()
        for card in self.cards:
            card.show_current(card.position == position)
        self.strip.show_current(position, self._shown)
        self._tell_head()
        if focus:
            self.cards[position].take_focus()
        self._look.start()
        self.current_changed.emit(position)

    def show_rendered(self, on: bool) -> None:
        """Lay all answers out for reading, or show their sources: the current one at once, the others in turn.

        Long texts take their time to be laid out, and together they would hold the window.
        """
        self.rendered = on
        for card in self.cards[self.current : self.current + 1]:
            card.show_rendered(on)
        self._turn.start()

    @Slot()
    def _on_turn(self) -> None:
        """Show one card more as all are to be shown."""
        left = [card for card in self.cards if card.rendered != self.rendered]
        for card in left[:1]:
            card.show_rendered(self.rendered)
        if len(left) > 1:
            self._turn.start()

    def next_pair(self, step: int) -> None:
        """PgDn and PgUp: the next answers that are not shown; where all are, the next row."""
        if self.cards and len(self._shown) == len(self.cards):
            self.choose((self.current + step * self._columns) % len(self.cards))
        elif self.cards and self._shown:
            self.choose((self._shown[0] + step * len(self._shown)) % len(self.cards))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._scroll.viewport():
            self._fit_rows()
        return False

    def _fit_rows(self) -> None:
        """As many rows as are in sight share the height; of more, each is as high as one of these."""
        height = (self._scroll.viewport().height() - 2 * RING - (ROWS - 1) * GAP) // ROWS
        for row in range(self._grid.rowCount()):
            self._grid.setRowMinimumHeight(row, height if self._rows > ROWS and row < self._rows else 0)

    @Slot()
    def _on_look(self) -> None:
        """Scroll to the current answer, once it has its place."""
        if self.current < len(self.cards):
            self._scroll.ensureWidgetVisible(self.cards[self.current], RING, RING)

    def fit(self, window_width: int) -> None:
        """Choose the layout for a width of the window."""
        self._width = window_width
        self._arrange()

    def lay_over_right(self, part: QWidget) -> None:
        """Give `part` the place of the right card of a pair; it covers that card while it is shown."""
        inset = QVBoxLayout()
        inset.setContentsMargins(0, RING, RING, RING)  # the cards' ring is outside of both, and the gap between them
        inset.addWidget(part)
        self._halves.addLayout(inset, 0, 1)

    def _have_cards(self, count: int) -> None:
        """So many cards; those that are left over wait, since a card takes longer to make than to fill."""
        while len(self.cards) < count:
            card = self._spare.pop() if self._spare else self._made_card(len(self.cards))
            card.empty()
            card.show_rendered(self.rendered)
            self.cards.append(card)
        while len(self.cards) > count:
            card = self.cards.pop()
            self._grid.removeWidget(card)
            card.hide()
            self._spare.append(card)
            self._tidy.start()
        self.current = min(self.current, max(0, count - 1))
        self._arrange()

    def make_ready(self) -> None:
        """Have cards made for the first answers, one after the other, while nothing else is to be done."""
        self._ready.start(READY_AFTER_MS)

    @Slot()
    def _on_tidy(self) -> None:
        """Empty one card that waits: a long text takes its time to go, and nobody sees it any more."""
        left = [card for card in self._spare if not card.is_empty]
        for card in left[:1]:
            card.empty()
        if len(left) > 1:
            self._tidy.start()

    @Slot()
    def _on_ready(self) -> None:
        position = len(self.cards) + len(self._spare)
        if position < READY:
            card = self._made_card(position)
            card.hide()
            polish_all(card)
            self._spare.insert(0, card)
            self._ready.start(READY_EVERY_MS)
        else:
            self.ready.emit()

    def _made_card(self, position: int) -> AnswerCard:
        card = AnswerCard(position, self._keys, self._list)
        as_list_item(card)
        card.acted.connect(self.acted)
        card.own_text_changed.connect(self.own_text_changed)
        card.chosen.connect(self._on_chosen)
        card.span_chosen.connect(self.span_chosen)
        card.scrolled.connect(self.scrolled)
        return card

    def _arrange(self) -> None:
        count = len(self.cards)
        width = self._width or self.width()
        if self.single:
            shown, columns = tuple(range(count))[self.current : self.current + 1], 1
        elif width < pair_below():
            first = self.current - self.current % 2
            shown, columns = tuple(p for p in (first, first + 1) if p < count), 2
        elif width >= columns_from():
            shown, columns = tuple(range(count)), max(1, min(4, count))
        else:
            shown, columns = tuple(range(count)), 1 if count == 1 else 2
        self._shown = shown
        for card in self.cards:
            self._grid.removeWidget(card)
            card.show_head(not self.single)
            card.setVisible(card.position in shown)
        for index, position in enumerate(shown):
            self._grid.addWidget(self.cards[position], index // columns, index % columns)
        for column in range(4):
            self._grid.setColumnStretch(column, 1 if column < min(columns, max(1, len(shown))) else 0)
        self._columns, self._rows = columns, -(-len(shown) // columns)
        for row in range(8):
            self._grid.setRowStretch(row, 1 if row < self._rows else 0)
        self._fit_rows()
        self.strip.setVisible(width < pair_below())
        self._halves.setColumnStretch(0, 0 if self.single else 1)  # what lies over the right half covers a single one
        self._halves.setHorizontalSpacing(0 if self.single else GAP)
        self.strip.show_current(self.current, shown)
        self._tell_head()
        for card in self.cards:
            card.show_current(card.position == self.current)

    @Slot()
    def _on_rewrite(self) -> None:
        self.acted.emit(CardAct(self.current, "rewrite"))

    @Slot()
    def _on_more(self) -> None:
        self.cards[self.current].open_menu(self.strip.more)

    @Slot(int)
    def _on_chosen(self, position: int) -> None:
        if position != self.current:
            self.choose(position, focus=False)


def _ranks(draft: Draft) -> dict[str, tuple[int, bool]]:
    """Each key's rank (0 best, ties share one) and whether it is tied."""
    if judging.ranking(draft) is None or draft.tiers is None:
        return {}
    ranks: dict[str, tuple[int, bool]] = {}
    better = 0
    for tier in draft.tiers:
        for key in tier:
            ranks[key] = (better, len(tier) > 1)
        better += len(tier)
    return ranks
