"""Arriving in PostgreSQL: an empty database is filled with all rows of another storage, in one transaction."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import cast

import psycopg

from feedback_store.collector.postgres_schema import prepare, trouble
from feedback_store.collector.postgres_storage import connect
from feedback_store.collector.tables import TABLES, Row, Table, Value, plain

# Whatever the database says itself: a large table takes its time, and is on disk when it is committed.
_SETTINGS = {"synchronous_commit": "on", "statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
_AT_ONCE = 500  # rows that are fetched together, of at most 8 MiB, mostly of some kB


class Arriving:
    """A database whose rows are written and read back; nobody else makes a project in it meanwhile."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def is_empty(self) -> bool:
        """Whether no table holds anything."""
        for table in TABLES:
            sql = f"SELECT EXISTS (SELECT FROM {table.name})"  # noqa: S608 (names of ours)
            row = self._connection.execute(sql.encode("ascii")).fetchone()
            if row is None or row[0]:
                return False
        return True

    def fill(self, table: Table, rows: Iterable[Row]) -> None:
        """Write a table's rows in the order in which they come."""
        sql = f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(sql.encode("ascii")) as copy:
            for row in rows:
                copy.write_row([_flag(value) if name in table.flags else value for name, value in _named(table, row)])

    def rows(self, table: Table) -> Iterator[Row]:
        """All of a table's rows, as they are stored now; of a numbered one in their order."""
        order = " ORDER BY number" if table.numbered else ""
        sql = f"SELECT {', '.join(table.columns)} FROM {table.name}{order}"  # noqa: S608 (names of ours)
        with self._connection.cursor("rows") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(sql.encode("ascii"), binary=True)
            for row in cursor:
                yield plain(table, cast("Row", row))


@contextlib.contextmanager
def arriving(address: str) -> Iterator[Arriving]:
    """The database at `address`, whose tables are made where there are none. Raises EnvironmentTrouble.

    What is written is committed and synced at the block's end; an exception leaves the tables empty.
    """
    with trouble():
        with connect(address) as first:
            prepare(first, create=True)
        with connect(address) as connection:
            for name, value in _SETTINGS.items():
                connection.execute("SELECT set_config(%s, %s, false)", (name, value))
            with connection.transaction():
                connection.execute("LOCK TABLE project IN EXCLUSIVE MODE")
                yield Arriving(connection)
            connection.execute(f"ANALYZE {', '.join(table.name for table in TABLES)}".encode("ascii"))


def _named(table: Table, row: Row) -> Iterator[tuple[str, Value]]:
    return zip(table.columns, row, strict=True)


def _flag(value: Value) -> str:
    return "t" if value else "f"
