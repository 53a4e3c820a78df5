"""What a record's types alone cannot say: references, spans, tiers, times, revisions.

The other half of records.decode; every refusal names the field's path in a sentence. The rubric
is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from feedback_store.errors import RecordError
from feedback_store.record_parts import (
    Answer,
    Candidate,
    Flag,
    Judgement,
    Rating,
    Record,
    Revision,
    Verdict,
    Withdrawal,
)
from feedback_store.redaction import count_placeholders
from feedback_store.refusals import refuse
from feedback_store.spans import span_at

_refuse = partial(refuse, RecordError)


def check_shape(record: Record) -> None:
    """Raise RecordError for the first rule that `record` breaks."""
    _check_times(record)
    if isinstance(record, Withdrawal):
        return
    if (record.rev > 1) != (record.supersedes is not None):
        _refuse("$.supersedes", "A first revision supersedes nothing, every later one names what it supersedes.")
    if record.private is False:
        _refuse("$.private", "Private is either true or absent.")
    keys = [candidate.key for candidate in record.candidates]
    _check_unique("$.candidates", "key", keys)
    for index, candidate in enumerate(record.candidates):
        _check_candidate(f"$.candidates[{index}]", candidate)
    _check_shown(record, keys)
    _check_verdicts(record.verdicts, keys)
    for name, parts in _parts_of_candidates(record):
        for index, part in enumerate(parts):
            _check_key(f"$.{name}[{index}].candidate", part.candidate, keys)
    _check_unique("$.ratings", "candidate, axis", [(r.candidate, r.axis) for r in record.ratings])
    _check_unique("$.answers", "candidate, question", [(a.candidate, a.question) for a in record.answers])
    texts = {candidate.key: candidate.text for candidate in record.candidates}
    for index, flag in enumerate(record.flags):
        _check_span(f"$.flags[{index}].span", flag, texts[flag.candidate])
    if record.revision is not None:
        _check_key("$.revision.of", record.revision.of, keys)
        _check_drafted(record.revision)
    _check_redactions(record, keys)


def _check_drafted(revision: Revision) -> None:
    if revision.drafted is None:
        return
    if revision.method != "model_assisted":
        _refuse("$.revision.drafted", "A revision by hand has no model's draft.")
    if revision.drafted.origin.kind not in ("local", "endpoint"):
        _refuse("$.revision.drafted.origin.kind", "A draft is by a model: local or endpoint.")


def _parts_of_candidates(record: Judgement) -> Iterator[tuple[str, Sequence[Rating | Answer | Flag]]]:
    yield "ratings", record.ratings
    yield "answers", record.answers
    yield "flags", record.flags


def _check_candidate(path: str, candidate: Candidate) -> None:
    generated = candidate.origin.kind in ("local", "endpoint")
    for name in ("finish", "asked"):
        if getattr(candidate, name) is not None and not generated:
            _refuse(f"{path}.{name}", "Only generated answers have this.")
    if generated and candidate.finish is None:
        _refuse(f"{path}.finish", "A generated answer says how it finished.")


def _check_shown(record: Judgement, keys: list[str]) -> None:
    if sorted(record.shown.order) != sorted(keys):
        _refuse("$.shown.order", "Every candidate stands in the order exactly once.")
    for index, key in enumerate(record.shown.masked):
        _check_key(f"$.shown.masked[{index}]", key, keys)
    _check_unique("$.shown.masked", "key", record.shown.masked)
    page = record.context.page
    if page is not None and (page.edited is False or bool(page.edited) != bool(page.captured)):
        _refuse("$.context.page.edited", "Edited is true with the hashes of what was captured, or both are absent.")
    if record.shown.revealed is not None and not (record.shown.revealed and record.shown.blind):
        _refuse("$.shown.revealed", "Revealed is true where the answers stood blind, or absent.")


def _check_verdicts(verdicts: Sequence[Verdict], keys: list[str]) -> None:
    _check_unique("$.verdicts", "axis", [verdict.axis for verdict in verdicts])
    for index, verdict in enumerate(verdicts):
        path = f"$.verdicts[{index}]"
        if verdict.not_rankable is not None:
            if verdict.tiers is not None or verdict.strength is not None or verdict.level is not None:
                _refuse(path, "What is not rankable has no tiers, strength or level.")
            if len(keys) == 1:
                _refuse(path, "One candidate has no verdict, or one tier with a level.")
            continue
        if verdict.tiers is None:
            _refuse(f"{path}.tiers", "A verdict has tiers, or says why the answers are not rankable.")
        _check_tiers(path, verdict, verdict.tiers, keys)


def _check_tiers(path: str, verdict: Verdict, tiers: tuple[tuple[str, ...], ...], keys: list[str]) -> None:
    named = [key for tier in tiers for key in tier]
    if not all(tiers) or sorted(named) != sorted(keys):
        _refuse(f"{path}.tiers", "Every candidate stands in exactly one tier, and no tier is empty.")
    if verdict.level is not None and len(tiers) != 1:
        _refuse(f"{path}.level", "A level needs all candidates in one tier.")
    if len(keys) == 1 and verdict.level is None:
        _refuse(f"{path}.level", "One candidate has no verdict, or one tier with a level.")
    if verdict.strength is not None:
        if len(keys) != 2:
            _refuse(f"{path}.strength", "A strength compares exactly two candidates.")
        if verdict.level is not None:
            _refuse(f"{path}.strength", "A level leaves no room for a strength.")
        if (verdict.strength == 0) != (len(tiers) == 1):
            _refuse(f"{path}.strength", "Strength 0 means one tier, 1 to 3 mean two tiers.")


def _check_span(path: str, flag: Flag, text: str) -> None:
    span = flag.span
    if span is None:
        return
    if not span.start < span.end <= len(text):
        _refuse(path, "The span lies outside the text, which has {count} characters.", count=len(text))
    expected = span_at(text, span.start, span.end)
    for name in ("exact", "prefix", "suffix"):
        if getattr(span, name) != getattr(expected, name):
            _refuse(f"{path}.{name}", "The text at this place reads differently.")


def _check_redactions(record: Judgement, keys: list[str]) -> None:
    named = record.redactions or ()
    _check_unique("$.redactions", "part, candidate, kind", [(r.part, r.candidate, r.kind) for r in named])
    for index, redaction in enumerate(named):
        path = f"$.redactions[{index}]"
        if (redaction.part == "answer") != (redaction.candidate is not None):
            _refuse(f"{path}.candidate", "Redactions of answers name a candidate, others none.")
        if redaction.candidate is not None:
            _check_key(f"{path}.candidate", redaction.candidate, keys)
        standing = count_placeholders(record, redaction)
        if standing < redaction.count:
            _refuse(f"{path}.count", "Only {standing} placeholders of this kind stand there.", standing=standing)


def _check_key(path: str, key: str, keys: list[str]) -> None:
    if key not in keys:
        _refuse(path, "There is no candidate {key!r}.", key=key)


def _check_unique(path: str, what: str, values: Sequence[object]) -> None:
    if len(set(values)) != len(values):
        _refuse(path, "Two entries are the same in: {what}.", what=what)


def _check_times(record: Record) -> None:
    for path, text in _times(record):
        try:
            datetime.fromisoformat(text)
        except ValueError:
            _refuse(path, "{text} is not a real time.", text=text)


def _times(record: Record) -> Iterator[tuple[str, str]]:
    yield "$.created_at", record.created_at
    if isinstance(record, Judgement):
        yield "$.timing.shown_at", record.timing.shown_at
        yield "$.timing.decided_at", record.timing.decided_at
        if record.context.page is not None:
            yield "$.context.page.captured_at", record.context.page.captured_at
