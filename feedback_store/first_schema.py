"""The tables of the first release, which later steps of migrations.py change. Never edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def create(db: Database) -> None:
    """Make them in an empty database."""
    _profile_and_projects(db)
    _records(db)
    _outbox(db)


def _profile_and_projects(db: Database) -> None:
    db.table("profile").create(
        {"only": int, "trainer": str, "created_at": str, "place": str},
        pk="only",
        not_null={"trainer", "created_at", "place"},
        strict=True,
    )
    db.table("setting").create({"name": str, "value": str}, pk="name", not_null={"value"}, strict=True)
    db.table("draft").create(
        {"key": str, "data": bytes, "kept_at": str}, pk="key", not_null={"data", "kept_at"}, strict=True
    )
    db.table("project").create(
        {"id": str, "name": str, "body": str, "created_at": str, "current": int},
        pk="id",
        not_null={"name", "body", "created_at", "current"},
        defaults={"current": 0},
        strict=True,
    )


def _records(db: Database) -> None:
    """`data` is NULL once erased; `state` is the way out of this revision, `newest` marks the one that decides."""
    record = db.table("record").create(
        {
            "seq": int,
            "id": str,
            "rev": int,
            "sha256": str,
            "kind": str,
            "project": str,
            "trainer": str,
            "created_at": str,
            "private": int,
            "newest": int,
            "state": str,
            "reason": str,
            "title": str,
            "comparison": str,
            "conversation": str,
            "erased_at": str,
            "data": bytes,  # last: what stands behind a large value is slow to reach
        },
        pk="seq",
        not_null={
            *("id", "rev", "sha256", "kind", "project", "trainer", "created_at"),
            *("private", "newest", "state", "reason", "title"),
        },
        strict=True,
    )
    record.create_index(["sha256"], unique=True)
    record.create_index(["id", "rev"], unique=True)
    record.create_index(["project", "newest", "state"])
    record.create_index(["comparison"])
    record.create_index(["conversation"])
    label = db.table("record_label").create(
        {"kind": str, "value": str, "seq": int},
        pk=("kind", "value", "seq"),
        foreign_keys=[("seq", "record", "seq")],
        strict=True,
    )
    label.create_index(["seq"])
    db.table("imported").create(
        {"line": str, "project": str, "trainer": str, "id": str},
        pk=("line", "project", "trainer"),
        not_null={"id"},
        strict=True,
    ).create_index(["id"])
    text = db.table("record_text").create(
        {"seq": int, "prompt": str, "answers": str, "notes": str},
        pk="seq",
        foreign_keys=[("seq", "record", "seq")],
        not_null={"prompt", "answers", "notes"},
        strict=True,
    )
    # No triggers: with trusted_schema off SQLite refuses virtual tables in them; record_table.py keeps both together.
    text.enable_fts(["prompt", "answers", "notes"], tokenize="unicode61 remove_diacritics 2")


def _outbox(db: Database) -> None:
    """Envelopes and receipts are kept for good; bodies are rebuilt from the records that `batch_item` names."""
    db.table("chain").create(
        {"chain": str, "project": str, "device": str, "state": str, "reason": str, "since": str},
        pk="chain",
        not_null={"project", "device", "state", "reason", "since"},
        strict=True,
    ).create_index(["project", "state"])
    batch = db.table("batch").create(
        {
            "number": int,
            "batch_id": str,
            "project": str,
            "chain": str,
            "seq": int,
            "payload_sha256": str,
            "envelope": bytes,
            "created_at": str,
            "state": str,
        },
        pk="number",
        foreign_keys=[("chain", "chain", "chain")],
        not_null={"batch_id", "project", "chain", "seq", "payload_sha256", "envelope", "created_at", "state"},
        strict=True,
    )
    batch.create_index(["batch_id"], unique=True)
    batch.create_index(["payload_sha256"], unique=True)
    batch.create_index(["project", "chain", "seq"], unique=True)
    item = db.table("batch_item").create(
        {"batch": int, "position": int, "id": str, "rev": int, "sha256": str, "status": str, "rule": str},
        pk=("batch", "position"),
        foreign_keys=[("batch", "batch", "number")],
        not_null={"id", "rev", "sha256"},
        strict=True,
    )
    item.create_index(["id"])
    item.create_index(["sha256"])
    receipt = db.table("receipt").create(
        {"number": int, "sha256": str, "batch": int, "envelope": bytes, "kept_at": str},
        pk="number",
        foreign_keys=[("batch", "batch", "number")],
        not_null={"sha256", "batch", "envelope", "kept_at"},
        strict=True,
    )
    receipt.create_index(["sha256"], unique=True)
    receipt.create_index(["batch"])
