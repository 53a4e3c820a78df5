"""Flags on the bench: from a marked span to the popup to the draft, and from the list back to the span."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.flow import beginning, judging
from desktop.flow.begun import BegunChoice, BegunFlag
from desktop.flow.draft import Draft
from desktop.flow.flag_places import stands
from desktop.flow.judging import FlagChoice
from desktop.flow.masking import covered_quote
from desktop.flow.places import GENERAL, FlagKeys
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.flow.wording import quoted
from desktop.views.answer_card import SpanChosen
from desktop.views.bench_begun import Sitting
from desktop.views.bench_values import flag_choices, line_keys

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage


@dataclass(frozen=True)
class _Marked:
    """What is being flagged, and the run that wrote that answer."""

    begun: BegunFlag
    run: str

    def stands(self, draft: Draft) -> bool:
        """Whether it is still the same answer, and the flag that is to be changed is still there."""
        key, at = self.begun.candidate, self.begun.at
        return key in draft.order and draft.answer(key).run == self.run and (at is None or at in draft.flags)


class BenchFlagging(QObject):
    """Joins popup, list and answers of one bench; `current` is the flag whose span is highlighted.

    What is chosen and typed in the popup is kept in the draft. It stands there again with the next flag that is asked
    for, and once an undo brings it back.
    """

    keys_changed = Signal(object)  # FlagKeys

    def __init__(self, page: BenchPage, session: BenchSession) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        self._marked: _Marked | None = None  # while the popup is open
        self._sitting = Sitting(session, page.message)
        self._known = (session.draft.id, session.draft.begun_flag)  # as it was last
        self.current: int | None = None
        page.answers.span_chosen.connect(self._on_span)
        page.panel.flags.activated_row.connect(self._on_row)
        page.panel.flags.severity_set.connect(self._on_severity)
        page.panel.flags.removed.connect(self._on_removed)
        page.panel.flags.change_asked.connect(self.change)
        for ratings in (page.panel.ratings, page.rating_bar.row):
            ratings.turned.connect(self._on_turned)
        page.popup.edited.connect(self._on_edited)
        page.popup.flag_chosen.connect(self._on_chosen)
        page.popup.dropped.connect(self._on_dropped)
        page.popup.closed.connect(self._on_closed)
        page.popup.left.connect(self._forget)

    @property
    def keys(self) -> FlagKeys:
        """What is pressed to flag, and to rate, by this rubric."""
        rubric = self._session.rubric
        flags = rubric.flags
        letters = tuple(category.letter for category in flags.categories) if flags else ()
        known = FlagKeys(letters, len(flags.severities) - 1) if flags else GENERAL
        standing = len(self._session.draft.order) or GENERAL.answers
        asks, rates = line_keys(rubric, self._page.ratings.current_axis)
        return replace(
            known,
            rates=rates,
            answers=standing,
            asks=asks,
            ranked=bool(rubric.verdicts),
            judged=bool(rubric.axes or rubric.questions),
        )

    def begin(self) -> None:
        """Flag what is selected in the current answer, or the answer as a whole; first what is begun and not done."""
        flags, answers = self._session.rubric.flags, self._page.answers
        if flags is None or not answers.cards:
            return
        draft = self._session.draft
        if draft.begun_flag is not None:
            self._go_on()
        else:
            position = answers.current
            self._open(beginning.at_span(draft, position, answers.cards[position].text.selection()))

    @Slot()
    def _go_on(self) -> None:
        """Show the place of the flag that was begun, and the popup as it was left."""
        draft, answers = self._session.draft, self._page.answers
        begun = draft.begun_flag
        if begun is None or self._session.rubric.flags is None or self._page.popup.is_open:
            return
        if begun.at is not None and begun.at not in draft.flags:  # under this rubric: then it is a new one
            begun = msgspec.structs.replace(begun, at=None)
        position = draft.position(begun.candidate)
        answers.choose(position, focus=False)
        if begun.span is not None and stands(begun.span, draft.at(position).text):
            answers.cards[position].text.show_place(begun.span.start)
        self._open(begun, begun_before=True)

    def _open(self, begun: BegunFlag, *, begun_before: bool = False) -> None:
        draft, answers, flags = self._session.draft, self._page.answers, self._session.rubric.flags
        if flags is None:
            return
        position, span = draft.position(begun.candidate), begun.span
        if span is None:
            what = _("the whole answer")
        elif stands(span, draft.at(position).text):
            what = quoted(covered_quote(draft, begun.candidate, span.start, span.end))
        else:
            what = quoted(span.exact)  # of an answer of one's own, where nothing is covered
        self._marked = _Marked(begun, draft.at(position).run)
        self._known = (draft.id, draft.begun_flag)
        self._sitting.begin()
        changing = begun.at is not None
        card = answers.cards[position]
        self._page.popup.open(
            flag_choices(flags), what, position, card, begun.choice, changing=changing, begun=begun_before
        )
        self._page.place_changed.emit("flag")

    @Slot(int)
    def change(self, index: int) -> None:
        """Show a flag's place, and have it chosen anew what it says; first what is begun and not done."""
        if self._session.draft.begun_flag is not None:
            self._go_on()
            return
        self._on_row(index)
        self._open(beginning.at_flag(self._session.draft.flags[index]))

    @Slot(object)
    def _on_span(self, chosen: SpanChosen) -> None:
        draft = self._session.draft
        key = draft.order[chosen.position]
        painted = [
            i
            for i, f in enumerate(draft.flags)
            if f.candidate == key and f.span is not None and not judging.quote_gone(draft, f)
        ]
        self.current = painted[chosen.index] if chosen.index < len(painted) else None
        self._page.show_judgement()

    @Slot(int)
    def _on_row(self, index: int) -> None:
        self.current = index
        flag = self._session.draft.flags[index]
        position = self._session.draft.position(flag.candidate)
        self._page.answers.choose(position, focus=False)
        if flag.span is not None and not judging.quote_gone(self._session.draft, flag):
            self._page.answers.cards[position].text.show_place(flag.span.start)
        self._page.show_judgement()

    @Slot(int, int)
    def _on_severity(self, index: int, severity: int) -> None:
        self._session.act(judging.set_severity(self._session.draft, index, severity))

    @Slot(int)
    def _on_removed(self, index: int) -> None:
        self.current = None
        self._session.act(judging.remove_flag(self._session.draft, index))

    @Slot(object)
    def _on_edited(self, choice: BegunChoice) -> None:
        if self._marked is not None and self._marked.stands(self._session.draft):
            self._put(beginning.keep(self._session.draft, self._marked.begun, choice))

    @Slot(object)
    def _on_chosen(self, choice: FlagChoice) -> None:
        draft, marked = self._session.draft, self._marked
        if marked is not None and marked.stands(draft):
            if marked.begun.at is None:
                self._page.answers.cards[draft.position(marked.begun.candidate)].text.deselect()
            self._put(beginning.finish(draft, marked.begun, choice))

    @Slot()
    def _on_dropped(self) -> None:
        self._sitting.drop(beginning.drop(self._session.draft), _("The flag you had begun is gone."))
        self._known = (self._session.draft.id, self._session.draft.begun_flag)

    def holds_up(self) -> bool:
        """Whether a flag is being asked for that would be lost if it were saved now; then the popup says what to do."""
        marked = self._marked
        if marked is None or not self._page.popup.is_open:
            return False
        if marked.begun.at is not None and self._session.draft.begun_flag is None:
            return False  # a flag that stands, looked at and left as it is
        self._page.popup.insist()
        return True

    def _put(self, changed: Draft) -> None:
        self._sitting.put(changed)
        self._known = (self._session.draft.id, self._session.draft.begun_flag)

    @Slot()
    def _on_closed(self) -> None:
        marked, self._marked = self._marked, None
        if marked is None:
            return
        if marked.begun.at is not None:
            self._page.open_part(self._page.panel.flags)
        else:
            self._page.answers.choose(self._session.draft.position(marked.begun.candidate))

    def follow(self) -> None:
        """Ask no more about what is another one now, or gone; ask again what an undo brought back."""
        self.keys_changed.emit(self.keys)
        draft, (of, before) = self._session.draft, self._known
        self._known = (draft.id, draft.begun_flag)
        changed = draft.id != of or draft.begun_flag != before
        if self._marked is not None and (changed or not self._marked.stands(draft)):
            self._forget()
            self._page.popup.leave()
            self._page.arrive()
        if draft.id == of and before != draft.begun_flag is not None:
            QTimer.singleShot(0, self, self._go_on)  # once its answers are shown

    @Slot(int)
    def _on_turned(self, _row: int) -> None:
        """Another line of the ratings is current, which may ask for other keys."""
        self.keys_changed.emit(self.keys)

    @Slot()
    def _forget(self) -> None:
        self._marked = None
