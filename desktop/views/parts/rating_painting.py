"""How one rating looks: a digit and pips; missing is a question mark, so that zero and missing never look alike."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from desktop.qt_models.ratings import Value
from desktop.theme.theme import current_theme

_PIP = 4
_PITCH = 6
_PIP_HEIGHT = 12
_GAP = 6
MOST_PIPS = 6


def rating_width(lowest: int, highest: int, *, pips: bool = True) -> int:
    """The width of digit and pips together."""
    theme = current_theme()
    digits = QFontMetrics(theme.font("label")).horizontalAdvance(str(highest))
    return digits + (_GAP + _pips_width(lowest, highest) if pips else 2)


def paint_rating(
    painter: QPainter, rect: QRectF, value: Value, lowest: int, highest: int, *, pips: bool = True
) -> None:
    """Paint a rating in the middle of `rect`."""
    theme = current_theme()
    width = rating_width(lowest, highest, pips=pips)
    left = rect.left() + (rect.width() - width) / 2
    digits = width - _pips_width(lowest, highest) - _GAP if pips else width
    text = "?" if value is None else "–" if not isinstance(value, int) else str(value)
    painter.setFont(theme.font("label"))
    painter.setPen(theme.colour("warning" if value is None else "text"))
    box = QRectF(left, rect.top(), digits, rect.height())
    painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), text)
    if pips:
        _paint_pips(painter, QPointF(left + digits + _GAP, rect.center().y()), value, lowest, highest)


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


def _pips_width(lowest: int, highest: int) -> int:
    pips = highest - lowest if lowest == 0 else highest - lowest + 1
    return _PITCH * min(pips, MOST_PIPS) - (_PITCH - _PIP)


def _paint_pips(painter: QPainter, at: QPointF, value: Value, lowest: int, highest: int) -> None:
    theme = current_theme()
    steps = highest - lowest if lowest == 0 else highest - lowest + 1
    pips = min(steps, MOST_PIPS)
    filled = 0
    if isinstance(value, int):
        amount = value - lowest if lowest == 0 else value - lowest + 1
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
