"""Flags on the bench: from a marked span to the popup to the draft, and from the list back to the span."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop.flow import judging
from desktop.flow.draft import Draft
from desktop.flow.judging import FlagChoice
from desktop.flow.masking import covered_quote
from desktop.flow.places import GENERAL, FlagKeys
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.flow.wording import quoted
from desktop.views.answer_card import SpanChosen
from desktop.views.bench_values import flag_choices, flag_row, rating_digits
from feedback_store.records import Flag

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage


@dataclass(frozen=True)
class _Marked:
    """What is being flagged: an answer by its key and the run that wrote it, and a span of its text."""

    key: str
    run: str
    span: tuple[int, int] | None

    def stands(self, draft: Draft) -> bool:
        """Whether it is still the same answer."""
        return self.key in draft.order and draft.answer(self.key).run == self.run


class BenchFlagging(QObject):
    """Joins popup, list and answers of one bench; `current` is the flag whose span is highlighted."""

    def __init__(self, page: BenchPage, session: BenchSession) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        self._marked: _Marked | None = None  # while the popup is open
        self._changing: Flag | None = None  # while the popup asks about one that stands
        self.current: int | None = None
        page.answers.span_chosen.connect(self._on_span)
        page.panel.flags.activated_row.connect(self._on_row)
        page.panel.flags.severity_set.connect(self._on_severity)
        page.panel.flags.removed.connect(self._on_removed)
        page.panel.flags.change_asked.connect(self.change)
        page.popup.flag_chosen.connect(self._on_chosen)
        page.popup.closed.connect(self._on_closed)
        page.popup.left.connect(self._forget)

    @property
    def keys(self) -> FlagKeys:
        """What is pressed to flag, and to rate, by this rubric."""
        rubric = self._session.rubric
        flags = rubric.flags
        letters = tuple(category.letter for category in flags.categories) if flags else ()
        known = FlagKeys(letters, len(flags.severities) - 1) if flags else GENERAL
        return replace(known, rates=rating_digits(rubric))

    def begin(self) -> None:
        """Flag what is selected in the current answer, or the answer as a whole."""
        flags, answers = self._session.rubric.flags, self._page.answers
        if flags is None or not answers.cards:
            return
        position = answers.current
        draft, selection = self._session.draft, answers.cards[position].text.selection()
        answer = draft.at(position)
        self._marked = _Marked(answer.key, answer.run, selection)
        what = quoted(covered_quote(draft, draft.order[position], *selection)) if selection else _("the whole answer")
        self._page.popup.open(flag_choices(flags), what, position, answers.cards[position])
        self._page.place_changed.emit("flag")

    @Slot(int)
    def change(self, index: int) -> None:
        """Show a flag's place, and have it chosen anew what it says."""
        self._on_row(index)
        draft, rubric, answers = self._session.draft, self._session.rubric, self._page.answers
        self._changing = flag = draft.flags[index]
        if rubric.flags is None:
            return
        position = draft.position(flag.candidate)
        quote = flag_row(draft, index, rubric.flags).quote
        what = quoted(quote) if flag.span else quote
        chosen = judging.choice_of(flag)
        self._page.popup.open(flag_choices(rubric.flags), what, position, answers.cards[position], chosen)
        self._page.place_changed.emit("flag")

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
    def _on_chosen(self, choice: FlagChoice) -> None:
        draft, changed = self._session.draft, self._changing
        if changed is not None and changed in draft.flags:
            self._session.act(judging.change_flag(draft, draft.flags.index(changed), choice))
        elif self._marked is not None and self._marked.stands(draft):
            position = draft.position(self._marked.key)
            self._page.answers.cards[position].text.deselect()
            self._session.act(judging.flag(draft, position, self._marked.span, choice))

    @Slot()
    def _on_closed(self) -> None:
        if self._changing is not None:
            self._changing = None
            self._page.open_part(self._page.panel.flags)
        elif self._marked is not None:
            position = self._session.draft.position(self._marked.key)
            self._marked = None
            self._page.answers.choose(position)

    def follow(self) -> None:
        """Ask no more about an answer that is another one now, or a flag that is gone."""
        draft, changed = self._session.draft, self._changing
        gone = self._marked is not None and not self._marked.stands(draft)
        if gone or (changed is not None and changed not in draft.flags):
            self._forget()
            self._page.popup.leave()
            self._page.arrive()

    @Slot()
    def _forget(self) -> None:
        self._marked = self._changing = None
