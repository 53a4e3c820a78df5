"""Leaving SQLite: all rows of a collector's file, held still, and the mark by which nothing is stored in it again."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from feedback_store.collector.sqlite_schema import MOVED, moved, prepare, trouble
from feedback_store.collector.sqlite_storage import FILE
from feedback_store.collector.tables import Row, Table, plain
from feedback_store.errors import EnvironmentTrouble

WAIT_S = 60.0  # for a moment in which a busy server stores nothing
# PostgreSQL notes which revision of a record came first; here it is the lowest one, since no lower one is ever taken.
_FIRST = (
    "NOT EXISTS (SELECT 1 FROM record AS earlier WHERE earlier.project = record.project AND earlier.id = record.id"
    " AND earlier.rev < record.rev)"
)


class Leaving:
    """A collector's file from which everything is read, while nobody else stores anything in it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def check(self, path: Path) -> None:
        """Raise EnvironmentTrouble where the file is damaged: what cannot be read right is not moved."""
        ((said,),) = self._connection.execute("PRAGMA integrity_check(1)")
        if said != "ok":
            raise EnvironmentTrouble.worded("{path} is damaged. Restore a copy.", code="corrupt", path=str(path))

    def rows(self, table: Table) -> Iterator[Row]:
        """All of a table's rows; of a numbered one in their order."""
        columns = ", ".join(_FIRST if name == "first" else name for name in table.columns)
        order = " ORDER BY rowid" if table.numbered else ""
        for row in self._connection.execute(f"SELECT {columns} FROM {table.name}{order}"):  # noqa: S608 (names of ours)
            yield plain(table, row)

    @property
    def marked(self) -> bool:
        """Whether the mark was set before, by a move that was broken off after it."""
        return moved(self._connection)

    def mark(self) -> None:
        """From the commit on every process refuses to serve from this file, those that have it open too."""
        self._connection.execute(f"PRAGMA application_id = {MOVED}")


@contextlib.contextmanager
def leaving(folder: Path) -> Iterator[Leaving]:
    """The collector's file in `folder`, held until the block's end; nothing is changed where that is an exception.

    Whoever delivers meanwhile is told to come again. Raises EnvironmentTrouble.
    """
    path = folder / FILE
    if not path.exists():
        raise EnvironmentTrouble.worded(
            "There is no collector on SQLite in {folder}. Name the folder of one.",
            code="no_collector",
            folder=str(folder),
        )
    with trouble(path), contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=WAIT_S)) as connection:
        prepare(connection, path, leaving=True)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield Leaving(connection)
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
