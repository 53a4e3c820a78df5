"""Every rubric that this profile was to judge by, by its hash: what a judgement names stays at hand.

A version is never changed. The same words are the same version; other words under a number that is taken get the next
one. Shipped rubrics are files of the program and are not kept here.
"""

from __future__ import annotations

import sqlite3

import msgspec

from feedback_store import records, rubrics
from feedback_store.database import Database
from feedback_store.rubrics import Rubric


class KeptRubrics:
    """The rubrics that a profile knows besides the shipped ones."""

    def __init__(self, database: Database) -> None:
        self._database = database
        for rubric in self.all():
            rubrics.remember(rubric)  # for whoever words a judgement and knows no store

    def all(self) -> list[Rubric]:
        """Every version that was ever in use, the oldest first."""
        return self._database.fetch(lambda connection: _select(connection, "1", ()))

    def versions(self, rubric_id: str) -> list[Rubric]:
        """The versions of one rubric, shipped ones too, by number."""
        return self._database.fetch(lambda connection: _versions(connection, rubric_id))

    def find(self, sha256: str) -> Rubric | None:
        """The rubric with this hash, shipped or kept; None where it is not at hand."""
        found = self._database.fetch(lambda connection: _select(connection, "sha256 = ?", (sha256,)))
        shipped = (known for known in rubrics.available() if known.sha256 == sha256)
        return found[0] if found else next(shipped, None)


def keep(connection: sqlite3.Connection, rubric: Rubric) -> None:
    """Keep a version; the same again changes nothing."""
    rubrics.remember(rubric)
    connection.execute(
        "INSERT OR IGNORE INTO rubric (sha256, id, version, body, kept_at) VALUES (?,?,?,?,?)",
        (rubric.sha256, rubric.id, rubric.version, rubrics.encode(rubric).decode("utf-8"), records.now()),
    )


def numbered(connection: sqlite3.Connection, rubric: Rubric) -> Rubric:
    """The rubric under the number that it has to have: its own, unless other words stand under that."""
    known = _versions(connection, rubric.id)
    for each in known:
        if msgspec.structs.replace(each, version=rubric.version) == rubric:
            return each
    taken = {each.version for each in known}
    return rubric if rubric.version not in taken else msgspec.structs.replace(rubric, version=max(taken) + 1)


def _versions(connection: sqlite3.Connection, rubric_id: str) -> list[Rubric]:
    shipped = [each for each in rubrics.available() if each.id == rubric_id]
    return sorted([*shipped, *_select(connection, "id = ?", (rubric_id,))], key=lambda each: each.version)


def _select(connection: sqlite3.Connection, where: str, values: tuple[str, ...]) -> list[Rubric]:
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'rubric'").fetchone() is None:
        return []  # an older profile that is open for reading only is not brought up to date
    query = f"SELECT body FROM rubric WHERE {where} ORDER BY rowid"  # noqa: S608 (`where` is written above)
    return [msgspec.json.decode(row[0], type=Rubric) for row in connection.execute(query, values)]
