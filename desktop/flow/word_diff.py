"""Differences between two texts, word by word. Shown beside a revision, counted in its record."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import Levenshtein

from feedback_store.records import Edit

Kind = Literal["insert", "delete", "replace"]
_KINDS: dict[str, Kind] = {"insert": "insert", "delete": "delete", "replace": "replace"}
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
    """Compare two texts by words; `share` is the distance over the longer text's words, 0 to 1."""
    old, new = _pieces(original), _pieces(revised)
    changes: list[Change] = []
    inserted = deleted = distance = 0
    for op in Levenshtein.opcodes([p for _, p in old], [p for _, p in new]):
        if op.tag == "equal":
            continue
        gone = sum(not p.isspace() for _, p in old[op.src_start : op.src_end])
        come = sum(not p.isspace() for _, p in new[op.dest_start : op.dest_end])
        deleted, inserted, distance = deleted + gone, inserted + come, distance + max(gone, come)
        change = Change(
            kind=_KINDS[op.tag],
            original=_extent(old, op.src_start, op.src_end, len(original)),
            revised=_extent(new, op.dest_start, op.dest_end, len(revised)),
        )
        changes.append(_joined(changes, change, original))
    words = max(count_words(original), count_words(revised), 1)
    return WordDiff(tuple(changes), inserted, deleted, distance, min(1.0, distance / words))


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


def _joined(changes: list[Change], change: Change, original: str) -> Change:
    """`change`, joined with the one before it when only a space stands between them."""
    if not changes:
        return change
    before = changes[-1]
    between = original[before.original[1] : change.original[0]]
    if between not in ("", " "):
        return change
    changes.pop()
    return Change(
        kind=before.kind if before.kind == change.kind else "replace",
        original=(before.original[0], change.original[1]),
        revised=(before.revised[0], change.revised[1]),
    )


def _pieces(text: str) -> list[tuple[int, str]]:
    return [(match.start(), match.group()) for match in _WORD.finditer(text)]


def _extent(pieces: list[tuple[int, str]], first: int, end: int, length: int) -> tuple[int, int]:
    start = pieces[first][0] if first < len(pieces) else length
    stop = pieces[end][0] if end < len(pieces) else length
    return start, max(start, stop)
