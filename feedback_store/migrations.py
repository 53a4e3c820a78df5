"""The database's schema, step by step: each step commits together with the record of it. A new one is made whole.

`PRAGMA user_version` counts the steps, so that a current database is known at once (sqlite-utils takes a quarter of a
second to import, and is imported only when there is something to do) and a newer one is refused. `application_id`
says that a file is ours. A step that was released is never edited; a change is a new step, and
`python -m feedback_store.migrations > feedback_store/schema.sql`, from which new databases are made.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from feedback_store import first_schema, whole_schema
from feedback_store.errors import EnvironmentTrouble
from feedback_store.later_steps import LATER

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
    elif whole_schema.create(connection, VERSION):
        return
    take_steps(connection)


def take_steps(connection: sqlite3.Connection) -> None:
    """Take each step that is missing."""
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


_STEPS: tuple[Callable[[Database], None], ...] = (
    m001_create,
    m002_lists,
    m003_beginnings,
    m004_rubrics,
    m005_looks,
    m006_unsent,
    *LATER,
)
VERSION = len(_STEPS)


def script() -> str:
    """What makes in one piece what all the steps make."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        take_steps(connection)
        return whole_schema.script_of(connection)


if __name__ == "__main__":
    sys.stdout.write(script())
