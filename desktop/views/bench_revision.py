"""Rewriting on the bench: the page that an answer is rewritten on, opened, followed and left.

The page edits words that are covered while the draft is blind; the draft gets them with their names back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop.flow import judging, keymap, revising
from desktop.flow.draft import Draft, RevisionDraft
from desktop.flow.masking import growing, hides_model, veil
from desktop.flow.question_words import before_question, question_of
from desktop.flow.ranking import letter
from desktop.flow.rewriting import closed_over
from desktop.flow.session import BenchSession
from desktop.flow.together import as_seen
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.views.parts import Message

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage


class BenchRevision(QObject):
    """Joins the revision's page of one bench to its session."""

    def __init__(self, page: BenchPage, session: BenchSession) -> None:
        super().__init__(page)
        self._page, self._session = page, session
        self._of = ("", "")  # the draft and its answer that the page shows
        self._before: Draft | None = None  # the draft before its present revision was opened
        revision = page.revision
        page.answers.ready.connect(revision.make_ready, Qt.ConnectionType.QueuedConnection)  # in a turn of its own
        revision.edited.connect(self._on_edited)
        revision.kept.connect(self.leave)
        revision.dropped.connect(self._on_dropped)
        revision.side.rewrite.asked.connect(session.rewriter.start)
        revision.side.rewrite.stop_asked.connect(session.rewriter.stop)
        revision.side.rewrite.model_chosen.connect(self._cover_model)

    def open(self, position: int) -> None:
        """Rewrite an answer; what was written of another one is set aside, and the page says so."""
        draft = self._session.draft
        if not draft.answers or not as_seen(draft, draft.order[position]).ready:
            return
        self._page.answers.choose(position, focus=False)
        if draft.at(position).origin.kind == "human":  # it is written where it stands
            self._page.answers.cards[position].write()
            return
        self._before = draft if draft.revision is None or draft.revision.of != draft.order[position] else None
        self._session.act(judging.start_revision(draft, position, self._session.rubric.flags))
        self._show_page()

    def open_again(self) -> None:
        """The revision that was begun, or that of the current answer."""
        draft = self._session.draft
        revision = draft.revision
        self.open(draft.position(revision.of) if revision is not None else self._page.answers.current)

    @Slot()
    def leave(self) -> None:
        """Back to the answers; a model that writes is stopped, and that is said: what it wrote stays."""
        page, position, rewriter = self._page, self._page.answers.current, self._session.rewriter
        stopped, begun = rewriter.writing, rewriter.begun
        rewriter.stop()
        self._drop_unchanged()
        self._turn_to(page.split)
        page.show_parts(answers=bool(self._session.draft.answers))
        page.answers.choose(position)
        if begun:
            page.says.say_undoable(_("The model was stopped. What it had written stays in your version."))
        elif stopped:
            words = _("The model was stopped before it wrote anything. Your version is as it was.")
            page.message.show_message(Message("notice", words))

    def _drop_unchanged(self) -> None:
        """A version that was only looked at is none, and no step of undo either."""
        session, before = self._session, self._before or self._session.draft
        kept = revising.left(session.draft, before) if before.id == session.draft.id else session.draft
        kept = revising.to_be_saved(kept)
        if kept is not session.draft:
            session.stream(kept, "judgement", "state")
            session.history.drop_empty(session.draft)

    def follow(self) -> None:
        """Show what a model makes of the revision, and what undo made of it."""
        page, draft, rewriter = self._page, self._session.draft, self._session.rewriter
        if not page.rewriting:
            return
        if draft.revision is None or draft.id != self._of[0]:  # it is gone, or another draft is on the bench
            self.leave()
            return
        if (draft.id, draft.revision.of) != self._of:  # undo went back to the revision of another answer
            page.answers.choose(draft.position(draft.revision.of), focus=False)
            self._show_page()
        page.revision.side.rewrite.show_state(
            writing=rewriter.writing,
            progress=rewriter.progress,
            problem=rewriter.problem or closed_over(draft.revision),
        )
        covering, here = veil(draft), page.revision.value
        if here is None or covering.uncover_revision(here) != draft.revision:  # else it is what is typed right now
            here = covering.cover_revision(growing(draft, draft.revision) if rewriter.writing else draft.revision)
        page.revision.follow(here, writing=rewriter.writing)

    def _show_page(self) -> None:
        page, draft, covering = self._page, self._session.draft, veil(self._session.draft)
        revision = draft.revision
        if revision is None:
            return
        self._of = (draft.id, revision.of)
        page.revision.side.rewrite.suggest(draft.prompt.model)
        self._cover_model()
        self._show_set_aside()
        page.revision.question.show_question(question_of(draft), before_question(draft))
        page.revision.side.judge_by(self._session.rubric.flags)
        page.revision.show_revision(
            covering.cover(draft.answer(revision.of).text),
            covering.cover_revision(revision),
            draft.position(revision.of),
            blind=draft.blind,
        )
        page.revision.fit_into(page.pages.size())
        self._turn_to(page.revision)
        page.show_parts(answers=True)
        page.revision.take_focus()
        page.place_changed.emit("revision")

    def _turn_to(self, part: QWidget) -> None:
        """Show one of the two pages; whoever calls this says next what in it has the keyboard.

        A page that hides with the keyboard in it has Qt try one field after the other, seen or not, for the next one.
        """
        pages, here = self._page.pages, self._page.window().focusWidget()
        goes = pages.currentWidget()
        if here is not None and goes is not None and part is not goes and goes.isAncestorOf(here):
            here.clearFocus()
        pages.setCurrentWidget(part)

    def _show_set_aside(self) -> None:
        draft = self._session.draft
        others = sorted(letter(draft.position(each.of)) for each in draft.set_aside)
        words = ngettext(
            "This version goes into the record. That of {} is set aside; {} there brings it back.",
            "This version goes into the record. Those of {} are set aside; {} there brings each back.",
            len(others),
        ).format(", ".join(others), keymap.current().shown("rewrite"))
        self._page.revision.side.show_set_aside(words if others else "")

    @Slot()
    def _cover_model(self) -> None:
        choice = self._page.revision.side.rewrite.model
        choice.cover(hides_model(self._session.draft, choice.chosen))

    @Slot(object, str)
    def _on_edited(self, edited: RevisionDraft, step: str) -> None:
        draft = self._session.draft
        revision = veil(draft).uncover_revision(edited)
        if revision != draft.revision:
            self._session.act(judging.revise(draft, revision), step and f"{step} {revision.of}")

    @Slot()
    def _on_dropped(self) -> None:
        self._session.act(judging.revise(self._session.draft, None))
        self._page.says.say_undoable(_("Your version is discarded."))
