"""The collector's default storage: one SQLite file, one row a record.

WAL and FULL sync; every writing transaction is immediate, so that administration may run beside the server from
another process. Times are texts of equal length, which compare as they follow.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from feedback_store.collector.sqlite_keys import SqliteKeys
from feedback_store.collector.sqlite_schema import check_room, prepare, refuse_moved, trouble
from feedback_store.collector.storage import (
    DayMark,
    Device,
    Head,
    HeldRevision,
    Invitation,
    LiveRecord,
    NewBatch,
    NewRevision,
    QuarantinedLine,
    Standing,
    T,
    Transaction,
    write,
)
from feedback_store.errors import EnvironmentTrouble

FILE = "collector.sqlite3"
BUSY_S = 10.0  # how long another process may hold the file before it counts as locked
_BATCH = "project, sha256, device, chain, seq, batch_id, manifest, envelope, received_at, future"
_DEVICE = (
    "SELECT device.project, device.id, device.trainer, trainer.name, device.public_key, device.state,"
    " device.joined_at, device.revoked_at, device.reason FROM device"
    " JOIN trainer ON trainer.project = device.project AND trainer.id = device.trainer"
)
_LIVE = (
    "FROM record WHERE project = ? AND day = ? AND id > ? AND kind = 'judgement' AND data IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM record AS later WHERE later.project = record.project AND later.id = record.id"
    " AND later.rev > record.rev) ORDER BY id"
)


class SqliteStorage:
    """A `Storage` in a folder. One connection, used by one thread at a time."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self.path = folder / FILE
        if not create and not self.path.exists():
            raise EnvironmentTrouble(
                f"There is no collector in {folder}. Make one: preceptor collector init DIR --project NAME",
                code="no_collector",
            )
        self._lock = threading.Lock()
        with trouble(self.path):
            if not self.path.exists():
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            self._connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=BUSY_S)
            try:
                prepare(self._connection, self.path)
            except BaseException:
                self._connection.close()
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One consistent view."""
        with self._transaction("BEGIN") as transaction:
            yield transaction

    snapshot = reading

    @contextlib.contextmanager
    def writing(self) -> Iterator[Transaction]:
        """One immediate transaction, committed and synced at the block's end."""
        with self._transaction("BEGIN IMMEDIATE") as transaction:
            yield transaction

    def take(self, work: Callable[[Transaction], T]) -> T:
        """As any other writing."""
        return write(self, work)

    def check(self) -> None:
        """Return if the file answers, may be written and has room to grow."""
        with self.reading() as view:
            view.projects()
        check_room(self.path)

    def scrub(self) -> bool:
        """Move everything out of the write-ahead log and cut it; the file itself forgets by `secure_delete`.

        Where another process reads for longer, the log is cut by the next scrub, or by whoever closes the file last.
        """
        with self._lock, trouble(self.path):
            busy, _pages, _moved = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def scrub_soon(self) -> None:
        """The same at once: it takes milliseconds."""
        self.scrub()

    def close(self) -> None:
        """Close the file; waits for the transaction that is open."""
        with self._lock:
            self._connection.close()

    @contextlib.contextmanager
    def _transaction(self, begin: str) -> Iterator[Transaction]:
        with self._lock, trouble(self.path):
            self._connection.execute(begin)
            try:
                refuse_moved(self._connection, self.path)  # it may have been, since this file was opened
                yield SqliteTransaction(self._connection)
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise


class SqliteTransaction(SqliteKeys):
    """A `Transaction` over an open connection."""

    def facts(self, project: str) -> bytes | None:
        row = self._row("SELECT facts FROM project WHERE id = ?", project)
        return bytes(row[0]) if row else None

    def projects(self) -> list[str]:
        return [row[0] for row in self._rows("SELECT id FROM project ORDER BY rowid")]

    def add_project(self, project: str, facts: bytes) -> None:
        self._do("INSERT INTO project (id, facts) VALUES (?,?)", project, facts)

    def device(self, project: str, device: str) -> Device | None:
        row = self._row(f"{_DEVICE} WHERE device.project = ? AND device.id = ?", project, device)
        return Device(*row) if row else None

    def device_of_token(self, project: str, token_sha256: str) -> Device | None:
        row = self._row(f"{_DEVICE} WHERE device.project = ? AND device.token_sha256 = ?", project, token_sha256)
        return Device(*row) if row else None

    def devices(self, project: str) -> list[Device]:
        return [Device(*row) for row in self._rows(f"{_DEVICE} WHERE device.project = ? ORDER BY joined_at", project)]

    def devices_of(self, project: str, trainer: str) -> list[Device]:
        where = "WHERE device.project = ? AND device.trainer = ? ORDER BY joined_at, device.id"
        return [Device(*row) for row in self._rows(f"{_DEVICE} {where}", project, trainer)]

    def trainer_name(self, project: str, trainer: str) -> str | None:
        row = self._row("SELECT name FROM trainer WHERE project = ? AND id = ?", project, trainer)
        return str(row[0]) if row else None

    def add_device(self, device: Device, token_sha256: str) -> None:
        self._do(
            "INSERT INTO trainer (project, id, name, bound_at) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
            device.project,
            device.trainer,
            device.trainer_name,
            device.joined_at,
        )
        self._do(
            "INSERT INTO device (project, id, trainer, public_key, state, token_sha256, joined_at)"
            " VALUES (?,?,?,?,?,?,?)",
            device.project,
            device.id,
            device.trainer,
            device.public_key,
            device.state,
            token_sha256,
            device.joined_at,
        )

    def replace_token(self, project: str, device: str, token_sha256: str) -> None:
        self._do("UPDATE device SET token_sha256 = ? WHERE project = ? AND id = ?", token_sha256, project, device)

    def revoke(self, project: str, device: str, revoked_at: str, reason: str) -> None:
        self._do(
            "UPDATE device SET state = 'revoked', revoked_at = ?, reason = ?"
            " WHERE project = ? AND id = ? AND state <> 'revoked'",
            revoked_at,
            reason,
            project,
            device,
        )

    def add_invitation(self, invitation: Invitation, made_at: str) -> None:
        self._do(
            "INSERT INTO invitation (code_sha256, project, trainer, name, made_at, expires_at, recovers)"
            " VALUES (?,?,?,?,?,?,?)",
            invitation.code_sha256,
            invitation.project,
            invitation.trainer,
            invitation.name,
            made_at,
            invitation.expires_at,
            invitation.recovers,
        )

    def invitation(self, code_sha256: str) -> Invitation | None:
        row = self._row(
            "SELECT code_sha256, project, trainer, name, expires_at, used_by, recovers FROM invitation"
            " WHERE code_sha256 = ?",
            code_sha256,
        )
        return Invitation(*row) if row else None

    def use_invitation(self, code_sha256: str, device: str, used_at: str) -> None:
        self._do("UPDATE invitation SET used_by = ?, used_at = ? WHERE code_sha256 = ?", device, used_at, code_sha256)

    def standing(self, project: str, device: str, chain: str, batch: str, records: Sequence[str]) -> Standing:
        return Standing(
            self.receipt(project, batch),
            self.device(project, device),
            self.head(project, device, chain),
            self.held(project, records),
        )

    def receipt(self, project: str, batch: str) -> bytes | None:
        row = self._row("SELECT receipt FROM batch WHERE project = ? AND sha256 = ? AND seq > 0", project, batch)
        return bytes(row[0]) if row else None

    def head(self, project: str, device: str, chain: str) -> Head | None:
        row = self._row(
            "SELECT seq, sha256, receipt_sha256, closed FROM chain WHERE project = ? AND device = ? AND id = ?",
            project,
            device,
            chain,
        )
        return Head(row[0], row[1], row[2], bool(row[3])) if row else None

    def add_batch(
        self, batch: NewBatch, receipt: bytes, receipt_sha256: str, revisions: Sequence[NewRevision] = ()
    ) -> None:
        self._do(
            f"INSERT INTO batch ({_BATCH}, receipt, receipt_sha256) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",  # noqa: S608
            *_batch_values(batch),
            receipt,
            receipt_sha256,
        )
        self._do(
            "INSERT INTO chain (project, device, id, seq, sha256, receipt_sha256, closed) VALUES (?,?,?,?,?,?,0)"
            " ON CONFLICT (project, device, id) DO UPDATE SET seq = excluded.seq, sha256 = excluded.sha256,"
            " receipt_sha256 = excluded.receipt_sha256",
            batch.project,
            batch.device,
            batch.chain,
            batch.seq,
            batch.sha256,
            receipt_sha256,
        )
        self._add_revisions(revisions)

    def add_taken(self, batch: NewBatch, receipt: bytes, receipt_sha256: str, revisions: Sequence[NewRevision]) -> None:
        self._add_beside(batch, receipt, receipt_sha256)
        self._add_revisions(revisions)

    def _add_revisions(self, revisions: Sequence[NewRevision]) -> None:
        self._connection.executemany(
            "INSERT INTO record (project, id, rev, sha256, kind, trainer, batch, received_at, data, rubric_known,"
            " day, erased_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            map(_revision_values, revisions),
        )

    def quarantine(self, batch: NewBatch, lines: Sequence[QuarantinedLine]) -> None:
        if self._row("SELECT 1 FROM quarantined WHERE project = ? AND sha256 = ?", batch.project, batch.sha256):
            return
        self._do(f"INSERT INTO quarantined ({_BATCH}) VALUES (?,?,?,?,?,?,?,?,?,?)", *_batch_values(batch))  # noqa: S608
        self._connection.executemany(
            "INSERT INTO quarantined_line (project, batch, position, id, rev, sha256, data) VALUES (?,?,?,?,?,?,?)",
            [(batch.project, batch.sha256, n, x.id, x.rev, x.sha256, x.data) for n, x in enumerate(lines)],
        )
        self._do(
            "UPDATE chain SET closed = 1 WHERE project = ? AND device = ? AND id = ?",
            batch.project,
            batch.device,
            batch.chain,
        )

    def held(self, project: str, records: Sequence[str]) -> dict[str, list[HeldRevision]]:
        found: dict[str, list[HeldRevision]] = {}
        for record in dict.fromkeys(records):
            rows = self._rows(
                "SELECT rev, sha256, trainer, data IS NULL, kind, day FROM record WHERE project = ? AND id = ?"
                " ORDER BY rev",
                project,
                record,
            )
            if rows:
                found[record] = [HeldRevision(row[0], row[1], row[2], bool(row[3]), row[4], row[5]) for row in rows]
        return found

    def holds(self, project: str, record: str) -> bool:
        for table in ("record", "quarantined_line"):
            if self._row(f"SELECT 1 FROM {table} WHERE project = ? AND id = ? LIMIT 1", project, record):  # noqa: S608
                return True
        return False

    def erase_below(self, project: str, record: str, rev: int, erased_at: str) -> int:
        erased = self._do(
            "UPDATE record SET data = NULL, erased_at = ?"
            " WHERE project = ? AND id = ? AND rev < ? AND data IS NOT NULL",
            erased_at,
            project,
            record,
            rev,
        )
        self._do("UPDATE quarantined_line SET data = NULL WHERE project = ? AND id = ?", project, record)
        return erased

    def day_marks(self, project: str) -> list[DayMark]:
        rows = self._rows(
            "SELECT day, count(*), count(erased_at), max(received_at), coalesce(max(erased_at), '') FROM record"
            " WHERE project = ? GROUP BY day ORDER BY day",
            project,
        )
        return [DayMark(*row) for row in rows]

    def live(self, project: str, day: str, after: str, limit: int) -> list[LiveRecord]:
        rows = self._rows(
            f"SELECT id, rev, sha256, batch, received_at, rubric_known, data {_LIVE} LIMIT ?",
            project,
            day,
            after,
            limit,
        )
        return [LiveRecord(row[0], row[1], row[2], row[3], row[4], bool(row[5]), row[6]) for row in rows]

    def live_hashes(self, project: str, day: str) -> list[str]:
        return [row[0] for row in self._rows(f"SELECT sha256 || ' ' || received_at {_LIVE}", project, day, "")]

    def batches(self, project: str, device: str) -> list[tuple[str, str, bytes]]:
        return self._rows(
            "SELECT chain, sha256, envelope FROM batch WHERE project = ? AND device = ? AND seq > 0"
            " ORDER BY chain, seq",
            project,
            device,
        )

    def manifest(self, project: str, batch: str) -> bytes | None:
        row = self._row("SELECT manifest FROM batch WHERE project = ? AND sha256 = ?", project, batch)
        return bytes(row[0]) if row else None

    def data(self, project: str, record: str, sha256: str) -> bytes | None:
        row = self._row("SELECT data FROM record WHERE project = ? AND id = ? AND sha256 = ?", project, record, sha256)
        return row[0] if row else None

    def _do(self, sql: str, *values: object) -> int:
        return self._connection.execute(sql, values).rowcount

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def _row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
        return row


def _batch_values(batch: NewBatch) -> tuple[object, ...]:
    return (
        batch.project,
        batch.sha256,
        batch.device,
        batch.chain,
        batch.seq,
        batch.batch_id,
        batch.manifest,
        batch.envelope,
        batch.received_at,
        int(batch.future),
    )


def _revision_values(revision: NewRevision) -> tuple[object, ...]:
    return (
        revision.project,
        revision.id,
        revision.rev,
        revision.sha256,
        revision.kind,
        revision.trainer,
        revision.batch,
        revision.received_at,
        revision.data,
        int(revision.rubric_known),
        revision.day,
        revision.received_at if revision.data is None else None,
    )
