"""Erasing a record: its bytes go, {id, rev, sha256, erased_at} stays, and what has left gets a withdrawal.

Runs inside the writer's transaction. Afterwards the write-ahead log must be cut (`Database.checkpoint`), or the bytes
would stand there until it is.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from feedback_store import kept_words, look_table, panel_table, record_table, records, withdrawing
from feedback_store.errors import NotFoundError
from feedback_store.record_parts import App, Withdrawal
from feedback_store.record_table import StoredRecord
from feedback_store.redaction import RECORD_TEXTS, texts_of


@dataclass(frozen=True)
class Erased:
    """What was erased: revisions with their hashes, the withdrawal that follows where the record had left, other
    records that hold the same text (same comparison, later turns of the conversation), and the names of backups that
    still hold it.
    """

    id: str
    revisions: tuple[tuple[int, str], ...]
    withdrawal: StoredRecord | None
    same_text: tuple[str, ...]
    backups: tuple[str, ...] = ()


def erase(connection: sqlite3.Connection, record_id: str, *, trainer: str, app: App) -> Erased:
    """Remove every revision's bytes and index entries, import marks and drafts; raises NotFoundError."""
    before = record_table.newest(connection, record_id)
    if before is None:
        raise NotFoundError.worded("There is no record {id}.", code="no_record", id=record_id)
    stored = [each for each in record_table.history(connection, record_id) if each.erased_at is None]
    same = _same_text(connection, record_id)
    withdrawal = _withdraw(connection, before, trainer, app)
    moment = records.now()
    erased = [each for each in stored if withdrawal is None or each.seq != withdrawal.seq]
    for each in erased:
        connection.execute("UPDATE record SET data = NULL, title = '', erased_at = ? WHERE seq = ?", (moment, each.seq))
    for each in record_table.history(connection, record_id):
        record_table.forget_text(connection, each.seq)
    connection.execute(
        "UPDATE record SET title = '', comparison = NULL, conversation = NULL WHERE id = ?", (record_id,)
    )
    connection.execute("DELETE FROM imported WHERE id = ?", (record_id,))
    look_table.forget(connection, record_id)
    _drop_drafts(connection, [record_id, *same.comparisons])
    _drop_captures(connection, same.comparisons)
    _merge_index(connection)
    left = record_table.newest(connection, record_id) if withdrawal else None
    return Erased(record_id, tuple((each.rev, each.sha256) for each in erased), left, same.ids)


def same_text(connection: sqlite3.Connection, record_id: str) -> list[StoredRecord]:
    """The newest revisions of other records that hold the same text, the newest record first."""
    found = [record_table.newest(connection, each) for each in _same_text(connection, record_id).ids]
    there = [each for each in found if each is not None]
    return sorted(there, key=lambda each: each.seq, reverse=True)


def erase_earlier(connection: sqlite3.Connection, newest: StoredRecord) -> None:
    """Remove the bytes of all revisions before `newest`, which stands in their place; their hashes stay.

    Words that were kept and stand in it no more are forgotten, too.
    """
    connection.execute(
        "UPDATE record SET data = NULL, title = '', erased_at = ? WHERE id = ? AND seq <> ? AND erased_at IS NULL",
        (records.now(), newest.id, newest.seq),
    )
    look_table.forget(connection, newest.id)  # what was found in `newest` is not known yet
    _drop_captures(connection, _same_text(connection, newest.id).comparisons)
    texts = tuple(texts_of(newest.record, RECORD_TEXTS))
    words = kept_words.words_of(connection, newest.id)
    kept_words.set_words(connection, newest.id, tuple(word for word in words if any(word in text for text in texts)))
    _merge_index(connection)


def _merge_index(connection: sqlite3.Connection) -> None:
    """FTS5 marks words as deleted and keeps them until its segments are merged."""
    connection.execute("INSERT INTO record_text_fts (record_text_fts) VALUES ('optimize')")


def _withdraw(connection: sqlite3.Connection, before: StoredRecord, trainer: str, app: App) -> StoredRecord | None:
    """The withdrawal by which a collector learns of the erasure; None for a record that never left."""
    if not record_table.in_manifest(connection, before.id):
        return None
    if before.kind == "withdrawal" and before.erased_at is None and before.way != "returned":
        found = before.record
        if isinstance(found, Withdrawal) and found.reason == "erase":
            return before
    return withdrawing.follow(connection, before, "erase", app=app, trainer=trainer)


@dataclass(frozen=True)
class _SameText:
    ids: tuple[str, ...]
    comparisons: tuple[str, ...]


def _same_text(connection: sqlite3.Connection, record_id: str) -> _SameText:
    comparisons = connection.execute(
        "SELECT DISTINCT comparison FROM record WHERE id = ? AND comparison IS NOT NULL", (record_id,)
    ).fetchall()
    others = connection.execute(
        "SELECT DISTINCT other.id FROM record AS own JOIN record AS other ON other.comparison = own.comparison"
        " OR (other.conversation = coalesce(own.conversation, own.comparison) AND other.seq > own.seq)"
        " WHERE own.id = ? AND other.id <> own.id AND other.data IS NOT NULL ORDER BY other.id",
        (record_id,),
    ).fetchall()
    return _SameText(tuple(row[0] for row in others), tuple(row[0] for row in comparisons))


def _drop_drafts(connection: sqlite3.Connection, names: list[str]) -> None:
    """Drafts that name the record or its comparison hold the same text."""
    for name in names:
        connection.execute("DELETE FROM draft WHERE instr(data, ?) > 0", (name.encode("ascii"),))


def _drop_captures(connection: sqlite3.Connection, comparisons: tuple[str, ...]) -> None:
    """What a browser handed over and was said of it in its panel, as far as it is there still."""
    for comparison in comparisons:
        panel_table.forget_those_of(connection, comparison)
