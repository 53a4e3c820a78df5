"""The judgement in the making: one frozen value that undo keeps, drafts store, and saving turns into a record.

Everything here names candidates by key, as records do; positions appear only in `order`. Must not know the store.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from desktop.flow.begun import BegunFlag
from feedback_store.records import (
    Answer,
    Context,
    Conversation,
    Flag,
    Message,
    Milliseconds,
    Origin,
    Parent,
    Rating,
    Redaction,
    Tokens,
    Verdict,
    new_id,
)

OVERALL = "overall"
REVISION = "revision"  # the rewritten answer, where a candidate's key would stand

AnswerState = Literal["waiting", "writing", "done", "stopped", "failed"]


class Value(msgspec.Struct, frozen=True, omit_defaults=True):
    """A frozen value that is kept as JSON in the drafts table."""


class PromptDraft(Value, frozen=True):
    """What the trainer asks: a system prompt, earlier turns and the present message.

    `model` answers it, and so do those `beside` it, each as often as `answers` says.
    """

    text: str = ""
    system: str = ""
    turns: tuple[Message, ...] = ()
    domain: str = ""
    tags: tuple[str, ...] = ()
    model: str = ""
    beside: tuple[str, ...] = ()
    blind: bool = True  # as the next answers are to be shown
    preset: str = "varied"
    answers: int = 4
    max_tokens: int = 1024

    @property
    def models(self) -> tuple[str, ...]:
        """The models that answer, by the names that the bench has for them."""
        return (self.model, *self.beside)


class AnswerDraft(Value, frozen=True):
    """One candidate as far as it has come. `run` names what a model was asked for it: words of other runs are not its.

    Asked again it is of another run, and after an undo of the one before: the same key is not the same answer. `model`
    is that model by the bench's name for it, "" in what was opened from a record. `closed` says that the window closed
    or was killed while it was written, which nobody wished.
    """

    key: str
    text: str = ""
    reasoning: str = ""
    state: AnswerState = "waiting"
    finish: Literal["stop", "length", "cancelled", "error"] | None = None
    origin: Origin = Origin("human")
    tokens: Tokens | None = None
    time_ms: Milliseconds | None = None
    problem: str = ""
    run: str = ""
    model: str = ""
    closed: bool = False

    @property
    def ready(self) -> bool:
        """Whether the text will not change by itself any more."""
        return self.state in ("done", "stopped", "failed")

    @property
    def was_cut(self) -> bool:
        """Whether it ended in the middle by no wish of the trainer's, and can go on: reasoning that was cut cannot."""
        cut = self.finish == "length" or self.closed
        return cut and self.origin.kind in ("local", "endpoint") and bool(self.text)

    @property
    def times(self) -> int:
        """How many equal answers it stands for."""
        return 1 + len(self.origin.equal_seeds or ())


class FeedbackPoint(Value, frozen=True):
    """A thing that the revision should change; `done` is the trainer's own tick, `from_flag` says that a flag asked.

    Worded anew it is the trainer's; `category` and `severity` stay those of the flag, "" where there was none.
    """

    text: str
    done: bool = False
    from_flag: bool = False
    category: str = ""
    severity: int = 0


class Drafted(Value, frozen=True):
    """What a model wrote in place of the version `before`, asked for these points with the words of `instruction`.

    `undone`: the trainer went back to the version before; a redo brings it into force again.
    """

    by: AnswerDraft
    before: str
    points: tuple[str, ...] = ()
    instruction: str = ""
    undone: bool = False


class RevisionDraft(Value, frozen=True):
    """The trainer's rewritten answer. `new_point` is in its field, `drafts` a model's, oldest first, undone last."""

    of: str
    text: str
    points: tuple[FeedbackPoint, ...] = ()
    new_point: str = ""
    summary: str = ""
    only_points: bool | None = None
    method: Literal["hand", "model_assisted"] = "hand"
    drafts: tuple[Drafted, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """What should change, point by point, ticked or not: a tick only says what the trainer is done with."""
        return tuple(text.strip() for text in (*(each.text for each in self.points), self.new_point) if text.strip())

    @property
    def drafted(self) -> Drafted | None:
        """The model's draft that the text rests on; None where it is the trainer's from the first word."""
        return next((each for each in reversed(self.drafts) if not each.undone), None)

    @property
    def assisted(self) -> bool:
        """Whether a model drafted it, here or in the record that was opened again."""
        return self.method == "model_assisted" or self.drafted is not None

    @property
    def being_drafted(self) -> bool:
        """Whether a model is writing it now."""
        return self.drafted is not None and not self.drafted.by.ready


class Supersedes(Value, frozen=True):
    """The stored revision that saving will supersede, with the bytes that carry over unchanged.

    `rubric` is the SHA-256 of the one that it names, which holds further; "" once the project's is to hold.
    """

    id: str
    rev: int
    sha256: str
    record: bytes
    rubric: str = ""


class Basis(Value, frozen=True):
    """Judgements of the same answers that this one looks at again: their record hashes, and the bytes of one."""

    hashes: tuple[str, ...]
    record: bytes


class Unasked(Value, frozen=True):
    """What was said by a rubric (its SHA-256) and is not asked by the one that holds now."""

    rubric: str
    verdicts: tuple[Verdict, ...] = ()
    ratings: tuple[Rating, ...] = ()
    answered: tuple[Answer, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def any(self) -> bool:
        return bool(self.verdicts or self.ratings or self.answered or self.flags)


class Draft(Value, frozen=True):
    """All of one comparison on the bench.

    `prompt` is what stands in the prompt field, `asked` what the answers were written for (None: nothing was asked).
    `axis` is the respect in which the answers are ranked now; `tiers`, `strength`, `level` and `not_rankable` are of
    that verdict. `typed` is what stands in the field for the ranking and is no ranking yet, None where nothing does:
    nothing can be saved over it, nor over `begun_flag` and `begun_reason`. `revision` goes into the record;
    `set_aside` holds what was rewritten of other answers, to come back. `answered` are the rubric's questions about
    each answer. `path` names the answer that was gone on with at each earlier turn of a conversation, `copied` holds
    the words that a branch began with. `blacked_out` says that words went since the record was stored, `kept` holds
    those that were found as personal data and may stay. `rubric` is the SHA-256 of the one by which it is judged, ""
    before the bench has it; `unasked` is what was said by earlier ones and waits in case they hold again. `held` are
    the blind answers that are not seen before all of them have ended (`together.py`). `settings` are those that the
    trainer had before a record was opened, for the prompt after it. `context` is where it came from, None for the
    bench itself. `active_ms` is the time at work, `shown_ms` that in which the answers could be read.
    """

    id: str
    comparison: str
    prompt_id: str
    conversation: Conversation | None = None
    path: tuple[Parent, ...] = ()
    replaces: str = ""
    copied: str = ""
    prompt: PromptDraft = PromptDraft()
    asked: PromptDraft | None = None
    answers: tuple[AnswerDraft, ...] = ()
    order: tuple[str, ...] = ()
    seed: int = 0
    blind: bool = True
    streamed: bool = False
    held: tuple[str, ...] = ()
    axis: str = OVERALL
    typed: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    ratings: tuple[Rating, ...] = ()
    answered: tuple[Answer, ...] = ()
    flags: tuple[Flag, ...] = ()
    begun_flag: BegunFlag | None = None
    begun_reason: str = ""
    revision: RevisionDraft | None = None
    set_aside: tuple[RevisionDraft, ...] = ()
    justification: str = ""
    confidence: int | None = None
    shown_at: str | None = None
    active_ms: int = 0
    shown_ms: int = 0
    supersedes: Supersedes | None = None
    basis: Basis | None = None
    redactions: tuple[Redaction, ...] = ()
    blacked_out: bool = False
    kept: tuple[str, ...] = ()
    rubric: str = ""
    unasked: tuple[Unasked, ...] = ()
    settings: PromptDraft | None = None
    context: Context | None = None

    def answer(self, key: str) -> AnswerDraft:
        """The answer with this key; KeyError if there is none."""
        for answer in self.answers:
            if answer.key == key:
                return answer
        raise KeyError(key)

    def at(self, position: int) -> AnswerDraft:
        """The answer shown at a position (0 = A); IndexError if there is none."""
        return self.answer(self.order[position])

    def position(self, key: str) -> int:
        """Where the answer with this key is shown (0 = A)."""
        return self.order.index(key)

    def rating(self, key: str, axis: str) -> int | Literal["na"] | None:
        """The rating of an answer on an axis, or None where it is missing."""
        for rating in self.ratings:
            if rating.candidate == key and rating.axis == axis:
                return rating.value
        return None

    def answered_with(self, key: str, question: str) -> str | tuple[str, ...] | None:
        """What was said to a question about an answer, or None where nothing was."""
        for said in self.answered:
            if said.candidate == key and said.question == question:
                return said.value
        return None

    def verdict_on(self, axis: str) -> Verdict | None:
        """The verdict in one respect, or None where it is missing."""
        return next((verdict for verdict in self.verdicts if verdict.axis == axis), None)

    @property
    def tiers(self) -> tuple[tuple[str, ...], ...] | None:
        verdict = self.verdict_on(self.axis)
        return verdict.tiers if verdict is not None else None

    @property
    def strength(self) -> int | None:
        verdict = self.verdict_on(self.axis)
        return verdict.strength if verdict is not None else None

    @property
    def level(self) -> Literal["all_good", "all_bad"] | None:
        verdict = self.verdict_on(self.axis)
        return verdict.level if verdict is not None else None

    @property
    def not_rankable(self) -> str | None:
        verdict = self.verdict_on(self.axis)
        return verdict.not_rankable if verdict is not None else None

    @property
    def unrankable(self) -> bool:
        """Whether the answers were called not rankable in any respect: then nothing else is asked about them."""
        return any(verdict.not_rankable is not None for verdict in self.verdicts)

    @property
    def prompt_changed(self) -> bool:
        """Whether the prompt field no longer holds what the answers were written for."""
        asked = self.asked
        return asked is not None and (asked.text, asked.system) != (self.prompt.text, self.prompt.system)

    @property
    def finished(self) -> bool:
        """Whether there are answers and none will change by itself any more."""
        return bool(self.answers) and all(answer.ready for answer in self.answers)

    @property
    def empty(self) -> bool:
        """Whether nothing would be lost if this draft were dropped."""
        return not (self.prompt.text.strip() or self.prompt.turns or self.answers)

    @property
    def judged(self) -> bool:
        """Whether anything was said of the answers."""
        said = (
            self.verdicts,
            self.typed,
            self.ratings,
            self.answered,
            self.flags,
            self.begun_flag,
            self.begun_reason,
            self.revision,
            self.justification.strip(),
        )
        return any(said)


def new_draft(prompt: PromptDraft | None = None) -> Draft:
    """A fresh draft with ids of its own, blind or open as the prompt wishes."""
    wish = prompt or PromptDraft()
    return Draft(id=new_id(), comparison=new_id(), prompt_id=new_id(), prompt=wish, blind=wish.blind)


def prompt_put_back(draft: Draft) -> Draft:
    """The draft with the words that its answers were written for in the prompt field."""
    if draft.asked is None:
        return draft
    prompt = msgspec.structs.replace(draft.prompt, text=draft.asked.text, system=draft.asked.system)
    return msgspec.structs.replace(draft, prompt=prompt)


def conversation_id(draft: Draft) -> str:
    """The conversation that a draft is a turn of: it is named after its first comparison, which need not say so."""
    return draft.conversation.id if draft.conversation is not None else draft.comparison


def asked_anew(draft: Draft, prompt: PromptDraft, *, beside: bool = False) -> Draft:
    """A fresh draft in the same place of the same conversation; in place of this one, or as a branch beside it.

    What was decided about personal data in the prompt stands: it is the same prompt, or was one.
    """
    parent = draft.conversation.parent if draft.conversation is not None else None
    return msgspec.structs.replace(
        new_draft(prompt),
        conversation=Conversation(conversation_id(draft), parent) if beside else draft.conversation,
        path=draft.path,
        replaces="" if beside else draft.id,
        settings=draft.settings,
        redactions=tuple(each for each in draft.redactions if each.part == "prompt"),
        kept=draft.kept,
    )


def to_bytes(draft: Draft) -> bytes:
    """The draft as the JSON that the drafts table keeps."""
    return msgspec.json.encode(draft)


def from_bytes(data: bytes) -> Draft:
    """The inverse of `to_bytes`; raises msgspec.DecodeError for bytes of another program."""
    try:
        return msgspec.json.decode(data, type=Draft)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error
