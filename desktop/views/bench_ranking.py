"""Verdicts on the bench: from what is typed, dragged or pressed below the answers to the draft, in each respect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QInputDialog

from desktop.flow import checks, judging
from desktop.flow.ranking import Ranking, RankingError, format_ranking, parse
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ours

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage


class BenchRanking(QObject):
    """Joins the verdict bar of one bench to its session."""

    def __init__(self, page: BenchPage, session: BenchSession) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        self._bar = page.verdict
        self._bar.axis_chosen.connect(self._on_axis)
        self._bar.ranking.typed.connect(self._on_typed)
        self._bar.ranking.ranked.connect(self._on_ranked)
        self._bar.ranking.left.connect(self._on_left)
        self._bar.strength_chosen.connect(self._on_ranked)
        self._bar.level_asked.connect(self._on_level)
        self._bar.not_rankable_asked.connect(self.say_not_rankable)

    def show(self) -> None:
        """Show the verdict of the present respect."""
        draft, rubric = self._session.draft, self._session.rubric
        axes = rubric.verdict_axes
        ranking = judging.ranking(draft)
        current = axes.index(draft.axis) if draft.axis in axes else 0
        self._bar.show_axes([(axis.name, ours(axis.help)) for axis in rubric.verdicts], current)
        self._bar.ranking.show_ranking(ranking, len(draft.order))
        self._bar.show_strength(ranking, asked=rubric.strength and len(draft.order) == 2)
        self._bar.show_level(draft.level, not_rankable=draft.not_rankable is not None)

    @Slot()
    def say_not_rankable(self) -> None:
        """Ask for the reason; the same again takes it back."""
        draft = self._session.draft
        if draft.not_rankable is not None:
            self._session.act(judging.not_rankable(draft, None))
            return
        reason, said = QInputDialog.getText(self._page, _("Not rankable"), _("Why can these answers not be ranked?"))
        if said and reason.strip():
            self._session.act(judging.not_rankable(draft, reason.strip()))

    @Slot(int)
    def _on_axis(self, index: int) -> None:
        self._session.act(judging.turn_to(self._session.draft, self._session.rubric.verdict_axes[index]), "axis")

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        """Enter in the field: the ranking, then the next respect; or what is wrong with it below the field."""
        draft, rubric = self._session.draft, self._session.rubric
        try:
            ranking = parse(text, len(draft.order), with_strength=rubric.strength)
        except RankingError as error:
            self._bar.ranking.show_problem(str(error))
            return
        self._bar.ranking.show_problem("")
        self._session.act(judging.rank(draft, ranking))
        missing = checks.missing_axes(self._session.draft, rubric)
        if missing:
            self._session.act(judging.turn_to(self._session.draft, missing[0]), "axis")
            self._bar.ranking.begin()
        else:
            self._page.back_to_answers()

    @Slot(object)
    def _on_ranked(self, ranking: Ranking) -> None:
        self._session.act(judging.rank(self._session.draft, ranking))

    @Slot()
    def _on_left(self) -> None:
        ranking = judging.ranking(self._session.draft)
        self._bar.ranking.show_problem("")
        self._bar.ranking.field.setText(format_ranking(ranking) if ranking else "")
        self._page.back_to_answers()

    @Slot(str)
    def _on_level(self, level: str) -> None:
        self._session.act(judging.all_equal(self._session.draft, "all_good" if level == "all_good" else "all_bad"))
