"""The collector's tables in SQLite, step by step, and the one place that tells the machine's trouble from our bugs."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from feedback_store.errors import EnvironmentTrouble
from feedback_store.trouble import sqlite_trouble

VERSION = 3
MOVED = 0x6D6F7664  # as the application id of a file whose data was moved elsewhere
ROOM = 1024 * 1024  # bytes that are left on the disk; what a few batches take

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "fullfsync=ON",
    "secure_delete=ON",
    "foreign_keys=ON",
    "trusted_schema=OFF",
)


def prepare(connection: sqlite3.Connection, path: Path, *, leaving: bool = False) -> None:
    """Set a fresh connection up and bring its schema to VERSION; a newer database is refused.

    So is one that was moved elsewhere, unless it is opened for `leaving` it.
    """
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    if not leaving:
        refuse_moved(connection, path)
    if _version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = _version(connection)
        if found > VERSION:
            raise EnvironmentTrouble(
                f"This collector's data was written by a newer Preceptor (schema {found}, not {VERSION}). Update it.",
                code="newer_database",
                found=found,
                known=VERSION,
            )
        for version, statements in enumerate(_STEPS, 1):
            if version > found:
                for statement in statements:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def refuse_moved(connection: sqlite3.Connection, path: Path) -> None:
    """Raise EnvironmentTrouble where the data was moved elsewhere: what was stored here now would be lost there."""
    if moved(connection):
        raise EnvironmentTrouble.worded(
            "The data of {path} was moved to PostgreSQL. Start the server again, with the address of the database.",
            code="moved",
            path=str(path),
        )


def moved(connection: sqlite3.Connection) -> bool:
    """Whether the data was moved elsewhere, as the open transaction sees it."""
    return int(connection.execute("PRAGMA application_id").fetchone()[0]) == MOVED


@contextlib.contextmanager
def trouble(path: Path) -> Iterator[None]:
    """Turn what the machine refuses into EnvironmentTrouble; what is our bug passes through."""
    try:
        yield
    except sqlite3.Error as error:
        code = sqlite_trouble(error, path)
        if code is None:
            raise
        raise _named(code, path) from error
    except OSError as error:
        raise EnvironmentTrouble(
            f"{path} cannot be used: {error.strerror}. Choose another folder.", code="cannot_open", path=str(path)
        ) from error


def check_room(path: Path) -> None:
    """Raise EnvironmentTrouble where the file may only be read, or has no room to grow: reading it shows neither."""
    with trouble(path):
        free = shutil.disk_usage(path.parent).free
    if not os.access(path, os.W_OK):
        raise _named("readonly", path)
    if free < ROOM:
        raise _named("disk_full", path)


def _named(code: str, path: Path) -> EnvironmentTrouble:
    return EnvironmentTrouble(_TROUBLES[code].format(path=path), code=code, path=str(path))


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


_TROUBLES = {
    "disk_full": "The disk is full. Free some space; nothing that was receipted is lost.",
    "readonly": "{path} may not be written. Check its permissions.",
    "locked": "{path} is locked by another program. Try again.",
    "not_a_database": "{path} is not a collector's database. Restore a copy.",
    "corrupt": "{path} is damaged. Restore a copy.",
    "cannot_open": "{path} cannot be opened. Check that its folder exists and may be written.",
    "disk": "The disk refused to read or write {path}. Check the disk.",
}

_BATCH_COLUMNS = """
    project TEXT NOT NULL REFERENCES project (id), sha256 TEXT NOT NULL, device TEXT NOT NULL, chain TEXT NOT NULL,
    seq INTEGER NOT NULL, batch_id TEXT NOT NULL, manifest BLOB NOT NULL, envelope BLOB NOT NULL,
    received_at TEXT NOT NULL, future INTEGER NOT NULL
"""
_STEPS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE project (id TEXT PRIMARY KEY, facts BLOB NOT NULL) STRICT",
        "CREATE TABLE trainer (project TEXT NOT NULL REFERENCES project (id), id TEXT NOT NULL, name TEXT NOT NULL,"
        " bound_at TEXT NOT NULL, PRIMARY KEY (project, id)) STRICT, WITHOUT ROWID",
        "CREATE TABLE device (project TEXT NOT NULL, id TEXT NOT NULL, trainer TEXT NOT NULL,"
        " public_key BLOB NOT NULL, state TEXT NOT NULL, token_sha256 TEXT NOT NULL UNIQUE, joined_at TEXT NOT NULL,"
        " revoked_at TEXT, reason TEXT NOT NULL DEFAULT '', PRIMARY KEY (project, id),"
        " FOREIGN KEY (project, trainer) REFERENCES trainer (project, id)) STRICT, WITHOUT ROWID",
        "CREATE TABLE invitation (code_sha256 TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES project (id),"
        " trainer TEXT, name TEXT NOT NULL, made_at TEXT NOT NULL, expires_at TEXT NOT NULL, used_by TEXT,"
        " used_at TEXT) STRICT, WITHOUT ROWID",
        "CREATE TABLE chain (project TEXT NOT NULL, device TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL,"
        " sha256 TEXT NOT NULL, receipt_sha256 TEXT NOT NULL, closed INTEGER NOT NULL,"
        " PRIMARY KEY (project, device, id), FOREIGN KEY (project, device) REFERENCES device (project, id))"
        " STRICT, WITHOUT ROWID",
        f"CREATE TABLE batch ({_BATCH_COLUMNS}, receipt BLOB NOT NULL, receipt_sha256 TEXT NOT NULL,"
        " PRIMARY KEY (project, sha256), UNIQUE (project, device, chain, seq)) STRICT",
        f"CREATE TABLE quarantined ({_BATCH_COLUMNS}, PRIMARY KEY (project, sha256)) STRICT",
        "CREATE TABLE quarantined_line (project TEXT NOT NULL, batch TEXT NOT NULL, position INTEGER NOT NULL,"
        " id TEXT NOT NULL, rev INTEGER NOT NULL, sha256 TEXT NOT NULL, data BLOB,"
        " PRIMARY KEY (project, batch, position),"
        " FOREIGN KEY (project, batch) REFERENCES quarantined (project, sha256)) STRICT",
        "CREATE INDEX quarantined_line_id ON quarantined_line (project, id)",
        "CREATE TABLE record (project TEXT NOT NULL, id TEXT NOT NULL, rev INTEGER NOT NULL, sha256 TEXT NOT NULL,"
        " kind TEXT NOT NULL, trainer TEXT NOT NULL, batch TEXT NOT NULL, received_at TEXT NOT NULL, data BLOB,"
        " rubric_known INTEGER NOT NULL, erased_at TEXT, PRIMARY KEY (project, id, rev),"
        " FOREIGN KEY (project, batch) REFERENCES batch (project, sha256) DEFERRABLE INITIALLY DEFERRED) STRICT",
        "CREATE INDEX record_sha256 ON record (sha256)",
    ),
    (  # for exports: the day on which a record's first revision came
        "ALTER TABLE record ADD COLUMN day TEXT NOT NULL DEFAULT ''",
        "UPDATE record SET day = substr((SELECT first.received_at FROM record AS first WHERE"
        " first.project = record.project AND first.id = record.id ORDER BY first.rev LIMIT 1), 1, 10)",
        "CREATE INDEX record_day ON record (project, day, id, received_at, erased_at)",
    ),
    (  # keys that change, and forks whose records are taken: such a batch stands in `batch` with a seq below zero
        "ALTER TABLE invitation ADD COLUMN recovers TEXT",
        "CREATE INDEX device_trainer ON device (project, trainer)",
        "CREATE TABLE key_event (project TEXT NOT NULL REFERENCES project (id), sha256 TEXT NOT NULL,"
        " kind TEXT NOT NULL, old TEXT NOT NULL, new TEXT, envelope BLOB NOT NULL, received_at TEXT NOT NULL,"
        " PRIMARY KEY (project, sha256)) STRICT",
        "CREATE INDEX key_event_new ON key_event (project, new)",
        "CREATE INDEX key_event_old ON key_event (project, old)",
        "CREATE TABLE ceiling (project TEXT NOT NULL, device TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
        " sha256 TEXT NOT NULL, PRIMARY KEY (project, device, chain),"
        " FOREIGN KEY (project, device) REFERENCES device (project, id)) STRICT, WITHOUT ROWID",
        "CREATE TABLE device_list (project TEXT NOT NULL, trainer TEXT NOT NULL, version INTEGER NOT NULL,"
        " PRIMARY KEY (project, trainer)) STRICT, WITHOUT ROWID",
        "CREATE TABLE collector_key (number INTEGER PRIMARY KEY, project TEXT NOT NULL REFERENCES project (id),"
        " statement BLOB NOT NULL, made_at TEXT NOT NULL) STRICT",
        "ALTER TABLE quarantined ADD COLUMN resolved TEXT",
        "ALTER TABLE quarantined ADD COLUMN resolved_at TEXT",
    ),
)
