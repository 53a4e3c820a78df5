"""Taking judgements back, and letting them stand again: the next revision of a record, written in one transaction.

Nothing is changed or removed: a withdrawal follows a judgement, and the same judgement follows a withdrawal. One that a
collector refused, since a copy of this profile has delivered later revisions, follows itself under a higher number.
"""

from __future__ import annotations

import dataclasses
import sqlite3
from typing import Literal

import msgspec

from feedback_store import record_table, records
from feedback_store.errors import NotFoundError
from feedback_store.record_parts import App, Judgement, Withdrawal
from feedback_store.record_table import StoredRecord

RAISED_AT_MOST = 1000  # so that numbers stay small, whoever refuses how often

Reason = Literal["mistake", "duplicate", "private", "erase", "other"]


def withdraw(connection: sqlite3.Connection, record_id: str, reason: Reason, *, app: App, trainer: str) -> StoredRecord:
    """Store the withdrawal of a judgement; NotFoundError where there is none that stands."""
    before = _standing(connection, record_id)
    if before.kind == "withdrawal":
        raise NotFoundError.worded("{id} is withdrawn already.", code="already_withdrawn", id=record_id)
    return follow(connection, before, reason, app=app, trainer=trainer)


def follow(
    connection: sqlite3.Connection, before: StoredRecord, reason: Reason, *, app: App, trainer: str, by: int = 1
) -> StoredRecord:
    """Store a withdrawal as the revision that follows `before`, the newest one, its number higher `by` so much."""
    made = Withdrawal(
        v=1,
        id=before.id,
        rev=before.rev + by,
        supersedes=before.sha256,
        nonce=records.new_nonce(),
        created_at=records.now(),
        project=before.project,
        trainer=before.trainer,
        app=app,
        reason=reason,
    )
    return record_table.insert(connection, made, records.encode(made), trainer=trainer)


def refused(connection: sqlite3.Connection, project: str, trainer: str) -> list[StoredRecord]:
    """The withdrawals that stand, and go out again because one was refused for its number."""
    where = (
        "project = ? AND newest = 1 AND state = 'released' AND trainer = ? AND kind = 'withdrawal'"
        " AND sha256 IN (SELECT sha256 FROM batch_item WHERE rule = 'record_old_revision')"
    )
    return record_table.select(connection, where, (project, trainer))


def insist(connection: sqlite3.Connection, project: str, *, app: App, trainer: str) -> None:
    """Have each withdrawal that was refused for its number follow itself under twice that number.

    How high the number must be nobody says; doubled, few deliveries find it.
    """
    for before in refused(connection, project, trainer):
        assert isinstance(before.record, Withdrawal)
        by = min(before.rev, RAISED_AT_MOST)
        follow(connection, before, before.record.reason, app=app, trainer=trainer, by=by)


def reinstate(connection: sqlite3.Connection, record_id: str, *, app: App, trainer: str) -> StoredRecord:
    """Store the judgement that was withdrawn once more, as it was, as the next revision.

    NotFoundError where the record is not withdrawn, or the judgement was erased.
    """
    before = _standing(connection, record_id)
    if before.kind != "withdrawal":
        raise NotFoundError.worded(
            "{id} is not withdrawn, so there is nothing to take back.", code="not_withdrawn", id=record_id
        )
    last = next((each for each in reversed(record_table.history(connection, record_id)) if _readable(each)), None)
    judgement = last.record if last is not None else None
    if last is None or not isinstance(judgement, Judgement):
        raise _no_judgement(record_id)
    made = msgspec.structs.replace(
        judgement,
        rev=before.rev + 1,
        supersedes=before.sha256,
        nonce=records.new_nonce(),
        created_at=records.now(),
        app=app,
    )
    stored = record_table.insert(connection, made, records.encode(made), trainer=trainer)
    if last.way == "held":  # by hand: it would leave with "release all" otherwise
        record_table.set_way(connection, stored.seq, "held")
        stored = dataclasses.replace(stored, way="held")
    return stored


def _standing(connection: sqlite3.Connection, record_id: str) -> StoredRecord:
    found = record_table.newest(connection, record_id)
    if found is None or found.erased_at is not None:
        raise _no_judgement(record_id)
    return found


def _readable(stored: StoredRecord) -> bool:
    return stored.kind == "judgement" and stored.erased_at is None


def _no_judgement(record_id: str) -> NotFoundError:
    return NotFoundError.worded(
        "There is no judgement {id}. See: preceptor records list", code="no_record", id=record_id
    )


def arrived(connection: sqlite3.Connection, batch_id: str) -> int:
    """How many withdrawals of a batch the collector has taken."""
    row = connection.execute(
        "SELECT count(*) FROM batch JOIN batch_item ON batch_item.batch = batch.number"
        " JOIN record ON record.id = batch_item.id AND record.rev = batch_item.rev"
        " WHERE batch_id = ? AND kind = 'withdrawal' AND status IN ('stored', 'known')",
        (batch_id,),
    ).fetchone()
    return int(row[0])
