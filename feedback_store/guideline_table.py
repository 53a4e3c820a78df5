"""Every version of a project's guideline that this profile has had: what a record names can be read for good.

A version is never changed and never removed. It is kept where the project is written, so that one's own saving, joining
a team and hearing of it anew all leave what was judged by before.
"""

from __future__ import annotations

import codecs
import sqlite3
from pathlib import Path

import msgspec

from feedback_store import records
from feedback_store.database import Database
from feedback_store.errors import StoreError

MAX_GUIDELINE = 256 * 1024  # bytes of UTF-8
OWN = "guideline"  # the id of every guideline that is written here


class Guideline(msgspec.Struct, frozen=True):
    """The Markdown text that tells trainers how to judge; `sha256` is of its UTF-8 bytes."""

    id: str
    version: int
    sha256: str
    text: str


class KeptGuideline(msgspec.Struct, frozen=True):
    """A version as it was kept. `since` is when it was first known here, "" where nobody noted it.

    `source` is the address of the collector that it came from; "" for one that was written here.
    """

    project: str
    guideline: Guideline
    since: str
    source: str


class KeptGuidelines:
    """The guidelines of a profile, in all their versions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def versions(self, project: str) -> list[KeptGuideline]:
        """The versions of a project's guideline, in the order in which they came."""
        return self._database.fetch(lambda connection: _select(connection, "project = ?", (project,)))

    def find(self, sha256: str, project: str = "") -> KeptGuideline | None:
        """The words with this hash, of this project where it had them; None where no project here has had them."""
        found = self._database.fetch(lambda connection: _select(connection, "sha256 = ?", (sha256,)))
        return next((each for each in reversed(found) if each.project == project), found[-1] if found else None)


def check(text: str) -> bytes:
    """The bytes of a text as a guideline; StoreError for one that is empty or longer than MAX_GUIDELINE."""
    data = text.encode("utf-8", "replace")
    if not text.strip() or len(data) > MAX_GUIDELINE:
        raise _wrong_size(len(data))
    return data


def read(path: Path) -> str:
    """A text from a file, no more of it than a guideline may have; raises StoreError for what is none, OSError."""
    with path.open("rb") as file:
        data = file.read(MAX_GUIDELINE + len(codecs.BOM_UTF8) + 1)
    if len(data) > MAX_GUIDELINE + len(codecs.BOM_UTF8):
        raise _wrong_size(max(path.stat().st_size, len(data)))
    return decoded(data, str(path))


def decoded(data: bytes, name: str) -> str:
    """Bytes as the text that they are; StoreError where they are none, by the place in what is called `name`."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StoreError.worded(
            "{file} is no text in UTF-8 (byte {place}). Save it as UTF-8.",
            code="guideline_text",
            file=name,
            place=error.start,
        ) from error


def _wrong_size(size: int) -> StoreError:
    return StoreError.worded(
        "A guideline is a text of at most {most:,} bytes; this one has {size:,}.",
        code="guideline_size",
        size=size,
        most=MAX_GUIDELINE,
    )


def keep(connection: sqlite3.Connection, project: str, guideline: Guideline, source: str, since: str) -> None:
    """Keep a version; the same again changes nothing."""
    connection.execute(
        "INSERT OR IGNORE INTO guideline (project, id, version, sha256, text, source, since) VALUES (?,?,?,?,?,?,?)",
        (project, guideline.id, guideline.version, guideline.sha256, guideline.text, source, since),
    )


def keep_now(connection: sqlite3.Connection, project: str, guideline: Guideline, source: str) -> None:
    """Keep a version that is known from now on."""
    keep(connection, project, guideline, source, records.now())


def next_version(connection: sqlite3.Connection, project: str) -> int:
    """The number that no version of a project's guideline has had."""
    return 1 + max((each.guideline.version for each in _select(connection, "project = ?", (project,))), default=0)


def _select(connection: sqlite3.Connection, where: str, values: tuple[str, ...]) -> list[KeptGuideline]:
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'guideline'").fetchone() is None:
        return []  # an older profile that is open for reading only is not brought up to date
    columns = "project, id, version, sha256, text, since, source"
    query = f"SELECT {columns} FROM guideline WHERE {where} ORDER BY number"  # noqa: S608 (`where` is written above)
    rows = connection.execute(query, values)
    return [KeptGuideline(row[0], Guideline(*row[1:5]), since=row[5], source=row[6]) for row in rows]
