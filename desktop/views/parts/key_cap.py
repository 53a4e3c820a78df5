"""The small outlined key that tells a shortcut; painted inside buttons, status line and popup."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from desktop.theme.theme import Theme, current_theme

_INSIDE = 4


def key_cap_width(text: str) -> int:
    """The width of the cap for `text`, outline included."""
    return _width(text, current_theme())


@lru_cache(maxsize=512)
def _width(text: str, theme: Theme) -> int:
    """Measured once a theme: there are few keys, and layouts ask again and again."""
    advance = QFontMetricsF(theme.font("micro")).horizontalAdvance(text)
    return max(theme.line_px("micro"), round(advance + 2 * _INSIDE))


def key_cap_height() -> int:
    """The height of every cap."""
    return current_theme().line_px("micro")


def paint_key_cap(
    painter: QPainter, text: str, x: float, centre_y: float, *, ink: QColor, edge: QColor, ground: QColor | None = None
) -> float:
    """Paint a cap with its left edge at `x`; returns its width."""
    theme = current_theme()
    width, height = key_cap_width(text), key_cap_height()
    rect = QRectF(round(x) + 0.5, round(centre_y - height / 2) + 0.5, width - 1, height - 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(ground if ground is not None else Qt.BrushStyle.NoBrush)
    radius = theme.tokens.radius["mark"]
    painter.drawRoundedRect(rect, radius, radius)
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # "Ctrl+↵" is written so in every language
    painter.setPen(ink)
    painter.setFont(theme.font("micro"))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), text)
    painter.restore()
    return float(width)
