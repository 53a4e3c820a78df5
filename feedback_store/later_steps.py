"""The later steps of the database's schema, for migrations.py, which takes them and says when.

A step that was released is never edited; a change is a new step at the end. Must not know whether a step is due.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


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


def m014_found(db: Database) -> None:
    """What searches ask of every record, in the order in which they find: each filter had 100,000 records read."""
    db.execute(
        "CREATE INDEX record_found ON record (seq, project, erased_at, kind, state, trainer, created_at)"
        " WHERE newest = 1"
    )


LATER: tuple[Callable[[Database], None], ...] = (
    m007_keys,
    m008_guidelines,
    m009_browsers,
    m010_panel,
    m011_capture_edits,
    m012_pauses,
    m013_chains_ask_once,
    m014_found,
)
