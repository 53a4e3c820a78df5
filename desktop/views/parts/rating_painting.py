"""How one rating looks: a digit and pips, or the word of a question; missing is a question mark, never like zero."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from desktop.flow.shown_text import in_one_line
from desktop.qt_models.ratings import RatingGrid, RatingLine, Value
from desktop.theme.theme import current_theme

_PIP = 4
_PITCH = 6
_PIP_HEIGHT = 12
_GAP = 6
MOST_PIPS = 6


def rating_width(line: RatingLine, *, pips: bool = True) -> int:
    """The width of digit and pips together, or of a question's longest word; without `pips` of digit or letter."""
    theme = current_theme()
    if line.marks:
        words = [line.shown(mark.value, short=not pips) for mark in line.marks]
        if line.several:
            words = ["1 2 3"] if pips else ["20×"]
        return max(theme.width(word, "label") for word in words) + 2
    return theme.width(str(line.highest), "label") + (_GAP + _pips_width(line) if pips else 2)


def fitting_name(grid: RatingGrid, row: int, metrics: QFontMetrics, width: int) -> str:
    """As much of a row's name as fits: whole, or from where it differs from the others."""
    name = in_one_line(grid.lines[row].name)
    if metrics.horizontalAdvance(name) > width:
        name = grid.short_name(row)
    return metrics.elidedText(name, Qt.TextElideMode.ElideRight, width)


def paint_rating(painter: QPainter, rect: QRectF, value: Value, line: RatingLine, *, pips: bool = True) -> None:
    """Paint a rating in the middle of `rect`."""
    theme = current_theme()
    painter.setFont(theme.font("label"))
    painter.setPen(theme.colour("warning" if value is None else "text"))
    if line.marks:
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), line.shown(value, short=not pips))
        return
    width = rating_width(line, pips=pips)
    left = rect.left() + (rect.width() - width) / 2
    digits = width - _pips_width(line) - _GAP if pips else width
    box = QRectF(left, rect.top(), digits, rect.height())
    painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), line.shown(value))
    if pips:
        _paint_pips(painter, QPointF(left + digits + _GAP, rect.center().y()), value, line)


def paint_cell_ring(painter: QPainter, rect: QRectF, *, focused: bool) -> None:
    """The current cell: tinted, with the ring while the table has the focus."""
    theme = current_theme()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = theme.tokens.line["focus"]
    painter.setPen(QPen(theme.colour("focus"), width) if focused else Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent-subtle" if focused else "hover"))
    half = width / 2
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), 4, 4)
    painter.restore()


def _steps(line: RatingLine) -> int:
    return line.highest - line.lowest if line.lowest == 0 else line.highest - line.lowest + 1


def _pips_width(line: RatingLine) -> int:
    return _PITCH * min(_steps(line), MOST_PIPS) - (_PITCH - _PIP)


def _paint_pips(painter: QPainter, at: QPointF, value: Value, line: RatingLine) -> None:
    theme = current_theme()
    steps = _steps(line)
    pips = min(steps, MOST_PIPS)
    filled = 0
    if isinstance(value, int):
        amount = value - line.lowest if line.lowest == 0 else value - line.lowest + 1
        filled = round(amount * pips / steps) if steps else 0
        if amount and not filled:
            filled = 1
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for pip in range(pips):
        painter.setBrush(theme.colour("pip" if pip < filled else "pip-empty"))
        painter.drawRoundedRect(
            QRectF(round(at.x()) + pip * _PITCH, round(at.y() - _PIP_HEIGHT / 2), _PIP, _PIP_HEIGHT), 1, 1
        )
    painter.restore()
