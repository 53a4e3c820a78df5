"""A collector's database as an earlier version left it: what later steps of its schema put in is taken out."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

KEYS = (  # step 3
    *(f"DROP TABLE {table}" for table in ("key_event", "ceiling", "device_list", "collector_key")),
    "DROP INDEX device_trainer",
    "ALTER TABLE invitation DROP COLUMN recovers",
    "ALTER TABLE quarantined DROP COLUMN resolved",
    "ALTER TABLE quarantined DROP COLUMN resolved_at",
)
DAYS = ("DROP INDEX record_day", "ALTER TABLE record DROP COLUMN day")  # step 2


def step_back(file: Path, version: int) -> None:
    """Make the database of a collector that nobody has open one of schema 1 or 2."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        for statement in (*KEYS, *(DAYS if version == 1 else ())):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.commit()
