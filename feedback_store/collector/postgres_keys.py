"""The part of the storage on PostgreSQL that keys need: see key_storage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from feedback_store.collector import postgres_batches
from feedback_store.collector.key_storage import End, Fork, NewKeyEvent, Resolution
from feedback_store.collector.storage import NewBatch, NewRevision


class PostgresKeys:
    """A `KeyTransaction` over a connection of the pool."""

    def __init__(self, connection: psycopg.Connection, *, writing: bool = False) -> None:
        self._connection = connection
        self._lock = " FOR NO KEY UPDATE" if writing else ""

    def key_event(self, project: str, sha256: str) -> bytes | None:
        row = self._row("SELECT envelope FROM key_event WHERE project = %s AND sha256 = %s", project, sha256)
        return bytes(row[0]) if row else None

    def add_key_event(self, event: NewKeyEvent) -> None:
        self._ask(
            "INSERT INTO key_event (project, sha256, kind, old, new, envelope, received_at)"
            " VALUES (%s,%s,%s,%s,%s,%s,%s)",
            *(event.project, event.sha256, event.kind, event.old, event.new, event.envelope, event.received_at),
        )

    def begun_by(self, project: str, device: str) -> list[str]:
        sql = "SELECT sha256 FROM key_event WHERE project = %s AND new = %s ORDER BY received_at"
        return [row[0] for row in self._rows(sql, project, device)]

    def ended_by(self, project: str, device: str) -> str | None:
        sql = "SELECT sha256 FROM key_event WHERE project = %s AND old = %s ORDER BY received_at DESC LIMIT 1"
        row = self._row(sql, project, device)
        return str(row[0]) if row else None

    def chain_ends(self, project: str, device: str) -> list[End]:
        sql = "SELECT id, seq, sha256 FROM chain WHERE project = %s AND device = %s ORDER BY id"
        return [End(*row) for row in self._rows(sql, project, device)]

    def retire(self, project: str, device: str, at: str, reason: str, ends: Sequence[End]) -> None:
        sql = "UPDATE device SET state = 'retired', revoked_at = %s, reason = %s WHERE project = %s AND id = %s"
        self._ask(sql, at, reason, project, device)
        with self._connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO ceiling (project, device, chain, seq, sha256) VALUES (%s,%s,%s,%s,%s)",
                [(project, device, end.chain, end.seq, end.sha256) for end in ends],
            )

    def ceiling(self, project: str, device: str, chain: str) -> End | None:
        sql = "SELECT chain, seq, sha256 FROM ceiling WHERE project = %s AND device = %s AND chain = %s"
        row = self._row(sql, project, device, chain)
        return End(*row) if row else None

    def move_token(self, project: str, old: str, new: str) -> None:
        row = self._row("SELECT token_sha256 FROM device WHERE project = %s AND id = %s", project, old)
        assert row is not None  # whose key was replaced is known
        given = "UPDATE device SET token_sha256 = %s WHERE project = %s AND id = %s"
        self._ask(given, f"given on {project} {old}", project, old)  # no token has this hash
        self._ask(given, row[0], project, new)

    def list_version(self, project: str, trainer: str) -> int:
        row = self._row("SELECT version FROM device_list WHERE project = %s AND trainer = %s", project, trainer)
        return int(row[0]) if row else 0

    def set_list_version(self, project: str, trainer: str, version: int) -> None:
        self._ask(
            "INSERT INTO device_list (project, trainer, version) VALUES (%s,%s,%s)"
            " ON CONFLICT (trainer, project) DO UPDATE SET version = excluded.version",
            project,
            trainer,
            version,
        )

    def set_facts(self, project: str, facts: bytes) -> None:
        self._ask("UPDATE project SET facts = %s WHERE id = %s", facts, project)

    def collector_keys(self, project: str) -> list[bytes]:
        rows = self._rows("SELECT statement FROM collector_key WHERE project = %s ORDER BY number", project)
        return [bytes(row[0]) for row in rows]

    def add_collector_key(self, project: str, statement: bytes, at: str) -> None:
        self._ask("INSERT INTO collector_key (project, statement, made_at) VALUES (%s,%s,%s)", project, statement, at)

    def forks(self, project: str) -> list[Fork]:
        lock = f"{self._lock} OF q" if self._lock else ""
        return [Fork(*row) for row in self._rows(_FORKS + lock, project)]

    def fork_lines(self, project: str, sha256: str) -> list[bytes | None]:
        sql = "SELECT data FROM quarantined_line WHERE project = %s AND batch = %s ORDER BY position"
        return [row[0] for row in self._rows(sql, project, sha256)]

    def add_taken(self, batch: NewBatch, receipt: bytes, receipt_sha256: str, revisions: Sequence[NewRevision]) -> None:
        postgres_batches.add_taken(self._connection, batch, receipt, receipt_sha256, revisions)

    def resolve_fork(self, project: str, sha256: str, resolution: Resolution, at: str) -> None:
        sql = "UPDATE quarantined SET resolved = %s, resolved_at = %s WHERE project = %s AND sha256 = %s"
        self._ask(sql, resolution, at, project, sha256)
        self._ask("UPDATE quarantined_line SET data = NULL WHERE project = %s AND batch = %s", project, sha256)

    def _ask(self, sql: str, *values: object) -> psycopg.Cursor[Any]:
        return self._connection.execute(sql.encode("ascii"), values)

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self._ask(sql, *values).fetchall()

    def _row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._ask(sql, *values).fetchone()
        return row


_FORKS = (
    "SELECT q.sha256, q.device, device.trainer, trainer.name, q.chain, q.seq, q.manifest, q.envelope, q.received_at,"
    " (SELECT count(*) FROM quarantined_line l WHERE l.project = q.project AND l.batch = q.sha256), q.resolved"
    " FROM quarantined q JOIN device ON device.project = q.project AND device.id = q.device"
    " JOIN trainer ON trainer.project = q.project AND trainer.id = device.trainer"
    " WHERE q.project = %s ORDER BY q.received_at, q.sha256"
)
