"""A walk through a window by Tab: where it comes to, whether that is seen, and in which order; and back by Shift+Tab.

The order is that of reading: whatever is in one container comes from top to bottom, what stands in one row from the
beginning of a line to its end, and nobody leaves a container before all of it was visited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, pairwise

from painted_text import pixels
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid
from visit import Visit

from desktop.views.parts.focus_ring import ring_target

MOST_STOPS = 400
MOST_INSIDE = 20  # stops of Tab in one widget, if it has several
SEEN_PIXELS = 24  # a text cursor alone has fewer
# Stops that do not come where they stand, and why.
IN_ANOTHER_PLACE = {
    "flagSeverities": "they are chosen at the categories, by arrows or a digit, so Tab goes to the note first",
}


@dataclass
class Walk:
    """Where Tab came to, each stop once, and the names of those at which that could not be seen."""

    stops: list[QWidget] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)
    stayed: int = 0  # times that it stayed at the last of them

    def come_to(self, stop: QWidget) -> None:
        same = stop in self.stops[-1:]
        self.stayed = self.stayed + 1 if same else 0
        if not same:
            self.stops.append(stop)

    @property
    def names(self) -> list[str]:
        return _names(each for each in self.stops if isValid(each))

    @property
    def still_there(self) -> list[QWidget]:
        """The stops but for those that were closed when they were left."""
        return [each for each in self.stops if isValid(each) and each.isVisible()]


def walk(visited: Visit) -> Walk:
    """Press Tab until it is where it has been before."""
    shown, trainer = visited.shown, visited.trainer
    found = Walk()
    for _stop in range(MOST_STOPS):
        focus = trainer.focus
        if focus in found.stops[:-1] or found.stayed == MOST_INSIDE:
            break
        area = around(focus, shown)
        with_focus = shown.grab(area).toImage()
        found.come_to(focus)
        trainer.press(Qt.Key.Key_Tab)
        same_place = trainer.focus is not focus and focus.isVisible() and around(focus, shown) == area
        if same_place and different(with_focus, shown.grab(area).toImage()) < SEEN_PIXELS:
            found.unseen.add(focus.objectName())
    return found


def walk_back(visited: Visit) -> Walk:
    """Press Shift+Tab until it is where it has been before."""
    found = Walk()
    for _stop in range(MOST_STOPS):
        focus = visited.trainer.focus
        if focus in found.stops[:-1] or found.stayed == MOST_INSIDE:
            break
        found.come_to(focus)
        visited.trainer.press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    return found


def not_reversed(there: Walk, back: Walk) -> list[str]:
    """Where the way back is another one; both go round, wherever they begin."""
    went, came = _names(there.still_there), back.names
    wanted = {after: before for before, after in pairwise([*went, *went[:1]])}
    steps = pairwise([*came, *came[:1]])
    wrong = [f"from {one} to {other}, not {wanted.get(one)}" for one, other in steps if wanted.get(one) != other]
    return wrong + [f"never to {each}" for each in went if each not in came]


def out_of_order(stops: Sequence[QWidget]) -> list[str]:
    """Pairs of stops of which the second stands before the first and is come to after it, wherever one has begun.

    Of the stops in two parts of a container only one pair is told.
    """
    chains = {each: _chain(each) for each in stops}
    inside: defaultdict[QWidget, list[QWidget]] = defaultdict(list)
    for each, chain in chains.items():
        for part in chain:
            inside[part].append(each)
    place = cache(lambda part: _place(part, inside[part]))
    wrong: dict[Parts, Parts] = {}
    for one, other in combinations(stops, 2):
        parts = _apart(chains[one], chains[other])
        if parts is None or {one.objectName(), other.objectName()} & set(IN_ANOTHER_PLACE):
            continue
        container, first, second = parts
        mirrored = container.isRightToLeft()
        if _reads_before(place(second), place(first), mirrored=mirrored):
            wrong[one, other] = (first, second)
        if _reads_before(place(first), place(second), mirrored=mirrored):
            wrong[other, one] = (second, first)
    turns = [_told([*stops[at:], *stops[:at]], wrong) for at in range(len(stops))]
    return [f"{one}, {other}" for one, other in min(turns, key=len, default=[])]


Parts = tuple[QWidget, QWidget]


def _told(stops: Sequence[QWidget], wrong: dict[Parts, Parts]) -> list[tuple[str, str]]:
    """Of each two parts the first stops that come in the wrong order when Tab goes this way."""
    found: dict[Parts, tuple[str, str]] = {}
    for one, other in combinations(stops, 2):
        if (one, other) in wrong:
            found.setdefault(wrong[one, other], (one.objectName(), other.objectName()))
    return list(found.values())


def _apart(one: Sequence[QWidget], other: Sequence[QWidget]) -> tuple[QWidget, QWidget, QWidget] | None:
    """The innermost container in two chains, and its parts in which they begin; None where one is inside the other."""
    mine, its = list(one), list(other)
    while mine and its and mine[-1] is its[-1]:
        container = mine.pop()
        its.pop()
    return (container, mine[-1], its[-1]) if mine and its else None


def _chain(widget: QWidget) -> list[QWidget]:
    """A widget and all that it is inside of, the window last."""
    found = [widget]
    while not found[-1].isWindow() and found[-1].parentWidget() is not None:
        found.append(found[-1].parentWidget())
    return found


def _place(part: QWidget, stops: Sequence[QWidget]) -> QRect:
    """Where in its container the stops inside a part of it are, as far as it shows them."""
    container = part.parentWidget()
    frame = QRect(part.mapTo(container, QPoint(0, 0)), part.size())
    place = QRect()
    for each in stops:
        place |= QRect(each.mapTo(container, QPoint(0, 0)), each.size())
    place &= frame
    return frame if place.isEmpty() else place


def _reads_before(one: QRect, other: QRect, *, mirrored: bool) -> bool:
    """Whether somebody who reads comes to `one` first; two that lie over each other have no order."""
    in_one_row = min(one.bottom(), other.bottom()) - max(one.top(), other.top())
    in_one_column = min(one.right(), other.right()) - max(one.left(), other.left())
    if 2 * in_one_row > min(one.height(), other.height()):
        if 2 * in_one_column > min(one.width(), other.width()):
            return False
        return one.center().x() > other.center().x() if mirrored else one.center().x() < other.center().x()
    return one.center().y() < other.center().y()


def _names(widgets: Iterable[QWidget]) -> list[str]:
    return [each.objectName() for each in widgets]


def around(widget: QWidget, shown: QWidget) -> QRect:
    """A widget's place in the window, with its ring, which may go around the card; the part of it that is in sight."""
    ringed = ring_target(widget) or widget
    place = QRect(ringed.mapTo(shown, QPoint(0, 0)), ringed.size()).adjusted(-4, -4, 4, 4)
    return place.intersected(shown.rect())


def different(one: QImage, other: QImage) -> int:
    """How many pixels two pictures of one size do not have in common."""
    return int((pixels(one) != pixels(other)).sum())
