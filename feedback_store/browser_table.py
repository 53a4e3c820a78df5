"""The browsers that were connected to a profile: keys that were pinned, names, when each was last seen.

A revoked one stays in the table, so that its captures still say where they came from, and is found no more. A browser
is connected once: where it is let in anew, what it was before is revoked. Must not know the channel.
"""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future
from dataclasses import dataclass

from feedback_store import records
from feedback_store.changes import Change, Changes
from feedback_store.database import Database
from feedback_store.errors import NotFoundError

_SELECT = (
    "SELECT pairing, origin, ext_pub, desk_pub, browser, name, paired_at, seen_at, revoked_at FROM browser"
    " WHERE revoked_at IS NULL"
)


@dataclass(frozen=True)
class Browser:
    """A browser that was let in: `pairing` 32 hex digits, keys 32 raw bytes, `browser` the program's name or ""."""

    pairing: str
    origin: str
    ext_pub: bytes
    desk_pub: bytes
    browser: str
    name: str
    paired_at: str
    seen_at: str
    revoked_at: str | None = None


class Browsers:
    """The browsers of a profile."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def add(self, pairing: str, origin: str, ext_pub: bytes, desk_pub: bytes, browser: str = "") -> Future[None]:
        """Keep a browser that was let in now; its name is the program's until a person gives another.

        An earlier pairing of the same key is revoked in the same step: its browser may never have heard of it, or has
        forgotten it, and would stand in the list twice.
        """
        now = records.now()

        def job(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE browser SET revoked_at = ? WHERE origin = ? AND ext_pub = ? AND revoked_at IS NULL",
                (now, origin, ext_pub),
            )
            connection.execute(
                "INSERT INTO browser (pairing, origin, ext_pub, desk_pub, browser, name, paired_at, seen_at)"
                " VALUES (?,?,?,?,?,?,?,?)",
                (pairing, origin, ext_pub, desk_pub, browser, browser, now, now),
            )

        return self._database.write(job, then=lambda _: self._changes.tell(Change("browsers", (pairing,))))

    def find(self, pairing: str) -> Browser | None:
        """The browser of a pairing that was not revoked."""
        query = _SELECT + " AND pairing = ?"
        row = self._database.fetch(lambda connection: connection.execute(query, (pairing,)).fetchone())
        return Browser(*row) if row else None

    def list(self) -> list[Browser]:
        """All that were not revoked, the one seen last first."""
        query = _SELECT + " ORDER BY seen_at DESC, pairing"
        return self._database.fetch(lambda connection: [Browser(*row) for row in connection.execute(query)])

    def seen(self, pairing: str) -> Future[None]:
        """This browser has just begun a session."""
        return self._write(pairing, "UPDATE browser SET seen_at = ? WHERE pairing = ?", (records.now(), pairing))

    def rename(self, pairing: str, name: str) -> Future[None]:
        """Give a browser another name; the future raises NotFoundError for one that is not connected."""
        return self._write(
            pairing, "UPDATE browser SET name = ? WHERE pairing = ? AND revoked_at IS NULL", (name, pairing)
        )

    def revoke(self, pairing: str) -> Future[None]:
        """Let a browser in no more; the future raises NotFoundError for one that is not connected."""
        return self._write(
            pairing,
            "UPDATE browser SET revoked_at = ? WHERE pairing = ? AND revoked_at IS NULL",
            (records.now(), pairing),
        )

    def _write(self, pairing: str, statement: str, values: tuple[object, ...]) -> Future[None]:
        def job(connection: sqlite3.Connection) -> None:
            if connection.execute(statement, values).rowcount == 0:
                raise NotFoundError("This browser is not connected any more.", code="no_browser", pairing=pairing)

        return self._database.write(job, then=lambda _: self._changes.tell(Change("browsers", (pairing,))))
