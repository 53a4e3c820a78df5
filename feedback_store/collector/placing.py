"""What becomes of one record of an accepted batch (rule 11): stored, known, refused or erased.

A record that fails is refused in the receipt; its batch still takes its place in the chain. What a trainer erased or
blacked out is erased here too, and what the collector erased never comes back under the same id.
"""

from __future__ import annotations

from collections.abc import Sequence

from feedback_store import records
from feedback_store.batches.manifest import Item, Manifest
from feedback_store.batches.receipt import ReceiptItem, Status
from feedback_store.collector.storage import HeldRevision, Kind, NewBatch, NewRevision, Transaction
from feedback_store.errors import BatchError
from feedback_store.record_parts import Judgement, Record, Withdrawal


def place_record(
    transaction: Transaction,
    batch: NewBatch,
    manifest: Manifest,
    position: int,
    line: bytes | None,
    record: Record | BatchError | None,
    rubric_sha256: str,
) -> ReceiptItem:
    """Store one line of a batch, or say why not. `record` is what rule 11 made of `line` by itself."""
    item = manifest.items[position]
    held = transaction.revisions(batch.project, item.id)
    if any(revision.trainer != manifest.trainer for revision in held):
        return _said(item, "refused", "record_other_trainer")
    same = next((revision for revision in held if revision.sha256 == item.sha256), None)
    if same is not None:
        return _said(item, "erased" if same.erased else "known")
    if isinstance(record, BatchError):
        return _said(item, "refused", record.code)
    if isinstance(record, Judgement) and _is_gone(held):
        return _said(item, "erased")
    day = held[0].day if held else batch.received_at[:10]
    follows = item.rev > max((revision.rev for revision in held), default=0)
    if record is None:  # erased by the trainer before it came
        if follows:
            transaction.add_revision(_revision(batch, manifest, item, None, "erased", day, rubric_known=False))
        return _said(item, "erased")
    if not follows:
        return _said(item, "refused", "record_old_revision")
    rubric_known = isinstance(record, Judgement) and record.rubric.sha256 == rubric_sha256
    transaction.add_revision(
        _revision(
            batch,
            manifest,
            item,
            line,
            "judgement" if isinstance(record, Judgement) else "withdrawal",
            day,
            rubric_known=rubric_known,
        )
    )
    erased_to = _erased_to(transaction, batch.project, record, held)
    if erased_to:
        transaction.erase_below(batch.project, item.id, erased_to + 1, batch.received_at)
    return _said(item, "stored")


def _is_gone(held: Sequence[HeldRevision]) -> bool:
    """Whether a record was stored and then erased as a whole: no revision of it is taken any more."""
    judgements = [revision for revision in held if revision.kind == "judgement"]
    return bool(judgements) and all(revision.erased for revision in judgements)


def _erased_to(transaction: Transaction, project: str, record: Record, held: Sequence[HeldRevision]) -> int:
    """Up to which revision the new one asks for the bytes to go; 0 for none.

    A withdrawal that erases takes all before it. So does a version in which more is blacked out, of those in which it
    still stands: the trainer's own copies of these were erased when it was made.
    """
    if isinstance(record, Withdrawal):
        return max((revision.rev for revision in held), default=0) if record.reason == "erase" else 0
    if record.redactions is None:
        return 0
    readable = [revision for revision in held if revision.kind == "judgement" and not revision.erased]
    return max((each.rev for each in readable if _shows_more(transaction, project, each, record)), default=0)


def _shows_more(transaction: Transaction, project: str, before: HeldRevision, record: Judgement) -> bool:
    data = transaction.data(project, before.sha256)
    found = None if data is None else records.decode(data)
    return isinstance(found, Judgement) and found.redactions != record.redactions


def _revision(
    batch: NewBatch,
    manifest: Manifest,
    item: Item,
    data: bytes | None,
    kind: Kind,
    day: str,
    *,
    rubric_known: bool,
) -> NewRevision:
    return NewRevision(
        project=batch.project,
        id=item.id,
        rev=item.rev,
        sha256=item.sha256,
        trainer=manifest.trainer,
        batch=batch.sha256,
        received_at=batch.received_at,
        kind=kind,
        data=data,
        rubric_known=rubric_known,
        day=day,
    )


def _said(item: Item, status: Status, rule: str | None = None) -> ReceiptItem:
    return ReceiptItem(id=item.id, rev=item.rev, status=status, rule=rule)
