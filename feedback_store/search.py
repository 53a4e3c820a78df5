"""Finding records: full text over prompt, answers and notes, with filters, newest first, a page at a time.

Whatever a person types is a valid search: words are quoted for FTS5, the last one matches as a beginning.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from feedback_store.record_table import COLUMNS, StoredRecord, from_row

PAGE = 200


@dataclass(frozen=True)
class SearchQuery:
    """What is looked for; empty fields do not restrict. Dates are the start of a record's time text."""

    text: str = ""
    project: str = ""
    states: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    rubrics: tuple[str, ...] = ()
    trainers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    before: int | None = None
    limit: int = PAGE


@dataclass(frozen=True)
class SearchPage:
    """The records found, how many there are in all, and where the next page starts (None at the end)."""

    records: tuple[StoredRecord, ...]
    total: int
    next_before: int | None


def search(connection: sqlite3.Connection, query: SearchQuery) -> SearchPage:
    """One page of what `query` finds."""
    where, values = _conditions(query)
    total = int(connection.execute(f"SELECT count(*) FROM record WHERE {where}", values).fetchone()[0])  # noqa: S608
    page, page_values = where, list(values)
    if query.before is not None:
        page += " AND seq < ?"
        page_values.append(query.before)
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM record WHERE {page} ORDER BY seq DESC LIMIT ?",  # noqa: S608 (only our own words)
        [*page_values, query.limit],
    ).fetchall()
    found = tuple(from_row(row) for row in rows)
    return SearchPage(found, total, found[-1].seq if len(found) == query.limit else None)


def match_expression(text: str) -> str:
    """What was typed, as an FTS5 expression that is always valid; "" when there is no word in it."""
    words = re.findall(r"\w+", text.replace("\0", " "))
    quoted = [f'"{word}"' for word in words]
    if quoted and not text[-1:].isspace():
        quoted[-1] += "*"
    return " ".join(quoted)


def _conditions(query: SearchQuery) -> tuple[str, list[object]]:
    parts = ["newest = 1", "data IS NOT NULL"]
    values: list[object] = []
    expression = match_expression(query.text)
    if expression:
        parts.append("seq IN (SELECT rowid FROM record_text WHERE record_text MATCH ?)")
        values.append(expression)
    columns = (
        ("state", query.states),
        ("domain", query.domains),
        ("rubric", query.rubrics),
        ("trainer", query.trainers),
        ("project", (query.project,) if query.project else ()),
    )
    for column, chosen in columns:
        if chosen:
            parts.append(f"{column} IN ({','.join('?' * len(chosen))})")
            values.extend(chosen)
    for kind, chosen in (("tag", query.tags), ("model", query.models), ("flag", query.flags)):
        if chosen:
            marks = ",".join("?" * len(chosen))
            parts.append(f"seq IN (SELECT seq FROM record_label WHERE kind = '{kind}' AND value IN ({marks}))")  # noqa: S608
            values.extend(chosen)
    if query.since:
        parts.append("created_at >= ?")
        values.append(query.since)
    if query.until:
        parts.append("created_at < ?")
        values.append(query.until)
    return " AND ".join(parts), values
