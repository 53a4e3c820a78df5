"""Copies of a collector's data, taken and put back while its service is closed: a file's bytes, or a database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import psycopg
from storages import Cluster

from feedback_store.collector.sqlite_storage import FILE


class Copies(Protocol):
    """Where a collector's data lies."""

    address: str | None

    def take(self, folder: Path) -> Any:
        """A copy of the data as it is now."""

    def put_back(self, folder: Path, copy: Any) -> None:
        """The data is as it was when the copy was taken, which may be put back again."""


class FileCopies:
    """Of the SQLite file in the collector's folder."""

    address = None

    def take(self, folder: Path) -> bytes:
        with closing(sqlite3.connect(folder / FILE)) as connection:
            return connection.serialize()

    def put_back(self, folder: Path, copy: bytes) -> None:
        for path in folder.glob(f"{FILE}*"):
            path.unlink()
        (folder / FILE).write_bytes(copy)


class DatabaseCopies:
    """Of a database of its own, each in one more database of the same server."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.address: str | None = cluster.new()
        self._name = self.address.partition("?")[0].rpartition("/")[2]
        self._count = 0

    def take(self, folder: Path) -> str:
        self._count += 1
        copy = f"{self._name}_{self._count}"
        self._do(f"CREATE DATABASE {copy} TEMPLATE {self._name}")
        return copy

    def put_back(self, folder: Path, copy: str) -> None:
        self._do(f"DROP DATABASE {self._name} WITH (FORCE)", f"CREATE DATABASE {self._name} TEMPLATE {copy}")

    def drop(self) -> None:
        """Give all of it back."""
        for number in range(self._count + 1):
            name = f"{self._name}_{number}" if number else self._name
            self._do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _do(self, *statements: str) -> None:
        with psycopg.connect(self._cluster.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode("ascii"))
