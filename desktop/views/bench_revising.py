"""Rewriting on the bench: from an answer to its revision, by hand or by a model, and back.

The page edits words that are covered while the draft is blind; the draft gets them with their names back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop.flow import judging
from desktop.flow.draft import RevisionDraft
from desktop.flow.masking import hides_model, veil
from desktop.flow.session import BenchSession

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage


class BenchRevising(QObject):
    """Joins the revision's page of one bench to its session."""

    def __init__(self, page: BenchPage, session: BenchSession) -> None:
        super().__init__(page)
        self._page, self._session = page, session
        revision = page.revision
        revision.edited.connect(self._on_edited)
        revision.kept.connect(self.leave)
        revision.dropped.connect(self._on_dropped)
        revision.rewrite.asked.connect(session.rewriter.start)
        revision.rewrite.stop_asked.connect(self._on_stop)
        revision.rewrite.model_chosen.connect(self._cover_model)

    def begin(self, position: int) -> None:
        """Open the revision of an answer, unless the answer is still written."""
        page, session = self._page, self._session
        if not session.draft.answers or not session.draft.at(position).ready:
            return
        session.act(judging.start_revision(session.draft, position))
        draft, covering = session.draft, veil(session.draft)
        assert draft.revision is not None
        page.revision.rewrite.suggest(draft.prompt.model)
        self._cover_model()
        page.revision.show_revision(
            covering.cover(draft.answer(draft.revision.of).text),
            covering.cover_revision(draft.revision),
            position,
            blind=draft.blind,
        )
        page.pages.setCurrentWidget(page.revision)
        page.show_parts(answers=True)
        page.revision.take_focus()
        page.place_changed.emit("revision")

    def show(self) -> None:
        """Show what a model makes of the revision, and what undo made of it."""
        page, rewriter, draft = self._page, self._session.rewriter, self._session.draft
        if not page.rewriting or draft.revision is None:
            return
        page.revision.rewrite.show_state(writing=rewriter.writing, progress=rewriter.progress, problem=rewriter.problem)
        covering, here = veil(draft), page.revision.value
        if here is None or covering.uncover_revision(here) != draft.revision:  # else it is what is typed right now
            here = covering.cover_revision(draft.revision)
        page.revision.follow(here, writing=rewriter.writing)

    @Slot()
    def leave(self) -> None:
        """Back to the answers; a model that rewrites is stopped."""
        page = self._page
        position = page.answers.current
        self._session.rewriter.stop()
        page.pages.setCurrentWidget(page.split)
        page.show_parts(answers=bool(self._session.draft.answers))
        page.answers.choose(position)

    @Slot()
    def _cover_model(self) -> None:
        choice = self._page.revision.rewrite.model
        choice.cover(hides_model(self._session.draft, choice.chosen))

    @Slot(object)
    def _on_edited(self, edited: RevisionDraft) -> None:
        draft = self._session.draft
        revision = veil(draft).uncover_revision(edited)
        if revision != draft.revision:
            self._session.act(judging.revise(draft, revision), "revision")

    @Slot()
    def _on_dropped(self) -> None:
        self._session.act(judging.revise(self._session.draft, None))

    @Slot()
    def _on_stop(self) -> None:
        self._session.cancel()
