"""The bench's session: one draft at a time, from prompt to saved record.

All acts of a trainer on the bench are methods here; each changes the draft and says which parts changed. Runs in
one thread (the window's, or a command's); futures and engine events come back through `post`. Must not know Qt, nor how
a judgement (`saving`) and a draft (`keeping`) come onto the disk.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Literal

import msgspec

from desktop.flow import answers_anew, checks, equal_answers, left_drafts, personal, prompt_settings, revising, together
from desktop.flow import draft as drafts
from desktop.flow.asking import being_answered, shares
from desktop.flow.candidates import Answering, Post
from desktop.flow.conversation_tree import Tree, stays
from desktop.flow.draft import AnswerDraft, Draft, PromptDraft
from desktop.flow.history import History
from desktop.flow.judged_by import JudgedBy, by_newest
from desktop.flow.keeping import Keeping
from desktop.flow.kept_drafts import KeptDrafts
from desktop.flow.kept_turns import KeptTurns
from desktop.flow.outcome import Frame
from desktop.flow.personal import Findings
from desktop.flow.refusals import refusal
from desktop.flow.rewriting import Rewriter
from desktop.flow.runs import Runs
from desktop.flow.saving import Saving
from desktop.flow.telling import Problem, Saved, status_words
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence, veiled
from desktop.flow.working_time import Stopwatch, with_times_of
from feedback_store.errors import StoreError
from feedback_store.records import Context, Versioned
from feedback_store.redaction import Blackout
from feedback_store.rubrics import Rubric
from feedback_store.store import Store, StoredRecord
from local_models.errors import EngineError

replace = msgspec.structs.replace

Part = Literal["draft", "prompt", "answers", "text", "judgement", "state", "saved", "personal"]
EVERYTHING: tuple[Part, ...] = ("draft", "prompt", "answers", "judgement", "state")


class BenchSession:
    """One trainer's bench in one project. `listen(parts)` is called after every change; `clock` counts seconds."""

    def __init__(
        self,
        *,
        store: Store,
        answering: Answering,
        rubric: Rubric,
        frame: Frame,
        seed: Callable[[], int],
        post: Post,
        listen: Callable[[frozenset[Part]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.judged_by = JudgedBy(rubric, store.rubrics.find)
        self._frame = frame
        self.draft = drafts.new_draft()
        self.problem: Problem | None = None
        self.findings = Findings()
        self._store, self._drafts = store, KeptDrafts(store, frame.project)
        self.turns = KeptTurns(store, frame.project, self._drafts)
        self.seed = seed
        self._listen = listen
        self.history, self.watch = History(), Stopwatch(clock)
        self.runs = Runs(answering, post, self._take, self._ended)
        self._keeping = Keeping(self._drafts, post, kept=self._kept, failed=self._not_kept)
        self._saving = Saving(
            store.records, self._drafts, post, stored=self._stored, back=self.go_to, failed=self._not_saved
        )
        self.rewriter = Rewriter(self, answering, seed, post)

    # What the screen reads

    @property
    def rubric(self) -> Rubric:
        """By which the draft is judged."""
        return self.judged_by.rubric

    @property
    def frame(self) -> Frame:
        """What a record that is made now shares with others."""
        return self._frame.by(self.rubric)

    @property
    def writing(self) -> bool:
        """Whether a model is writing."""
        return self.runs.any or self.rewriter.writing

    @property
    def saving(self) -> bool:
        """Whether a judgement is on its way into the store; the draft is not changed meanwhile."""
        return self._saving.under_way

    @property
    def saved(self) -> Saved | None:
        """The judgement saved last, while its save can be undone."""
        return self._saving.last

    @property
    def draft_kept(self) -> bool:
        """Whether drafts come onto the disk."""
        return self._keeping.works

    @property
    def missing(self) -> tuple[checks.Notice, ...]:
        return checks.missing(self.draft, self.rubric)

    @property
    def can_save(self) -> bool:
        return not self.saving and not self.missing

    @property
    def status(self) -> tuple[str, ...]:
        return status_words(self.draft, writing=self.writing, kept=self.draft_kept)

    @property
    def tree(self) -> Tree:
        """The conversation that the draft on the bench is a turn of, as it is kept, with this draft as it is now."""
        return self.turns.tree(self.draft)

    # Prompt and answers

    def ask(self, prompt: PromptDraft, *, noted: bool = True) -> None:
        """Change the prompt; the answers stay until the next generation, and cannot be saved under another prompt.

        A sitting at one field is one step of undo. What is not `noted` was nobody's act.
        """
        if prompt != self.draft.prompt and not self.saving:
            if noted:
                self.history.note(self.draft, prompt_settings.changed_field(self.draft.prompt, prompt))
            self._put(replace(self.watch.timed(self.draft), prompt=prompt), "prompt", "state")
            self.history.drop_empty(self.draft)

    def generate(self) -> None:
        """Let the chosen models answer. What stood there before is one undo away; what cannot go stays as a branch.

        Beside a page's answer they write theirs, and it stays.
        """
        wish = self.draft.prompt
        if not wish.text.strip():
            self.refuse(_("The prompt is empty. Write what the models should answer."))
            return
        if answers_anew.beside_page(self):
            return
        self.cancel()
        seed, beside = self.seed(), stays(self.draft, self.tree)
        fresh = drafts.asked_anew(self.draft, wish, beside=beside)
        try:
            answers = self.runs.start_all(wish, wish, shares(wish), seed)
        except EngineError as error:
            self.refuse(sentence(error), veiled(error))
            return
        self.draft = self.watch.timed(self.draft)
        if self.draft.answers:
            self.history.note(self.draft)
        else:
            self.history.clear()
        if beside:
            self.draft = drafts.prompt_put_back(self.draft)
        self.problem = None
        self._change_to(being_answered(fresh, answers, seed))

    def refuse(self, why: str, blind: str = "") -> None:
        """Say in a sentence why a model does not answer, and how that is said beside blind answers."""
        self._fail(why, "generate", blind)

    def cancel(self, position: int | None = None) -> None:
        """Stop one answer or all; what was written stays."""
        key = None if position is None else self.draft.order[position]
        if key is None:
            self.rewriter.stop()
        self.runs.cancel(key)

    # Judging

    def act(self, changed: Draft, name: str = "") -> None:
        """Take the next draft of an act in judging.py as one step of undo; same names in a row are one step.

        Nothing is taken while a judgement is being saved: it would not be in the record.
        """
        if changed == self.draft or self.saving:
            return
        self.history.note(self.draft, name)
        changed = with_times_of(changed, self.watch.timed(self.draft))
        texts = (changed.answers, changed.prompt) != (self.draft.answers, self.draft.prompt)
        self._put(changed, "answers" if texts else "judgement", "judgement", "state")

    def stream(self, changed: Draft, *parts: Part) -> None:
        """Take what a model writes into the judgement, in the step of undo that its first words began."""
        if not self.saving:
            self._put(changed, *parts)

    def judge_by(self, rubric: Rubric) -> None:
        """Judge by this rubric from now on; an opened judgement stays with the one that it names."""
        self.judged_by.newest = rubric
        self._put(self.draft, *EVERYTHING)

    def guide_by(self, guideline: Versioned | None) -> None:
        """Have what is saved from now on name this version of the project's guideline."""
        self._frame = self._frame.guided_by(guideline)

    def judge_by_newest(self) -> None:
        """Judge an opened judgement by the project's rubric too."""
        if not self.saving:
            self.history.note(self.draft)
            self._put(by_newest(self.watch.timed(self.draft)), *EVERYTHING)

    def undo(self) -> None:
        """One step back, over a whole generation too."""
        self.draft = self.watch.timed(self.draft)
        self._step(self.history.undo(self.draft))

    def redo(self) -> None:
        """One step forward again."""
        self.draft = self.watch.timed(self.draft)
        self._step(self.history.redo(self.draft))

    def reopened(self, context: Context) -> None:
        """The page that the draft is from was opened again: its browser may ask where the answer stands."""
        if context.page is not None:
            self._store.reopened.keep(context.pairing, context.page)

    # Saving, and keeping drafts

    def save(self) -> Future[StoredRecord] | None:
        """Save the judgement; None when something is missing. The next draft opens once it is stored."""
        if not self.can_save:
            return None
        draft = self.draft = revising.to_be_saved(self.watch.timed(self.draft))
        try:
            future = self._saving.save(draft, self.frame, self.rubric, self.findings)
        except StoreError as error:
            self._fail(refusal(error, draft, self.rubric), "save")
            return None
        self._keeping.note_change()  # until it is stored: then another draft stands here
        self._listen(frozenset({"state"}))
        return future

    def undo_save(self) -> Future[StoredRecord] | None:
        """Withdraw the judgement saved last and put its draft back."""
        return self._saving.withdraw()

    def open(self, stored: StoredRecord) -> None:
        """Put a stored judgement on the bench, also one that was withdrawn; saving it supersedes that revision.

        The present draft is set aside. What was begun of it before comes back instead.
        """
        if stored.erased_at is not None:
            raise TypeError("what was erased cannot be opened on the bench")
        if self.draft.supersedes is None or self.draft.supersedes.id != stored.id:
            self.go_to(self.turns.opened(stored))

    def go_to(self, turn: Draft) -> None:
        """Put another turn, or another comparison, on the bench. What stood there is kept, as `kept_drafts.fate` says.

        A turn that is only begun can be undone. One that knows no model is asked of those that are chosen now.
        """
        if self.saving:
            return
        self.cancel()
        self.draft = self.watch.timed(self.draft)
        if turn.answers:
            self.history.clear()
        else:
            self.history.note(self.draft)
        asked = prompt_settings.asked_of(turn, self.draft.prompt)
        self._change_to(prompt_settings.with_settings_of(asked, self.draft))

    def begin_with(self, prompt: PromptDraft) -> None:
        """An empty bench with these settings, as at the first start; nothing is kept yet."""
        self.history.clear()
        self._put(drafts.new_draft(prompt), *EVERYTHING)
        self._keeping.note_same()

    def begin_if_empty(self, draft: Draft) -> None:
        """Put a draft that waits on the bench, where nothing stands."""
        if self.draft.empty:
            self.go_to(draft)

    def follow_on(self) -> None:
        """Be the next version of the judgement that is opened here, where one was stored beside the bench."""
        found = self.draft if self.saving else self._drafts.following_on(self.draft)
        if found is not self.draft:
            self._put(found, "state")

    def black_out(self, record: str, blackout: Blackout) -> None:
        """Words that are blacked out in a stored judgement go from all drafts, too; no undo brings them back here."""
        self._saving.forget(record)
        self._drafts.change_others(self.draft, lambda other: personal.without(other, blackout))
        found = personal.without(self.draft, blackout)
        if found is not self.draft:
            self.history.clear()
            self._put(found, *EVERYTHING)

    def start_next(self) -> None:
        """The draft that was set aside for this one, else an empty bench with the prompt's settings remembered."""
        if not self.restore():
            self.begin_with(prompt_settings.next_settings(self.draft))

    def keep(self) -> Future[None] | None:
        """Keep the draft durably if it changed, or what is being kept now; called at most every second by its owner."""
        return self._keeping.writing if self.saving else self._keeping.catch_up(self.draft)

    def restore(self) -> bool:
        """Reopen this project's draft kept last; answers that were being written stand as far as they came."""
        found = self._drafts.latest()
        if found is None:
            return False
        self.history.clear()
        self._put(found, *EVERYTHING)
        self._keeping.note_same()
        return True

    # Inside

    def _take(self, run: str, changed: tuple[AnswerDraft, ...]) -> None:
        """Take what came of a run into those answers on the bench that are its; often none is any more."""
        fresh = {answer.key: replace(answer, run=run) for answer in changed}
        answers = tuple(fresh.get(each.key, each) if each.run == run else each for each in self.draft.answers)
        if answers == self.draft.answers:
            return
        self.watch.take_words(self.draft)
        self._put(replace(self.draft, answers=answers), "text", *(("state",) if any(a.ready for a in changed) else ()))

    def _ended(self, problem: str, blind: str) -> None:
        if problem and not together.several(self.draft):  # of several, each says so in its place
            self.refuse(problem, blind)
            return
        folded = equal_answers.fold_equal(self.draft) if not self.runs.any else self.draft
        if folded is not self.draft:
            self._put(folded, "answers", "judgement")
        self._listen(frozenset({"text", "state"}))

    def _kept(self) -> None:
        if self.problem is not None and self.problem.while_doing == "draft":
            self.problem = None
        self._listen(frozenset({"state"}))

    def _not_kept(self, error: BaseException) -> None:
        self._fail(sentence(error), "draft")

    def _stored(self) -> None:
        self.problem = None
        self.turns.look_again()
        self.start_next()
        self._listen(frozenset({"saved", "state"}))

    def _not_saved(self, error: BaseException) -> None:
        self._fail(sentence(error), "save")

    def _step(self, found: Draft) -> None:
        """Take a draft of the history; what a model still writes for another one is stopped."""
        self.rewriter.leave()
        if found.id != self.draft.id:
            self.cancel()
            self._change_to(left_drafts.as_left(found))
        else:
            found = with_times_of(found, self.draft)
            self.runs.cancel_others({answer.run for answer in found.answers})
            self._put(left_drafts.as_left(found, self.runs.names), "prompt", "answers", "judgement", "state")

    def _put(self, draft: Draft, *parts: Part) -> None:
        self.draft = self.judged_by.fit(draft)
        self._keeping.note_change()
        self._listen(frozenset(parts))

    def _fail(self, text: str, doing: Literal["generate", "save", "draft"], blind: str = "") -> None:
        self.problem = Problem(text, doing, blind)
        self._listen(frozenset({"state"}))

    def _change_to(self, draft: Draft) -> None:
        """Another draft on the bench, kept in one step with what becomes of the one before: a kill loses neither."""
        before, self.draft = self.draft, self.judged_by.fit(draft)
        self._keeping.keep(self.draft, left=before)
        self.turns.look_again()
        self._listen(frozenset(EVERYTHING))
