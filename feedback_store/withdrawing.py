"""Taking judgements back, and letting them stand again: the next revision of a record, written in one transaction.

Nothing is changed or removed: a withdrawal follows a judgement, and the same judgement follows a withdrawal.
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

Reason = Literal["mistake", "duplicate", "private", "erase", "other"]


def withdraw(connection: sqlite3.Connection, record_id: str, reason: Reason, *, app: App, trainer: str) -> StoredRecord:
    """Store the withdrawal of a judgement; NotFoundError where there is none that stands."""
    before = _standing(connection, record_id)
    if before.kind == "withdrawal":
        raise NotFoundError.worded("{id} is withdrawn already.", code="already_withdrawn", id=record_id)
    return follow(connection, before, reason, app=app, trainer=trainer)


def follow(
    connection: sqlite3.Connection, before: StoredRecord, reason: Reason, *, app: App, trainer: str
) -> StoredRecord:
    """Store a withdrawal as the revision that follows `before`, the newest one."""
    made = Withdrawal(
        v=1,
        id=before.id,
        rev=before.rev + 1,
        supersedes=before.sha256,
        nonce=records.new_nonce(),
        created_at=records.now(),
        project=before.project,
        trainer=before.trainer,
        app=app,
        reason=reason,
    )
    return record_table.insert(connection, made, records.encode(made), trainer=trainer)


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
