"""Judgements in the making, kept whole under a key so that a kill loses at most a second; and small settings."""

from __future__ import annotations

import builtins
import sqlite3
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import msgspec

from feedback_store import records
from feedback_store.changes import Change, Changes
from feedback_store.database import Database


@dataclass(frozen=True)
class KeptDraft:
    """A draft as it was kept; what its bytes mean is the keeper's."""

    key: str
    data: bytes
    kept_at: str


def delete(connection: sqlite3.Connection, key: str) -> None:
    """Drop a draft, if there is one."""
    connection.execute("DELETE FROM draft WHERE key = ?", (key,))


class Drafts:
    """The drafts of a profile."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def save(self, key: str, data: bytes) -> Future[None]:
        """Keep a draft in place of what was kept under its key."""
        return self.change(((key, data),))

    def delete(self, key: str) -> Future[None]:
        """Drop a draft, if there is one."""
        return self.change(dropped=(key,))

    def change(self, kept: Sequence[tuple[str, bytes]] = (), dropped: Iterable[str] = ()) -> Future[None]:
        """Keep some drafts, the last of them as the one kept last, and drop others: all in one step, or nothing."""
        gone = (*dropped, *(key for key, _ in kept))

        def job(connection: sqlite3.Connection) -> None:
            for key in gone:
                delete(connection, key)
            for key, data in kept:
                connection.execute("INSERT INTO draft (key, data, kept_at) VALUES (?,?,?)", (key, data, records.now()))

        return self._database.write(job, then=lambda _: self._changes.tell(Change("drafts", gone)))

    def get(self, key: str) -> KeptDraft | None:
        """The draft under a key."""
        query = "SELECT key, data, kept_at FROM draft WHERE key = ?"
        row = self._database.fetch(lambda connection: connection.execute(query, (key,)).fetchone())
        return KeptDraft(*row) if row else None

    def list(self) -> builtins.list[KeptDraft]:
        """All drafts, the one kept last first."""
        query = "SELECT key, data, kept_at FROM draft ORDER BY rowid DESC"
        return self._database.fetch(lambda connection: [KeptDraft(*row) for row in connection.execute(query)])

    def keys(self, prefix: str) -> builtins.list[str]:
        """The keys that begin with `prefix`, that of the draft kept last first."""
        query = "SELECT key FROM draft WHERE key >= ? AND key < ? ORDER BY rowid DESC"
        values = (prefix, prefix + chr(0x10FFFF))
        return self._database.fetch(lambda connection: [row[0] for row in connection.execute(query, values)])


class Settings:
    """Small values by name, as JSON: the window's size, what was typed last."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def get(self, name: str, default: Any = None) -> Any:
        """The value under a name, or `default`."""
        query = "SELECT value FROM setting WHERE name = ?"
        row = self._database.fetch(lambda connection: connection.execute(query, (name,)).fetchone())
        return msgspec.json.decode(row[0]) if row else default

    def set(self, name: str, value: object) -> Future[None]:
        """Keep a value of JSON's types; TypeError for any other."""
        text = msgspec.json.encode(value).decode("utf-8")

        def job(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO setting (name, value) VALUES (?,?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, text),
            )

        return self._database.write(job, then=lambda _: self._changes.tell(Change("settings", (name,))))
