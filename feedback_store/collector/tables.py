"""What a collector's tables hold, on either storage: for moving all of it from one to the other.

Rows are compared by sums over their hashes, which need no order. Must not know how either storage is asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

Value = str | int | bytes | None
Row = tuple[Value, ...]


@dataclass(frozen=True)
class Table:
    """A table by its name and columns; `flags` are those that say yes or no.

    `numbered`: its rows have an order of their own, the one in which they came.
    """

    name: str
    columns: tuple[str, ...]
    flags: frozenset[str] = frozenset()
    numbered: bool = False


@dataclass
class Sum:
    """What rows add up to: two sums are equal where the rows are, in whatever order these came.

    Of a numbered table each row counts with its place.
    """

    table: Table
    rows: int = 0
    total: int = field(default=0, repr=False)

    def passing(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows, counted as they pass."""
        for row in rows:
            place: Row = (self.rows,) if self.table.numbered else ()
            self.total = (self.total + _hash((*place, *row))) % 2**256
            self.rows += 1
            yield row

    def of(self, rows: Iterable[Row]) -> Sum:
        """This sum, with all of these in it."""
        for _ in self.passing(rows):
            pass
        return self


def plain(table: Table, row: Sequence[Value]) -> Row:
    """A row in the form in which both storages compare: flags are 0 or 1.

    Texts are without U+0000, which PostgreSQL has no place for. Only what people wrote could hold one: names in codes
    that were made by a program, and reasons and names that an earlier version kept as they came. What was signed is
    bytes, and stays as it is.
    """
    return tuple(
        int(bool(value)) if name in table.flags else value.replace("\0", "") if isinstance(value, str) else value
        for name, value in zip(table.columns, row, strict=True)
    )


def _hash(row: Row) -> int:
    made = hashlib.sha256()
    for value in row:
        match value:
            case None:
                made.update(b"-")
            case int():
                made.update(b"i%d;" % value)
            case str():
                data = value.encode("utf-8")
                made.update(b"s%d;" % len(data))
                made.update(data)
            case _:
                made.update(b"b%d;" % len(value))
                made.update(value)
    return int.from_bytes(made.digest(), "big")


_BATCH = (
    *("project", "sha256", "device", "chain", "seq", "batch_id", "manifest", "envelope", "received_at"),
    "future",
)
# In an order in which each row finds what it refers to. `first` of a record is PostgreSQL's alone, see LiveRecord.
TABLES = (
    Table("project", ("id", "facts"), numbered=True),
    Table("trainer", ("project", "id", "name", "bound_at")),
    Table(
        "device",
        (
            *("project", "id", "trainer", "public_key", "state", "token_sha256", "joined_at", "revoked_at"),
            "reason",
        ),
    ),
    Table(
        "invitation",
        (
            *("code_sha256", "project", "trainer", "name", "made_at", "expires_at", "used_by", "used_at"),
            "recovers",
        ),
    ),
    Table(
        "chain",
        ("project", "device", "id", "seq", "sha256", "receipt_sha256", "closed"),
        flags=frozenset({"closed"}),
    ),
    Table("batch", (*_BATCH, "receipt", "receipt_sha256"), flags=frozenset({"future"})),
    Table("quarantined", (*_BATCH, "resolved", "resolved_at"), flags=frozenset({"future"})),
    Table("quarantined_line", ("project", "batch", "position", "id", "rev", "sha256", "data")),
    Table(
        "record",
        (
            *("project", "id", "rev", "sha256", "kind", "trainer", "batch", "received_at", "data", "rubric_known"),
            *("erased_at", "first", "day"),
        ),
        flags=frozenset({"rubric_known", "first"}),
    ),
    Table("key_event", ("project", "sha256", "kind", "old", "new", "envelope", "received_at")),
    Table("ceiling", ("project", "device", "chain", "seq", "sha256")),
    Table("device_list", ("project", "trainer", "version")),
    Table("collector_key", ("project", "statement", "made_at"), numbered=True),
)
