"""What leaves: released records, sealed batches, their receipts, and the chains they stand in.

All functions run inside one transaction of their caller, so that sealing reads the head, numbers, signs and writes the
new head in one step. Bodies are not kept: they are rebuilt from the records. A chain is "open" (takes the next batch),
"left" (the database moved or the key changed: what it holds is still sent) or "closed" (never sent again).
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from feedback_store import canonical, key_table, record_table, records, release_table, withdrawing
from feedback_store.batches import payload
from feedback_store.batches.body import erased_line, write_body
from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import Manifest, TermsAccepted
from feedback_store.batches.receipt import receipt_hash
from feedback_store.batches.seal import SealedBatch, seal_batch
from feedback_store.errors import NotFoundError
from feedback_store.record_parts import App
from feedback_store.witness import Witness

BatchState = Literal["sealed", "sending", "delivered", "closed"]
Status = Literal["stored", "known", "refused", "erased"]
ReceivedItem = tuple[str, int, Status, str | None]  # id, rev, status, rule

# A project that states no terms: the SHA-256 is that of an empty text.
NO_TERMS = TermsAccepted(id="none", version=1, sha256=canonical.sha256_hex(b""), licence="unspecified")

BEGUN_BY_FILE = "by file"  # an open chain's reason: it has asked nobody about the others yet

_BATCHES = """
SELECT batch.number, batch_id, batch.project, batch.chain, seq, payload_sha256, envelope, created_at, batch.state,
    CASE chain.state WHEN 'open' THEN '' ELSE chain.reason END,
    count(*), count(*) FILTER (WHERE status IN ('refused', 'erased') AND NOT EXISTS (SELECT 1 FROM record
        WHERE record.sha256 = batch_item.sha256 AND (erased_at IS NOT NULL
        OR kind = 'withdrawal' AND (status = 'erased' OR rule = 'record_old_revision'))))
FROM batch JOIN chain ON chain.chain = batch.chain JOIN batch_item ON batch_item.batch = batch.number
WHERE {where} GROUP BY batch.number ORDER BY batch.number
"""


@dataclass(frozen=True)
class BatchRow:
    """A sealed batch and how far it has come. `reason` says why its chain was closed; `returned` of its `count`
    records came back refused. Withdrawals do not come back (`release_table.take_up_withdrawals`), nor does a record
    that was erased here: nobody could mend it.
    """

    number: int
    batch_id: str
    project: str
    chain: str
    seq: int
    payload_sha256: str
    envelope: bytes
    created_at: str
    state: BatchState
    reason: str
    count: int
    returned: int

    @property
    def payload(self) -> bytes:
        """The manifest's signed bytes."""
        return parse_envelope(self.envelope).payload


@dataclass(frozen=True)
class ReceiptRow:
    """A receipt as it came; `sha256` is what the next one of the chain must name."""

    sha256: str
    batch_id: str
    chain: str
    seq: int
    envelope: bytes
    kept_at: str


@dataclass(frozen=True)
class SignedRow:
    """A revision of a record that was signed into a batch. `active_ms` is how long its trainer was at it; None of a
    withdrawal, and where the text was erased.
    """

    id: str
    rev: int
    sha256: str
    kind: Literal["judgement", "withdrawal"]
    active_ms: int | None


def seal(
    connection: sqlite3.Connection,
    project: str,
    terms: TermsAccepted | None,
    key: DeviceKey,
    trainer: str,
    app: App,
    witness: Witness,
) -> SealedBatch | None:
    """Sign what is released, as much as one batch holds, and make it the chain's new head; None when nothing is.

    Whatever was asked, and whatever a record's state says: one with an undecided place of personal data stays here.
    A chain of which `witness` has seen more than this database holds is left first. It is told by the caller, once
    the new head is committed.
    """
    key_table.check_current(connection, project, key.key_id)
    withdrawing.insist(connection, project, app=app, trainer=trainer)
    waiting = release_table.sealable(connection, project, trainer)
    if not waiting:
        return None
    follow_witness(connection, witness)
    chain = _open_chain(connection, project, key.key_id)
    seq, prev = _head(connection, chain)
    sealed = seal_batch(
        key=key,
        project=project,
        trainer=trainer,
        chain=chain,
        seq=seq + 1,
        prev=prev,
        terms=terms or NO_TERMS,
        data=[stored.data for stored in waiting],
        app=app,
        batch_id=records.new_id(),
        created_at=records.now(),
    )
    cursor = connection.execute(
        "INSERT INTO batch (batch_id, project, chain, seq, payload_sha256, envelope, created_at, state)"
        " VALUES (?,?,?,?,?,?,?,'sealed')",
        (sealed.batch_id, project, chain, sealed.seq, sealed.payload_sha256, sealed.envelope, records.now()),
    )
    connection.executemany(
        "INSERT INTO batch_item (batch, position, id, rev, sha256) VALUES (?,?,?,?,?)",
        [(cursor.lastrowid, n, item.id, item.rev, item.sha256) for n, item in enumerate(sealed.items)],
    )
    record_table.set_ways(connection, [stored.seq for stored in waiting], "sealed")
    return sealed


def batches(connection: sqlite3.Connection, project: str) -> list[BatchRow]:
    """All batches of a project, oldest first."""
    return _select(connection, "batch.project = ?", (project,))


def undelivered(connection: sqlite3.Connection, project: str) -> list[BatchRow]:
    """The batches that wait for a receipt and may be sent, in the order of sending."""
    return _select(connection, "batch.project = ? AND batch.state IN ('sealed', 'sending')", (project,))


def batch(connection: sqlite3.Connection, batch_id: str) -> BatchRow:
    """One batch; raises NotFoundError."""
    found = _select(connection, "batch_id = ?", (batch_id,))
    if not found:
        raise NotFoundError.worded("There is no batch {id}.", code="no_batch", id=batch_id)
    return found[0]


def body(connection: sqlite3.Connection, batch_id: str) -> bytes:
    """The batch as it is sent: the envelope's line and the records', those since erased as such."""
    row = batch(connection, batch_id)
    lines = connection.execute(
        "SELECT batch_item.sha256, record.data FROM batch_item LEFT JOIN record USING (sha256)"
        " WHERE batch = ? ORDER BY position",
        (row.number,),
    )
    return write_body(row.envelope, [erased_line(sha256) if data is None else data for sha256, data in lines])


def in_file(connection: sqlite3.Connection, batch_id: str) -> bytes:
    """The batch as it stands in a file: where its chain begins with a change of keys, that event's line comes first."""
    row = batch(connection, batch_id)
    named = payload.parse(row.payload, Manifest)
    before = key_table.line_before(connection, row.project, named.prev) if named.seq == 1 else b""
    return before + body(connection, batch_id)


def runs(connection: sqlite3.Connection, rows: Sequence[BatchRow]) -> list[list[BatchRow]]:
    """Batches as files hold them: one file for each run of keys of which every next one is brought by an event in it.

    Whoever checks a file knows the key that it begins with, and follows no other. A key that was ended, and one that
    was enrolled after it, have nothing to do with each other that could be checked.
    """
    found: list[list[BatchRow]] = []
    signer = ""
    for row in rows:
        named = payload.parse(row.payload, Manifest)
        event = key_table.brought_before(connection, row.project, named.prev) if named.seq == 1 else None
        follows = signer == named.device if event is None else signer == event.old
        if found and follows:
            found[-1].append(row)
        else:
            found.append([row])
        signer = named.device
    return found


def mark(connection: sqlite3.Connection, batch_id: str, state: Literal["sealed", "sending"]) -> None:
    """Note that a batch is being sent, or is not any more; one that is delivered or closed stays so."""
    batch(connection, batch_id)
    connection.execute(
        "UPDATE batch SET state = ? WHERE batch_id = ? AND state IN ('sealed', 'sending')", (state, batch_id)
    )


def deliver(
    connection: sqlite3.Connection,
    batch_id: str,
    envelope: bytes,
    items: Sequence[ReceivedItem],
    *,
    by_file: bool = False,
) -> bool:
    """Keep a verified receipt: the batch is delivered, each record has arrived or comes back with its reason.

    A chain that begins meets no gap at a collector that was put back. So the first receipt that a chain gets from the
    collector itself has the other chains asked about, in the same transaction; True then. One that comes by file asks
    nothing, since there is nobody to be asked, and leaves it to the next that does not.
    """
    row = batch(connection, batch_id)
    (begun,) = connection.execute("SELECT reason FROM chain WHERE chain = ?", (row.chain,)).fetchone()
    first = row.seq == 1 and not receipts(connection, row.project, row.chain)
    asks = not by_file and (first or begun == BEGUN_BY_FILE)
    if asks:
        recheck(connection, row.project, except_chain=row.chain)
    if first or asks:
        connection.execute(
            "UPDATE chain SET reason = ? WHERE chain = ? AND state = 'open'",
            (BEGUN_BY_FILE if by_file else "", row.chain),
        )
    connection.execute(
        "INSERT OR IGNORE INTO receipt (sha256, batch, envelope, kept_at) VALUES (?,?,?,?)",
        (receipt_hash(envelope), row.number, envelope, records.now()),
    )
    connection.execute("UPDATE batch SET state = 'delivered' WHERE number = ?", (row.number,))
    key_table.confirm(connection, row.project, row.chain)
    for record_id, rev, status, rule in items:
        connection.execute(
            "UPDATE batch_item SET status = ?, rule = ? WHERE batch = ? AND id = ? AND rev = ?",
            (status, rule, row.number, record_id, rev),
        )
        arrived = status in ("stored", "known")
        connection.execute(
            "UPDATE record SET state = ?, reason = ? WHERE id = ? AND rev = ?",
            ("delivered" if arrived else "returned", "" if arrived else rule or status, record_id, rev),
        )
    release_table.take_up_withdrawals(connection)
    return asks


def receipts(connection: sqlite3.Connection, project: str, chain: str | None = None) -> list[ReceiptRow]:
    """The receipts of a project, or of one chain, in the order in which they came."""
    rows = connection.execute(
        "SELECT receipt.sha256, batch_id, chain, seq, receipt.envelope, kept_at FROM receipt"
        " JOIN batch ON batch.number = receipt.batch WHERE project = ? AND (? IS NULL OR chain = ?)"
        " ORDER BY receipt.number",
        (project, chain, chain),
    )
    return [ReceiptRow(*row) for row in rows]


def signed(connection: sqlite3.Connection, project: str) -> list[SignedRow]:
    """Every revision that was signed into a batch of a project, whatever became of it; each once."""
    rows = connection.execute(
        "SELECT DISTINCT record.id, record.rev, record.sha256, kind, CAST(data AS TEXT) ->> '$.timing.active_ms'"
        " FROM batch_item JOIN batch ON batch.number = batch_item.batch JOIN record USING (sha256)"
        " WHERE batch.project = ?",
        (project,),
    )
    return [SignedRow(*row) for row in rows]


def send_from(connection: sqlite3.Connection, project: str, chain: str, seq: int) -> int:
    """Have the batches of a chain from `seq` on sent once more, delivered ones too (the collector was restored)."""
    cursor = connection.execute(
        "UPDATE batch SET state = 'sealed' WHERE project = ? AND chain = ? AND seq >= ? AND state <> 'closed'",
        (project, chain, seq),
    )
    return cursor.rowcount


def recheck(connection: sqlite3.Connection, project: str, except_chain: str = "") -> int:
    """Have the last delivered batch of each chain sent once more, to hear whether the collector still holds it.

    It answers with the receipt of before, or with a gap, from where the chain is sent again. How many.
    """
    cursor = connection.execute(
        "UPDATE batch SET state = 'sealed' WHERE number IN (SELECT max(number) FROM batch"
        " WHERE project = ? AND chain <> ? AND state = 'delivered' GROUP BY chain)",
        (project, except_chain),
    )
    return cursor.rowcount


def close_chain(connection: sqlite3.Connection, project: str, chain: str, reason: str) -> None:
    """Never send on this chain again; the records of its undelivered batches wait for `send_again`.

    If one of them had arrived before and was asked for again, the collector has lost it, and nobody knows what else of
    this chain: all of its records wait. What is there after all comes back as known.
    """
    connection.execute(
        "UPDATE chain SET state = 'closed', reason = ?, since = ? WHERE project = ? AND chain = ?"
        " AND state <> 'closed'",
        (reason, records.now(), project, chain),
    )
    values = {"project": project, "chain": chain}
    undelivered = "project = :project AND chain = :chain AND batch.state IN ('sealed', 'sending')"
    (asked_again,) = connection.execute(
        f"SELECT count(*) FROM batch JOIN receipt ON receipt.batch = batch.number WHERE {undelivered}",  # noqa: S608
        values,
    ).fetchone()
    which, states = (undelivered, "'sealed'")
    if asked_again:
        which, states = ("project = :project AND chain = :chain", "'sealed', 'delivered'")
    connection.execute(
        f"UPDATE record SET state = 'waiting' WHERE state IN ({states}) AND sha256 IN (SELECT batch_item.sha256"  # noqa: S608
        f" FROM batch_item JOIN batch ON batch.number = batch_item.batch WHERE {which})",
        values,
    )
    connection.execute(f"UPDATE batch SET state = 'closed' WHERE {undelivered}", values)  # noqa: S608 (our own words)


def start_elsewhere(connection: sqlite3.Connection) -> None:
    """The database was copied, moved or restored: the next batches start new chains."""
    connection.execute(
        "UPDATE chain SET state = 'left', reason = 'elsewhere', since = ? WHERE state = 'open'", (records.now(),)
    )


def follow_witness(connection: sqlite3.Connection, witness: Witness) -> None:
    """Leave each chain of which more was sealed than this database knows: it was put back, whatever file it lies in.

    Of the others the witness learns what it has missed, since a crash may come between a commit and its word of it.
    """
    for (chain,) in connection.execute("SELECT chain FROM chain WHERE state = 'open'").fetchall():
        seen = witness.seen(chain)
        if seen is not None and not _holds(connection, chain, seen.seq, seen.payload_sha256):
            connection.execute(
                "UPDATE chain SET state = 'left', reason = 'put back', since = ? WHERE chain = ?",
                (records.now(), chain),
            )
            continue
        seq, head = _head(connection, chain)
        if seq:
            witness.note(chain, seq, head)


def _holds(connection: sqlite3.Connection, chain: str, seq: int, payload_sha256: str) -> bool:
    query = "SELECT 1 FROM batch WHERE chain = ? AND seq = ? AND payload_sha256 = ?"
    return connection.execute(query, (chain, seq, payload_sha256)).fetchone() is not None


def _select(connection: sqlite3.Connection, where: str, values: tuple[object, ...]) -> list[BatchRow]:
    return [BatchRow(*row) for row in connection.execute(_BATCHES.format(where=where), values)]


def _open_chain(connection: sqlite3.Connection, project: str, device: str) -> str:
    """The chain that takes this key's next batch; another key's chain is left."""
    row = connection.execute(
        "SELECT chain FROM chain WHERE project = ? AND state = 'open' AND device = ?", (project, device)
    ).fetchone()
    if row is not None:
        return str(row[0])
    connection.execute(
        "UPDATE chain SET state = 'left', reason = 'other key' WHERE project = ? AND state = 'open'", (project,)
    )
    chain = secrets.token_hex(16)
    connection.execute(
        "INSERT INTO chain (chain, project, device, state, reason, since, begins) VALUES (?,?,?,'open','',?,?)",
        (chain, project, device, records.now(), key_table.first_prev(connection, project, device)),
    )
    return chain


def _head(connection: sqlite3.Connection, chain: str) -> tuple[int, str]:
    row = connection.execute(
        "SELECT seq, payload_sha256 FROM batch WHERE chain = ? ORDER BY seq DESC LIMIT 1", (chain,)
    ).fetchone()
    if row is not None:
        return int(row[0]), str(row[1])
    (begins,) = connection.execute("SELECT begins FROM chain WHERE chain = ?", (chain,)).fetchone()
    return 0, str(begins)
