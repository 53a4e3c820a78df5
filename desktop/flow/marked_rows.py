"""Which rows of a list of records are marked, and which they are once the list was searched anew.

Everything here may be done on a thread: 100,000 marked records are told in some milliseconds, of which a window would
have none to give. Must not know Qt, nor how a list is shown.
"""

from __future__ import annotations

import operator
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

STRIDE = 512  # rows that are compared in one go
Range = tuple[int, int]  # of rows, the first and the last


@dataclass(frozen=True)
class Marked:
    """The rows that are marked in a list of these places."""

    places: array[int]
    ranges: tuple[Range, ...] = ()

    @property
    def count(self) -> int:
        """How many rows."""
        return sum(last - first + 1 for first, last in self.ranges)

    @property
    def taken(self) -> array[int]:
        """The places of the records in these rows."""
        found = array("q")
        for first, last in self.ranges:
            found += self.places[first : last + 1]
        return found

    def among(self, found: array[int], newest: Callable[[Iterable[int]], Iterable[int]]) -> tuple[Range, ...]:
        """The rows of the same records in what was found anew; `newest` gives the places of their newest revisions.

        Only those are asked for that do not stand at their places any more.
        """
        if self.places == found:
            return self.ranges
        gone, came = _differences(self.places, found)
        ranges = list(_moved(self.ranges, gone, came))
        left = [self.places[row] for row in gone if self._marks(row)]
        if left:
            ranges += ((row, row) for row in _rows(found, newest(left)))
        return _joined(sorted(ranges))

    def _marks(self, row: int) -> bool:
        at = bisect_right(self.ranges, row, key=operator.itemgetter(0)) - 1
        return at >= 0 and row <= self.ranges[at][1]


def _differences(before: array[int], now: array[int]) -> tuple[list[int], list[int]]:
    """The rows of places that are there no more, and those of places that are new; both stand newest first.

    What is alike is passed over many rows at a time: a set of 100,000 keeps the interpreter from the window for 5 ms.
    """
    gone: list[int] = []
    came: list[int] = []
    old = new = 0
    while old < len(before) and new < len(now):
        if before[old : old + STRIDE] == now[new : new + STRIDE]:
            old, new = old + STRIDE, new + STRIDE
            continue
        while old < len(before) and new < len(now) and before[old] == now[new]:
            old, new = old + 1, new + 1
        if old == len(before) or new == len(now):
            break
        if before[old] > now[new]:
            gone.append(old)
            old += 1
        else:
            came.append(new)
            new += 1
    gone += range(old, len(before))
    came += range(new, len(now))
    return gone, came


def _moved(ranges: Iterable[Range], gone: list[int], came: list[int]) -> Iterator[Range]:
    """Where rows stand once those that are `gone` were taken out, and those that `came` put in, which are not marked.

    In between they are counted without both: a row that came stands before the one that `before` says so.
    """
    before = [row - at for at, row in enumerate(came)]
    for first, last in ranges:
        start, end = first - bisect_left(gone, first), last + 1 - bisect_left(gone, last + 1)
        if start == end:
            continue
        inside = before[bisect_right(before, start) : bisect_left(before, end)]
        for one, next_one in pairwise((start, *dict.fromkeys(inside), end)):
            pushed = bisect_right(before, one)
            yield one + pushed, next_one - 1 + pushed


def _rows(found: array[int], places: Iterable[int]) -> list[int]:
    """The rows of these places, as far as they are among those found, newest first."""
    looked = ((bisect_left(found, -place, key=operator.neg), place) for place in places)
    return sorted(row for row, place in looked if row < len(found) and found[row] == place)


def _joined(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Ranges in their order, neighbours as one."""
    found: list[Range] = []
    for first, last in ranges:
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)
