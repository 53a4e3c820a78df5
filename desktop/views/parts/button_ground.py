"""What buttons of every kind stand on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton

from desktop.theme.theme import current_theme


def paint_button(painter: QPainter, rect: QRectF, ground: QColor | None, edge: QColor | None) -> None:
    """A rounded ground with an optional 1 px edge."""
    if ground is None and edge is None:
        return
    radius = current_theme().tokens.radius["control"]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(ground if ground is not None else Qt.BrushStyle.NoBrush)
    if edge is not None:
        painter.setPen(QPen(edge, 1))
        rect = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(rect, radius, radius)
    painter.restore()


def state_role(button: QAbstractButton, rest: str, hover: str, down: str) -> str:
    """The one of three colour roles that fits a button as it lies, under the pointer or pressed."""
    if button.isDown():
        return down
    return hover if button.underMouse() else rest
