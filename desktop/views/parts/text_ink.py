"""Paints what lies under and over the text of a QTextEdit: tints, underlines in lanes, strokes through words.

Ranges are UTF-16 places in the document. Rectangles come from the lines of the layout and are kept until text,
width or fonts change. QTextEdit's own ExtraSelections cannot paint two lines, a box or a thickness.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTextBlock, QTextCursor, QTextDocument, QTextLine
from PySide6.QtWidgets import QTextEdit

from desktop.theme.theme import current_theme
from desktop.theme.tokens import Pattern
from desktop.views.parts.underlines import draw_box, draw_corners, draw_count, draw_underline

REACH = 24.0  # how far a line may be painted below or above its box


@dataclass(frozen=True)
class Stroke:
    """How one range is painted; `lane` None paints no line, `through` paints a line through the words.

    With `above` the line stands over the words in place of under them. `count` is how many ranges have no lane: it is
    written in place of their lines.
    """

    start: int
    end: int
    ground: QColor | None
    line: QColor | None = None
    pattern: Pattern | Literal["through", "corners"] = "solid"
    lane: int | None = 0
    above: bool = False
    count: int = 0


@dataclass(frozen=True)
class LineBox:
    """A stretch of one line, in the document's coordinates; `block_bottom` ends its paragraph."""

    left: float
    right: float
    baseline: float
    top: float
    bottom: float
    block: int
    block_bottom: float


Seen = list[tuple[Stroke, list[LineBox]]]  # each stroke that is seen, with the boxes of it that are


class TextInk(QObject):
    """Belongs to one text view, which calls `paint_under`, paints its text, and gives what came to `paint_over`."""

    def __init__(self, view: QTextEdit) -> None:
        super().__init__(view)
        self._view = view
        self._strokes: tuple[Stroke, ...] = ()
        self._known: dict[tuple[int, int], list[LineBox]] = {}
        self._width = -1.0
        view.document().contentsChange.connect(self._on_change)

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        return self._strokes

    def set_strokes(self, strokes: Sequence[Stroke]) -> None:
        """Paint these from now on; longer ones first, so that the shorter lie on top."""
        self._strokes = tuple(strokes)
        wanted = {(stroke.start, stroke.end) for stroke in self._strokes}
        self._known = {each: boxes for each, boxes in self._known.items() if each in wanted}
        self._view.viewport().update()

    @Slot()
    def forget(self) -> None:
        """All of the layout has changed."""
        self._known.clear()

    @Slot(int, int, int)
    def _on_change(self, place: int, _removed: int, _added: int) -> None:
        """The layout has changed from here on; a growing text leaves what stands above as it is."""
        start = self._view.document().findBlock(place).position()
        for known in [each for each in self._known if each[1] > start]:
            del self._known[known]

    def boxes(self, strokes: Sequence[Stroke] | None = None) -> list[list[LineBox]]:
        """The boxes of each stroke, or of some of them, in the document's coordinates."""
        document = self._view.document()
        if document.textWidth() != self._width:
            self._width = document.textWidth()
            self.forget()
        wanted = [(stroke.start, stroke.end) for stroke in (self._strokes if strokes is None else strokes)]
        for each in wanted:
            if each not in self._known:
                self._known[each] = line_boxes(document, *each)
        return [self._known[each] for each in wanted]

    def seen(self, among: Sequence[Stroke] | None = None) -> Seen:
        """Each stroke that the viewport shows something of, with the boxes of it that are shown."""
        view = self._view
        top = view.verticalScrollBar().value()
        bottom = top + view.viewport().height()
        reach = round(REACH)
        begin = view.cursorForPosition(QPoint(0, -reach))
        begin.movePosition(QTextCursor.MoveOperation.StartOfLine)
        end = view.cursorForPosition(QPoint(0, view.viewport().height() + reach))
        end.movePosition(QTextCursor.MoveOperation.EndOfLine)
        first, last = begin.position(), end.position() + 1
        near = [each for each in (self._strokes if among is None else among) if each.start < last and each.end > first]
        return [
            (stroke, [box for box in boxes if box.bottom + REACH > top and box.top - REACH < bottom])
            for stroke, boxes in zip(near, self.boxes(near), strict=True)
        ]

    def paint_under(self, height: int) -> Seen:
        """Tints and boxes' grounds, down to `height` of the viewport; call before the text is painted.

        What is seen of the strokes, for `paint_over`: looking for it takes longer than painting it.
        """
        seen = self.seen() if self._strokes else []
        if not seen:
            return seen
        painter = self._painter(height)
        above, below = tint_reach()
        for stroke, boxes in seen:
            if stroke.ground is None:
                continue
            for box in boxes:
                rect = QRectF(box.left, box.baseline - above, box.right - box.left, above + below)
                painter.fillRect(rect, stroke.ground)
        painter.end()
        return seen

    def paint_over(self, height: int, seen: Seen) -> None:
        """Lines, down to `height` of the viewport; call after the text is painted."""
        if not seen:
            return
        painter = self._painter(height)
        paint = current_theme().tokens.paint
        scale = max(1.0, current_theme().zoom)
        above, below = tint_reach()
        for stroke, boxes in seen:
            if stroke.line is None or stroke.lane is None:
                continue
            for box in boxes:
                y = box.baseline + (paint["lane-first"] + paint["lane-pitch"] * stroke.lane) * scale
                if stroke.count:
                    draw_count(painter, stroke.count, box.left, y, stroke.line)
                    break  # once, where they begin
                if stroke.pattern == "through":
                    middle = box.baseline - _x_height() / 2
                    draw_underline(painter, "solid", box.left, box.right, middle - 0.75, stroke.line)
                elif stroke.pattern == "box":
                    rect = QRectF(box.left - 1, box.baseline - above, box.right - box.left + 2, above + below)
                    draw_box(painter, rect, stroke.line)
                elif stroke.pattern == "corners":
                    rect = QRectF(box.left - 2, box.baseline - above, box.right - box.left + 4, above + below)
                    draw_corners(painter, rect, stroke.line)
                elif stroke.above:
                    y = box.baseline - above - paint["lane-pitch"] * stroke.lane * scale
                    draw_underline(painter, stroke.pattern, box.left, box.right, y - 0.5, stroke.line)
                else:
                    draw_underline(painter, stroke.pattern, box.left, box.right, y - 0.5, stroke.line)
        painter.end()

    def _painter(self, height: int) -> QPainter:
        view = self._view
        painter = QPainter(view.viewport())
        painter.setClipRect(0, 0, view.viewport().width(), height)
        painter.translate(-view.horizontalScrollBar().value(), -view.verticalScrollBar().value())
        return painter


def line_boxes(
    document: QTextDocument, start: int, end: int, corner: Callable[[QTextBlock], QPointF] | None = None
) -> list[LineBox]:
    """Where the range [start, end) stands, a box a line; in mixed direction, a box a run.

    `corner` gives the place of a block, for views whose layout does not know it.
    """
    found: list[LineBox] = []
    layout = document.documentLayout()
    block = document.findBlock(start)
    while block.isValid() and block.position() < end:
        around = layout.blockBoundingRect(block)
        if corner is not None:
            around.moveTopLeft(corner(block))
        first = max(start, block.position()) - block.position()
        last = min(end, block.position() + block.length() - 1) - block.position()
        if last > first:
            lines = block.layout()
            text = block.text()
            units = text.encode("utf-16-le", "surrogatepass")
            mixed = has_right_to_left(text)
            for index in range(lines.lineForTextPosition(first).lineNumber(), lines.lineCount()):
                line = lines.lineAt(index)
                if line.textStart() >= last:
                    break
                begin = max(first, line.textStart())
                stop = min(last, _end_of_words(units, line))
                if stop > begin:
                    found.extend(_boxes_in_line(block, line, begin, stop, around, mixed=mixed))
        block = block.next()
    return found


def assign_lanes(ranges: Sequence[tuple[int, int]], lanes: int) -> list[int | None]:
    """The lane of each range: shorter ones nearer to the text; None where every lane is taken."""
    taken: list[tuple[int, int, int]] = []
    result: list[int | None] = [None] * len(ranges)
    for index in sorted(range(len(ranges)), key=lambda i: (ranges[i][1] - ranges[i][0], ranges[i][0], i)):
        start, end = ranges[index]
        busy = {lane for other_start, other_end, lane in taken if other_start < end and start < other_end}
        free = next((lane for lane in range(lanes) if lane not in busy), None)
        result[index] = free
        if free is not None:
            taken.append((start, end, free))
    return result


def without_lane(ranges: Sequence[tuple[int, int]], lanes: Sequence[int | None]) -> list[tuple[int, int, int]]:
    """The stretches over which ranges without a lane lie upon one another, each with how many there are."""
    left = sorted(each for each, lane in zip(ranges, lanes, strict=True) if lane is None and each[0] < each[1])
    found: list[tuple[int, int, int]] = []
    for start, end in left:
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end), found[-1][2] + 1)
        else:
            found.append((start, end, 1))
    return found


def has_right_to_left(text: str) -> bool:
    """Whether any character runs from right to left, so that a range may stand in several places of a line."""
    if text.isascii():
        return False
    return any(
        "\u0590" <= c <= "\u08ff" or "\ufb1d" <= c <= "\ufefc" or "\U00010800" <= c <= "\U0001efff" for c in text
    )


def _end_of_words(units: bytes, line: QTextLine) -> int:
    """Where a line's words end, in UTF-16 `units`: the space at which it was broken is neither tinted nor lined."""
    end = line.textStart() + line.textLength()
    if end * 2 >= len(units):
        return end
    while end > line.textStart() + 1 and units[end * 2 - 2 : end * 2] == b" \0":
        end -= 1
    return end


def _boxes_in_line(
    block: QTextBlock, line: QTextLine, begin: int, stop: int, around: QRectF, *, mixed: bool
) -> list[LineBox]:
    x, top = around.x(), around.y() + line.y()
    stretches = _runs(line, begin, stop) if mixed else [_ordered(_x(line, begin), _x(line, stop))]
    return [
        LineBox(
            left=x + left,
            right=x + right,
            baseline=top + line.ascent(),
            top=top,
            bottom=top + line.height(),
            block=block.blockNumber(),
            block_bottom=around.bottom(),
        )
        for left, right in stretches
        if right > left
    ]


def _runs(line: QTextLine, begin: int, stop: int) -> list[tuple[float, float]]:
    """Visual stretches of a logical range, by where its glyphs stand, joined where they touch.

    A caret's place will not do: where the direction changes, Qt gives the one at the end of the run before.
    """
    glyphs = [run.boundingRect() for run in line.glyphRuns(begin, stop - begin)]
    pieces = sorted((glyph.left(), glyph.left() + glyph.width()) for glyph in glyphs)
    joined: list[tuple[float, float]] = []
    for left, right in pieces:
        if joined and left <= joined[-1][1] + 0.5:
            joined[-1] = (joined[-1][0], max(joined[-1][1], right))
        else:
            joined.append((left, right))
    return joined


def _x(line: QTextLine, at: int, edge: QTextLine.Edge = QTextLine.Edge.Leading) -> float:
    place: tuple[float, int] | float = line.cursorToX(at, edge)  # type: ignore[assignment]  # the stub says object
    return place[0] if isinstance(place, tuple) else place


def _ordered(a: float, b: float) -> tuple[float, float]:
    return (a, b) if a <= b else (b, a)


def tint_reach() -> tuple[float, float]:
    """How far tints and boxes reach above the baseline and below it."""
    theme = current_theme()
    paint = theme.tokens.paint
    cap = QFontMetricsF(theme.font("reading")).capHeight()
    return round(cap) + paint["tint-above-cap-height"], paint["tint-below-baseline"]


def _x_height() -> float:
    return QFontMetricsF(current_theme().font("reading")).xHeight()
