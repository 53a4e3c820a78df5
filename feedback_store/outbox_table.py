"""What leaves: released records, sealed batches, receipts, and the chains that were closed.

Everything here runs inside one transaction of the writer, so that head, sequence number, signature and new head are
one step. Bodies are not kept: they are rebuilt from the records.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from feedback_store import project_table, record_table, records
from feedback_store.batches.body import erased_line, write_body
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, Item, TermsAccepted
from feedback_store.batches.receipt import Receipt, receipt_hash
from feedback_store.batches.seal import SealedBatch, seal_batch, take_what_fits
from feedback_store.errors import NotFoundError, StoreError
from feedback_store.record_table import StoredRecord
from feedback_store.records import App

BatchState = Literal["sealed", "sending", "delivered", "closed"]
_COLUMNS = (
    "batch_id, project, chain, seq, payload_sha256, payload, envelope, created_at, state, note,"
    " (SELECT count(*) FROM batch_item WHERE batch_item.batch_id = batch.batch_id),"
    " (SELECT count(*) FROM batch_item WHERE batch_item.batch_id = batch.batch_id AND status IN ('refused', 'erased'))"
)


@dataclass(frozen=True)
class BatchRow:
    """A sealed batch and how far it has come; `returned` records came back with a reason."""

    batch_id: str
    project: str
    chain: str
    seq: int
    payload_sha256: str
    payload: bytes
    envelope: bytes
    created_at: str
    state: BatchState
    note: str
    count: int
    returned: int


def release(connection: sqlite3.Connection, record_ids: Sequence[str]) -> int:
    """Let these records leave with the next batch. Private ones and those of other trainers are refused."""
    mine = connection.execute("SELECT trainer FROM profile").fetchone()[0]
    for record_id in record_ids:
        stored = _waiting(connection, record_id)
        if stored.private:
            raise StoreError("A private record is never sent. Take the mark away first.", code="private", id=record_id)
        if stored.trainer != mine:
            raise StoreError("A record of another trainer is never sent.", code="other_trainer", id=record_id)
        record_table.set_state(connection, stored.seq, "released")
    return len(record_ids)


def hold(connection: sqlite3.Connection, record_ids: Sequence[str]) -> int:
    """Keep these records here until they are released again."""
    for record_id in record_ids:
        record_table.set_state(connection, _waiting(connection, record_id).seq, "held")
    return len(record_ids)


def to_send(connection: sqlite3.Connection, project: str) -> list[StoredRecord]:
    """Records that have not left: new ones, released ones, held ones, and those that came back."""
    mine = connection.execute("SELECT trainer FROM profile").fetchone()[0]
    rows = connection.execute(
        f"SELECT {record_table.COLUMNS} FROM record WHERE project = ? AND newest = 1 AND data IS NOT NULL"  # noqa: S608
        " AND trainer = ? AND private = 0 AND state IN ('saved', 'released', 'held', 'returned')"
        " AND kind = 'judgement' ORDER BY seq",
        (project, mine),
    )
    return [record_table.from_row(row) for row in rows]


def seal(connection: sqlite3.Connection, project_id: str, key: DeviceKey, app: App) -> SealedBatch | None:
    """Seal what is released (and withdrawals of what has left) into the next batch; None when nothing is."""
    project = project_table.get(connection, project_id)
    waiting = _sealable(connection, project_id)
    count = take_what_fits([len(stored.data) for stored in waiting])
    if not count:
        return None
    chain = project_table.chain(connection, project_id)
    seq, prev = _head(connection, project_id, chain)
    trainer = connection.execute("SELECT trainer FROM profile").fetchone()[0]
    terms = project.terms
    sealed = seal_batch(
        key=key,
        project=project_id,
        trainer=trainer,
        chain=chain,
        seq=seq + 1,
        prev=prev,
        terms=TermsAccepted(id=terms.id, version=terms.version, sha256=terms.sha256, licence=terms.licence),
        data=[stored.data for stored in waiting[:count]],
        app=app,
        batch_id=records.new_id(),
        created_at=records.now(),
    )
    _insert(connection, project_id, sealed)
    for stored in waiting[:count]:
        record_table.set_state(connection, stored.seq, "withdrawn" if stored.kind == "withdrawal" else "sealed")
    return sealed


def batches(connection: sqlite3.Connection, project: str) -> list[BatchRow]:
    """All batches of a project, newest first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM batch WHERE project = ? ORDER BY rowid DESC", (project,))  # noqa: S608
    return [BatchRow(*row) for row in rows]


def next_to_send(connection: sqlite3.Connection, project: str) -> BatchRow | None:
    """The first batch, in order, that has no receipt and whose chain is open."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM batch WHERE project = ? AND state IN ('sealed', 'sending') ORDER BY rowid LIMIT 1",  # noqa: S608
        (project,),
    ).fetchone()
    return BatchRow(*row) if row else None


def chain_from(connection: sqlite3.Connection, project: str, chain: str, seq: int) -> list[BatchRow]:
    """The batches of a chain from a sequence number on, in order, delivered or not."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM batch WHERE project = ? AND chain = ? AND seq >= ? ORDER BY seq",  # noqa: S608
        (project, chain, seq),
    )
    return [BatchRow(*row) for row in rows]


def set_state(connection: sqlite3.Connection, batch_id: str, state: BatchState, note: str = "") -> None:
    connection.execute("UPDATE batch SET state = ?, note = ? WHERE batch_id = ?", (state, note, batch_id))


def body(connection: sqlite3.Connection, batch: BatchRow) -> bytes:
    """The batch as it is sent: the envelope's line and the records', erased ones as such."""
    lines = []
    for item in items(connection, batch.batch_id):
        row = connection.execute("SELECT data FROM record WHERE sha256 = ?", (item.sha256,)).fetchone()
        lines.append(row[0] if row and row[0] is not None else erased_line(item.sha256))
    return write_body(batch.envelope, lines)


def items(connection: sqlite3.Connection, batch_id: str) -> list[Item]:
    """The manifest's items, in order; `size` is not kept and stands as 1."""
    rows = connection.execute(
        "SELECT id, rev, sha256 FROM batch_item WHERE batch_id = ? ORDER BY position", (batch_id,)
    )
    return [Item(id=row[0], rev=row[1], sha256=row[2], size=1) for row in rows]


def deliver(connection: sqlite3.Connection, batch: BatchRow, envelope: bytes, receipt: Receipt) -> None:
    """Note a verified receipt: the batch is delivered, each record stored, known or returned with its reason."""
    connection.execute(
        "INSERT OR IGNORE INTO receipt (sha256, batch_id, envelope, project, chain, seq, received_at)"
        " VALUES (?,?,?,?,?,?,?)",
        (
            receipt_hash(envelope),
            batch.batch_id,
            envelope,
            batch.project,
            batch.chain,
            batch.seq,
            receipt.received_at,
        ),
    )
    set_state(connection, batch.batch_id, "delivered")
    for position, item in enumerate(receipt.items):
        connection.execute(
            "UPDATE batch_item SET status = ?, rule = ? WHERE batch_id = ? AND position = ?",
            (item.status, item.rule, batch.batch_id, position),
        )
        row = connection.execute(
            "SELECT seq, kind FROM record WHERE id = ? AND rev = ?", (item.id, item.rev)
        ).fetchone()
        if row is None:
            continue
        arrived = item.status in ("stored", "known")
        if not arrived:
            record_table.set_state(connection, row[0], "returned", item.rule or item.status)
        elif row[1] == "judgement":
            record_table.set_state(connection, row[0], "delivered")


def last_receipt(connection: sqlite3.Connection, project: str, chain: str, before_seq: int) -> str | None:
    """The hash of the receipt for the batch just before `before_seq`; None where none is held."""
    row = connection.execute(
        "SELECT sha256 FROM receipt WHERE project = ? AND chain = ? AND seq = ? ORDER BY rowid DESC LIMIT 1",
        (project, chain, before_seq - 1),
    ).fetchone()
    return str(row[0]) if row else None


def receipts(connection: sqlite3.Connection, batch_id: str) -> list[bytes]:
    """The receipts' envelope lines for a batch, oldest first."""
    rows = connection.execute("SELECT envelope FROM receipt WHERE batch_id = ? ORDER BY rowid", (batch_id,))
    return [row[0] for row in rows]


def close_chain(connection: sqlite3.Connection, project: str, chain: str, reason: str) -> None:
    """Never send on this chain again; the next batch starts a new one, what waited stays until "send again"."""
    connection.execute(
        "INSERT OR REPLACE INTO closed_chain (project, chain, reason, closed_at) VALUES (?,?,?,?)",
        (project, chain, reason, records.now()),
    )
    connection.execute(
        "UPDATE batch SET state = 'closed', note = ? WHERE project = ? AND chain = ? AND state <> 'delivered'",
        (reason, project, chain),
    )
    project_table.start_new_chain(connection, project)


def send_again(connection: sqlite3.Connection, project: str) -> int:
    """Release the records of closed, undelivered batches into the new chain; how many."""
    rows = connection.execute(
        "SELECT DISTINCT record.seq FROM batch JOIN batch_item USING (batch_id)"
        " JOIN record ON record.id = batch_item.id AND record.newest = 1"
        " WHERE batch.project = ? AND batch.state = 'closed' AND record.state = 'sealed'",
        (project,),
    ).fetchall()
    for (seq,) in rows:
        record_table.set_state(connection, seq, "released")
    return len(rows)


def _waiting(connection: sqlite3.Connection, record_id: str) -> StoredRecord:
    stored = record_table.newest(connection, record_id)
    if stored is None or stored.kind != "judgement":
        raise NotFoundError(f"There is no judgement {record_id}.", code="no_record", id=record_id)
    if stored.state in ("sealed", "delivered"):
        raise StoreError("This record has already been signed for sending.", code="already_sealed", id=record_id)
    return stored


def _sealable(connection: sqlite3.Connection, project: str) -> list[StoredRecord]:
    rows = connection.execute(
        f"SELECT {record_table.COLUMNS} FROM record WHERE project = ? AND newest = 1 AND data IS NOT NULL"  # noqa: S608
        " AND private = 0 AND trainer = (SELECT trainer FROM profile)"
        " AND (state = 'released' OR (kind = 'withdrawal'"
        "   AND id IN (SELECT id FROM batch_item) AND sha256 NOT IN (SELECT sha256 FROM batch_item)))"
        " ORDER BY seq LIMIT 500",
        (project,),
    )
    return [record_table.from_row(row) for row in rows]


def _head(connection: sqlite3.Connection, project: str, chain: str) -> tuple[int, str]:
    row = connection.execute(
        "SELECT seq, payload_sha256 FROM batch WHERE project = ? AND chain = ? ORDER BY seq DESC LIMIT 1",
        (project, chain),
    ).fetchone()
    return (row[0], row[1]) if row else (0, GENESIS)


def _insert(connection: sqlite3.Connection, project: str, sealed: SealedBatch) -> None:
    connection.execute(
        "INSERT INTO batch (batch_id, project, chain, seq, payload_sha256, payload, envelope, created_at, state)"
        " VALUES (?,?,?,?,?,?,?,?,'sealed')",
        (
            sealed.batch_id,
            project,
            sealed.chain,
            sealed.seq,
            sealed.payload_sha256,
            sealed.payload,
            sealed.envelope,
            records.now(),
        ),
    )
    connection.executemany(
        "INSERT INTO batch_item (batch_id, position, id, rev, sha256) VALUES (?,?,?,?,?)",
        [(sealed.batch_id, n, item.id, item.rev, item.sha256) for n, item in enumerate(sealed.items)],
    )
