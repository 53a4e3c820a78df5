"""What is asked and stored in PostgreSQL within one transaction; the storage (postgres_storage.py) opens it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from feedback_store.collector import postgres_batches, postgres_exports
from feedback_store.collector.postgres_keys import PostgresKeys
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
)

_BATCH = "project, sha256, device, chain, seq, batch_id, manifest, envelope, received_at, future"
_DEVICE = (
    "SELECT device.project, device.id, device.trainer, trainer.name, device.public_key, device.state,"
    " device.joined_at, device.revoked_at, device.reason FROM trainer"  # the trainer is locked first, as in `standing`
    " JOIN device ON trainer.project = device.project AND trainer.id = device.trainer"
)


class PostgresTransaction(PostgresKeys):
    """A `Transaction` over a connection of the pool. In a writing one, what is asked for is locked."""

    def facts(self, project: str) -> bytes | None:
        row = self._row("SELECT facts FROM project WHERE id = %s", project)
        return bytes(row[0]) if row else None

    def projects(self) -> list[str]:
        return [row[0] for row in self._rows("SELECT id FROM project ORDER BY number")]

    def add_project(self, project: str, facts: bytes) -> None:
        self._ask("INSERT INTO project (id, facts) VALUES (%s, %s)", project, facts)

    def device(self, project: str, device: str) -> Device | None:
        row = self._row(f"{_DEVICE} WHERE device.project = %s AND device.id = %s{self._lock}", project, device)
        return Device(*row) if row else None

    def device_of_token(self, project: str, token_sha256: str) -> Device | None:
        row = self._row(f"{_DEVICE} WHERE device.project = %s AND device.token_sha256 = %s", project, token_sha256)
        return Device(*row) if row else None

    def devices(self, project: str) -> list[Device]:
        return [Device(*row) for row in self._rows(f"{_DEVICE} WHERE device.project = %s ORDER BY joined_at", project)]

    def devices_of(self, project: str, trainer: str) -> list[Device]:
        where = "WHERE device.project = %s AND device.trainer = %s ORDER BY joined_at, device.id"
        return [Device(*row) for row in self._rows(f"{_DEVICE} {where}", project, trainer)]

    def trainer_name(self, project: str, trainer: str) -> str | None:
        row = self._row("SELECT name FROM trainer WHERE project = %s AND id = %s", project, trainer)
        return str(row[0]) if row else None

    def add_device(self, device: Device, token_sha256: str) -> None:
        self._ask(
            "INSERT INTO trainer (project, id, name, bound_at) VALUES (%s,%s,%s,%s) ON CONFLICT DO NOTHING",
            device.project,
            device.trainer,
            device.trainer_name,
            device.joined_at,
        )
        self._ask(
            "INSERT INTO device (project, id, trainer, public_key, state, token_sha256, joined_at)"
            " VALUES (%s,%s,%s,%s,%s,%s,%s)",
            device.project,
            device.id,
            device.trainer,
            device.public_key,
            device.state,
            token_sha256,
            device.joined_at,
        )

    def replace_token(self, project: str, device: str, token_sha256: str) -> None:
        self._ask("UPDATE device SET token_sha256 = %s WHERE project = %s AND id = %s", token_sha256, project, device)

    def revoke(self, project: str, device: str, revoked_at: str, reason: str) -> None:
        self._ask(
            "UPDATE device SET state = 'revoked', revoked_at = %s, reason = %s"
            " WHERE project = %s AND id = %s AND state <> 'revoked'",
            revoked_at,
            reason,
            project,
            device,
        )

    def add_invitation(self, invitation: Invitation, made_at: str) -> None:
        self._ask(
            "INSERT INTO invitation (code_sha256, project, trainer, name, made_at, expires_at, recovers)"
            " VALUES (%s,%s,%s,%s,%s,%s,%s)",
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
            f"{_INVITATION} WHERE code_sha256 = %s{self._lock}",
            code_sha256,
        )
        return Invitation(*row) if row else None

    def use_invitation(self, code_sha256: str, device: str, used_at: str) -> None:
        self._ask(
            "UPDATE invitation SET used_by = %s, used_at = %s WHERE code_sha256 = %s", device, used_at, code_sha256
        )

    def standing(self, project: str, device: str, chain: str, batch: str, records: Sequence[str]) -> Standing:
        return postgres_batches.standing(self._connection, project, device, chain, batch, records)

    def receipt(self, project: str, batch: str) -> bytes | None:
        sql = "SELECT receipt FROM batch WHERE project = %s AND sha256 = %s AND seq > 0"
        return _bytes(self._row(sql, project, batch))

    def head(self, project: str, device: str, chain: str) -> Head | None:
        return _as_head(self._row(f"{_HEAD}{self._lock}", project, device, chain))

    def add_batch(
        self, batch: NewBatch, receipt: bytes, receipt_sha256: str, revisions: Sequence[NewRevision] = ()
    ) -> None:
        postgres_batches.add_batch(self._connection, batch, receipt, receipt_sha256, revisions)

    def quarantine(self, batch: NewBatch, lines: Sequence[QuarantinedLine]) -> None:
        if self._row("SELECT 1 FROM quarantined WHERE project = %s AND sha256 = %s", batch.project, batch.sha256):
            return
        self._ask(
            f"INSERT INTO quarantined ({_BATCH}) VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)",  # noqa: S608 (the names above)
            *_batch_values(batch),
        )
        with self._connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO quarantined_line (project, batch, position, id, rev, sha256, data)"
                " VALUES (%s,%s,%s,%s,%s,%s,%s)",
                [(batch.project, batch.sha256, n, x.id, x.rev, x.sha256, x.data) for n, x in enumerate(lines)],
            )
        self._ask(
            "UPDATE chain SET closed = true WHERE project = %s AND device = %s AND id = %s",
            batch.project,
            batch.device,
            batch.chain,
        )

    def held(self, project: str, records: Sequence[str]) -> dict[str, list[HeldRevision]]:
        if self._lock:
            self._ask(f"{_TRAINERS}{self._lock}", project, project, list(dict.fromkeys(records)))
        found: dict[str, list[HeldRevision]] = {}
        for record, *revision in self._rows(_HELD, project, list(dict.fromkeys(records))):
            found.setdefault(record, []).append(HeldRevision(*revision))
        return found

    def holds(self, project: str, record: str) -> bool:
        row = self._row(_HOLDS, project, record, project, record)
        return row is not None and bool(row[0])

    def erase_below(self, project: str, record: str, rev: int, erased_at: str) -> int:
        erased = self._rows(
            "UPDATE record SET data = NULL, erased_at = %s"
            " WHERE project = %s AND id = %s AND rev < %s AND data IS NOT NULL RETURNING rev",
            erased_at,
            project,
            record,
            rev,
        )
        self._ask("UPDATE quarantined_line SET data = NULL WHERE project = %s AND id = %s", project, record)
        return len(erased)

    def day_marks(self, project: str) -> list[DayMark]:
        return postgres_exports.day_marks(self._connection, project)

    def live(self, project: str, day: str, after: str, limit: int) -> list[LiveRecord]:
        return postgres_exports.live(self._connection, project, day, after, limit)

    def live_hashes(self, project: str, day: str) -> list[str]:
        return postgres_exports.live_hashes(self._connection, project, day)

    def batches(self, project: str, device: str) -> list[tuple[str, str, bytes]]:
        return postgres_exports.batches(self._connection, project, device)

    def manifest(self, project: str, batch: str) -> bytes | None:
        return _bytes(self._row("SELECT manifest FROM batch WHERE project = %s AND sha256 = %s", project, batch))

    def data(self, project: str, record: str, sha256: str) -> bytes | None:
        row = self._row(
            "SELECT data FROM record WHERE project = %s AND id = %s AND sha256 = %s", project, record, sha256
        )
        return None if row is None else row[0]


_INVITATION = "SELECT code_sha256, project, trainer, name, expires_at, used_by, recovers FROM invitation"
_HEAD = "SELECT seq, sha256, receipt_sha256, closed FROM chain WHERE project = %s AND device = %s AND id = %s"
_HELD = (
    "SELECT id, rev, sha256, trainer, data IS NULL, kind, day FROM record WHERE project = %s AND id = ANY(%b::text[])"
    " ORDER BY id, rev"
)
# As `standing` locks them, so that what is asked for next stays true.
_TRAINERS = (
    "SELECT 1 FROM trainer WHERE project = %s AND id IN (SELECT trainer FROM record WHERE project = %s"
    " AND id = ANY(%b::text[])) ORDER BY id"
)
_HOLDS = (
    "SELECT EXISTS (SELECT FROM record WHERE project = %s AND id = %s)"
    " OR EXISTS (SELECT FROM quarantined_line WHERE project = %s AND id = %s)"
)


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
        batch.future,
    )


def _as_head(row: tuple[Any, ...] | None) -> Head | None:
    return Head(*row) if row else None


def _bytes(row: tuple[Any, ...] | None) -> bytes | None:
    return bytes(row[0]) if row else None
