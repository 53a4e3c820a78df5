"""The outbox as a program sees it: release, seal, send, and keep what the collector answered.

Order of a batch's states: sealed → sending → delivered, or closed with its chain. Must not know HTTP.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Protocol

from feedback_store import (
    look_table,
    outbox_table,
    pause_table,
    project_table,
    record_table,
    release_table,
    withdrawing,
)
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import TermsAccepted
from feedback_store.batches.seal import SealedBatch
from feedback_store.changes import Change, Changes
from feedback_store.database import Database, Job, T
from feedback_store.look_table import Looked, Place
from feedback_store.outbox_table import BatchRow, ReceiptRow, ReceivedItem, SignedRow
from feedback_store.pause_table import Moment
from feedback_store.record_parts import App
from feedback_store.record_table import StoredRecord, Way
from feedback_store.release_table import Unsent as Unsent
from feedback_store.witness import Witness

LOOKED_AT_ONCE = 100  # records between two writes: what was found by then is kept, and the writer is free
TOLD_AT_ONCE = 10 * LOOKED_AT_ONCE  # records between two words of it to whoever listens
NOT_LEFT: tuple[Way, ...] = ("saved", "held", "released", "waiting", "returned")


class Sealed(Protocol):
    """A batch by its id: a BatchRow or a SealedBatch."""

    @property
    def batch_id(self) -> str: ...


class Outbox:
    """What of a profile leaves, by project."""

    def __init__(self, database: Database, changes: Changes, app: App, trainer: str, witness: Witness) -> None:
        self._database = database
        self._changes = changes
        self._app = app
        self._trainer = trainer
        self._witness = witness

    def release(self, record_ids: Sequence[str], *, kept_as_is: bool = False) -> Future[int]:
        """Let records leave with the next batch: all, or none with a StoreError. How many were not on their way.

        A record with undecided places of personal data is refused (code "undecided"); `kept_as_is` decides that they
        may stay. What was not looked at yet is looked at; `look` before spares the writer that work.
        """
        ids = tuple(record_ids)
        return self._write(lambda c: release_table.release(c, ids, self._trainer, kept_as_is=kept_as_is), ids)

    def release_clean(self, project: str, asked: Collection[str] | None = None) -> Future[tuple[str, ...]]:
        """Release all that were saved, were looked at, and have no undecided place: their ids.

        `asked`: only those versions, by their SHA-256, that somebody was asked about.
        """
        return self._database.write(
            lambda c: release_table.release_clean(c, project, self._trainer, asked), then=lambda ids: self._tell(ids)
        )

    def put_back(self, before: Iterable[tuple[str, Way]], asked: Collection[str] = frozenset()) -> Future[int]:
        """Put records back to "saved", "held" or "released", where they are still here; how many.

        Only a version among `asked`, by its SHA-256, is released again; a StoreError where another one is there now.
        """
        ways = tuple(before)
        return self._write(lambda c: release_table.put_back(c, ways, asked), tuple(name for name, _way in ways))

    def look(self, project: str, going_on: Callable[[], bool] = lambda: True) -> int:
        """Look for personal data in all that could leave and was not looked at; how many. On the caller's thread.

        It takes 2 ms a record. Ends early, without loss, once `going_on()` is False.
        """
        count = 0
        while going_on():
            seqs = self._database.fetch(lambda c: look_table.missing(c, project, self._trainer, LOOKED_AT_ONCE))
            if not seqs:
                break
            looked = self._look_at(seqs, going_on)
            self._database.write(lambda c, looked=looked: look_table.keep(c, looked), aside=True).result()  # type: ignore[misc]
            count += len(looked)
            if not count % TOLD_AT_ONCE:
                self._changes.tell(Change("outbox"))
        if count % TOLD_AT_ONCE:
            self._changes.tell(Change("outbox"))
        return count

    def places(self, stored: StoredRecord) -> tuple[Place, ...]:
        """What was found in a revision, decided or not; found now where nobody has looked yet."""
        known = self._database.fetch(lambda c: look_table.places(c, stored.seq))
        if known is not None:
            return known
        kept = self._database.fetch(lambda c: look_table.kept(c, stored.id))
        return tuple(replace(place, kept=place.quote in kept) for place in look_table.look_at(stored.record))

    def keep(self, record_id: str, quotes: Sequence[str], *, kept: bool = True) -> Future[None]:
        """Decide that words may stay in a judgement, or take that back."""
        return self._write(lambda c: look_table.set_kept(c, record_id, quotes, stay=kept), (record_id,))

    def hold(self, record_ids: Sequence[str]) -> Future[int]:
        """Keep records here until they are released again: all, or none with a StoreError."""
        return self._write(lambda c: release_table.hold(c, record_ids), tuple(record_ids))

    def to_send(self, project: str, ways: Sequence[Way] = NOT_LEFT) -> list[StoredRecord]:
        """The profile's own records that have not left and could, oldest first; `ways` narrows it to those.

        Private records and those of other trainers are never among them. A withdrawal is, once what it takes back
        stands in a batch: it is released by itself.
        """
        return self._database.fetch(lambda c: release_table.to_send(c, project, self._trainer, ways))

    def unsent(self, project: str, ways: Sequence[Way] = NOT_LEFT) -> list[Unsent]:
        """As `to_send`, without what they hold."""
        return self._database.fetch(lambda c: release_table.unsent(c, project, self._trainer, ways))

    def count_unsent(self, project: str, ways: Sequence[Way] = NOT_LEFT, at_most: int = -1) -> int:
        """How many `to_send` are, counted until `at_most`."""
        return self._database.fetch(
            lambda c: release_table.count_unsent(c, project, self._trainer, ways, at_most=at_most)
        )

    def seal(self, project: str, key: DeviceKey) -> Future[SealedBatch | None]:
        """Sign what is released into the project's next batch, in one transaction; None when nothing is released.

        A batch takes 500 records and 8 MiB; call again until None. The witness knows of it before anybody who asks
        for the writer, so before it is sent.
        """

        def job(connection: sqlite3.Connection) -> SealedBatch | None:
            terms = project_table.get(connection, project).terms
            accepted = TermsAccepted(terms.id, terms.version, terms.sha256, terms.licence) if terms else None
            return outbox_table.seal(connection, project, accepted, key, self._trainer, self._app, self._witness)

        def tell(sealed: SealedBatch | None) -> None:
            if sealed is not None:
                self._witness.note(sealed.chain, sealed.seq, sealed.payload_sha256)
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

    def in_file(self, batch: Sealed) -> bytes:
        """What stands in a file: the body, and where its chain begins with a change of keys that event before it."""
        return self._database.fetch(lambda c: outbox_table.in_file(c, batch.batch_id))

    def runs(self, batches: Sequence[BatchRow]) -> list[list[BatchRow]]:
        """Batches of a project as files hold them: one for each run of keys that follow each other there."""
        return self._database.fetch(lambda c: outbox_table.runs(c, batches))

    def next_to_send(self, project: str) -> BatchRow | None:
        """The first batch without a receipt; batches are sent in order."""
        return next(iter(self._database.fetch(lambda c: outbox_table.undelivered(c, project))), None)

    def mark_sending(self, batch: Sealed) -> Future[None]:
        """Note that a batch is on the wire; the next start takes it back."""
        return self._write(lambda c: outbox_table.mark(c, batch.batch_id, "sending"))

    def mark_sealed(self, batch: Sealed) -> Future[None]:
        """Note that a try has ended without an answer."""
        return self._write(lambda c: outbox_table.mark(c, batch.batch_id, "sealed"))

    def deliver(
        self, batch: Sealed, envelope: bytes, items: Sequence[ReceivedItem], *, by_file: bool = False
    ) -> Future[bool]:
        """Keep a verified receipt, and note of each (id, rev, status, rule) that it arrived or came back.

        The first one of a chain that does not come by file asks as `recheck` does, of each other chain; True then.
        """
        ids = tuple(item[0] for item in items)
        return self._write(lambda c: outbox_table.deliver(c, batch.batch_id, envelope, items, by_file=by_file), ids)

    def refused_withdrawals(self, project: str) -> int:
        """How many withdrawals go out again under a higher number, since a copy of this profile delivered later ones.

        The next `seal` signs them.
        """
        return len(self._database.fetch(lambda c: withdrawing.refused(c, project, self._trainer)))

    def arrived_withdrawals(self, batch: Sealed) -> int:
        """How many withdrawals of a batch the collector has taken."""
        return self._database.fetch(lambda c: withdrawing.arrived(c, batch.batch_id))

    def receipts(self, project: str, chain: str | None = None) -> list[ReceiptRow]:
        """All receipts, or those of one chain, in the order in which they came."""
        return self._database.fetch(lambda c: outbox_table.receipts(c, project, chain))

    def signed(self, project: str) -> list[SignedRow]:
        """Every revision that was signed into a batch, whatever became of it."""
        return self._database.fetch(lambda c: outbox_table.signed(c, project))

    def send_from(self, project: str, chain: str, seq: int) -> Future[int]:
        """Put the batches of a chain from `seq` on back to sealed, delivered ones too; how many."""
        return self._write(lambda c: outbox_table.send_from(c, project, chain, seq))

    def recheck(self, project: str, except_chain: str = "") -> Future[int]:
        """Have the last delivered batch of each chain (but one) sent again, to hear whether it is held; how many."""
        return self._write(lambda c: outbox_table.recheck(c, project, except_chain))

    def close_chain(self, project: str, chain: str, reason: str) -> Future[None]:
        """Never send on this chain again; the next batch starts a new one."""
        return self._write(lambda c: outbox_table.close_chain(c, project, chain, reason))

    def send_again(self, project: str) -> Future[int]:
        """Release the records that wait since their chain was closed; how many."""
        return self._write(lambda c: release_table.send_again(c, project))

    def keep_pause(self, project: str, seconds: float, now: Moment) -> Future[None]:
        """Keep how long the project's collector wants to be left alone from `now` on; 0: not any more."""

        def job(connection: sqlite3.Connection) -> None:
            if seconds > 0:
                pause_table.keep(connection, project, seconds, now)
            else:
                pause_table.end(connection, project)

        # Of a kind of its own: whoever sends listens to what the outbox holds, and would begin at once.
        return self._database.write(job, then=lambda _: self._changes.tell(Change("pauses")))

    def count_pauses_on(self, now: Moment) -> Future[dict[str, float]]:
        """As `pauses`, and keep each anew from `now` on: in one step, or it could undo what is asked for meanwhile."""
        return self._database.write(
            lambda c: pause_table.count_on(c, now), then=lambda _: self._changes.tell(Change("pauses"))
        )

    def pauses(self, now: Moment) -> dict[str, float]:
        """The seconds left of each pause that is kept, by project; 0 where it is over."""
        return self._database.fetch(lambda c: pause_table.left(c, now))

    def _look_at(self, seqs: Sequence[int], going_on: Callable[[], bool]) -> list[Looked]:
        looked: list[Looked] = []
        for seq in seqs:
            if not going_on():
                break
            found = self._database.fetch(lambda c, seq=seq: record_table.select(c, "seq = ?", (seq,)))  # type: ignore[misc]
            looked += [(each.seq, look_table.look_at(each.record)) for each in found if each.erased_at is None]
        return looked

    def _write(self, job: Job[T], ids: tuple[str, ...] = ()) -> Future[T]:
        return self._database.write(job, then=lambda _: self._tell(ids))

    def _tell(self, ids: tuple[str, ...]) -> None:
        self._changes.tell(Change("outbox"), Change("records", ids))
