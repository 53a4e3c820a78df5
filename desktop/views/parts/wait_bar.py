"""A bar for work that lasts. Where nobody knows how long, it moves; for people who want less motion it is dashed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar

from desktop.theme.theme import current_theme
from desktop.views.parts.paint_guard import guarded

_DASH, _BETWEEN = 12, 8


class WaitBar(QProgressBar):
    """A QProgressBar without words in it; a range of 0 to 0 says that nobody knows how long."""

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        if theme.motion or self.maximum() > self.minimum():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        rect = QRectF(self.rect())
        radius = rect.height() / 2
        painter.setBrush(theme.colour("pip-empty"))
        painter.drawRoundedRect(rect, radius, radius)
        painter.setBrush(theme.colour("accent"))
        x = rect.left()
        while x < rect.right():
            painter.drawRoundedRect(QRectF(x, rect.top(), min(_DASH, rect.right() - x), rect.height()), radius, radius)
            x += _DASH + _BETWEEN
        painter.end()
