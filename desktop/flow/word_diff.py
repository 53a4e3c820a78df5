"""Differences between two texts, word by word. Shown beside a revision, counted in its record."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from feedback_store.records import Edit

Kind = Literal["insert", "delete", "replace"]
MOST_BETWEEN = 3  # words

# Han, Hiragana, Katakana: a character is a word. Thai, Lao, Burmese and Khmer have no spaces either, but their words
# are of several letters, with marks at some: LETTERS of them count as one.
_SIGNS = (
    r"\u3005\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003fffd"
)
_LETTERS = r"\u0e01-\u0e4e\u0e81-\u0ecd\u1000-\u1049\u1780-\u17d3"
_MARKS = r"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3"
LETTERS = 4
_WORD = (
    rf"[^\w\s]*[{_SIGNS}][^\w\s]*"  # with its commas and brackets, as elsewhere
    rf"|(?:[{_LETTERS}][{_MARKS}]*){{1,{LETTERS}}}"
    rf"|[^\s{_SIGNS}{_LETTERS}]+"
)
_UNSPACED = re.compile(rf"[{_SIGNS}{_LETTERS}]")
_WORDS = re.compile(_WORD)
_PIECE = re.compile(rf"{_WORD}|\n\s*")  # words, and breaks of lines with what follows them


@dataclass(frozen=True)
class Change:
    """One run that differs: spans in code points of the original and of the revision, end exclusive."""

    kind: Kind
    original: tuple[int, int]
    revised: tuple[int, int]


@dataclass(frozen=True)
class _Gap:
    """Two ranges that differ, between words in common: `number` of these stand before it. `size` is in words."""

    original: tuple[int, int]
    revised: tuple[int, int]
    number: int
    size: int


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
    from rapidfuzz.distance import Levenshtein  # 7 MB that nobody needs before two texts are compared

    changes = tuple(_trimmed(gap, original, revised) for gap in _gaps(original, revised))
    inserted = sum(count_words(revised[slice(*change.revised)]) for change in changes)
    deleted = sum(count_words(original[slice(*change.original)]) for change in changes)
    words = (_WORDS.findall(original), _WORDS.findall(revised))
    distance = Levenshtein.distance(*words)
    return WordDiff(changes, inserted, deleted, distance, min(1.0, distance / max(1, *map(len, words))))


def changed_share(before: str, after: str) -> int:
    """How much of a text was changed, in percent of the longer one's words; a change never counts as nothing."""
    found = compare(before, after)
    return max(round(found.share * 100), 1 if found.distance else 0)


@lru_cache(maxsize=32)  # every repaint asks about answers that stand, too
def count_words(text: str) -> int:
    """Words as the bench counts them: runs without white space; where people write without it, see above."""
    if text.isascii() or _UNSPACED.search(text) is None:  # at every repaint of a long answer
        return len(text.split())
    return len(_WORDS.findall(text))


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


def _gaps(original: str, revised: str) -> list[_Gap]:
    """What stands between the words that both texts have in common and is not the same; spaces count there only."""
    old, new = _pieces(original), _pieces(revised)
    gaps: list[_Gap] = []
    at, to = 0, 0  # the ends of the last words in common
    for number, (first, begin) in enumerate((*_in_common(old, new), (len(old), len(new)))):
        end = old[first].start() if first < len(old) else len(original)
        stop = new[begin].start() if begin < len(new) else len(revised)
        if original[at:end] != revised[to:stop]:
            size = max(count_words(original[at:end]), count_words(revised[to:stop]))
            gap = _Gap((at, end), (to, stop), number, size)
            if gaps and _share_by_chance(gaps[-1], gap, original):
                before = gaps.pop()
                size += before.size + number - before.number
                gap = _Gap((before.original[0], end), (before.revised[0], stop), number, size)
            gaps.append(gap)
        if first < len(old):
            at, to = old[first].end(), new[begin].end()
    return gaps


def _in_common(old: Sequence[re.Match[str]], new: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """The longest sequence of pieces that both have, by their places."""
    from rapidfuzz.distance import Indel

    for op in Indel.opcodes([piece.group() for piece in old], [piece.group() for piece in new]):
        if op.tag == "equal":
            yield from zip(range(op.src_start, op.src_end), range(op.dest_start, op.dest_end), strict=True)


def _share_by_chance(one: _Gap, other: _Gap, original: str) -> bool:
    """Whether so little is between two longer changes that nobody would read it as kept: "is a", "of the"."""
    between = other.number - one.number
    if between > MOST_BETWEEN or "\n" in original[one.original[1] : other.original[0]]:
        return False
    return between < min(one.size, other.size)


def _trimmed(gap: _Gap, original: str, revised: str) -> Change:
    """The change that a gap is, without the white space at its ends that both texts have."""
    went, came = original[slice(*gap.original)], revised[slice(*gap.revised)]
    start, end = ends_alike(went, came)
    start = min(start, len(went) - len(went.lstrip()))
    end = min(end, len(went) - len(went.rstrip()), len(went) - start)
    kind: Kind = "insert" if not went.strip() else "delete" if not came.strip() else "replace"
    first, begin = gap.original[0] + start, gap.revised[0] + start
    return Change(kind, (first, gap.original[1] - end), (begin, gap.revised[1] - end))


def _pieces(text: str) -> list[re.Match[str]]:
    return list(_PIECE.finditer(text))
