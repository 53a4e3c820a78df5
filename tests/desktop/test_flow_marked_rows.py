"""Which rows are marked, before and after a search: the same records, whatever came, went or has another version."""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterable
from itertools import pairwise

from desktop.flow.marked_rows import STRIDE, Marked


def rows(ranges: Iterable[tuple[int, int]]) -> list[int]:
    return [row for first, last in ranges for row in range(first, last + 1)]


def nothing_asked(places: Iterable[int]) -> list[int]:
    raise AssertionError(f"{list(places)} stand where they stood")


def test_what_is_marked_is_counted_and_taken_by_its_rows() -> None:
    marked = Marked(array("q", [9, 7, 5, 3, 1]), ((0, 1), (3, 3)))
    assert marked.count == 3 and list(marked.taken) == [9, 7, 3]
    assert Marked(array("q", [9])).count == 0


def test_no_place_is_asked_for_while_all_marked_records_stand_at_theirs() -> None:
    places = array("q", [9, 7, 5, 3, 1])
    assert Marked(places, ((0, 4),)).among(places, nothing_asked) == ((0, 4),)
    more = array("q", [11, 9, 7, 6, 5, 3, 1])
    assert Marked(places, ((0, 4),)).among(more, nothing_asked) == ((1, 2), (4, 6))
    assert Marked(places, ((1, 2),)).among(more, nothing_asked) == ((2, 2), (4, 4))


def test_only_what_stands_elsewhere_is_asked_for() -> None:
    asked: list[int] = []

    def newest(places: Iterable[int]) -> list[int]:
        asked.extend(places)
        return [12]

    marked = Marked(array("q", [9, 7, 5, 3, 1]), ((0, 4),))
    assert marked.among(array("q", [12, 9, 5, 3, 1]), newest) == ((0, 4),)
    assert asked == [7]


def test_what_is_not_found_any_more_is_not_marked() -> None:
    marked = Marked(array("q", [9, 7, 5]), ((0, 2),))
    assert marked.among(array("q", [9, 5]), lambda _places: [20]) == ((0, 1),)
    assert marked.among(array("q"), lambda _places: []) == ()


def test_whatever_comes_and_goes_the_same_records_are_marked() -> None:
    chance = random.Random(4)
    for _round in range(300):
        places = sorted(chance.sample(range(60), chance.randint(1, 30)), reverse=True)
        chosen = {place for place in places if chance.random() < chance.choice((0.1, 0.5, 0.95))}
        moved = {place: 60 + number for number, place in enumerate(places) if chance.random() < 0.1}
        found = sorted({moved.get(place, place) for place in places} | set(chance.sample(range(60), 5)) - set(moved))
        found.reverse()
        ranges = tuple((row, row) for row, place in enumerate(places) if place in chosen)
        now = Marked(array("q", places), ranges).among(array("q", found), lambda gone, m=moved: [m[p] for p in gone])
        wanted = {moved.get(place, place) for place in chosen}
        assert [found[row] for row in rows(now)] == [place for place in found if place in wanted]


def test_among_very_many_the_same_records_are_marked_wherever_something_came_or_went() -> None:
    """What is alike is passed over many rows at a time: what differs stands at the edges of such a lot, and inside."""
    chance = random.Random(9)
    count = 4 * STRIDE
    places = list(range(2 * count, 0, -2))
    edges = [place for lot in range(5) for place in range(2 * lot * STRIDE - 4, 2 * lot * STRIDE + 5)]
    for _round in range(60):
        differ = set(chance.sample(edges, 4)) | set(chance.sample(range(2 * count), chance.choice((0, 2, 300))))
        found = sorted(set(places) ^ differ, reverse=True)
        cuts = sorted(chance.sample(range(count), 6))
        ranges = tuple(zip(cuts[::2], cuts[1::2], strict=True))
        now = Marked(array("q", places), ranges).among(array("q", found), lambda _gone: [])
        marked = {places[row] for row in rows(ranges)}
        assert [found[row] for row in rows(now)] == [place for place in found if place in marked]
        assert all(before[1] + 1 < after[0] for before, after in pairwise(now)), "neighbours are one"
