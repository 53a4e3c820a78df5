"""What becomes of one record of an accepted batch (rule 11): stored, known, refused or erased.

A record that fails is refused in the receipt; its batch still takes its place in the chain.
"""

from __future__ import annotations

from typing import Literal

from feedback_store.batches.manifest import Item, Manifest
from feedback_store.batches.receipt import ReceiptItem, Status
from feedback_store.collector.storage import NewBatch, NewRevision, Transaction
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
    follows = item.rev > max((revision.rev for revision in held), default=0)
    if record is None:  # erased by the trainer before it came
        if follows:
            transaction.add_revision(_revision(batch, manifest, item, None, "erased", rubric_known=False))
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
            rubric_known=rubric_known,
        )
    )
    if isinstance(record, Withdrawal) and record.reason == "erase":
        transaction.erase_below(batch.project, item.id, item.rev, batch.received_at)
    return _said(item, "stored")


def _revision(
    batch: NewBatch,
    manifest: Manifest,
    item: Item,
    data: bytes | None,
    kind: Literal["judgement", "withdrawal", "erased"],
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
    )


def _said(item: Item, status: Status, rule: str | None = None) -> ReceiptItem:
    return ReceiptItem(id=item.id, rev=item.rev, status=status, rule=rule)
