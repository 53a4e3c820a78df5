"""Words at the left, what can be done at the right, in one line; in as many as they need where the width is short.

So nothing in it is ever cut, however large the text and however long the language. Must not know what stands in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.theme import current_theme

_GAP = 8


class WrappingRow(QWidget):
    """First its parts give up what they can (a key in a button, the end of a name), then those at the right go below.

    A line has a button's height, also one of words only. A part that folds (at most as wide as it asks for, and higher
    where it is narrower) does so only where it stands alone in its line. `longest` says how far from the left those at
    the right may stand, for a row over a text whose lines are not as wide as the window.
    """

    def __init__(
        self,
        *left: QWidget,
        right: Sequence[QWidget] = (),
        side: int = 0,
        longest: Callable[[], int] | None = None,
    ) -> None:
        super().__init__()
        self._longest = longest
        self._left, self._right, self._side = list(left), list(right), side
        for each in (*left, *right):
            each.setParent(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """What stands in it, as it is read."""
        return (*self._left, *self._right)

    def show_left(self, parts: Sequence[QWidget]) -> None:
        """Other parts at the left, seen at once; those that were there stay with whoever gave them."""
        for each in parts:
            if each.parentWidget() is not self:
                each.setParent(self)
                each.show()
        self._left = list(parts)
        self._fit()

    def sizeHint(self) -> QSize:
        shown = _shown((*self._left, *self._right))
        width = sum(each.sizeHint().width() + _GAP for each in shown) - _GAP + 2 * self._side
        return QSize(max(0, width), self._line_height())

    def minimumSizeHint(self) -> QSize:
        widest = max((_least(each) for each in _shown((*self._left, *self._right))), default=0)
        return QSize(widest + 2 * self._side, self.heightForWidth(self.width()))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        heights = [self._line_height()]
        heights = [height for _parts, _widths, height in self._laid(width)] or heights
        return sum(heights) + (len(heights) - 1) * _GAP

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.LayoutDirectionChange, QEvent.Type.StyleChange):
            self._fit()
        return done

    def _fit(self) -> None:
        self.updateGeometry()
        self._place()

    def _width(self, width: int) -> int:
        """How much of its width it uses."""
        return width if self._longest is None else min(width, self._longest() + 2 * self._side)

    def _line_height(self) -> int:
        tallest = max((_height(each) for each in _shown((*self._left, *self._right))), default=0)
        return max(current_theme().grown("control"), tallest)

    def _lines(self, width: int) -> list[tuple[list[QWidget], list[QWidget]]]:
        """What stands at the left and at the right of each line."""
        left, right = _shown(self._left), _shown(self._right)
        room = self._width(width) - 2 * self._side
        if _needed([*left, *right]) <= room:
            return [(left, right)] if left or right else []
        return [*((line, []) for line in _filled(left, room)), *(([], line) for line in _filled(right, room))]

    def _place(self) -> None:
        whole, top = self._width(self.width()), 0
        for (left, right), widths, height in self._laid(self.width()):
            x = self._side
            for each in left:
                self._put(each, x, top, widths[each], height)
                x += widths[each] + _GAP
            x = whole - self._side - sum(widths[each] + _GAP for each in right) + _GAP
            for each in right:
                self._put(each, x, top, widths[each], height)
                x += widths[each] + _GAP
            top += height + _GAP

    def _laid(self, width: int) -> list[tuple[tuple[list[QWidget], list[QWidget]], dict[QWidget, int], int]]:
        """Each line: what stands in it, how wide each part becomes, and how high the line."""
        found = []
        for left, right in self._lines(width):
            widths = _widths([*left, *right], self._width(width) - 2 * self._side)
            folded = (each.heightForWidth(widths[each]) for each in widths if _folds(each))
            found.append(((left, right), widths, max(self._line_height(), *folded, 0)))
        return found

    def _put(self, part: QWidget, x: int, top: int, width: int, height: int) -> None:
        own = min(height, part.heightForWidth(width) if _folds(part) else _height(part))
        place = QRect(x, top + (height - own) // 2, width, own)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            place.moveLeft(self.width() - x - width)
        part.setGeometry(place)


def _shown(parts: Sequence[QWidget]) -> list[QWidget]:
    return [each for each in parts if not each.isHidden()]


def _height(part: QWidget) -> int:
    """The height that it has: a style's least is not in what a small button says of itself."""
    return max(part.sizeHint().height(), part.minimumHeight())


def _least(part: QWidget) -> int:
    """The width below which something of it would be cut."""
    return max(part.minimumSizeHint().width(), part.minimumWidth())


def _folds(part: QWidget) -> bool:
    policy = part.sizePolicy()
    return policy.hasHeightForWidth() and policy.horizontalPolicy() == QSizePolicy.Policy.Maximum


def _unfolded(part: QWidget) -> int:
    """The width below which it would be cut, or folded."""
    return part.sizeHint().width() if _folds(part) else _least(part)


def _needed(parts: Sequence[QWidget]) -> int:
    return sum(_unfolded(each) + _GAP for each in parts) - _GAP


def _filled(parts: Sequence[QWidget], room: int) -> list[list[QWidget]]:
    """Parts in lines, each line as full as it can be."""
    lines: list[list[QWidget]] = []
    for each in parts:
        if lines and _needed([*lines[-1], each]) <= room:
            lines[-1].append(each)
        else:
            lines.append([each])
    return lines


def _widths(parts: Sequence[QWidget], room: int) -> dict[QWidget, int]:
    """How wide each becomes: at least what it needs, then what it would like; who wants least is served first."""
    found = {each: min(_unfolded(each), room) for each in parts}
    rest = room - _needed(parts)
    most = {each: min(max(each.sizeHint().width(), found[each]), each.maximumWidth()) for each in parts}
    for each in sorted(parts, key=lambda part: most[part] - found[part]):
        more = min(max(0, rest), most[each] - found[each])
        found[each] += more
        rest -= more
    return found
