"""The key events of this device in the database, and what follows from them for what is sealed.

All functions run inside one transaction of their caller. Must not know where private keys are kept, nor HTTP.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from feedback_store import project_table, records
from feedback_store.batches.key_event import MAX_CHAINS, ChainEnd, Kind, event_hash, make_event
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS
from feedback_store.errors import StoreError

EventState = Literal["made", "accepted", "joined", "over"]

_EVENT = "SELECT sha256, project, kind, old, new, old_key, envelope, state, made_at FROM key_event"

_ELSEWHERE = "batches_from_elsewhere"  # a setting: the number of the last batch that was signed in another place


@dataclass(frozen=True)
class KeptEvent:
    """A key event of this device. `new` is the key that it brings, None for a revocation.

    `old_key` is the raw public key that it ends, by which earlier batches are checked; None for a lost one.
    """

    sha256: str
    project: str
    kind: Kind
    old: str
    new: str | None
    old_key: bytes | None
    envelope: bytes
    state: EventState
    made_at: str


def check_current(connection: sqlite3.Connection, project: str, device: str) -> None:
    """StoreError for a key that was replaced or revoked: nothing more is sealed with it."""
    if one(connection, "WHERE project = ? AND old = ?", project, device) is not None:
        raise StoreError(
            "This device's key was changed or revoked meanwhile. Try again; after a revocation join the project again.",
            code="key_replaced",
        )


def note_elsewhere(connection: sqlite3.Connection) -> None:
    """The database came here from another place: whoever signed so far may go on signing there."""
    do(
        connection,
        "INSERT INTO setting (name, value) SELECT ?, CAST(max(number) AS TEXT) FROM batch WHERE true"
        " HAVING max(number) IS NOT NULL ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        _ELSEWHERE,
    )


def signed_elsewhere(connection: sqlite3.Connection, project: str, device: str | None) -> bool:
    """Whether all that a key has signed came here from another place, so that it may be in use there; not of None."""
    query = (
        "SELECT max(number) <= (SELECT CAST(value AS INTEGER) FROM setting WHERE name = ?) FROM batch"
        " JOIN chain ON chain.chain = batch.chain WHERE chain.project = ? AND chain.device = ?"
    )
    return bool(connection.execute(query, (_ELSEWHERE, project, device)).fetchone()[0])


def first_prev(connection: sqlite3.Connection, project: str, device: str) -> str:
    """What the first batch of a new chain follows: the event that brought its key, once; otherwise nothing.

    Nor one that the collector will not have, or never needed: there the key was let in by a code.
    """
    known = connection.execute("SELECT 1 FROM chain WHERE project = ? AND device = ?", (project, device)).fetchone()
    event = None if known else one(connection, "WHERE project = ? AND new = ?", project, device)
    return GENESIS if event is None or event.state in ("joined", "over") else event.sha256


def confirm(connection: sqlite3.Connection, project: str, chain: str) -> None:
    """A batch of this chain was receipted: the collector knows its key, and with it the change that brought it.

    So a change is confirmed, too, where files go to and fro and nobody ever answers.
    """
    do(
        connection,
        "UPDATE key_event SET state = 'accepted' WHERE project = ? AND state = 'made'"
        " AND new = (SELECT device FROM chain WHERE chain = ?)",
        *(project, chain),
    )


def line_before(connection: sqlite3.Connection, project: str, prev: str) -> bytes:
    """What stands in a file before a batch whose `prev` is this: the key event's line, or nothing."""
    event = brought_before(connection, project, prev)
    return b"" if event is None else event.envelope + b"\n"


def brought_before(connection: sqlite3.Connection, project: str, prev: str) -> KeptEvent | None:
    """The change of keys after which a chain's first batch with this `prev` comes."""
    return one(connection, "WHERE project = ? AND sha256 = ?", project, prev)


def make(
    connection: sqlite3.Connection, project: str, kind: Kind, old: DeviceKey, new: DeviceKey | None, reason: str
) -> KeptEvent:
    """Sign an event and keep it; StoreError for a key that was replaced or revoked before."""
    check_current(connection, project, old.key_id)
    envelope = make_event(
        kind,
        project=project,
        old=old.key_id,
        new=None if new is None else new.public_key,
        chains=_ends(connection, project, old.key_id),
        reason=reason[:1000],
        created_at=records.now(),
        signers=[old] if new is None else [old, new],
    )
    told = project_table.get(connection, project).collector is not None
    return keep(
        *(connection, project, kind, old.key_id, None if new is None else new.key_id, envelope),
        "made" if told else "accepted",
        old.public_key,
    )


def keep(
    connection: sqlite3.Connection,
    project: str,
    kind: Kind,
    old: str,
    new: str | None,
    envelope: bytes,
    state: EventState,
    old_key: bytes | None = None,
) -> KeptEvent:
    """Keep an event as it was signed; one that is kept stays as it is."""
    kept = KeptEvent(event_hash(envelope), project, kind, old, new, old_key, envelope, state, records.now())
    do(
        connection,
        "INSERT OR IGNORE INTO key_event (sha256, project, kind, old, new, old_key, envelope, state, made_at)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        *(kept.sha256, project, kind, old, new, old_key, envelope, state, kept.made_at),
    )
    return kept


def _ends(connection: sqlite3.Connection, project: str, device: str) -> list[ChainEnd]:
    """The last batch of each chain of a key; of more chains than an event holds, those used last."""
    rows = connection.execute(
        "SELECT batch.chain, batch.seq, payload_sha256 FROM batch JOIN chain ON chain.chain = batch.chain"
        " WHERE chain.project = ? AND chain.device = ? AND seq = (SELECT max(seq) FROM batch AS other"
        " WHERE other.project = batch.project AND other.chain = batch.chain) ORDER BY number DESC LIMIT ?",
        (project, device, MAX_CHAINS),
    )
    return [ChainEnd(*row) for row in rows]


def one(connection: sqlite3.Connection, where: str, *values: object) -> KeptEvent | None:
    """The first event that a WHERE clause finds."""
    row = connection.execute(f"{_EVENT} {where}", values).fetchone()
    return None if row is None else KeptEvent(*row)


def every(connection: sqlite3.Connection, project: str) -> list[KeptEvent]:
    """The events of a project, the first one first."""
    rows = connection.execute(f"{_EVENT} WHERE project = ? ORDER BY number", (project,))
    return [KeptEvent(*row) for row in rows]


def set_state(connection: sqlite3.Connection, sha256: str, state: EventState) -> None:
    """Note how far an event has come."""
    do(connection, "UPDATE key_event SET state = ? WHERE sha256 = ?", state, sha256)


def do(connection: sqlite3.Connection, sql: str, *values: object) -> None:
    """Run one statement, for its effect alone."""
    connection.execute(sql, values)
