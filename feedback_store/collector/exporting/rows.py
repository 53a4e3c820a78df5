"""One row a judgement that stands: flat columns to filter by, lists of structs for what was judged, and the record.

Must not know files. The columns are a promise (docs/exports.md): new ones are added at the end, none changes its
meaning; whoever changes them counts FORMAT up, and every partition is written anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from feedback_store import records
from feedback_store.batches.manifest import Manifest
from feedback_store.collector.storage import LiveRecord
from feedback_store.record_parts import Candidate, Flag, Judgement, Rating, Versioned

if TYPE_CHECKING:
    import pyarrow

FORMAT = 1
Row = dict[str, Any]


def schema() -> pyarrow.Schema:
    """The columns in their order. Where a record says nothing, the value is null; a list is empty."""
    import pyarrow as pa

    text, number, moment = pa.string(), pa.int64(), pa.timestamp("ms", tz="UTC")

    def many(**fields: pyarrow.DataType) -> pyarrow.DataType:
        return pa.list_(pa.struct(fields))

    columns: dict[str, pyarrow.DataType] = {
        "id": text,
        "rev": number,
        "sha256": text,
        "trainer": text,
        "device": text,
        "chain": text,
        "seq": number,
        "batch": text,
        "received_at": moment,
        "created_at": moment,
        "decided_at": moment,
        "active_ms": number,
        "source": text,
        "item_role": text,
        "comparison": text,
        "conversation": text,
        "prompt_id": text,
        "prompt_version": number,
        "domain": text,
        "language": text,
        "tags": pa.list_(text),
        "messages": many(role=text, content=text),
        "candidates": many(key=text, text=text, reasoning=text, origin=text, model=text, file_sha256=text, finish=text),
        "shown_order": pa.list_(text),
        "blind": pa.bool_(),
        "verdicts": many(axis=text, tiers=pa.list_(pa.list_(text)), strength=number, level=text, not_rankable=text),
        "ratings": many(candidate=text, axis=text, value=number),
        "answers": many(candidate=text, question=text, values=pa.list_(text)),
        "flags": many(
            candidate=text,
            category=text,
            severity=number,
            kind=text,
            target_group=text,
            span_start=number,
            span_end=number,
            exact=text,
            note=text,
            suggestion=text,
        ),
        "revised_candidate": text,
        "revised_text": text,
        "revised_method": text,
        "justification": text,
        "confidence": number,
        "blacked_out": number,
        "rubric_id": text,
        "rubric_version": number,
        "rubric_sha256": text,
        "rubric_known": pa.bool_(),
        "guideline_id": text,
        "guideline_version": number,
        "guideline_sha256": text,
        "terms_id": text,
        "terms_version": number,
        "terms_sha256": text,
        "licence": text,
        "app_name": text,
        "app_version": text,
        "record": text,
    }
    return pa.schema(list(columns.items()))


def row_of(live: LiveRecord, came: Manifest) -> Row:
    """The row of a standing judgement that `came` brought; `record` holds its very bytes, whose hash is `sha256`."""
    judgement = records.decode(live.data)
    assert isinstance(judgement, Judgement)  # of others the storage gives none
    prompt, revision, terms = judgement.prompt, judgement.revision, came.terms
    return {
        "id": live.id,
        "rev": live.rev,
        "sha256": live.sha256,
        "batch": live.batch,
        "received_at": _moment(live.received_at),
        "rubric_known": live.rubric_known,
        "device": came.device,
        "chain": came.chain,
        "seq": came.seq,
        "terms_id": terms.id,
        "terms_version": terms.version,
        "terms_sha256": terms.sha256,
        "licence": terms.licence,
        "trainer": judgement.trainer,
        "created_at": _moment(judgement.created_at),
        "decided_at": _moment(judgement.timing.decided_at),
        "active_ms": judgement.timing.active_ms,
        "source": judgement.context.source,
        "item_role": judgement.context.item_role,
        "comparison": judgement.comparison.id,
        "conversation": judgement.conversation.id if judgement.conversation else None,
        "prompt_id": prompt.id,
        "prompt_version": prompt.version,
        "domain": prompt.domain,
        "language": prompt.language,
        "tags": list(prompt.tags or ()),
        "messages": [{"role": each.role, "content": each.content} for each in prompt.messages],
        "candidates": [_candidate(each) for each in judgement.candidates],
        "shown_order": list(judgement.shown.order),
        "blind": judgement.shown.blind and not judgement.shown.revealed,
        "verdicts": [
            {
                "axis": each.axis,
                "tiers": [list(tier) for tier in each.tiers or ()],
                "strength": each.strength,
                "level": each.level,
                "not_rankable": each.not_rankable,
            }
            for each in judgement.verdicts
        ],
        "ratings": [_rating(each) for each in judgement.ratings],
        "answers": [
            {"candidate": each.candidate, "question": each.question, "values": list(_several(each.value))}
            for each in judgement.answers
        ],
        "flags": [_flag(each) for each in judgement.flags],
        "revised_candidate": revision.of if revision else None,
        "revised_text": revision.text if revision else None,
        "revised_method": revision.method if revision else None,
        "justification": judgement.justification,
        "confidence": judgement.confidence,
        "blacked_out": sum(each.count for each in judgement.redactions or ()),
        **_versioned("rubric", judgement.rubric),
        **_versioned("guideline", judgement.guideline),
        "app_name": judgement.app.name,
        "app_version": judgement.app.version,
        "record": live.data.decode("utf-8"),
    }


def _candidate(candidate: Candidate) -> Row:
    model = candidate.origin.model
    return {
        "key": candidate.key,
        "text": candidate.text,
        "reasoning": candidate.reasoning,
        "origin": candidate.origin.kind,
        "model": model.name if model else None,
        "file_sha256": model.file_sha256 if model else None,
        "finish": candidate.finish,
    }


def _rating(rating: Rating) -> Row:
    """A value that does not apply is null."""
    value = rating.value if isinstance(rating.value, int) else None
    return {"candidate": rating.candidate, "axis": rating.axis, "value": value}


def _flag(flag: Flag) -> Row:
    span = flag.span
    return {
        "candidate": flag.candidate,
        "category": flag.category,
        "severity": flag.severity,
        "kind": flag.kind,
        "target_group": flag.target_group,
        "span_start": span.start if span else None,
        "span_end": span.end if span else None,
        "exact": span.exact if span else None,
        "note": flag.note,
        "suggestion": flag.suggestion,
    }


def _several(value: str | tuple[str, ...]) -> Sequence[str]:
    return (value,) if isinstance(value, str) else value


def _versioned(name: str, used: Versioned | None) -> Row:
    return {
        f"{name}_id": used.id if used else None,
        f"{name}_version": used.version if used else None,
        f"{name}_sha256": used.sha256 if used else None,
    }


def _moment(text: str) -> datetime | None:
    """A time as it was told; null for one that no calendar has (clocks of devices prove nothing)."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
