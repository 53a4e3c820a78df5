"""An answer as it is judged: source text with flagged spans, marks in the gutter, and a caret for the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMargins, QPoint, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from desktop.flow.flag_signs import FlagSign
from desktop.flow.text_offsets import to_code_points, to_utf16
from desktop.theme.theme import current_theme
from desktop.views.parts.found_marks import FoundRange, found_strokes
from desktop.views.parts.gutter import Anchor, Gutter, place_marks
from desktop.views.parts.markdown_colours import MarkdownColours
from desktop.views.parts.measure import Measure
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.sealed_text import SealedText
from desktop.views.parts.text_ink import Stroke, assign_lanes, without_lane
from desktop.views.parts.underlines import count_lanes, mark_size
from desktop.views.parts.whole_lines import whole_height

INSET = 12
GUTTER = 36
BESIDE_A_MARK = 1  # px at least on each side


@dataclass(frozen=True)
class PaintedSpan:
    """A flagged range in code points of the source; `current` is the one chosen in the list of flags.

    `by` stands on the mark where several people's flags are shown; with `above` the line stands over the words. `sign`
    is what the rubric gives the category, `words` are all that the flag says.
    """

    start: int
    end: int
    category: str
    severity: int | None = None
    current: bool = False
    by: str = ""
    above: bool = False
    sign: FlagSign | None = None
    words: str = ""


class AnswerText(SealedText):
    """Arrow keys move the caret, Shift extends the selection. Signals carry the index of a span as it was set."""

    span_activated = Signal(int)
    list_asked = Signal(int)  # a mark "+n" was pressed: the first span behind it
    _colours: MarkdownColours | None = None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spans: tuple[PaintedSpan, ...] = ()
        self._ranges: list[tuple[int, int]] = []  # of the spans, in UTF-16 units
        self._found: tuple[FoundRange, ...] = ()
        self._writing = False
        self._beside = 0  # px of the gutter
        self.measure = Measure(self)
        self._gutter = Gutter(self)
        self._keep_room()
        self.measure.kept.connect(self._place_gutter)
        self._gutter.pressed.connect(self.span_activated)
        self._gutter.more_pressed.connect(self.list_asked)
        self.filled.connect(self._paint_spans)
        self._colours = MarkdownColours(self.document())
        self._settle = QTimer(self, interval=0, singleShot=True)
        self._settle.timeout.connect(self._on_settled)
        self.verticalScrollBar().valueChanged.connect(self._show_marks)
        self.document().documentLayout().documentSizeChanged.connect(self._on_size)

    @property
    def spans(self) -> tuple[PaintedSpan, ...]:
        return self._spans

    @property
    def gutter(self) -> Gutter:
        return self._gutter

    def set_spans(self, spans: Sequence[PaintedSpan]) -> None:
        """Paint these spans; empty or impossible ranges paint nothing."""
        if tuple(spans) == self._spans:
            return
        self._spans = tuple(spans)
        self._keep_room()
        self._paint_spans()

    def set_found(self, found: Sequence[FoundRange]) -> None:
        """Mark these places as found: corners around them, less than a flag."""
        if tuple(found) != self._found:
            self._found = tuple(found)
            self._paint_spans()

    def set_writing(self, writing: bool) -> None:
        """Whether text still comes: a block stands at its end."""
        if writing != self._writing:
            self._writing = writing
            self.viewport().update()

    def set_text(self, text: str, masks: Sequence[tuple[int, int]] | None = None) -> None:
        """Show another text; spans stay those that were set."""
        super().set_text(text, masks)
        if self._spans or self._found or self.ink.strokes:
            self._paint_spans()

    def clear_all(self) -> None:
        """No text, and nothing painted over it."""
        self._spans, self._found, self._blackouts = (), (), ()
        self.set_writing(False)
        self.set_text("", ())

    def span_at(self, place: int) -> int | None:
        """The index of the innermost span at a place in code points."""
        over = [i for i, span in enumerate(self._spans) if span.start <= place < span.end]
        return min(over, key=lambda i: self._spans[i].end - self._spans[i].start, default=None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_gutter()
        self._settle.start()  # several sizes may follow one another; each asked for its marks is laid out anew

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            place = self.cursorForPosition(event.position().toPoint()).position()
            index = self.span_at(to_code_points(self.text(), place))
            if index is not None:
                self.span_activated.emit(index)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._writing:
            self._paint_writing()

    def _take_theme(self) -> None:
        super()._take_theme()
        if self._colours is not None:
            self._colours.renew()
            self._keep_room()
            self._paint_spans()

    def _keep_room(self) -> None:
        """The gutter has room for its widest mark, with text as large as it is: for one without a name at least."""
        widest = max(mark_size(by).width() for by in {"", *(span.by for span in self._spans)})
        beside = max(GUTTER + INSET, widest + 2 * BESIDE_A_MARK)
        if beside != self._beside:
            self._beside = beside
            self.measure.keep(QMargins(INSET, 0, beside, 8))

    @Slot()
    def _place_gutter(self) -> None:
        view = self.viewport().geometry()
        self._gutter.setGeometry(view.right() + 1, view.top(), self._beside, view.height())

    @Slot()
    def _paint_spans(self) -> None:
        theme = current_theme()
        length = len(self.text())
        strokes: list[Stroke] = []
        lanes = self._lanes()
        for span, lane in zip(self._spans, lanes, strict=True):
            look = theme.flag(span.category, span.sign)
            start = to_utf16(self.text(), min(span.start, length))
            end = to_utf16(self.text(), min(span.end, length))
            ground = look.strong if span.current else look.tint
            strokes.append(Stroke(start, end, ground, look.line, look.pattern, lane, span.above))
        self._ranges = [(stroke.start, stroke.end) for stroke in strokes]
        # Longer tints first, so that a span inside another is seen on top of it; the current one above all.
        order = sorted(range(len(strokes)), key=lambda i: (self._spans[i].current, strokes[i].start - strokes[i].end))
        most, ink = theme.tokens.paint["lanes-max"], theme.colour("text-secondary")
        counts = [
            Stroke(start, end, None, ink, lane=most, count=count)
            for start, end, count in without_lane(self._ranges, lanes)
        ]
        self.ink.set_strokes([*(strokes[i] for i in order), *counts, *found_strokes(self.text(), self._found)])
        self.set_lanes_of_blocks(self._lanes_of_blocks([*strokes, *counts]))
        self._show_marks()

    def _lanes(self) -> list[int | None]:
        """The lane of each span; those over the words have lanes of their own."""
        paint = current_theme().tokens.paint
        lanes: list[int | None] = [None] * len(self._spans)
        for above in (False, True):
            most = paint["lanes-above" if above else "lanes-max"]
            chosen = [index for index, span in enumerate(self._spans) if span.above is above]
            found = assign_lanes([(self._spans[index].start, self._spans[index].end) for index in chosen], most)
            for index, lane in zip(chosen, found, strict=True):
                lanes[index] = lane
        return lanes

    def _lanes_of_blocks(self, strokes: Sequence[Stroke]) -> dict[int, int]:
        """How many lanes lie below the lines of a block, for those with more than two."""
        found: dict[int, int] = {}
        for stroke in strokes:
            if stroke.lane is None or stroke.above or stroke.end <= stroke.start:
                continue
            lanes = stroke.lane + (count_lanes() if stroke.count else 1)
            first = self.document().findBlock(stroke.start).blockNumber()
            last = self.document().findBlock(stroke.end - 1).blockNumber()
            for number in range(first, last + 1) if lanes > 2 else ():
                found[number] = max(lanes, found.get(number, 0))
        return found

    @Slot()
    def _on_size(self) -> None:
        self._settle.start()

    @Slot()
    def _on_settled(self) -> None:
        self._show_marks()

    @Slot()
    def _show_marks(self) -> None:
        """Place the marks of all spans down to a little below what is in sight: the rest need not be laid out yet."""
        line, view = current_theme().line_px("reading"), self.viewport()
        height = float(mark_size().height())
        near = self.cursorForPosition(QPoint(view.width(), 2 * view.height())).position()
        strokes = [stroke for stroke in self.ink.strokes if stroke.start <= near]
        boxes_of = {
            (stroke.start, stroke.end): boxes for stroke, boxes in zip(strokes, self.ink.boxes(strokes), strict=True)
        }
        anchors: list[Anchor] = []
        for index, span in enumerate(self._spans):
            boxes = boxes_of.get(self._ranges[index])
            if not boxes:
                continue
            top = boxes[0].baseline - line * 0.8 + (line - height) / 2
            bottom = boxes[0].block_bottom
            place = max(0.0, round(top))
            anchors.append(
                Anchor(index, place, bottom, span.category, span.severity, span.current, span.by, span.sign, span.words)
            )
        bar = self.verticalScrollBar()
        marks = place_marks(anchors, height, bar.maximum() + view.height())
        self._gutter.show_marks(marks, bar.value(), whole_height(self))

    def _paint_writing(self) -> None:
        end = QTextCursor(self.document())
        end.movePosition(QTextCursor.MoveOperation.End)
        rect = self.cursorRect(end)
        height = current_theme().font_px("reading")
        painter = QPainter(self.viewport())
        block = QRectF(rect.left() + 1, rect.center().y() - height / 2, 7, height)
        painter.fillRect(block, current_theme().colour("accent"))
        painter.end()
