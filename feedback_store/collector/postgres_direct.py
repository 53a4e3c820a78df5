"""The two statements of the short way (postgres_taking.py), handed to libpq without psycopg's cursors.

What a cursor does around a statement cost as much as deciding what becomes of a batch: docs/decisions/226. Texts go and
come as UTF-8, bytes as they are; the texts are ids, hashes and times, in which no NUL ends them early. Where a
connection lost what was prepared, as behind a pool that shares them, the batch goes the long way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from weakref import WeakSet

import psycopg
from psycopg import errors, pq
from psycopg.pq.abc import PGresult

from feedback_store.collector.postgres_batches import array, as_standing, columns
from feedback_store.collector.storage import Conflict, NewBatch, NewRevision, Standing

_BINARY = 1  # libpq's format of a value; 0 is text
_NOT_READY = (errors.InvalidSqlStatementName, errors.DuplicatePreparedStatement)


def long_way() -> Conflict:
    """What leads a batch to the long way."""
    return Conflict("This is decided under a lock.", code="contended")


def look(
    connection: psycopg.Connection[Any], project: str, device: str, chain: str, batch: str, records: Sequence[str]
) -> Standing:
    """As `postgres_batches.standing`, without a lock: what was true when it was asked."""
    found = _ask(connection, _LOOK, project, device, chain, batch, array(dict.fromkeys(records)))
    return as_standing(project, device, [_row(found, number) for number in range(found.ntuples)])


def take(
    connection: psycopg.Connection[Any],
    seen: Standing,
    batch: NewBatch,
    receipt: bytes,
    receipt_sha256: str,
    revisions: Sequence[NewRevision],
) -> bool:
    """Store an ordinary batch and its new judgements, if all still is as it was `seen`; otherwise change nothing."""
    assert seen.device is not None, "who is not enrolled is refused before"
    found = _ask(
        connection,
        _TAKE,
        *(batch.project, batch.device, seen.device.trainer, batch.chain, str(batch.seq), batch.sha256),
        None if seen.head is None else seen.head.sha256,
        *(batch.batch_id, batch.manifest, batch.envelope, batch.received_at, "t" if batch.future else "f"),
        *(receipt, receipt_sha256),
        *columns(revisions),
    )
    return found.get_value(0, 0) == b"\x01"


def _row(found: PGresult, number: int) -> tuple[Any, ...]:
    """A row of the look: texts, a bigint in the third column, a boolean in the sixth, bytes in the seventh."""
    what, ident, position, sha256, other, flag, data, more, day = (found.get_value(number, at) for at in range(9))
    return (
        *(_text(what), _text(ident), int.from_bytes(position or b"", "big", signed=True), _text(sha256)),
        *(_text(other), flag == b"\x01", data, _text(more), _text(day)),
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8")


def _ask(connection: psycopg.Connection[Any], statement: bytes, *values: str | bytes | None) -> PGresult:
    """A statement's rows, in libpq's binary format.

    Raises what psycopg would, or Conflict where the connection was not ready.
    """
    if connection not in _ready:
        for name, sql in _STATEMENTS.items():
            _checked(connection, connection.pgconn.prepare(name, sql))
        _ready.add(connection)
    sent = [value.encode("utf-8") if isinstance(value, str) else value for value in values]
    formats = [_BINARY if isinstance(value, bytes) else 0 for value in values]
    # Its types leave NULL out, which it takes.
    found = connection.pgconn.exec_prepared(statement, cast("list[bytes]", sent), formats, _BINARY)
    return _checked(connection, found)


def _checked(connection: psycopg.Connection[Any], result: PGresult) -> PGresult:
    if result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        return result
    if result.error_field(pq.DiagnosticField.SQLSTATE) is None:  # said by libpq: the database did not answer
        connection.close()
        raise psycopg.OperationalError("the connection is gone")
    error = errors.error_from_result(result)
    if isinstance(error, _NOT_READY):
        _ready.discard(connection)
        raise long_way()
    raise error


_LOOK = b"collector_look_2"
_TAKE = b"collector_take_1"
_STATEMENTS = {
    _LOOK: b"""
    SELECT 'device', d.state, 0::bigint, d.trainer, t.name, false, d.public_key, d.joined_at, NULL
    FROM trainer t JOIN device d ON t.id = d.trainer AND t.project = d.project
    WHERE d.id = $2 AND d.project = $1
    UNION ALL
    SELECT 'receipt', NULL, 0, NULL, NULL, false, receipt, NULL, NULL
    FROM batch WHERE sha256 = $4 AND project = $1 AND seq > 0
    UNION ALL
    SELECT 'head', NULL, seq, sha256, receipt_sha256, closed, NULL, NULL, NULL
    FROM chain WHERE id = $3 AND device = $2 AND project = $1
    UNION ALL
    (SELECT 'revision', id, rev, sha256, trainer, data IS NULL, NULL, kind, day
    FROM record WHERE id = ANY($5::text[]) AND project = $1 ORDER BY rev)
    """,
    _TAKE: b"SELECT collector_take_1($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22)",
}
_ready: WeakSet[psycopg.Connection[Any]] = WeakSet()  # the connections on which both are prepared
