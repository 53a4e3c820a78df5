"""From a draft to a record and back: the last step of judging, and the first of judging again.

Must not know the screen or the engine.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from desktop.flow.draft import (
    OVERALL,
    REVISION,
    AnswerDraft,
    Basis,
    Draft,
    Drafted,
    FeedbackPoint,
    PromptDraft,
    RevisionDraft,
    Supersedes,
    Unasked,
)
from desktop.flow.masking import authors, hidden_names
from desktop.flow.reveal import names_were_seen
from desktop.flow.word_diff import compare
from feedback_store import canonical, records
from feedback_store.records import (
    App,
    Candidate,
    Comparison,
    Context,
    Judgement,
    Message,
    Prompt,
    Revision,
    Shown,
    Timing,
    Verdict,
    Versioned,
)
from feedback_store.redaction import standing
from feedback_store.rubrics import Rubric

replace = msgspec.structs.replace


@dataclass(frozen=True)
class Frame:
    """What every record of a session shares: who judges, where, by which rubric and guideline."""

    project: str
    trainer: str
    app: App
    rubric: Versioned
    guideline: Versioned | None = None

    def by(self, rubric: Rubric) -> Frame:
        """The same for what is judged by this rubric."""
        return dataclasses.replace(self, rubric=Versioned(rubric.id, rubric.version, rubric.sha256))

    def guided_by(self, guideline: Versioned | None) -> Frame:
        """The same for what is judged by this version of the guideline."""
        return dataclasses.replace(self, guideline=guideline)


def messages_of(prompt: PromptDraft) -> tuple[Message, ...]:
    """The prompt as messages: the system prompt, if any, earlier turns, then what is asked."""
    system = (Message("system", prompt.system),) if prompt.system.strip() else ()
    return (*system, *prompt.turns, Message("user", prompt.text))


def to_judgement(draft: Draft, frame: Frame, *, decided_at: str | None = None) -> Judgement:
    """The draft as a judgement: first revision, or the next one of what it supersedes.

    Raises RecordError from encoding later if a text is too long; the draft is expected to lack nothing.
    """
    moment = decided_at or records.now()
    earlier = _judgement_in(draft.supersedes.record if draft.supersedes else None)
    source = earlier or _judgement_in(draft.basis.record if draft.basis else None)
    made = Judgement(
        v=1,
        id=draft.supersedes.id if draft.supersedes else records.new_id(),
        rev=draft.supersedes.rev + 1 if draft.supersedes else 1,
        supersedes=draft.supersedes.sha256 if draft.supersedes else None,
        nonce=records.new_nonce(),
        created_at=moment,
        project=frame.project,
        trainer=frame.trainer,
        app=frame.app,
        private=earlier.private if earlier else None,
        comparison=Comparison(draft.comparison),
        context=earlier.context if earlier else Context(source="bench", item_role="normal"),
        conversation=draft.conversation,
        basis=draft.basis.hashes if draft.basis else earlier.basis if earlier else None,
        prompt=_prompt(draft, source),
        candidates=_candidates(draft, source),
        shown=Shown(
            order=draft.order,
            blind=draft.blind,
            streamed=draft.streamed,
            masked=earlier.shown.masked if earlier else _masked(draft),
            seed=draft.seed,
            revealed=names_were_seen(draft) or None,
        ),
        verdicts=_verdicts(draft),
        ratings=tuple(sorted(draft.ratings, key=lambda r: (r.candidate, r.axis))),
        answers=tuple(sorted(draft.answered, key=lambda said: (said.candidate, said.question))),
        flags=draft.flags,
        revision=_revision(draft, earlier),
        justification=draft.justification.strip() or None,
        confidence=draft.confidence,
        rubric=frame.rubric,
        guideline=frame.guideline,
        timing=Timing(shown_at=draft.shown_at or moment, decided_at=moment, active_ms=draft.active_ms),
    )
    return replace(made, redactions=standing(made, draft.redactions) or None)


def from_judgement(judgement: Judgement, sha256: str, data: bytes) -> Draft:
    """A stored judgement back on the bench; saving it makes its next revision, with the time at work on that alone."""
    messages = judgement.prompt.messages
    system = messages[0].content if messages[0].role == "system" else ""
    prompt = PromptDraft(
        text=messages[-1].content,
        system=system,
        turns=messages[1 if messages[0].role == "system" else 0 : -1],
        domain=judgement.prompt.domain or "",
        tags=judgement.prompt.tags or (),
        answers=len(judgement.candidates),
    )
    return Draft(
        id=records.new_id(),
        comparison=judgement.comparison.id,
        prompt_id=judgement.prompt.id,
        conversation=judgement.conversation,
        prompt=prompt,
        asked=prompt,
        answers=tuple(_answer(candidate) for candidate in judgement.candidates),
        order=judgement.shown.order,
        seed=judgement.shown.seed,
        blind=judgement.shown.blind,
        streamed=judgement.shown.streamed,
        axis=judgement.verdicts[0].axis if judgement.verdicts else OVERALL,
        verdicts=judgement.verdicts,
        ratings=judgement.ratings,
        answered=judgement.answers,
        flags=judgement.flags,
        revision=_revision_draft(judgement.revision),
        justification=judgement.justification or "",
        confidence=judgement.confidence,
        shown_at=judgement.timing.shown_at,
        redactions=judgement.redactions or (),
        supersedes=Supersedes(judgement.id, judgement.rev, sha256, data, judgement.rubric.sha256),
        rubric=judgement.rubric.sha256,
    )


def untouched(draft: Draft) -> bool:
    """Whether it is a stored judgement as it was opened, which nothing is lost of when it is put away.

    Which words may stay in it is kept beside it (`kept_words.py`), and what another rubric puts aside stands in it.
    """
    before = draft.supersedes
    if (
        before is None or canonical.record_hash(before.record) != before.sha256
    ):  # of a withdrawn one: it is to stand again
        return False
    judgement = _judgement_in(before.record)
    if judgement is None:
        return False
    opened = from_judgement(judgement, before.sha256, before.record)
    if before.rubric and draft.rubric != before.rubric:  # that rubric is not at hand: another one has to do
        draft, opened = _in_one(draft, opened.rubric), _in_one(opened, opened.rubric)
    mine, its = draft.prompt, opened.prompt
    same_prompt = (mine.text, mine.system, mine.tags, mine.domain) == (its.text, its.system, its.tags, its.domain)
    seen = replace(
        opened, id=draft.id, path=draft.path, prompt=mine, axis=draft.axis, active_ms=draft.active_ms,
        shown_ms=draft.shown_ms, supersedes=before, settings=draft.settings, kept=draft.kept,
    )  # fmt: skip
    return same_prompt and seen == draft


def _in_one(draft: Draft, rubric: str) -> Draft:
    """The draft with what lies aside in its place again, in one order."""
    said: tuple[Draft | Unasked, ...] = (draft, *draft.unasked)
    return replace(
        draft,
        rubric=rubric,
        verdicts=tuple(sorted((one for each in said for one in each.verdicts), key=repr)),
        ratings=tuple(sorted((one for each in said for one in each.ratings), key=repr)),
        answered=tuple(sorted((one for each in said for one in each.answered), key=repr)),
        flags=tuple(sorted((one for each in said for one in each.flags), key=repr)),
        unasked=(),
    )


def second_look(judgement: Judgement, data: bytes, hashes: Sequence[str]) -> Draft:
    """The same answers once more, nothing said of them yet; the record will name those that it looks at again."""
    seen = from_judgement(judgement, "", data)
    return Draft(
        id=seen.id,
        comparison=seen.comparison,
        prompt_id=seen.prompt_id,
        conversation=seen.conversation,
        prompt=seen.prompt,
        asked=seen.asked,
        answers=seen.answers,
        order=seen.order,
        seed=seen.seed,
        blind=seen.blind,
        shown_at=records.now(),
        redactions=tuple(each for each in seen.redactions if each.part != "judgement"),
        basis=Basis(tuple(hashes), data),
    )


def _judgement_in(data: bytes | None) -> Judgement | None:
    record = records.decode(data) if data is not None else None
    return record if isinstance(record, Judgement) else None


def _masked(draft: Draft) -> tuple[str, ...]:
    """The keys of answers in which a name was covered."""
    names = authors(draft)
    return tuple(answer.key for answer in draft.answers if draft.blind and hidden_names(answer, names))


def _prompt(draft: Draft, earlier: Judgement | None) -> Prompt:
    return Prompt(
        id=draft.prompt_id,
        version=earlier.prompt.version if earlier else 1,
        messages=earlier.prompt.messages if earlier else messages_of(draft.asked or draft.prompt),
        variables=earlier.prompt.variables if earlier else None,
        tags=draft.prompt.tags or None,
        domain=draft.prompt.domain.strip() or None,
        language=earlier.prompt.language if earlier else None,
    )


def _candidates(draft: Draft, earlier: Judgement | None) -> tuple[Candidate, ...]:
    """The answers by key; one that is as it was stays as it was recorded, with what the bench does not show."""
    recorded = {candidate.key: candidate for candidate in earlier.candidates} if earlier else {}
    return tuple(
        recorded[answer.key]
        if answer.key in recorded and _answer(recorded[answer.key]) == answer
        else Candidate(
            key=answer.key,
            text=answer.text,
            origin=answer.origin,
            reasoning=answer.reasoning or None,
            finish=answer.finish,
            tokens=answer.tokens,
            time_ms=answer.time_ms,
        )
        for answer in sorted(draft.answers, key=lambda answer: answer.key)
    )


_STATES: dict[str, Literal["done", "stopped", "failed"]] = {"cancelled": "stopped", "error": "failed"}


def _answer(candidate: Candidate) -> AnswerDraft:
    return AnswerDraft(
        key=candidate.key,
        text=candidate.text,
        reasoning=candidate.reasoning or "",
        state=_STATES.get(candidate.finish or "", "done"),
        finish=candidate.finish,
        origin=candidate.origin,
        tokens=candidate.tokens,
        time_ms=candidate.time_ms,
    )


def _verdicts(draft: Draft) -> tuple[Verdict, ...]:
    return tuple(
        replace(verdict, not_rankable=verdict.not_rankable.strip()) if verdict.not_rankable is not None else verdict
        for verdict in draft.verdicts
    )


def _revision(draft: Draft, earlier: Judgement | None) -> Revision | None:
    made = draft.revision
    if earlier is not None and made == _revision_draft(earlier.revision):
        return earlier.revision
    if made is None or not made.text.strip():
        return None
    return Revision(
        of=made.of,
        text=made.text,
        feedback=made.asked,
        change_summary=made.summary.strip(),
        method="model_assisted" if made.assisted else "hand",
        edit=compare(draft.answer(made.of).text, made.text).edit,
        drafted=_drafted(made),
        only_feedback=made.only_points,
    )


def _drafted(made: RevisionDraft) -> records.Drafted | None:
    """The model's draft that the revision rests on, and how far the trainer went from it."""
    drafted = made.drafted
    if drafted is None:
        return None
    return records.Drafted(
        text=drafted.by.text,
        origin=drafted.by.origin,
        instruction=drafted.instruction,
        feedback=drafted.points,
        edit=compare(drafted.by.text, made.text).edit,
        finish=drafted.by.finish,
    )


def _revision_draft(revision: Revision | None) -> RevisionDraft | None:
    if revision is None:
        return None
    points = tuple(FeedbackPoint(text=text, done=True) for text in revision.feedback)
    return RevisionDraft(
        of=revision.of,
        text=revision.text,
        points=points,
        summary=revision.change_summary,
        only_points=revision.only_feedback,
        method=revision.method,
        drafts=_drafts(revision.drafted),
    )


def _drafts(drafted: records.Drafted | None) -> tuple[Drafted, ...]:
    """A recorded draft by a model; the version before it is not on record, so it cannot be undone."""
    if drafted is None:
        return ()
    by = AnswerDraft(
        key=REVISION,
        text=drafted.text,
        state=_STATES.get(drafted.finish or "", "done"),
        finish=drafted.finish,
        origin=drafted.origin,
    )
    return (Drafted(by=by, before="", points=drafted.feedback, instruction=drafted.instruction),)
