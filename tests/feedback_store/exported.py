"""What an export of a collector wrote, as another program reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

ALL = "project=*/day=*/*.parquet"


def sql(query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    ) as connection:
        return connection.execute(query).fetchall()


def ids(out: Path) -> set[str]:
    if not list(out.glob(ALL)):
        return set()
    return {str(row[0]) for row in sql(f"SELECT id FROM read_parquet('{out}/{ALL}')")}


def files(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
