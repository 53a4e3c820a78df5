"""The database's schema, step by step. Each step commits together with its number; a newer database is refused.

Plain SQL and SQLite's own `user_version` (docs/decisions/010): a migration is read as what it does to the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from feedback_store.backups import before_migration
from feedback_store.errors import EnvironmentTrouble

VERSION = 1


def apply(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the schema up to VERSION; a backup is made before the first pending step."""
    refuse_newer(connection)
    found = version_of(connection)
    if found == VERSION:
        return
    if found:
        before_migration(path, found)
    for version, step in enumerate(_STEPS, 1):
        if version > found:
            connection.execute("BEGIN IMMEDIATE")
            step(connection)
            connection.execute(f"PRAGMA user_version = {version}")
            connection.execute("COMMIT")


def version_of(connection: sqlite3.Connection) -> int:
    """The schema version of an open database."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refuse_newer(connection: sqlite3.Connection) -> None:
    """Raise EnvironmentTrouble for a database that a newer Preceptor has written."""
    found = version_of(connection)
    if found > VERSION:
        raise EnvironmentTrouble(
            f"This profile was written by a newer Preceptor (schema {found}, not {VERSION}). Update Preceptor.",
            code="newer_database",
            found=found,
            known=VERSION,
        )


def _m001_create(connection: sqlite3.Connection) -> None:
    """Records, drafts, projects, the outbox, and the search index."""
    for statement in _M001.split(";\n"):
        if statement.strip():
            connection.execute(statement)


_STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (_m001_create,)

_M001 = """
CREATE TABLE profile (
    only INTEGER PRIMARY KEY CHECK (only = 1), trainer TEXT NOT NULL, created_at TEXT NOT NULL, place TEXT NOT NULL
) STRICT;
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE project (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, body TEXT NOT NULL, created_at TEXT NOT NULL,
    current INTEGER NOT NULL DEFAULT 0, chain TEXT NOT NULL
) STRICT;
CREATE TABLE record (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, sha256 TEXT NOT NULL UNIQUE, data BLOB,
    kind TEXT NOT NULL, project TEXT NOT NULL, trainer TEXT NOT NULL, created_at TEXT NOT NULL,
    comparison TEXT, private INTEGER NOT NULL DEFAULT 0, newest INTEGER NOT NULL, erased_at TEXT,
    state TEXT NOT NULL DEFAULT 'saved', reason TEXT,
    title TEXT NOT NULL DEFAULT '', domain TEXT NOT NULL DEFAULT '', rubric TEXT NOT NULL DEFAULT '',
    UNIQUE (id, rev)
) STRICT;
CREATE INDEX record_newest ON record (project, newest, seq);
CREATE INDEX record_state ON record (project, state) WHERE newest = 1;
CREATE TABLE record_label (seq INTEGER NOT NULL REFERENCES record (seq) ON DELETE CASCADE,
    kind TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, value, seq)) STRICT, WITHOUT ROWID;
CREATE INDEX record_label_seq ON record_label (seq);
CREATE TABLE imported (line TEXT PRIMARY KEY, id TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE draft (key TEXT PRIMARY KEY, data BLOB NOT NULL, kept_at TEXT NOT NULL) STRICT;
CREATE TABLE batch (
    batch_id TEXT PRIMARY KEY, project TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,
    payload_sha256 TEXT NOT NULL UNIQUE, payload BLOB NOT NULL, envelope BLOB NOT NULL, created_at TEXT NOT NULL,
    state TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0, UNIQUE (project, chain, seq)
) STRICT;
CREATE TABLE batch_item (
    batch_id TEXT NOT NULL REFERENCES batch (batch_id), position INTEGER NOT NULL, id TEXT NOT NULL,
    rev INTEGER NOT NULL, sha256 TEXT NOT NULL, status TEXT, rule TEXT, PRIMARY KEY (batch_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_item_id ON batch_item (id);
CREATE TABLE receipt (
    sha256 TEXT PRIMARY KEY, batch_id TEXT NOT NULL REFERENCES batch (batch_id), envelope BLOB NOT NULL,
    project TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL, received_at TEXT NOT NULL
) STRICT;
CREATE TABLE closed_chain (project TEXT NOT NULL, chain TEXT NOT NULL, reason TEXT NOT NULL, closed_at TEXT NOT NULL,
    PRIMARY KEY (project, chain)) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE record_text USING fts5 (
    prompt, answers, notes, tokenize = "unicode61 remove_diacritics 2"
);

"""
