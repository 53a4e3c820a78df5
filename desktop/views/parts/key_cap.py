"""The small outlined key that tells a shortcut; painted inside buttons, status line and popup."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop.theme.theme import current_theme

_INSIDE = 4


def key_cap_width(text: str) -> int:
    """The width of the cap for `text`, outline included."""
    return max(key_cap_height(), current_theme().width(text, "micro") + 2 * _INSIDE)


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
