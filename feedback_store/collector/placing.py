"""What becomes of the records of an accepted batch (rule 11): stored, known, refused or erased.

A record that fails is refused in the receipt; its batch still takes its place in the chain. Everything is decided from
what is held and from what the batch's earlier lines added; nothing is stored here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Literal

from feedback_store.batches.manifest import Item, Manifest
from feedback_store.batches.receipt import ReceiptItem, Status
from feedback_store.collector.storage import HeldRevision, NewBatch, NewRevision
from feedback_store.errors import BatchError
from feedback_store.record_parts import Judgement, Record, Withdrawal


class Placing:
    """Places a batch's lines, one after the other.

    `revisions` are those to be stored, in order. `erasures` name a record and the revision below which nothing keeps
    its bytes, to be done once the revisions are stored.
    """

    def __init__(
        self, batch: NewBatch, manifest: Manifest, held: Mapping[str, Sequence[HeldRevision]], rubric_sha256: str
    ) -> None:
        self.revisions: list[NewRevision] = []
        self.erasures: list[tuple[str, int]] = []
        self._batch = batch
        self._manifest = manifest
        self._held = dict(held)
        self._rubric_sha256 = rubric_sha256

    def place(self, position: int, line: bytes | None, record: Record | BatchError | None) -> ReceiptItem:
        """Take one line, or say why not. `record` is what rule 11 made of `line` by itself."""
        item = self._manifest.items[position]
        held = self._held.get(item.id, ())
        if any(revision.trainer != self._manifest.trainer for revision in held):
            return _said(item, "refused", "record_other_trainer")
        same = next((revision for revision in held if revision.sha256 == item.sha256), None)
        if same is not None:
            return _said(item, "erased" if same.erased else "known")
        if isinstance(record, BatchError):
            return _said(item, "refused", record.code)
        follows = item.rev > max((revision.rev for revision in held), default=0)
        if record is None:  # erased by the trainer before it came
            if follows:
                self._add(item, None, "erased", rubric_known=False)
            return _said(item, "erased")
        if not follows:
            return _said(item, "refused", "record_old_revision")
        rubric_known = isinstance(record, Judgement) and record.rubric.sha256 == self._rubric_sha256
        self._add(item, line, "judgement" if isinstance(record, Judgement) else "withdrawal", rubric_known=rubric_known)
        if isinstance(record, Withdrawal) and record.reason == "erase":
            self._erase_below(item)
        return _said(item, "stored")

    def _add(
        self, item: Item, data: bytes | None, kind: Literal["judgement", "withdrawal", "erased"], *, rubric_known: bool
    ) -> None:
        trainer = self._manifest.trainer
        self.revisions.append(
            NewRevision(
                project=self._batch.project,
                id=item.id,
                rev=item.rev,
                sha256=item.sha256,
                trainer=trainer,
                batch=self._batch.sha256,
                received_at=self._batch.received_at,
                kind=kind,
                data=data,
                rubric_known=rubric_known,
                first=item.id not in self._held,
            )
        )
        new = HeldRevision(item.rev, item.sha256, trainer, erased=data is None)
        self._held[item.id] = [*self._held.get(item.id, ()), new]

    def _erase_below(self, item: Item) -> None:
        self.erasures.append((item.id, item.rev))
        self._held[item.id] = [
            dataclasses.replace(revision, erased=True) if revision.rev < item.rev else revision
            for revision in self._held[item.id]
        ]


def _said(item: Item, status: Status, rule: str | None = None) -> ReceiptItem:
    return ReceiptItem(id=item.id, rev=item.rev, status=status, rule=rule)
