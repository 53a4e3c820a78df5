"""The database's schema, step by step: each step commits together with the record of it.

`PRAGMA user_version` counts the steps, so that a current database is known at once (sqlite-utils takes a quarter of a
second to import, and is imported only when there is something to do) and a newer one is refused. `application_id`
says that a file is ours. A step that was released is never edited; a change is a new step.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from feedback_store import first_schema
from feedback_store.errors import EnvironmentTrouble

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x50524350  # "PRCP"
SET = "store"


def version_of(connection: sqlite3.Connection) -> int:
    """How many steps the open database has taken."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check(connection: sqlite3.Connection) -> int:
    """The version of an open database; EnvironmentTrouble for a newer one and for one that is not ours."""
    found = version_of(connection)
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    filled = connection.execute("SELECT 1 FROM sqlite_schema WHERE name NOT LIKE '\\_sqlite%' ESCAPE '\\'").fetchone()
    if (found or filled) and application != APPLICATION_ID:
        raise EnvironmentTrouble(
            "preceptor.sqlite3 is a database of another program. Move it away, or choose another folder with "
            "--profile.",
            code="not_a_database",
        )
    if found > VERSION:
        raise EnvironmentTrouble.worded(
            "This profile was written by a newer Preceptor (schema {found}; this one knows "
            "{known}). Update Preceptor, or choose another folder with --profile.",
            code="newer_database",
            found=found,
            known=VERSION,
        )
    return found


def apply(connection: sqlite3.Connection, before: Callable[[int], object]) -> None:
    """Take the steps that are missing; `before(version)` is called first when the database is not new."""
    found = check(connection)
    if found == VERSION:
        return
    if found:
        before(found)
    from sqlite_utils import Database, Migrations

    migrations = Migrations(SET)
    for number, step in enumerate(_STEPS, 1):
        migrations(name=step.__name__)(_numbered(step, number))
    migrations.apply(Database(connection, execute_plugins=False))


def _numbered(step: Callable[[Database], None], number: int) -> Callable[[Database], None]:
    def run(database: Database) -> None:
        step(database)
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {number}")

    run.__name__ = step.__name__
    return run


def m001_create(db: Database) -> None:
    """Everything of the first release."""
    first_schema.create(db)


def m002_lists(db: Database) -> None:
    """Listing a project's records newest first without sorting them: 100,000 took 0.4 s a page."""
    db.table("record").create_index(["project", "newest", "erased_at"])


def m003_beginnings(db: Database) -> None:
    """Words are found by their first two letters as fast as whole ones, while somebody types.

    With 100,000 records "th" took a tenth of a second; the index grows by 60 percent.
    """
    db.execute("DROP TABLE record_text_fts")
    db.execute(
        "CREATE VIRTUAL TABLE record_text_fts USING fts5"
        " (prompt, answers, notes, tokenize='unicode61 remove_diacritics 2', content='record_text', prefix='2')"
    )
    db.execute("INSERT INTO record_text_fts (record_text_fts) VALUES ('rebuild')")


def m004_rubrics(db: Database) -> None:
    """Every version of a rubric that was in use is kept, so that judgements made with an earlier one can be read."""
    db.table("rubric").create(
        {"sha256": str, "id": str, "version": int, "body": str, "kept_at": str},
        pk="sha256",
        not_null={"id", "version", "body", "kept_at"},
        strict=True,
    ).create_index(["id"])
    db.execute(
        "INSERT OR IGNORE INTO rubric (sha256, id, version, body, kept_at)"
        " SELECT json_extract(body, '$.rubric.sha256'), json_extract(body, '$.rubric.id'),"
        " json_extract(body, '$.rubric.version'), json_extract(body, '$.rubric_body'), created_at"
        " FROM project WHERE json_extract(body, '$.rubric_body') IS NOT NULL"
    )


def m005_looks(db: Database) -> None:
    """What was found in each revision as personal data, so that 10,000 records need not be searched at each look."""
    db.table("look").create(
        {"seq": int, "finder": int}, pk="seq", foreign_keys=[("seq", "record", "seq")], not_null={"finder"}, strict=True
    )
    db.table("look_place").create(
        {"seq": int, "position": int, "kind": str, "quote": str},
        pk=("seq", "position"),
        foreign_keys=[("seq", "record", "seq")],
        not_null={"kind", "quote"},
        strict=True,
    )


def m006_unsent(db: Database) -> None:
    """What could leave is counted after every save: with 100,000 records that took 75 ms of the window's thread."""
    db.execute(
        "CREATE INDEX record_unsent ON record (project, trainer, state, kind, id)"
        " WHERE newest = 1 AND private = 0 AND erased_at IS NULL"
    )


def m007_keys(db: Database) -> None:
    """Keys that change: events, what was seen of devices and of collectors' keys, and what each chain begins with."""
    db.table("key_event").create(
        {
            "number": int,
            "sha256": str,
            "project": str,
            "kind": str,
            "old": str,
            "new": str,
            "old_key": bytes,
            "envelope": bytes,
            "state": str,
            "made_at": str,
        },
        pk="number",
        not_null={"sha256", "project", "kind", "old", "envelope", "state", "made_at"},
        strict=True,
    ).create_index(["sha256"], unique=True)
    db.table("key_event").create_index(["project", "old"])
    db.table("key_event").create_index(["project", "new"])
    db.table("device_list").create(
        {"project": str, "version": int, "envelope": bytes},
        pk="project",
        not_null={"version", "envelope"},
        strict=True,
    )
    db.table("collector_key").create(
        {"number": int, "project": str, "envelope": bytes, "kept_at": str},
        pk="number",
        not_null={"project", "envelope", "kept_at"},
        strict=True,
    ).create_index(["project", "envelope"], unique=True)
    db.execute(f"ALTER TABLE chain ADD COLUMN begins TEXT NOT NULL DEFAULT '{'0' * 64}'")


def m008_guidelines(db: Database) -> None:
    """Every version of a guideline is kept, so that a record's can be read: first those whose words are still here.

    These are the projects' present ones, and before them those that were read last, which a setting held.
    """
    table = db.table("guideline").create(
        {
            "number": int,
            "project": str,
            "id": str,
            "version": int,
            "sha256": str,
            "text": str,
            "source": str,
            "since": str,
        },
        pk="number",
        not_null={"project", "id", "version", "sha256", "text", "source", "since"},
        strict=True,
    )
    table.create_index(["project", "id", "version", "sha256"], unique=True)
    table.create_index(["sha256"])
    setting = db.execute("SELECT value FROM setting WHERE name = 'guideline_read'").fetchone()
    read = json.loads(setting[0]) if setting else {}
    for project, body in db.execute("SELECT id, body FROM project ORDER BY rowid").fetchall():
        known = json.loads(body)
        now = known.get("guideline")
        for each in (read.get(project), now):
            if isinstance(each, dict) and "text" in each:
                name = now["id"] if now else "guideline"
                source = (known.get("collector") or {}).get("address", "")
                db.execute(  # when it came nobody has noted
                    "INSERT OR IGNORE INTO guideline (project, id, version, sha256, text, source, since)"
                    " VALUES (?,?,?,?,?,?,'')",
                    (project, name, each["version"], each["sha256"], each["text"], source),
                )


def m009_browsers(db: Database) -> None:
    """Browsers that were connected, and the captures that came from them."""
    db.table("browser").create(
        {
            "pairing": str,
            "origin": str,
            "ext_pub": bytes,
            "desk_pub": bytes,
            "browser": str,
            "name": str,
            "paired_at": str,
            "seen_at": str,
            "revoked_at": str,
        },
        pk="pairing",
        not_null={"origin", "ext_pub", "desk_pub", "browser", "name", "paired_at", "seen_at"},
        strict=True,
    )
    db.table("capture").create(
        {"id": str, "sha256": str, "pairing": str, "received_at": str, "state": str, "message": bytes},
        pk="id",
        not_null={"sha256", "pairing", "received_at", "state"},
        strict=True,
    ).create_index(["state", "received_at"])


def m010_panel(db: Database) -> None:
    """What the panel says of captures: verdicts, answers of own models; and which comparison each capture became."""
    db.table("capture_verdict").create(
        {"id": str, "capture": str, "sha256": str, "pairing": str, "received_at": str, "message": bytes},
        pk="id",
        not_null={"capture", "sha256", "pairing", "received_at"},
        strict=True,
    ).create_index(["capture"], unique=True)
    db.table("capture_answer").create(
        {"ask": str, "number": int, "capture": str, "sha256": str, "data": bytes},
        pk=("ask", "number"),
        not_null={"capture", "sha256", "data"},
        strict=True,
    ).create_index(["capture"])
    db.execute("ALTER TABLE capture ADD COLUMN comparison TEXT")


def m011_capture_edits(db: Database) -> None:
    """What a person changed of a capture, which itself stays as it came."""
    db.table("capture_edit").create({"id": str, "edit": bytes}, pk="id", not_null={"edit"}, strict=True)


def m012_pauses(db: Database) -> None:
    """Until when a collector asked not to be asked, so that a restart does not ask earlier."""
    db.execute(
        "CREATE TABLE pause (project TEXT PRIMARY KEY, asked_at REAL NOT NULL, ticks REAL NOT NULL,"
        " seconds REAL NOT NULL) STRICT"
    )


def m013_chains_ask_once(db: Database) -> None:
    """An open chain of earlier does not say whether it began by file, and so never asked about the others: it asks now.

    One that has asked before does so once more, which costs a request for each other chain.
    """
    db.execute(
        "UPDATE chain SET reason = 'by file' WHERE state = 'open'"
        " AND EXISTS (SELECT 1 FROM receipt JOIN batch ON batch.number = receipt.batch WHERE batch.chain = chain.chain)"
    )


_STEPS: tuple[Callable[[Database], None], ...] = (
    m001_create,
    m002_lists,
    m003_beginnings,
    m004_rubrics,
    m005_looks,
    m006_unsent,
    m007_keys,
    m008_guidelines,
    m009_browsers,
    m010_panel,
    m011_capture_edits,
    m012_pauses,
    m013_chains_ask_once,
)
VERSION = len(_STEPS)
