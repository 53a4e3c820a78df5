"""What becomes of the records of an accepted batch (rule 11): stored, known, refused or erased.

A record that fails is refused in the receipt; its batch still takes its place in the chain. Everything is decided from
what is held and from what the batch's earlier lines added; nothing is stored here. What a trainer erased or blacked out
is to be erased here too, whatever number its withdrawal bears, and nothing erased comes back under the same id.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from feedback_store import records
from feedback_store.batches.manifest import Item, Manifest
from feedback_store.batches.receipt import ReceiptItem, Status
from feedback_store.collector.storage import HeldRevision, Kind, NewBatch, NewRevision, Transaction
from feedback_store.errors import BatchError
from feedback_store.record_parts import Judgement, Record, Withdrawal


class Placing:
    """Places a batch's lines, one after the other.

    `revisions` are those to be stored, in order. `erasures` name a record and the revision below which nothing keeps
    its bytes, to be done once the revisions are stored. `transaction` is only asked for bytes, where a version in which
    more is blacked out follows.
    """

    def __init__(
        self,
        transaction: Transaction,
        batch: NewBatch,
        manifest: Manifest,
        held: Mapping[str, Sequence[HeldRevision]],
        rubric_sha256: str,
    ) -> None:
        self.revisions: list[NewRevision] = []
        self.erasures: list[tuple[str, int]] = []
        self._transaction = transaction
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
            return _said(item, "erased" if same.erased and same.kind != "withdrawal" else "known")
        if isinstance(record, BatchError):
            return _said(item, "refused", record.code)
        if isinstance(record, Judgement) and _is_gone(held, partial(self._data, item.id)):
            return _said(item, "erased")
        follows = item.rev > max((revision.rev for revision in held), default=0)
        if record is None:  # erased by the trainer before it came
            if follows:
                self._add(item, None, "erased", rubric_known=False)
            return _said(item, "erased")
        if not follows and self._erases_at_once(record):
            self._erase_below(item.id, max(revision.rev for revision in held) + 1)
            return _said(item, "known")
        if not follows:
            return _said(item, "refused", "record_old_revision")
        rubric_known = isinstance(record, Judgement) and record.rubric.sha256 == self._rubric_sha256
        self._add(item, line, "judgement" if isinstance(record, Judgement) else "withdrawal", rubric_known=rubric_known)
        below = self._erased_below(item, record, held)
        if below:
            self._erase_below(item.id, below)
        return _said(item, "stored")

    def _add(self, item: Item, data: bytes | None, kind: Kind, *, rubric_known: bool) -> None:
        trainer = self._manifest.trainer
        held = self._held.get(item.id, ())
        day = held[0].day if held else self._batch.received_at[:10]
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
                first=not held,
                day=day,
            )
        )
        new = HeldRevision(item.rev, item.sha256, trainer, data is None, kind, day)
        self._held[item.id] = [*held, new]

    def _erases_at_once(self, record: Record) -> bool:
        """Whether a record is taken whatever its number: nothing is left of what a copy of its profile has delivered
        under higher ones. It is not stored itself, since its place may be another's.
        """
        return isinstance(record, Withdrawal) and record.reason == "erase"

    def _erased_below(self, item: Item, record: Record, held: Sequence[HeldRevision]) -> int:
        """Below which revision the new one asks for the bytes to go; 0 for none.

        A withdrawal that erases takes all before it. So does a version in which more is blacked out, of those in which
        it still stands: the trainer's own copies of these were erased when it was made.
        """
        if isinstance(record, Withdrawal):
            return item.rev if record.reason == "erase" else 0
        if record.redactions is None:
            return 0
        readable = [revision for revision in held if revision.kind == "judgement" and not revision.erased]
        return max((each.rev + 1 for each in readable if self._shows_more(item.id, each, record)), default=0)

    def _shows_more(self, record: str, before: HeldRevision, after: Judgement) -> bool:
        data = self._data(record, before.sha256)
        found = None if data is None else records.decode(data)
        return isinstance(found, Judgement) and found.redactions != after.redactions

    def _data(self, record: str, sha256: str) -> bytes | None:
        """A held revision's bytes: of an earlier line of this batch, or of one that is stored."""
        earlier = (each.data for each in self.revisions if (each.id, each.sha256) == (record, sha256))
        return next(earlier, None) or self._transaction.data(self._batch.project, record, sha256)

    def _erase_below(self, record: str, rev: int) -> None:
        self.erasures.append((record, rev))
        self._held[record] = [
            dataclasses.replace(revision, erased=True) if revision.rev < rev else revision
            for revision in self._held[record]
        ]


def was_erased(item: Item, held: Sequence[HeldRevision], data: Callable[[str], bytes | None]) -> bool:
    """Whether the bytes of a revision of this number are not to be kept: of it, or of one after it, they had to go.

    `data` finds those of a held one, by their hash.
    """
    return _is_gone(held, data) or any(revision.erased and revision.rev >= item.rev for revision in held)


def _is_gone(held: Sequence[HeldRevision], data: Callable[[str], bytes | None]) -> bool:
    """Whether a record was erased as a whole: no revision of it is taken any more.

    Where no text of it ever came, since it was erased before, only the withdrawal tells.
    """
    judgements = [revision for revision in held if revision.kind == "judgement"]
    if judgements:
        return all(revision.erased for revision in judgements)
    return any(each.erased or _erases(data(each.sha256)) for each in held if each.kind == "withdrawal")


def _erases(data: bytes | None) -> bool:
    record = None if data is None else records.decode(data)
    return isinstance(record, Withdrawal) and record.reason == "erase"


def _said(item: Item, status: Status, rule: str | None = None) -> ReceiptItem:
    return ReceiptItem(id=item.id, rev=item.rev, status=status, rule=rule)
