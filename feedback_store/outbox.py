"""The outbox as a program sees it: release, seal, send, and keep what the collector answered.

Order of a batch's states: sealed → sending → delivered, or closed with its chain. Must not know HTTP.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import Protocol

from feedback_store import outbox_table, project_table
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import TermsAccepted
from feedback_store.batches.seal import SealedBatch
from feedback_store.changes import Change, Changes
from feedback_store.database import Database, Job, T
from feedback_store.outbox_table import BatchRow, ReceiptRow, ReceivedItem
from feedback_store.outbox_table import Unsent as Unsent
from feedback_store.record_parts import App
from feedback_store.record_table import StoredRecord, Way

NOT_LEFT: tuple[Way, ...] = ("saved", "held", "released", "waiting", "returned")


class Sealed(Protocol):
    """A batch by its id: a BatchRow or a SealedBatch."""

    @property
    def batch_id(self) -> str: ...


class Outbox:
    """What of a profile leaves, by project."""

    def __init__(self, database: Database, changes: Changes, app: App, trainer: str) -> None:
        self._database = database
        self._changes = changes
        self._app = app
        self._trainer = trainer

    def release(self, record_ids: Sequence[str]) -> Future[int]:
        """Let records leave with the next batch: all, or none with a StoreError. How many were not on their way."""
        return self._write(lambda c: outbox_table.release(c, record_ids, self._trainer), tuple(record_ids))

    def hold(self, record_ids: Sequence[str]) -> Future[int]:
        """Keep records here until they are released again: all, or none with a StoreError."""
        return self._write(lambda c: outbox_table.hold(c, record_ids), tuple(record_ids))

    def to_send(self, project: str, ways: Sequence[Way] = NOT_LEFT) -> list[StoredRecord]:
        """The profile's own records that have not left and could, oldest first; `ways` narrows it to those.

        Private records and those of other trainers are never among them. A withdrawal is, once what it takes back
        stands in a batch: it is released by itself.
        """
        return self._database.fetch(lambda c: outbox_table.to_send(c, project, self._trainer, ways))

    def unsent(self, project: str, ways: Sequence[Way] = NOT_LEFT) -> list[Unsent]:
        """As `to_send`, without what they hold."""
        return self._database.fetch(lambda c: outbox_table.unsent(c, project, self._trainer, ways))

    def count_unsent(self, project: str, ways: Sequence[Way] = NOT_LEFT) -> int:
        """How many `to_send` are."""
        return self._database.fetch(lambda c: outbox_table.count_unsent(c, project, self._trainer, ways))

    def seal(self, project: str, key: DeviceKey) -> Future[SealedBatch | None]:
        """Sign what is released into the project's next batch, in one transaction; None when nothing is released.

        A batch takes 500 records and 8 MiB; call again until None.
        """

        def job(connection: sqlite3.Connection) -> SealedBatch | None:
            terms = project_table.get(connection, project).terms
            accepted = TermsAccepted(terms.id, terms.version, terms.sha256, terms.licence) if terms else None
            return outbox_table.seal(connection, project, accepted, key, self._trainer, self._app)

        def tell(sealed: SealedBatch | None) -> None:
            if sealed is not None:
                self._tell(tuple(item.id for item in sealed.items))

        return self._database.write(job, then=tell)

    def batches(self, project: str) -> list[BatchRow]:
        """All batches, oldest first."""
        return self._database.fetch(lambda c: outbox_table.batches(c, project))

    def batch(self, batch: Sealed) -> BatchRow:
        """A batch as it stands now."""
        return self._database.fetch(lambda c: outbox_table.batch(c, batch.batch_id))

    def body(self, batch: Sealed) -> bytes:
        """What is sent: the same envelope on every try, the same lines unless a record was erased."""
        return self._database.fetch(lambda c: outbox_table.body(c, batch.batch_id))

    def next_to_send(self, project: str) -> BatchRow | None:
        """The first batch without a receipt; batches are sent in order."""
        return next(iter(self._database.fetch(lambda c: outbox_table.undelivered(c, project))), None)

    def undelivered_bodies(self, project: str) -> Iterator[bytes]:
        """The bodies of all batches without a receipt, in order: one after the other they are a bundle file."""
        for waiting in self._database.fetch(lambda c: outbox_table.undelivered(c, project)):
            yield self.body(waiting)

    def mark_sending(self, batch: Sealed) -> Future[None]:
        """Note that a batch is on the wire; the next start takes it back."""
        return self._write(lambda c: outbox_table.mark(c, batch.batch_id, "sending"))

    def mark_sealed(self, batch: Sealed) -> Future[None]:
        """Note that a try has ended without an answer."""
        return self._write(lambda c: outbox_table.mark(c, batch.batch_id, "sealed"))

    def deliver(self, batch: Sealed, receipt_envelope: bytes, items: Sequence[ReceivedItem]) -> Future[None]:
        """Keep a verified receipt, and note of each (id, rev, status, rule) that it arrived or came back."""
        ids = tuple(item[0] for item in items)
        return self._write(lambda c: outbox_table.deliver(c, batch.batch_id, receipt_envelope, items), ids)

    def receipts(self, project: str, chain: str | None = None) -> list[ReceiptRow]:
        """All receipts, or those of one chain, in the order in which they came."""
        return self._database.fetch(lambda c: outbox_table.receipts(c, project, chain))

    def send_from(self, project: str, chain: str, seq: int) -> Future[int]:
        """Put the batches of a chain from `seq` on back to sealed, delivered ones too; how many."""
        return self._write(lambda c: outbox_table.send_from(c, project, chain, seq))

    def close_chain(self, project: str, chain: str, reason: str) -> Future[None]:
        """Never send on this chain again; the next batch starts a new one."""
        return self._write(lambda c: outbox_table.close_chain(c, project, chain, reason))

    def send_again(self, project: str) -> Future[int]:
        """Release the records that wait since their chain was closed; how many."""
        return self._write(lambda c: outbox_table.send_again(c, project))

    def _write(self, job: Job[T], ids: tuple[str, ...] = ()) -> Future[T]:
        return self._database.write(job, then=lambda _: self._tell(ids))

    def _tell(self, ids: tuple[str, ...]) -> None:
        self._changes.tell(Change("outbox"), Change("records", ids))
