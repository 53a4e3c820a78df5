"""Verdicts on the bench: from what is typed, dragged or pressed below the answers to the draft, in each respect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.flow import arena_vote, beginning, checks, judging, why_not
from desktop.flow.ranking import Ranking
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.flow.wording import glossed, ours
from desktop.views.bench_begun import Sitting
from desktop.views.not_rankable_dialog import NotRankableDialog

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage


class BenchRanking(QObject):
    """Joins the verdict bar of one bench to its session."""

    def __init__(self, page: BenchPage, session: BenchSession) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        self._bar = page.verdict
        self._reason = Sitting(session, page.message)
        self._dialog: NotRankableDialog | None = None
        self._begun = (session.draft.id, session.draft.begun_reason)  # as it was last
        self._sitting = 0  # one at the field is one step of undo
        self._bar.axis_chosen.connect(self._on_axis)
        self._bar.ranking.edited.connect(self._on_edited)
        self._bar.ranking.typed.connect(self._on_typed)
        self._bar.ranking.rested.connect(self._on_rested)
        self._bar.ranking.ranked.connect(self._on_ranked)
        self._bar.ranking.left.connect(self._on_left)
        self._bar.strength_chosen.connect(self._on_ranked)
        self._bar.voted.connect(self._on_voted)
        self._bar.level_asked.connect(self._on_level)
        self._bar.not_rankable_asked.connect(self.say_not_rankable)

    def show(self) -> None:
        """Show the verdict of the present respect."""
        draft, rubric = self._session.draft, self._session.rubric
        self._follow_reason()
        axes = rubric.verdict_axes
        ranking = judging.ranking(draft)
        current = axes.index(draft.axis) if draft.axis in axes else 0
        self._bar.show_axes([(axis.name, glossed(axis.name), ours(axis.help)) for axis in rubric.verdicts], current)
        refused = why_not.ranked(len(draft.order))
        if self._bar.allow_ranking(refused):
            self._page.back_to_answers()
        if refused and self._dialog is not None:
            self._dialog.reject()  # equal answers became one before a word of the reason stood there
        self._bar.ranking.show_ranking(ranking, len(draft.order), draft.typed)
        if draft.typed is None and self._bar.ranking.problem:
            self._bar.ranking.show_problem("")
        elif draft.typed is not None and not self._bar.ranking.field.hasFocus():
            self._bar.ranking.show_problem(checks.typed_wrong(draft, rubric))
        self._bar.show_strength(ranking, asked=rubric.strength and len(draft.order) == 2)
        votes = arena_vote.vote_names() if arena_vote.is_voted(draft, rubric) else ()
        self._bar.show_votes(votes, arena_vote.vote_of(draft) if votes else None)
        self._bar.show_level(draft.level, not_rankable=draft.not_rankable is not None)

    def settle(self) -> bool:
        """Whether what stands in the field is the ranking; else it says what is wrong and takes the keyboard."""
        typed = self._session.draft.typed
        wrong = checks.typed_wrong(self._session.draft, self._session.rubric)
        if typed is not None and not wrong:  # under another rubric it may have become one
            self._on_edited(typed)
        if wrong:
            self._page.open_part(self._bar.ranking.field)
            self._bar.ranking.show_problem(wrong)
        return not wrong

    @Slot()
    def say_not_rankable(self) -> None:
        """Ask for the reason; the same again takes it back. Of one answer, why there is nothing to say."""
        draft = self._session.draft
        if refused := why_not.ranked(len(draft.order)):
            self._page.say_here(refused)
            return
        if draft.not_rankable is not None and not draft.begun_reason:
            self._session.act(judging.not_rankable(draft, None))
            return
        self.go_on()

    @Slot()
    def go_on(self) -> None:
        """Ask why the answers are not rankable, with what was begun of the reason."""
        if self._dialog is not None:
            return
        self._reason.begin()
        dialog = self._dialog = NotRankableDialog(self._session.draft.begun_reason, self._page)
        dialog.edited.connect(self._on_reason_edited)
        dialog.chosen.connect(self._on_reason)
        dialog.dropped.connect(self._on_reason_dropped)
        dialog.finished.connect(self._on_reason_asked)
        dialog.open()
        dialog.reason.edit.deselect()  # what was begun is gone on with, not typed over

    @Slot(str)
    def _on_reason_edited(self, reason: str) -> None:
        self._reason.put(beginning.keep_reason(self._session.draft, reason))

    @Slot(str)
    def _on_reason(self, reason: str) -> None:
        self._reason.put(judging.not_rankable(self._session.draft, reason))

    @Slot()
    def _on_reason_dropped(self) -> None:
        dropped = beginning.keep_reason(self._session.draft, "")
        self._reason.drop(dropped, _("The reason you had begun is gone."))

    @Slot()
    def _on_reason_asked(self) -> None:
        self._dialog = None

    def _follow_reason(self) -> None:
        """Ask again where an undo brought a reason back."""
        draft, (of, before) = self._session.draft, self._begun
        self._begun = (draft.id, draft.begun_reason)
        if of == draft.id and draft.begun_reason and not before and self._dialog is None:
            QTimer.singleShot(0, self, self.go_on)

    @Slot(int)
    def _on_axis(self, index: int) -> None:
        if self.settle():
            self._session.act(judging.turn_to(self._session.draft, self._session.rubric.verdict_axes[index]), "axis")
        else:
            self.show()

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        """A key in the field: what is a ranking counts at once, so that it is what is saved."""
        draft, rubric = self._session.draft, self._session.rubric
        typed = judging.type_ranking(draft, text, with_strength=rubric.strength)
        self._session.act(typed, f"typed {draft.axis} {self._sitting}")

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        """Enter in the field: on to the next respect; or what is wrong with the ranking below the field."""
        draft, rubric = self._session.draft, self._session.rubric
        wrong = checks.typed_wrong(judging.replace(draft, typed=text), rubric)
        if wrong:
            self._bar.ranking.show_problem(wrong)
            return
        self._sitting += 1
        missing = checks.missing_axes(self._session.draft, rubric)
        if missing:
            self._session.act(judging.turn_to(self._session.draft, missing[0]), "axis")
            self._bar.ranking.begin()
        else:
            self._page.back_to_answers()

    @Slot()
    def _on_rested(self) -> None:
        """The field was left: what is no ranking stays there with what is wrong; the emptied field has the old one."""
        self._sitting += 1
        if self._session.draft.typed is not None and not self._session.draft.typed.strip():
            self._session.act(judging.untype_ranking(self._session.draft))
        self.show()

    @Slot(object)
    def _on_ranked(self, ranking: Ranking) -> None:
        self._session.act(judging.rank(self._session.draft, ranking))

    @Slot()
    def _on_left(self) -> None:
        """Esc: what is no ranking stays, and it is said; Esc at that puts the ranking back, undo then the words."""
        if self._bar.ranking.problem and self._bar.ranking.field.hasFocus():
            self._session.act(judging.untype_ranking(self._session.draft))
        self._page.back_to_answers()

    @Slot(int)
    def _on_voted(self, vote: int) -> None:
        self._session.act(arena_vote.voted(self._session.draft, vote))
        self.show()

    @Slot(str)
    def _on_level(self, level: str) -> None:
        self._session.act(judging.all_equal(self._session.draft, "all_good" if level == "all_good" else "all_bad"))
