"""The bench's session: one draft at a time, from prompt to saved record.

All acts of a trainer on the bench are methods here; each changes the draft and says which parts changed. Runs in
one thread (the window's, or a command's); futures and engine events come back through `post`. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Literal

import msgspec

from desktop.flow import checks, judging
from desktop.flow import draft as drafts
from desktop.flow.candidates import Answering, Post, Run, keys_for, shuffled
from desktop.flow.carrying import fitted
from desktop.flow.conversation_tree import Tree, stays
from desktop.flow.draft import AnswerDraft, Draft, PromptDraft, Supersedes
from desktop.flow.history import History
from desktop.flow.kept_drafts import KeptDrafts
from desktop.flow.kept_turns import KeptTurns
from desktop.flow.outcome import Frame, messages_of, to_judgement
from desktop.flow.personal import Findings
from desktop.flow.rewriting import Rewriter
from desktop.flow.telling import Problem, Saved, Stopwatch, status_words
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from feedback_store.errors import StoreError
from feedback_store.records import Judgement
from feedback_store.rubric_check import check_judgement
from feedback_store.rubrics import Rubric
from feedback_store.store import Store, StoredRecord
from local_models.errors import EngineError

replace = msgspec.structs.replace

Part = Literal["draft", "prompt", "answers", "text", "judgement", "state", "saved", "personal"]
EVERYTHING: tuple[Part, ...] = ("draft", "prompt", "answers", "judgement", "state")
KEEPING_S = 5.0  # at most; a draft is kept within milliseconds


class BenchSession:
    """One trainer's bench in one project. `listen(parts)` is called after every change."""

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
    ) -> None:
        self.rubric, self.frame = rubric, frame
        self.draft = drafts.new_draft()
        self.problem: Problem | None = None
        self.saved: Saved | None = None
        self.saving = self.draft_kept = self._unkept = False
        self.findings = Findings()
        self._store, self._drafts = store, KeptDrafts(store, frame.project)
        self.turns = KeptTurns(store, frame.project, self._drafts)
        self._answering, self._seed = answering, seed
        self._post, self._listen = post, listen
        self.history, self._stopwatch = History(), Stopwatch()
        self._runs: list[Run] = []
        self._keeping: Future[None] | None = None
        self.rewriter = Rewriter(self, answering, seed, post)

    # What the screen reads

    @property
    def writing(self) -> bool:
        """Whether a model is writing."""
        return bool(self._runs) or self.rewriter.writing

    @property
    def missing(self) -> tuple[checks.Notice, ...]:
        return checks.missing(self.draft, self.rubric)

    @property
    def can_save(self) -> bool:
        return not self.saving and not self.missing

    @property
    def status(self) -> tuple[str, ...]:
        """How draft and models stand, in a few words each."""
        return status_words(self.draft, writing=self.writing, kept=self.draft_kept)

    @property
    def tree(self) -> Tree:
        """The conversation that the draft on the bench is a turn of, as it is kept, with this draft as it is now."""
        return self.turns.tree(self.draft)

    # Prompt and answers

    def ask(self, prompt: PromptDraft) -> None:
        """Change the prompt; the answers stay until the next generation, and cannot be saved under another prompt."""
        if prompt != self.draft.prompt and not self.saving:
            self._put(replace(self.draft, prompt=prompt), "prompt", "state")

    def put_prompt_back(self) -> None:
        """The prompt that the answers were written for stands again."""
        self._put(drafts.prompt_put_back(self.draft), "draft", "prompt", "state")

    def generate(self) -> None:
        """Let the chosen model answer. What stood there before is one undo away; what cannot go is kept as a branch."""
        wish = self.draft.prompt
        if not wish.text.strip():
            self._fail(_("The prompt is empty. Write what the models should answer."), "generate")
            return
        self.cancel()
        seed, keys = self._seed(), keys_for(wish.answers)
        beside = stays(self.draft, self.tree)
        fresh = drafts.asked_anew(self.draft, wish, beside=beside)
        if not self._start(wish, wish, keys, seed, fresh.id):
            return
        if self.draft.answers:
            self.history.note(self.draft)
        else:
            self.history.clear()
        if beside:
            self.draft = drafts.prompt_put_back(self.draft)
        self.problem = None
        self._change_to(drafts.being_answered(fresh, keys, shuffled(keys, seed) if wish.blind else keys, seed))

    def again(self, position: int) -> None:
        """Let the model write one answer anew while the others stand; what was judged of it goes."""
        old, draft = self.draft.at(position), self.draft
        if old.origin.kind == "human" or not old.ready or self._gone_on_from(old.key):
            return
        if self._start(draft.asked or draft.prompt, draft.prompt, (old.key,), self._seed(), draft.id):
            self.act(judging.forget_answer(self.draft, old.key), "again")

    def go_on(self, position: int) -> None:
        """Let the model go on with an answer that was cut off; what was judged of it stands."""
        old, draft = self.draft.at(position), self.draft
        if not old.was_cut or self._gone_on_from(old.key):
            return
        drawn = old.origin.sampling
        seed = self._seed() if drawn is None or drawn.seed is None else drawn.seed
        if self._start(draft.asked or draft.prompt, draft.prompt, (old.key,), seed, draft.id, goes_on=old):
            self.act(judging.resume_answer(self.draft, old.key), "go on")

    def cancel(self, position: int | None = None) -> None:
        """Stop one answer or all; what was written stays."""
        key = None if position is None else self.draft.order[position]
        if key is None:
            self.rewriter.stop()
        for run in tuple(self._runs):
            if key is None or key in run.keys:
                run.cancel(key)

    # Judging

    def act(self, changed: Draft, name: str = "") -> None:
        """Take the next draft of an act in judging.py as one step of undo; same names in a row are one step.

        Nothing is taken while a judgement is being saved: it would not be in the record.
        """
        if changed == self.draft or self.saving:
            return
        self.history.note(self.draft, name)
        self._count_time()
        texts = (changed.answers, changed.prompt) != (self.draft.answers, self.draft.prompt)
        self._put(changed, "answers" if texts else "judgement", "judgement", "state")

    def stream(self, changed: Draft, *parts: Part) -> None:
        """Take what a model writes into the judgement, in the step of undo that its first words began."""
        if not self.saving:
            self._put(changed, *parts)

    def undo(self) -> None:
        """One step back, over a whole generation too."""
        self._step(self.history.undo(self.draft))

    def redo(self) -> None:
        """One step forward again."""
        self._step(self.history.redo(self.draft))

    # Saving, and keeping drafts

    def save(self) -> Future[StoredRecord] | None:
        """Save the judgement; None when something is missing. The next draft opens once it is stored."""
        if not self.can_save:
            return None
        self._count_time()
        draft = self.draft
        try:
            judgement = to_judgement(draft, self.frame)
            check_judgement(judgement, self.rubric)
            self._drafts.change_others(draft, self.findings.gone_from(draft))
            future = self._store.records.save(judgement, draft=self._drafts.key(draft), erase_earlier=draft.blacked_out)
        except StoreError as error:
            self._fail(sentence(error), "save")
            return None
        self.saving = True
        doubts = checks.doubts(draft, self.rubric, self.findings, decided_ms=draft.active_ms)
        future.add_done_callback(lambda f: self._post(lambda: self._stored(f, draft, doubts)))
        self._listen(frozenset({"state"}))
        return future

    def undo_save(self) -> Future[StoredRecord] | None:
        """Withdraw the judgement saved last and put its draft back."""
        if self.saved is None or self.saving:
            return None
        saved, self.saved = self.saved, None
        future = self._store.records.withdraw(saved.stored.id, "mistake")
        future.add_done_callback(lambda f: self._post(lambda: self._withdrawn(f, saved)))
        return future

    def open(self, stored: StoredRecord) -> None:
        """Put a stored judgement on the bench; saving it supersedes it. The present draft is set aside.

        What was begun of it before comes back instead.
        """
        if not isinstance(stored.record, Judgement):
            raise TypeError("only a judgement can be opened on the bench")
        if self.draft.supersedes is None or self.draft.supersedes.id != stored.id:
            self.go_to(self.turns.opened(stored))

    def go_to(self, turn: Draft) -> None:
        """Put another turn, or another comparison, on the bench. What stood there is kept, as `kept_drafts.fate` says.

        A turn that is only begun can be undone. One that knows no model is asked of those that are chosen now.
        """
        if self.saving:
            return
        self.cancel()
        if turn.answers:
            self.history.clear()
        else:
            self.history.note(self.draft)
        self._change_to(drafts.asked_of(turn, self.draft.prompt))

    def begin_with(self, prompt: PromptDraft) -> None:
        """An empty bench with these settings, as at the first start; nothing is kept yet."""
        self.history.clear()
        self._put(drafts.new_draft(prompt), *EVERYTHING)
        self._unkept = False

    def start_next(self) -> None:
        """The draft that was set aside for this one, else an empty bench with the prompt's settings remembered."""
        if not self.restore():
            self.begin_with(replace(self.draft.prompt, text="", turns=()))

    def keep(self) -> Future[None] | None:
        """Keep the draft durably if it changed, or what is being kept now; called at most every second by its owner."""
        if not self._unkept or self.saving:
            return self._keeping
        return self._keep()

    def restore(self) -> bool:
        """Reopen this project's draft kept last; answers that were being written stand as far as they came."""
        found = self._drafts.latest()
        if found is None:
            return False
        self.history.clear()
        self._put(found, *EVERYTHING)
        self._unkept = False
        return True

    # Inside

    def _start(
        self,
        asked: PromptDraft,
        wish: PromptDraft,
        keys: tuple[str, ...],
        seed: int,
        owner: str,
        *,
        goes_on: AnswerDraft | None = None,
    ) -> bool:
        """Have the model of `wish` answer `asked` for the draft `owner`; False when that failed, and it is said."""
        try:
            run = self._answering.run(
                messages_of(asked),
                wish,
                keys=keys,
                seed=seed,
                goes_on=goes_on,
                post=self._post,
                changed=lambda answers: self._take(answers, owner),
                ended=lambda problem: self._ended(run, problem),
            )
        except EngineError as error:
            self._fail(sentence(error), "generate")
            return False
        self._runs.append(run)
        return True

    def _gone_on_from(self, key: str) -> bool:
        """Whether the conversation goes on from an answer, which thus has to stay; it is said."""
        found = any(turn.answer == key for turn in self.tree.after(self.draft.comparison))
        if found:
            self._fail(
                _("The conversation goes on from this answer, so it stays. Generate makes a branch."), "generate"
            )
        return found

    def _keep(self, left: Draft | None = None) -> Future[None]:
        self._unkept = False
        future = self._drafts.keep(self.draft, left=left)
        self._keeping = future
        future.add_done_callback(lambda f: self._post(lambda: self._kept(f)))
        return future

    def _take(self, changed: tuple[AnswerDraft, ...], owner: str) -> None:
        fresh = {answer.key: answer for answer in changed}
        known = {answer.key for answer in self.draft.answers}
        if owner != self.draft.id or not fresh.keys() <= known:
            return  # of a run whose draft is no longer on the bench
        answers = tuple(fresh.get(answer.key, answer) for answer in self.draft.answers)
        self._put(replace(self.draft, answers=answers), "text", *(("state",) if any(a.ready for a in changed) else ()))

    def _ended(self, run: Run, problem: str) -> None:
        if run in self._runs:
            self._runs.remove(run)
        if problem:
            self._fail(problem, "generate")
            return
        folded = judging.fold_equal(self.draft) if not self._runs else self.draft
        if folded is not self.draft:
            self._put(folded, "answers", "judgement")
        self._listen(frozenset({"text", "state"}))

    def _kept(self, future: Future[None]) -> None:
        error = future.exception()
        self.draft_kept = error is None
        if error is not None:  # tried again within a second
            self._unkept = True
            self._fail(sentence(error), "draft")
            return
        if self.problem is not None and self.problem.while_doing == "draft":
            self.problem = None
        self._listen(frozenset({"state"}))

    def _stored(self, future: Future[StoredRecord], draft: Draft, doubts: tuple[checks.Notice, ...]) -> None:
        self.saving = False
        error = future.exception()
        if error is not None:
            self._unkept = True
            self._fail(sentence(error), "save")
            return
        self.problem = None
        self.saved = Saved(future.result(), draft, doubts)
        self.turns.look_again()
        self.start_next()
        self._listen(frozenset({"saved", "state"}))

    def _withdrawn(self, future: Future[StoredRecord], saved: Saved) -> None:
        error = future.exception()
        if error is not None:
            self.saved = saved
            self._fail(sentence(error), "save")
            return
        withdrawn = future.result()
        self.history.clear()
        supersedes = Supersedes(withdrawn.id, withdrawn.rev, withdrawn.sha256, saved.stored.data)
        self.go_to(replace(saved.draft, supersedes=supersedes))

    def _step(self, found: Draft) -> None:
        """Take a draft of the history; what a model still writes for another one is stopped."""
        self.rewriter.leave()
        if found.id != self.draft.id:
            self.cancel()
            self._change_to(drafts.as_left(found))
        else:
            self._put(drafts.revision_as_left(found), "prompt", "answers", "judgement", "state")

    def _put(self, draft: Draft, *parts: Part) -> None:
        self.draft = fitted(draft, self.rubric, self.frame.rubric.sha256, self._store.rubrics.find)
        self._unkept = True
        self._listen(frozenset(parts))

    def _fail(self, text: str, doing: Literal["generate", "save", "draft"]) -> None:
        self.problem = Problem(text, doing)
        self._listen(frozenset({"text", "state"}))

    def _change_to(self, draft: Draft) -> None:
        """Another draft on the bench, kept in one step with what becomes of the one before: a kill loses neither."""
        before, self.draft = self.draft, fitted(draft, self.rubric, self.frame.rubric.sha256, self._store.rubrics.find)
        self._keep(left=before)
        self.turns.look_again()
        self._listen(frozenset(EVERYTHING))

    def _count_time(self) -> None:
        self.draft = replace(self.draft, active_ms=self.draft.active_ms + self._stopwatch.spent_ms())
