"""The short way of an ordinary batch in PostgreSQL: one look without a lock, one statement that takes it and commits.

By the long way a batch costs four journeys to the database, of which two only begin and end the transaction; they were
a fifth of a delivery. Most batches bring new judgements to a chain where nothing else happens. For such a one the
statement locks, looks whether all still is as it was seen, and stores, or changes nothing and says so. Whatever is
more than that (a refusal, a fork, a withdrawal, a later revision, a key that has ended) goes the long way.
"""

from __future__ import annotations

from collections.abc import Sequence

from feedback_store.collector import postgres_direct
from feedback_store.collector.postgres_transaction import PostgresTransaction
from feedback_store.collector.storage import NewBatch, NewRevision, QuarantinedLine, Standing


class PostgresTaking(PostgresTransaction):
    """A `Transaction` of one batch, over a connection that commits each statement.

    `sure`: what was answered is stored, and needs no lock to stay true. Raises Conflict where the long way is needed.
    """

    sure = False
    _seen: Standing | None = None

    def standing(self, project: str, device: str, chain: str, batch: str, records: Sequence[str]) -> Standing:
        self._seen = seen = postgres_direct.look(self._connection, project, device, chain, batch, records)
        self.sure = seen.receipt is not None
        return seen

    def add_batch(
        self, batch: NewBatch, receipt: bytes, receipt_sha256: str, revisions: Sequence[NewRevision] = ()
    ) -> None:
        seen = self._seen
        if seen is None or seen.held or not _are_new(revisions):
            raise postgres_direct.long_way()
        if not postgres_direct.take(self._connection, seen, batch, receipt, receipt_sha256, revisions):
            raise postgres_direct.long_way()
        self.sure = True

    def quarantine(self, batch: NewBatch, lines: Sequence[QuarantinedLine]) -> None:
        raise postgres_direct.long_way()

    def erase_below(self, project: str, record: str, rev: int, erased_at: str) -> int:
        raise postgres_direct.long_way()


def _are_new(revisions: Sequence[NewRevision]) -> bool:
    """Whether each is a judgement of its own, so that none erases what another one brought."""
    ids = {revision.id for revision in revisions}
    return len(ids) == len(revisions) and all(revision.kind == "judgement" for revision in revisions)
