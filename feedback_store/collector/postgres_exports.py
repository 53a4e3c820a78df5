"""What exports and proofs ask of PostgreSQL: records by their days, and the batches of a device. Changes nothing."""

from __future__ import annotations

from typing import Any

import psycopg

from feedback_store.collector.storage import DayMark, LiveRecord


def day_marks(connection: psycopg.Connection[Any], project: str) -> list[DayMark]:
    """As of Transaction."""
    return [DayMark(*row) for row in connection.execute(_DAY_MARKS, (project,))]


def live(connection: psycopg.Connection[Any], project: str, day: str, after: str, limit: int) -> list[LiveRecord]:
    """As of Transaction."""
    return [LiveRecord(*row) for row in connection.execute(_LIVE, (day, project, after, limit))]


def live_hashes(connection: psycopg.Connection[Any], project: str, day: str) -> list[str]:
    """As of Transaction."""
    return [row[0] for row in connection.execute(_LIVE_HASHES, (day, project, ""))]


def batches(connection: psycopg.Connection[Any], project: str, device: str) -> list[tuple[str, str, bytes]]:
    """As of Transaction."""
    return [(chain, sha256, bytes(data)) for chain, sha256, data in connection.execute(_BATCHES, (project, device))]


_DAY_MARKS = b"""
    SELECT day, count(*), count(erased_at), max(received_at), coalesce(max(erased_at), '') FROM record
    WHERE project = %s GROUP BY day ORDER BY day
"""
_STANDS = b"""
    FROM record WHERE day = %s AND project = %s AND id > %s AND kind = 'judgement' AND data IS NOT NULL AND NOT EXISTS
        (SELECT FROM record AS later WHERE later.id = record.id AND later.project = record.project
        AND later.rev > record.rev) ORDER BY id
"""
_LIVE = b"SELECT id, rev, sha256, batch, received_at, rubric_known, data" + _STANDS + b"LIMIT %s"
_LIVE_HASHES = b"SELECT sha256 || ' ' || received_at" + _STANDS
_BATCHES = b"""
    SELECT chain, sha256, envelope FROM batch WHERE project = %s AND device = %s AND seq > 0 ORDER BY chain, seq
"""
