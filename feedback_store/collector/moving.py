"""Moving a collector from SQLite to PostgreSQL: all of it, compared after copying, or nothing.

The file is held while its rows are copied, so that no batch is receipted that the copy lacks. First the copy is
committed, then the file is marked, then the folder names the database: broken off anywhere, at most one of the two is
served from, and the same again goes on. Must not know the tables, nor how either side is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from feedback_store.collector.opening import check_address, keep_address, needs_postgres, stays_in_file
from feedback_store.collector.sqlite_leaving import Leaving, leaving
from feedback_store.collector.sqlite_storage import FILE
from feedback_store.collector.tables import TABLES, Sum
from feedback_store.errors import EnvironmentTrouble

if TYPE_CHECKING:
    from feedback_store.collector.postgres_arriving import Arriving

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Moved:
    """How much a collector holds that was moved. `revisions` are those of records, erased ones too."""

    projects: int
    devices: int
    batches: int
    revisions: int


def move(folder: Path, address: str, *, keep: bool = True, on_table: Tell | None = None) -> Moved:
    """Move the data of the collector in `folder` to the empty PostgreSQL database at `address`.

    The file stays as it is, but for a mark by which nobody serves from it any more, not even a process that has it
    open. With `keep` the address is written into the folder; without it the environment has to name it. `on_table` is
    told how many tables of how many are done. Given again after it was broken off, it ends what was begun.

    Raises StoreError for no address; EnvironmentTrouble where the folder holds no such collector or was moved, the
    database holds anything else, the file is damaged, or the machine refuses. Nothing is changed then.
    """
    check_address(address)
    if not stays_in_file(folder):
        raise EnvironmentTrouble.worded(
            "The data of {folder} lies in PostgreSQL already.", code="moved_before", folder=str(folder)
        )
    with needs_postgres():
        from feedback_store.collector.postgres_arriving import arriving
    with leaving(folder) as source:
        with arriving(address) as destination:
            copied = not destination.is_empty()
            if source.marked and not copied:
                raise _elsewhere(folder)
            source.check(folder / FILE)  # it reads all of the file, so what is quickly refused comes before it
            rows = _compare(source, destination, copied=copied, tell=on_table or (lambda _done, _of: None))
        source.mark()
    if keep:
        keep_address(folder, address, moved=True)
    return Moved(rows["project"], rows["device"], rows["batch"], rows["record"])


def _compare(source: Leaving, destination: Arriving, *, copied: bool, tell: Tell) -> Mapping[str, int]:
    """Copy what is not `copied`, and read it back; how many rows each table has."""
    found: dict[str, int] = {}
    for done, table in enumerate(TABLES, 1):
        left = Sum(table)
        if copied:
            left.of(source.rows(table))
        else:
            destination.fill(table, left.passing(source.rows(table)))
        if left != Sum(table).of(destination.rows(table)):
            raise _not_empty() if copied else _differs(table.name)
        found[table.name] = left.rows
        tell(done, len(TABLES))
    return found


def _elsewhere(folder: Path) -> EnvironmentTrouble:
    return EnvironmentTrouble.worded(
        "The data of {folder} was moved to another database before. Name that one.",
        code="moved_elsewhere",
        folder=str(folder),
    )


def _not_empty() -> EnvironmentTrouble:
    return EnvironmentTrouble(
        "This database holds something else already. Name one that is empty; nothing was moved.", code="not_empty"
    )


def _differs(table: str) -> EnvironmentTrouble:
    return EnvironmentTrouble.worded(
        "What was written to the database is not what was read ({table}). Nothing was moved.",
        code="copy_differs",
        table=table,
    )
