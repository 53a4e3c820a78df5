"""Differences between two texts, word by word. Shown beside a revision, counted in its record."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import Indel, Levenshtein

from feedback_store.records import Edit

Run = tuple[int, int, int, int]  # that differs: first and end in the original's pieces, first and end in the revision's
Kind = Literal["insert", "delete", "replace"]
LONG, MOST_BETWEEN = 7, 5  # pieces: words and the spaces between them
_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Change:
    """One run that differs: spans in code points of the original and of the revision, end exclusive."""

    kind: Kind
    original: tuple[int, int]
    revised: tuple[int, int]


@dataclass(frozen=True)
class WordDiff:
    """All changes in order, and their counts in words (white space is no word)."""

    changes: tuple[Change, ...]
    inserted: int
    deleted: int
    distance: int
    share: float

    @property
    def edit(self) -> Edit:
        """The counts as a record holds them."""
        return Edit(inserted=self.inserted, deleted=self.deleted, distance=self.distance)


@lru_cache(maxsize=8)
def compare(original: str, revised: str) -> WordDiff:
    """Compare two texts by words; `share` is the distance over the longer text's words, 0 to 1.

    Changes stand around the words that both texts have in common, so that one taken out in the middle of a sentence
    does not look as if all that follow were exchanged, which may be the shorter way in the sense of a distance.
    """
    old, new = _pieces(original), _pieces(revised)
    changes: list[Change] = []
    inserted = deleted = 0
    for first, end, begin, stop in _runs([piece for _, piece in old], [piece for _, piece in new]):
        gone, come = _count(old[first:end]), _count(new[begin:stop])
        deleted, inserted = deleted + gone, inserted + come
        start, last = _extent(old, first, end, len(original)), _extent(new, begin, stop, len(revised))
        changes.append(Change("replace" if gone and come else "insert" if begin < stop else "delete", start, last))
    words = (original.split(), revised.split())
    distance = Levenshtein.distance(*words)
    return WordDiff(tuple(changes), inserted, deleted, distance, min(1.0, distance / max(1, *map(len, words))))


def changed_share(before: str, after: str) -> int:
    """How much of a text was changed, in percent of the longer one's words; a change never counts as nothing."""
    found = compare(before, after)
    return max(round(found.share * 100), 1 if found.distance else 0)


def count_words(text: str) -> int:
    """Words as the bench counts them: runs without white space."""
    return len(text.split())


def put_back(original: str, revised: str, change: Change) -> str:
    """The revision with one change undone."""
    start, end = change.revised
    return revised[:start] + original[slice(*change.original)] + revised[end:]


def ends_alike(one: str, other: str) -> tuple[int, int]:
    """How many code points two texts have in common at their beginning, and behind these at their end."""
    most = min(len(one), len(other))
    start = bisect_left(range(1, most + 1), True, key=lambda length: one[:length] != other[:length])
    end = bisect_left(
        range(1, most - start + 1), True, key=lambda length: one[len(one) - length :] != other[len(other) - length :]
    )
    return start, end


def change_at(changes: Sequence[Change], place: int) -> int | None:
    """Which change a place in the revision (code points) stands in or touches; None for none."""
    index = bisect_right(changes, place, key=lambda change: change.revised[0]) - 1
    return index if index >= 0 and place <= changes[index].revised[1] else None


def change_after(changes: Sequence[Change], place: int, *, forward: bool) -> int | None:
    """Which change begins next behind a place in the revision, or last before it, going round; None without changes."""
    if not changes:
        return None
    if forward:
        return bisect_right(changes, place, key=lambda change: change.revised[0]) % len(changes)
    return (bisect_left(changes, place, key=lambda change: change.revised[0]) - 1) % len(changes)


def _runs(old: list[str], new: list[str]) -> list[Run]:
    """What differs, as ranges of pieces of both; two with next to nothing between them are one."""
    ops = (op for op in Indel.opcodes(old, new) if op.tag != "equal")
    runs = ((op.src_start, op.src_end, op.dest_start, op.dest_end) for op in ops)
    beside = _joined(runs, lambda one, other: old[one[1] : other[0]] in ([], [" "]))
    return _joined(beside, lambda one, other: _share_by_chance(one, other, old))


def _joined(runs: Iterable[Run], together: Callable[[Run, Run], bool]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        if joined and together(joined[-1], run):
            before = joined.pop()
            joined.append((before[0], run[1], before[2], run[3]))
        else:
            joined.append(run)
    return joined


def _share_by_chance(one: Run, other: Run, old: list[str]) -> bool:
    """Whether so little is between two long runs that differ that nobody would read it as kept: "of the"."""
    between = old[one[1] : other[0]]
    size = min(max(run[1] - run[0], run[3] - run[2]) for run in (one, other))
    return len(between) <= MOST_BETWEEN and size >= LONG and "\n" not in "".join(between)


def _count(pieces: list[tuple[int, str]]) -> int:
    return sum(not piece.isspace() for _, piece in pieces)


def _pieces(text: str) -> list[tuple[int, str]]:
    return [(match.start(), match.group()) for match in _WORD.finditer(text)]


def _extent(pieces: list[tuple[int, str]], first: int, end: int, length: int) -> tuple[int, int]:
    start = pieces[first][0] if first < len(pieces) else length
    stop = pieces[end][0] if end < len(pieces) else length
    return start, max(start, stop)
