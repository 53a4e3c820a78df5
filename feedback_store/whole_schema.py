"""The present schema in one piece, for a database that is new.

A new database took every step of migrations.py, each with a commit of its own that waits for the disk, and the library
in which the steps are written takes longer to import than the rest of a first start. What the steps make stands in
schema.sql beside this file instead: one script, one transaction. A test compares the two;
`python -m feedback_store.migrations > feedback_store/schema.sql` writes it anew. Must not know the steps.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from pathlib import Path

FILE = Path(__file__).with_name("schema.sql")
_NOW = "strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now')"
_STEPS_ARE_NOTED = (
    "SELECT 'INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('"
    " || quote(migration_set) || ', ' || quote(name) || ', ' || ? || ');' FROM _sqlite_migrations ORDER BY id"
)
_VERSION = re.compile(r"^PRAGMA user_version = (\d+);$", re.MULTILINE)


def create(connection: sqlite3.Connection, version: int) -> bool:
    """Make an empty database one of this version, wholly or not at all; False where the script makes another."""
    script = FILE.read_text(encoding="utf-8")
    made = _VERSION.search(script)
    if made is None or int(made[1]) != version:
        return False
    try:
        connection.executescript(f"BEGIN IMMEDIATE;\n{script}COMMIT;")
    except BaseException:
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        raise
    return True


def script_of(connection: sqlite3.Connection) -> str:
    """What makes another database of the same schema, which is taken to hold nothing but the record of its steps."""
    shadows = {name for (name,) in connection.execute("SELECT name FROM pragma_table_list WHERE type = 'shadow'")}
    listed = connection.execute("SELECT tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")
    parts = [f"{sql};" for table, sql in listed if table not in shadows]
    parts += [said for (said,) in connection.execute(_STEPS_ARE_NOTED, (_NOW,))]
    for pragma in ("application_id", "user_version"):
        (value,) = connection.execute(f"PRAGMA {pragma}").fetchone()
        parts.append(f"PRAGMA {pragma} = {value};")
    return "\n".join(parts) + "\n"
