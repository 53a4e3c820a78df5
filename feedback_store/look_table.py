"""Looks: what was found as personal data in each revision, so that none leaves with a place that nobody decided about.

A revision never changes, so one look at it holds for good, or until the finder finds other things (`FINDER`). Places
are the same words once, as a person decides about them: kept (kept_words.py) or blacked out, which makes the next
revision. All functions run inside one transaction of their caller. Must not know batches.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from feedback_store import kept_words, record_table
from feedback_store.personal_data import FINDER, Kind, find
from feedback_store.record_parts import Judgement, Record
from feedback_store.redaction import RECORD_TEXTS, texts_of


@dataclass(frozen=True)
class Place:
    """Words that were found in a record, wherever they stand in it; `kept`: somebody decided that they may stay."""

    kind: Kind
    quote: str
    kept: bool = False


Looked = tuple[int, tuple[Place, ...]]  # a revision's seq, and what was found in it


def look_at(record: Record) -> tuple[Place, ...]:
    """What is found in all free texts of a record, the same words once. Takes 2 ms for four short answers."""
    if not isinstance(record, Judgement):
        return ()
    found = (each for text in dict.fromkeys(texts_of(record, RECORD_TEXTS)) for each in find(text))
    kinds: dict[str, Kind] = {}
    for each in found:
        kinds.setdefault(each.quote, each.kind)
    return tuple(Place(kind, quote) for quote, kind in kinds.items())


def missing(connection: sqlite3.Connection, project: str, trainer: str, most: int) -> list[int]:
    """Revisions that could leave and were not looked at yet, or by an earlier finder; at most so many."""
    query = (
        "SELECT record.seq FROM record LEFT JOIN look ON look.seq = record.seq AND finder = ?"
        " WHERE project = ? AND trainer = ? AND newest = 1 AND private = 0 AND erased_at IS NULL AND kind = 'judgement'"
        " AND state IN ('saved', 'held', 'released', 'waiting', 'returned') AND look.seq IS NULL"
        " ORDER BY record.seq LIMIT ?"
    )
    return [row[0] for row in connection.execute(query, (FINDER, project, trainer, most))]


def keep(connection: sqlite3.Connection, looked: Iterable[Looked]) -> None:
    """Keep what was found in revisions; those that were erased meanwhile are left out."""
    for seq, places in looked:
        if connection.execute("SELECT 1 FROM record WHERE seq = ? AND data IS NOT NULL", (seq,)).fetchone() is None:
            continue
        connection.execute("DELETE FROM look_place WHERE seq = ?", (seq,))
        connection.execute("INSERT OR REPLACE INTO look (seq, finder) VALUES (?,?)", (seq, FINDER))
        connection.executemany(
            "INSERT INTO look_place (seq, position, kind, quote) VALUES (?,?,?,?)",
            [(seq, position, place.kind, place.quote) for position, place in enumerate(places)],
        )


def places(connection: sqlite3.Connection, seq: int) -> tuple[Place, ...] | None:
    """What was found in a revision; None where the present finder has not looked at it."""
    row = connection.execute(
        "SELECT id FROM record JOIN look USING (seq) WHERE seq = ? AND finder = ?", (seq, FINDER)
    ).fetchone()
    if row is None:
        return None
    words = kept(connection, row[0])
    rows = connection.execute("SELECT kind, quote FROM look_place WHERE seq = ? ORDER BY position", (seq,))
    return tuple(Place(kind, quote, quote in words) for kind, quote in rows)


def undecided(connection: sqlite3.Connection, seq: int) -> tuple[Place, ...]:
    """The places of a revision that nobody decided about; it is looked at now where it was not."""
    found = places(connection, seq)
    if found is None:
        stored = next(iter(record_table.select(connection, "seq = ?", (seq,))))
        keep(connection, [(seq, look_at(stored.record))])
        found = places(connection, seq)
        assert found is not None
    return tuple(place for place in found if not place.kept)


def count_undecided(connection: sqlite3.Connection, rows: Sequence[tuple[int, str]]) -> dict[int, int]:
    """How many places of each (seq, id) are undecided, by seq; what was not looked at yet has no entry."""
    wanted = dict(rows)
    words = kept_words.all_words(connection)
    query = "SELECT seq FROM look WHERE finder = ? AND seq BETWEEN ? AND ?"
    first, last = min(wanted, default=0), max(wanted, default=0)
    found = {row[0]: 0 for row in connection.execute(query, (FINDER, first, last)) if row[0] in wanted}
    for seq, quote in _quotes(connection, first, last):
        if seq in found and quote not in words.get(wanted[seq], frozenset()):
            found[seq] += 1
    return found


def looked() -> str:
    """Whether a revision of `record` was looked at by the present finder, in SQL."""
    return f"EXISTS (SELECT 1 FROM look WHERE look.seq = record.seq AND finder = {FINDER:d})"  # noqa: S608 (our own number)


def open_places(connection: sqlite3.Connection) -> dict[int, int]:
    """How many places of each newest revision are undecided, by seq; those without any are left out."""
    words = kept_words.all_words(connection)
    query = "SELECT seq, id, quote FROM look_place JOIN record USING (seq) WHERE newest = 1"
    found: dict[int, int] = {}
    for seq, name, quote in connection.execute(query):
        if quote not in words.get(name, frozenset()):
            found[seq] = found.get(seq, 0) + 1
    return found


def kept(connection: sqlite3.Connection, record_id: str) -> frozenset[str]:
    """The words that may stay in a judgement."""
    return frozenset(kept_words.words_of(connection, record_id))


def set_kept(connection: sqlite3.Connection, record_id: str, quotes: Iterable[str], *, stay: bool = True) -> None:
    """Decide that words may stay in a judgement, or that they are to be asked about again."""
    changed = tuple(dict.fromkeys(quotes))
    others = tuple(word for word in kept_words.words_of(connection, record_id) if word not in changed)
    kept_words.set_words(connection, record_id, (*others, *changed) if stay else others)


def forget(connection: sqlite3.Connection, record_id: str) -> None:
    """Remove what was found in every revision of a record: these are its words."""
    for table in ("look_place", "look"):
        connection.execute(f"DELETE FROM {table} WHERE seq IN (SELECT seq FROM record WHERE id = ?)", (record_id,))  # noqa: S608


def _quotes(connection: sqlite3.Connection, first: int, last: int) -> Iterator[tuple[int, str]]:
    yield from connection.execute("SELECT seq, quote FROM look_place WHERE seq BETWEEN ? AND ?", (first, last))
