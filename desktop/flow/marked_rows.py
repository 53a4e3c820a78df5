"""Which rows of a list of records are marked, and which they are once the list was searched anew.

Everything here may be done on a thread: 100,000 marked records are told in some milliseconds, of which a window would
have none to give. Must not know Qt, nor how a list is shown.
"""

from __future__ import annotations

import operator
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

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
        marked = set(self.taken)
        gone = marked.difference(found)
        if gone:
            marked -= gone
            marked.update(newest(gone))
        others = set(found).difference(marked)  # the fewer ones are looked for: a loop in Python holds up the window
        if len(others) < len(marked):
            return _between(_rows(found, others), len(found))
        return _ranges(_rows(found, marked))


def _rows(found: array[int], places: Iterable[int]) -> list[int]:
    """The rows of these places, as far as they are among those found, newest first."""
    looked = ((bisect_left(found, -place, key=operator.neg), place) for place in places)
    return sorted(row for row, place in looked if row < len(found) and found[row] == place)


def _between(rows: Iterable[int], count: int) -> tuple[Range, ...]:
    """All of `count` rows but these, as ranges."""
    edges = [-1, *rows, count]
    return tuple((before + 1, after - 1) for before, after in pairwise(edges) if after - before > 1)


def _ranges(rows: Iterable[int]) -> tuple[Range, ...]:
    """Rows in their order as ranges of neighbours."""
    found: list[Range] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return tuple(found)
