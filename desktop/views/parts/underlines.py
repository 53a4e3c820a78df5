"""The seven underline patterns of the flag categories, and the mark with letter and severity.

A category is told by colour, pattern and letter together, so that nothing hangs on colour alone.
"""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.flow.flag_signs import FlagSign
from desktop.theme.theme import FlagLook, current_theme
from desktop.theme.tokens import Pattern
from desktop.views.parts.paint_guard import guarded

MARK_WIDTH = 28
CORNER = 4  # how long the arms of a corner are


def draw_underline(painter: QPainter, pattern: Pattern, left: float, right: float, y: float, colour: QColor) -> None:
    """Draw one line of a span's underline with its top at `y`; `box` is drawn by `draw_box`."""
    paint = current_theme().tokens.paint
    spec = paint[pattern]
    painter.save()
    if pattern == "wave":
        _draw_wave(painter, left, right, y, colour, spec["amplitude"], spec["half-period"], spec["width"])
    elif pattern == "double":
        snapped = _snap(painter, y)
        _draw_line(painter, left, right, snapped, colour, spec["width"], None)
        _draw_line(painter, left, right, snapped + spec["apart"], colour, spec["width"], None)
    else:
        _draw_line(painter, left, right, _snap(painter, y), colour, spec["width"], spec.get("on-off"))
    painter.restore()


def draw_box(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    """The outline of a `box` span's line, snapped to device pixels."""
    spec = current_theme().tokens.paint["box"]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, spec["width"]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = spec["width"] / 2
    snapped = QRectF(
        QPointF(_snap(painter, rect.left()) + half, _snap(painter, rect.top()) + half),
        QPointF(_snap(painter, rect.right()) - half, _snap(painter, rect.bottom()) - half),
    )
    painter.drawRoundedRect(snapped, spec["radius"], spec["radius"])
    painter.restore()


def draw_corners(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    """The four corners of a box: something was found here, and nothing said of it yet."""
    painter.save()
    painter.setPen(QPen(colour, 1))
    half = 0.5
    left, right = _snap(painter, rect.left()) + half, _snap(painter, rect.right()) - half
    top, bottom = _snap(painter, rect.top()) + half, _snap(painter, rect.bottom()) - half
    arm = min(CORNER, (right - left) / 2)
    for x, inwards in ((left, arm), (right, -arm)):
        for y, towards in ((top, CORNER), (bottom, -CORNER)):
            painter.drawLine(QPointF(x, y), QPointF(x + inwards, y))
            painter.drawLine(QPointF(x, y), QPointF(x, y + towards))
    painter.restore()


def draw_count(painter: QPainter, count: int, left: float, top: float, colour: QColor) -> None:
    """How many more flags there are than lanes for their lines, at the place of the next lane."""
    theme = current_theme()
    painter.save()
    painter.setPen(colour)
    painter.setFont(theme.font("micro", weight=700))
    metrics = QFontMetricsF(painter.font())
    painter.drawText(QPointF(left, _snap(painter, top + metrics.capHeight())), f"+{count}")
    painter.restore()


def count_lanes() -> int:
    """How many lanes the count takes, with a little room around it."""
    paint = current_theme().tokens.paint
    high = QFontMetricsF(current_theme().font("micro", weight=700)).capHeight()
    pitch: float = paint["lane-pitch"] * max(1.0, current_theme().zoom)
    return ceil(high / pitch) + 1


def paint_flag_mark(
    painter: QPainter,
    rect: QRectF,
    look: FlagLook,
    severity: int | None,
    *,
    current: bool = False,
    gone: bool = False,
    by: str = "",
) -> None:
    """The mark of a flag: letter and severity on the category's tint; outlined only when its quote is gone.

    `by` says before them whose flag it is.
    """
    theme = current_theme()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(look.line, 1)
    if gone:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush if gone else look.strong if current else look.tint)
    radius = theme.tokens.radius["mark"]
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.setPen(look.text)
    painter.setFont(theme.font("micro", weight=700))
    # A thin space keeps letter and digit apart without a second call.
    text = look.letter if severity is None else f"{look.letter}\u2009{severity}"
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), f"{by} {text}" if by else text)
    painter.restore()


def mark_size(by: str = "") -> QSize:
    """The size of a flag's mark at the current zoom, with whose flag it is: no wider than the widest letter needs."""
    theme = current_theme()
    letters = QFontMetrics(theme.font("micro", weight=700))
    more = letters.horizontalAdvance(f"{by} ") if by else 0
    return QSize(max(MARK_WIDTH, letters.horizontalAdvance("W\u20094") + 2) + more, theme.grown("mark", "micro"))


class FlagMark(QWidget):
    """A flag's mark as a widget of its own, for lists of points and popups."""

    def __init__(
        self,
        category: str,
        severity: int | None = None,
        sign: FlagSign | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_flag(category, severity, sign)

    def show_flag(self, category: str, severity: int | None = None, sign: FlagSign | None = None) -> None:
        """Be the mark of such a flag."""
        self._category, self._severity, self._sign = category, severity, sign
        shown = current_theme().flag(category, sign).letter
        self.setAccessibleName(shown if severity is None else f"{shown} {severity}")
        self.update()

    def sizeHint(self) -> QSize:
        return mark_size()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = current_theme().flag(self._category, self._sign)
        paint_flag_mark(painter, QRectF(self.rect()), look, self._severity)
        painter.end()


class PatternSample(QWidget):
    """A stretch of a category's underline, 70 px wide."""

    def __init__(self, category: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._category = category
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(70, mark_size().height())

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_pattern_sample(painter, QRectF(self.rect()), current_theme().flag(self._category))
        painter.end()


def paint_pattern_sample(painter: QPainter, rect: QRectF, look: FlagLook) -> None:
    """A category's pattern in the middle of `rect`."""
    if look.pattern == "box":
        draw_box(painter, QRectF(rect.left(), rect.center().y() - 6, rect.width(), 13), look.line)
    else:
        draw_underline(painter, look.pattern, rect.left(), rect.right(), rect.center().y() - 1, look.line)


def _draw_wave(
    painter: QPainter, left: float, right: float, y: float, colour: QColor, amplitude: float, half: float, width: float
) -> None:
    path = QPainterPath(QPointF(left, y + amplitude))
    x, up = left, True
    while x < right:
        step = min(half, right - x)
        peak = y if up else y + 2 * amplitude
        path.quadTo(QPointF(x + step / 2, peak - (amplitude if up else -amplitude)), QPointF(x + step, y + amplitude))
        x, up = x + step, not up
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _draw_line(
    painter: QPainter, left: float, right: float, top: float, colour: QColor, width: float, dashes: list[float] | None
) -> None:
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashes:
        pen.setDashPattern([length / width for length in dashes])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    middle = top + width / 2
    painter.drawLine(QPointF(left, middle), QPointF(right, middle))


def _snap(painter: QPainter, value: float) -> float:
    """`value` on the nearest device pixel."""
    ratio = painter.device().devicePixelRatioF()
    return round(value * ratio) / ratio
