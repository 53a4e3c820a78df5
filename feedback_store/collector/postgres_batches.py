"""A batch in PostgreSQL, as quick as it goes: one question about all that is stored, one statement that stores it.

Where several statements make one, they stand as a function in the database (postgres_schema.py). Arrays are written as
text and bodies as one string, because psycopg's own arrays take as long as all the rest of a batch.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from feedback_store.collector.storage import Device, Head, HeldRevision, NewBatch, NewRevision, Standing


def standing(
    connection: psycopg.Connection[Any], project: str, device: str, chain: str, batch: str, records: Sequence[str]
) -> Standing:
    """As of Transaction; locks the device and its trainer until the transaction ends."""
    values = (project, device, chain, batch, array(dict.fromkeys(records)))
    return as_standing(project, device, connection.execute(_STANDING, values))


def as_standing(project: str, device: str, rows: Iterable[tuple[Any, ...]]) -> Standing:
    """What `_STANDING` or the short way's look has found."""
    receipt, known, head = None, None, None
    held: dict[str, list[HeldRevision]] = {}
    for what, ident, number, sha256, other, flag, data, more, day in rows:
        match what:
            case "device":
                known = Device(project, device, sha256, other, data, ident, more)
            case "receipt":
                receipt = bytes(data)
            case "head":
                head = Head(number, sha256, other, flag)
            case _:
                held.setdefault(ident, []).append(HeldRevision(number, sha256, other, flag, more, day))
    return Standing(receipt, known, head, held)


def add_batch(
    connection: psycopg.Connection[Any],
    batch: NewBatch,
    receipt: bytes,
    receipt_sha256: str,
    revisions: Sequence[NewRevision] = (),
) -> None:
    """As of Transaction."""
    connection.execute(_ADD_BATCH, _values(batch, receipt, receipt_sha256, revisions))


def add_taken(
    connection: psycopg.Connection[Any],
    batch: NewBatch,
    receipt: bytes,
    receipt_sha256: str,
    revisions: Sequence[NewRevision],
) -> None:
    """As of KeyTransaction."""
    connection.execute(_ADD_TAKEN, _values(batch, receipt, receipt_sha256, revisions))


def _values(
    batch: NewBatch, receipt: bytes, receipt_sha256: str, revisions: Sequence[NewRevision]
) -> dict[str, object]:
    ids, revs, hashes, known, erased, starts, sizes, bodies = columns(revisions)
    return {
        **vars(batch),
        "receipt": receipt,
        "receipt_sha256": receipt_sha256,
        "ids": ids,
        "revs": revs,
        "hashes": hashes,
        "kinds": array(revision.kind for revision in revisions),
        "trainers": array(revision.trainer for revision in revisions),
        "known": known,
        "firsts": array("t" if revision.first else "f" for revision in revisions),
        "days": array(revision.day for revision in revisions),
        "erased": erased,
        "starts": starts,
        "sizes": sizes,
        "bodies": bodies,
    }


_STANDING = (
    b"SELECT what, id, number, sha256, other, flag, data, more, day FROM collector_standing_2(%s, %s, %s, %s, %s)"
)
_BATCH = b"""
    INSERT INTO batch (project, sha256, device, chain, seq, batch_id, manifest, envelope, received_at, future, receipt,
        receipt_sha256)
"""
_RECORDS = b"""
    INSERT INTO record (project, id, rev, sha256, kind, trainer, batch, received_at, data, rubric_known, erased_at,
        first, day)
    SELECT %(project)s, n.id, n.rev, n.sha256, n.kind, n.trainer, %(sha256)s, %(received_at)s,
        CASE WHEN NOT n.erased THEN substring(%(bodies)s::bytea FROM n.start FOR n.size) END, n.known,
        CASE WHEN n.erased THEN %(received_at)s END, n.first, n.day
    FROM unnest(%(ids)s::text[], %(revs)s::bigint[], %(hashes)s::text[], %(kinds)s::text[], %(trainers)s::text[],
        %(known)s::boolean[], %(firsts)s::boolean[], %(days)s::text[], %(erased)s::boolean[],
        %(starts)s::integer[], %(sizes)s::integer[])
        AS n (id, rev, sha256, kind, trainer, known, first, day, erased, start, size)
    WHERE n.id IS NOT NULL
"""
_ADD_BATCH = (
    b"WITH new_batch AS ("
    + _BATCH
    + b"""
        VALUES (%(project)s, %(sha256)s, %(device)s, %(chain)s, %(seq)s, %(batch_id)s, %(manifest)s, %(envelope)s,
            %(received_at)s, %(future)s, %(receipt)s, %(receipt_sha256)s)
    ), new_head AS (
        INSERT INTO chain (project, device, id, seq, sha256, receipt_sha256, closed)
        VALUES (%(project)s, %(device)s, %(chain)s, %(seq)s, %(sha256)s, %(receipt_sha256)s, false)
        ON CONFLICT (id, device, project) DO UPDATE SET seq = excluded.seq, sha256 = excluded.sha256,
            receipt_sha256 = excluded.receipt_sha256
    )
"""
    + _RECORDS
)
_ADD_TAKEN = (
    b"WITH new_batch AS ("
    + _BATCH
    + b"""
        SELECT %(project)s, %(sha256)s, %(device)s, %(chain)s, least(0, coalesce(min(seq), 0)) - 1, %(batch_id)s,
            %(manifest)s, %(envelope)s, %(received_at)s, %(future)s, %(receipt)s, %(receipt_sha256)s
        FROM batch WHERE chain = %(chain)s AND device = %(device)s AND project = %(project)s
    )
"""
    + _RECORDS
)


def columns(revisions: Sequence[NewRevision]) -> tuple[str, str, str, str, str, str, str, bytes]:
    """Arrays of ids, revs, hashes, whether the rubric is known and whether erased; then the bodies.

    Those are one string, after where in it each starts (from 1; one place more than bodies) and how long it is. The
    order is that of `collector_take_1`.
    """
    bodies = [revision.data or b"" for revision in revisions]
    return (
        array(revision.id for revision in revisions),
        array(str(revision.rev) for revision in revisions),
        array(revision.sha256 for revision in revisions),
        array("t" if revision.rubric_known else "f" for revision in revisions),
        array("t" if revision.data is None else "f" for revision in revisions),
        array(str(1 + start) for start in itertools.accumulate(map(len, bodies), initial=0)),
        array(str(len(body)) for body in bodies),
        b"".join(bodies),
    )


def array(values: Iterable[str]) -> str:
    """An array as PostgreSQL writes it; of ids, hashes and numbers, in which nothing needs quotes."""
    return "{" + ",".join(values) + "}"
