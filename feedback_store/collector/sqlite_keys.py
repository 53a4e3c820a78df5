"""The part of the SQLite storage that keys need: see key_storage."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from feedback_store.collector.key_storage import End, Fork, NewKeyEvent, Resolution
from feedback_store.collector.storage import NewBatch


class SqliteKeys:
    """A `KeyTransaction` over an open connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def key_event(self, project: str, sha256: str) -> bytes | None:
        row = self._connection.execute(
            "SELECT envelope FROM key_event WHERE project = ? AND sha256 = ?", (project, sha256)
        ).fetchone()
        return bytes(row[0]) if row else None

    def add_key_event(self, event: NewKeyEvent) -> None:
        self._connection.execute(
            "INSERT INTO key_event (project, sha256, kind, old, new, envelope, received_at) VALUES (?,?,?,?,?,?,?)",
            (event.project, event.sha256, event.kind, event.old, event.new, event.envelope, event.received_at),
        )

    def begun_by(self, project: str, device: str) -> list[str]:
        rows = self._connection.execute(
            "SELECT sha256 FROM key_event WHERE project = ? AND new = ? ORDER BY received_at", (project, device)
        )
        return [row[0] for row in rows]

    def ended_by(self, project: str, device: str) -> str | None:
        row = self._connection.execute(
            "SELECT sha256 FROM key_event WHERE project = ? AND old = ? ORDER BY received_at DESC LIMIT 1",
            (project, device),
        ).fetchone()
        return str(row[0]) if row else None

    def chain_ends(self, project: str, device: str) -> list[End]:
        rows = self._connection.execute(
            "SELECT id, seq, sha256 FROM chain WHERE project = ? AND device = ? ORDER BY id", (project, device)
        )
        return [End(*row) for row in rows]

    def retire(self, project: str, device: str, at: str, reason: str, ends: Sequence[End]) -> None:
        self._connection.execute(
            "UPDATE device SET state = 'retired', revoked_at = ?, reason = ? WHERE project = ? AND id = ?",
            (at, reason, project, device),
        )
        self._connection.executemany(
            "INSERT INTO ceiling (project, device, chain, seq, sha256) VALUES (?,?,?,?,?)",
            [(project, device, end.chain, end.seq, end.sha256) for end in ends],
        )

    def ceiling(self, project: str, device: str, chain: str) -> End | None:
        row = self._connection.execute(
            "SELECT chain, seq, sha256 FROM ceiling WHERE project = ? AND device = ? AND chain = ?",
            (project, device, chain),
        ).fetchone()
        return End(*row) if row else None

    def move_token(self, project: str, old: str, new: str) -> None:
        (token,) = self._connection.execute(
            "SELECT token_sha256 FROM device WHERE project = ? AND id = ?", (project, old)
        ).fetchone()
        given = "UPDATE device SET token_sha256 = ? WHERE project = ? AND id = ?"
        self._connection.execute(given, (f"given on {project} {old}", project, old))  # no token has this hash
        self._connection.execute(given, (token, project, new))

    def list_version(self, project: str, trainer: str) -> int:
        row = self._connection.execute(
            "SELECT version FROM device_list WHERE project = ? AND trainer = ?", (project, trainer)
        ).fetchone()
        return int(row[0]) if row else 0

    def set_list_version(self, project: str, trainer: str, version: int) -> None:
        self._connection.execute(
            "INSERT INTO device_list (project, trainer, version) VALUES (?,?,?)"
            " ON CONFLICT (project, trainer) DO UPDATE SET version = excluded.version",
            (project, trainer, version),
        )

    def set_facts(self, project: str, facts: bytes) -> None:
        self._connection.execute("UPDATE project SET facts = ? WHERE id = ?", (facts, project))

    def collector_keys(self, project: str) -> list[bytes]:
        rows = self._connection.execute(
            "SELECT statement FROM collector_key WHERE project = ? ORDER BY number", (project,)
        )
        return [bytes(row[0]) for row in rows]

    def add_collector_key(self, project: str, statement: bytes, at: str) -> None:
        self._connection.execute(
            "INSERT INTO collector_key (project, statement, made_at) VALUES (?,?,?)", (project, statement, at)
        )

    def forks(self, project: str) -> list[Fork]:
        rows = self._connection.execute(
            "SELECT q.sha256, q.device, device.trainer, trainer.name, q.chain, q.seq, q.manifest, q.envelope,"
            " q.received_at,"
            " (SELECT count(*) FROM quarantined_line l WHERE l.project = q.project AND l.batch = q.sha256), q.resolved"
            " FROM quarantined q JOIN device ON device.project = q.project AND device.id = q.device"
            " JOIN trainer ON trainer.project = q.project AND trainer.id = device.trainer"
            " WHERE q.project = ? ORDER BY q.received_at, q.sha256",
            (project,),
        )
        return [Fork(*row) for row in rows]

    def fork_lines(self, project: str, sha256: str) -> list[bytes | None]:
        rows = self._connection.execute(
            "SELECT data FROM quarantined_line WHERE project = ? AND batch = ? ORDER BY position", (project, sha256)
        )
        return [None if row[0] is None else bytes(row[0]) for row in rows]

    def _add_beside(self, batch: NewBatch, receipt: bytes, receipt_sha256: str) -> None:
        """A batch that is no part of its chain: below zero, where no sequence goes."""
        self._connection.execute(
            "INSERT INTO batch (project, sha256, device, chain, seq, batch_id, manifest, envelope, received_at, future,"
            " receipt, receipt_sha256) SELECT ?,?,?,?, min(0, coalesce(min(seq), 0)) - 1, ?,?,?,?,?,?,? FROM batch"
            " WHERE project = ? AND device = ? AND chain = ?",
            (
                *(batch.project, batch.sha256, batch.device, batch.chain, batch.batch_id, batch.manifest),
                *(batch.envelope, batch.received_at, int(batch.future), receipt, receipt_sha256),
                *(batch.project, batch.device, batch.chain),
            ),
        )

    def resolve_fork(self, project: str, sha256: str, resolution: Resolution, at: str) -> None:
        self._connection.execute(
            "UPDATE quarantined SET resolved = ?, resolved_at = ? WHERE project = ? AND sha256 = ?",
            (resolution, at, project, sha256),
        )
        self._connection.execute(
            "UPDATE quarantined_line SET data = NULL WHERE project = ? AND batch = ?", (project, sha256)
        )
