"""Finding records: full text over prompt, answers and notes, with filters, newest first.

A search gives the places (`seq`) of all that it finds; the records themselves are read as they are shown. Whatever a
person types is a valid search: each word is quoted for FTS5, all must be there, the last one may be a beginning. Every
revision that decides can be found, a withdrawn one by the judgement that it takes back.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from feedback_store import record_table
from feedback_store.record_table import State, StoredRecord, Way

MAX_WORDS = 64
Label = Literal["domain", "tag", "model", "flag", "rubric"]


@dataclass(frozen=True)
class SearchQuery:
    """What is looked for; an empty field does not restrict, several values of one field widen it.

    `since` and `until` (exclusive) are times, or their beginnings: "2026-11-22".
    """

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


def search(connection: sqlite3.Connection, query: SearchQuery) -> array[int]:
    """The places of all records that `query` finds, newest first; eight bytes each."""
    where, values = _conditions(query)
    rows = connection.execute(f"SELECT seq FROM record WHERE {where} ORDER BY seq DESC", values)  # noqa: S608
    return array("q", (row[0] for row in rows))


def at(connection: sqlite3.Connection, places: Iterable[int]) -> list[StoredRecord]:
    """The records at places that a search found, newest first."""
    condition = "seq IN (SELECT value FROM json_each(?)) ORDER BY seq DESC"
    return record_table.select(connection, condition, [json.dumps(list(places))])


def labels(connection: sqlite3.Connection, project: str, kind: Label) -> tuple[str, ...]:
    """The domains, tags, models, flag categories or rubrics that standing records of a project have."""
    rows = connection.execute(
        "SELECT DISTINCT value FROM record_label JOIN record USING (seq)"
        " WHERE record_label.kind = ? AND record.project = ? ORDER BY value",
        (kind, project),
    )
    return tuple(row[0] for row in rows)


def match_expression(text: str) -> str:
    """What was typed as an FTS5 expression that is always valid; "" when nothing was typed.

    A word that holds only marks (`(`) is an empty phrase, which FTS5 passes over.
    """
    clean = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    words = clean.split()[:MAX_WORDS]
    quoted = ['"' + word.replace('"', '""') + '"' for word in words]
    if quoted and not clean[-1].isspace() and not (len(words[-1]) == 1 and words[-1].isascii()):
        quoted[-1] += "*"  # a letter alone would begin nearly everything, and take long to find it
    return " ".join(quoted)


def _conditions(query: SearchQuery) -> tuple[str, list[object]]:
    parts = ["newest = 1"]
    values: list[object] = []
    expression = match_expression(query.text)
    if expression:
        # Of the project's whole list in the index, those with the words: a third faster for words that most records
        # have than to look up each record that has them ("+" makes SQLite do so).
        listed = query == SearchQuery(text=query.text, project=query.project) and query.project
        seq = "+seq" if listed else "seq"
        parts.append(f"{seq} IN (SELECT rowid FROM record_text_fts WHERE record_text_fts MATCH ?)")  # noqa: S608
        values.append(expression)
    parts.append(f"({' OR '.join(_state(state) for state in query.states) or 'erased_at IS NULL'})")
    for column, chosen in (("trainer", query.trainers), ("project", (query.project,) if query.project else ())):
        if chosen:
            parts.append(f"{column} IN ({','.join('?' * len(chosen))})")
            values += chosen
    labelled: tuple[tuple[Label, tuple[str, ...]], ...] = (
        ("domain", query.domains),
        ("rubric", query.rubrics),
        ("tag", query.tags),
        ("model", query.models),
        ("flag", query.flags),
    )
    for kind, chosen in labelled:
        if chosen:
            marks = ",".join("?" * len(chosen))
            parts.append(f"seq IN (SELECT seq FROM record_label WHERE kind = '{kind}' AND value IN ({marks}))")  # noqa: S608
            values += chosen
    if query.since:
        parts.append("created_at >= ?")
        values.append(query.since)
    if query.until:
        parts.append("created_at < ?")
        values.append(query.until)
    return " AND ".join(parts), values


def _state(state: str) -> str:
    """A shown state as a condition; ValueError for a word that is none."""
    if state == "erased":
        return "erased_at IS NOT NULL"
    if state == "withdrawn":
        return "(erased_at IS NULL AND kind = 'withdrawal')"
    if state not in get_args(Way):
        raise ValueError(f"{state!r} is none of {', '.join(get_args(State))}")
    return f"(erased_at IS NULL AND kind = 'judgement' AND state = '{state}')"
