"""Finding records: full text over prompt, answers and notes, with filters, newest first.

A search gives the places (`seq`) of all that it finds; the records themselves are read as they are shown. Whatever a
person types is a valid search: each word is quoted for FTS5, all must be there, the last one may be a beginning; words
in quotes must follow each other. Every revision that decides can be found, a withdrawn one by the judgement that it
takes back.
"""

from __future__ import annotations

import json
import re
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, compress
from typing import Literal, get_args

import msgspec

from feedback_store import record_table
from feedback_store.record_table import State, StoredRecord, Way

MAX_WORDS = 64
PIECE = 8000  # letters of numbers that are made in one go: while it lasts no other thread has the interpreter
Label = Literal["domain", "tag", "model", "flag", "rubric"]
_WORDS = "SELECT rowid AS seq FROM record_text_fts WHERE record_text_fts MATCH ?"
_PIECES = re.compile(r'(?<!\S)"([^"]*)("|\Z)|\S+')


@dataclass(frozen=True)
class SearchQuery:
    """What is looked for; an empty field does not restrict, several values of one field widen it.

    `trainers` are ids or their beginnings, `not_by` leaves one trainer out. `since` and `until` (exclusive) are times,
    or their beginnings: "2026-11-22". A state of the way out is found of the profile's own trainer only: what others
    judged never goes anywhere from here.
    """

    text: str = ""
    projects: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    rubrics: tuple[str, ...] = ()
    trainers: tuple[str, ...] = ()
    not_by: str = ""
    tags: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Filtered:
    """The places of the records that filters let through, newest first."""

    places: array[int]

    @cached_property
    def through(self) -> bytes:
        """A byte for each place up to the last one: 1 for those let through."""
        through = bytearray(self.places[0] + 1 if self.places else 0)
        for place in self.places:
            through[place] = 1
        return bytes(through)


class KeptFilter:
    """What the filters of the last search let through, until something is written: words are typed behind them.

    `moment` is `Database.moment`.
    """

    def __init__(self, moment: Callable[[], int]) -> None:
        self._moment = moment
        self._last: tuple[SearchQuery, int, Filtered] | None = None

    def begin(self) -> int:
        """The moment before a reader's transaction."""
        return self._moment()

    def find(self, filters: SearchQuery, began: int) -> Filtered | None:
        """What these let through; None where that is not known of what the transaction sees."""
        last = self._last
        return last[2] if last is not None and last[:2] == (filters, began) and self._stands(began) else None

    def keep(self, filters: SearchQuery, began: int, found: Filtered) -> None:
        """For the next words; called inside of the transaction in which it was found."""
        if self._stands(began):
            self._last = (filters, began, found)

    def _stands(self, began: int) -> bool:
        """Whether nothing was written since, nor was just being written then."""
        return began % 2 == 0 and self._moment() == began


def search(connection: sqlite3.Connection, query: SearchQuery, *, trainer: str, kept: KeptFilter) -> array[int]:
    """The places of all records that `query` finds in the profile of `trainer`, newest first; eight bytes each.

    The words and the filters are looked for one after the other: of 100,000 records the index finds words in 9 ms, and
    four filters take 70, which are known already of the letter before.
    """
    began, expression = kept.begin(), match_expression(query.text)
    words = _read(connection, f"{_WORDS} ORDER BY seq DESC", [expression]) if expression else iter(())
    first = next(words, None)  # from here on the transaction sees one moment
    if expression and first is None:
        return array("q")
    filters = replace(query, text="")
    filtered = kept.find(filters, began)
    if filtered is None:
        filtered = Filtered(_joined(_read(connection, *_select(filters, trainer))))
        kept.keep(filters, began, filtered)
    if first is None:
        return filtered.places
    through = filtered.through
    return _joined(_those(each, through) for each in chain([first], words))


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


def trainers(connection: sqlite3.Connection, project: str) -> tuple[str, ...]:
    """Who judged the records of a project that can be found."""
    rows = connection.execute("SELECT DISTINCT trainer FROM record WHERE project = ? AND newest = 1", (project,))
    return tuple(sorted(row[0] for row in rows))


def match_expression(text: str) -> str:
    """What was typed as an FTS5 expression that is always valid; "" when nothing was typed.

    A word that holds only marks (`(`) is an empty phrase, which FTS5 passes over. Words in quotes are a phrase, which
    ends where the text ends if nothing closes it.
    """
    clean = _bound(text.replace("\0", " "))
    pieces = list(_PIECES.finditer(clean))[:MAX_WORDS]
    words = [piece[0] if piece[1] is None else piece[1] for piece in pieces]
    quoted = ['"' + word.replace('"', '""') + '"' for word in words if word]
    if quoted and _goes_on(clean, pieces[-1]):
        quoted[-1] += "*"
    return " ".join(quoted)


def _read(connection: sqlite3.Connection, found: str, values: Iterable[object]) -> Iterator[list[int]]:
    """The places that a statement finds, some at a time.

    They are told as one text: of 100,000 rows, one by one, half the time is spent on making them (35 ms, and 16 so).
    """
    statement = f"SELECT json_group_array(seq) FROM ({found})"  # noqa: S608 (our own words)
    (text,) = connection.execute(statement, tuple(values)).fetchone()
    at, end = 1, len(text) - 1
    while at < end:
        comma = text.find(",", at + PIECE)
        until = comma if comma > 0 else end
        yield msgspec.json.decode(f"[{text[at:until]}]", type=list[int])
        at = until + 1


def _joined(pieces: Iterable[list[int]]) -> array[int]:
    found = array("q")
    for each in pieces:
        found.fromlist(each)
    return found


def _those(places: list[int], through: bytes) -> list[int]:
    """Those places, newest first, that are let through."""
    if places[0] >= len(through):
        places = [place for place in places if place < len(through)]
    return list(compress(places, map(through.__getitem__, places)))


def _goes_on(text: str, last: re.Match[str]) -> bool:
    """Whether the last word may be a beginning: it stands at the end, and its quotes are not closed.

    A letter alone would begin nearly everything, and take long to find it.
    """
    word = last[0] if last[1] is None else last[1]
    ended = not text or text[-1].isspace() or last[2] == '"'
    return bool(word) and not ended and not (len(word) == 1 and word.isascii())


def _bound(text: str) -> str:
    """`text` as SQLite takes it: a half of a character that has none becomes a mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _select(query: SearchQuery, own: str) -> tuple[str, list[object]]:
    """The filters in SQL: what each of them finds, in the order of places, so that SQLite merges as it reads.

    Of 100,000 records that all have three labels, looking each one up in three lists took 0.2 s.
    """
    where, values = _conditions(query, own)
    parts = [f"SELECT seq FROM record WHERE {where}"]  # noqa: S608 (our own words)
    labelled: tuple[tuple[Label, tuple[str, ...]], ...] = (
        ("domain", query.domains),
        ("rubric", query.rubrics),
        ("tag", query.tags),
        ("model", query.models),
        ("flag", query.flags),
    )
    for kind, chosen in labelled:
        if chosen:
            parts.append(f"SELECT seq FROM record_label WHERE kind = '{kind}' AND value {_among(chosen)}")  # noqa: S608
            values += map(_bound, chosen)
    return f"{' INTERSECT '.join(parts)} ORDER BY seq DESC", values


def _among(chosen: tuple[str, ...]) -> str:
    """ "= ?" where one value is chosen: of several the places must be sorted, of one they lie in their order."""
    return "= ?" if len(chosen) == 1 else f"IN ({','.join('?' * len(chosen))})"


def _conditions(query: SearchQuery, own: str) -> tuple[str, list[object]]:
    """What the index `record_found` holds of a record; "+" has SQLite take that one, which is in order."""
    parts = ["newest = 1", f"({' OR '.join(_state(state) for state in query.states) or 'erased_at IS NULL'})"]
    values: list[object] = [own] * sum(state in get_args(Way) for state in query.states)
    if query.projects:
        parts.append(f"+project {_among(query.projects)}")
        values += map(_bound, query.projects)
    by = ["substr(trainer, 1, ?) = ?" for _each in query.trainers] + ["trainer <> ?"] * bool(query.not_by)
    if by:
        parts.append(f"({' OR '.join(by)})")
        for each in map(_bound, query.trainers):
            values += [len(each), each]
        values += [query.not_by] * bool(query.not_by)
    if query.since:
        parts.append("created_at >= ?")
        values.append(_bound(query.since))
    if query.until:
        parts.append("created_at < ?")
        values.append(_bound(query.until))
    return " AND ".join(parts), values


def _state(state: str) -> str:
    """A shown state as a condition, with a place for the profile's trainer in those of the way out; ValueError for a
    word that is none.
    """
    if state == "erased":
        return "erased_at IS NOT NULL"
    if state == "withdrawn":
        return "(erased_at IS NULL AND kind = 'withdrawal')"
    if state not in get_args(Way):
        raise ValueError(f"{state!r} is none of {', '.join(get_args(State))}")
    return f"(erased_at IS NULL AND kind = 'judgement' AND state = '{state}' AND trainer = ?)"
