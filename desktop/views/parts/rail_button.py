"""A room's button in the rail: icon above its name, only the icon in a narrow window."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.qt_models.tooltips import plain_tooltip
from desktop.theme.icons import paint_icon
from desktop.theme.theme import Theme, current_theme
from desktop.views.parts.mirroring import mirrored
from desktop.views.parts.paint_guard import guarded


class RailButton(QAbstractButton):
    """Checked for the room that is shown; `set_count` puts a number on the icon."""

    def __init__(self, text: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self._icon_name = icon
        self._narrow = False
        self._count = 0
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setToolTip(plain_tooltip(text))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("ring", "inside")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_narrow(self, narrow: bool) -> None:
        """Show the icon only."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.updateGeometry()
            self.update()

    def set_count(self, count: int) -> None:
        """How many wait in this room; 0 shows nothing."""
        self._count = count
        self.setAccessibleDescription(str(count) if count else "")
        self.update()

    def sizeHint(self) -> QSize:
        theme = current_theme()
        size = theme.tokens.size
        if self._narrow:
            return QSize(size["rail-narrow"], size["rail-narrow"])
        words = QFontMetrics(theme.font("micro", weight=600)).horizontalAdvance(self.text()) + 8
        return QSize(
            max(size["rail"], words),
            theme.size("rail-button") + theme.line_px("micro") - theme.tokens.type["micro"].line,
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(current_theme().tokens.size["rail-narrow"], self.sizeHint().height())

    def nextCheckState(self) -> None:
        """The window checks the button of the room that it shows; a click alone changes nothing."""

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        on = self.isChecked()
        if on:
            painter.fillRect(self.rect(), theme.colour("window"))
            bar = QRectF(0, 0, theme.tokens.line["rail-bar"], self.height())
            painter.fillRect(mirrored(painter, bar, self.rect()), theme.colour("accent"))
        elif self.underMouse():
            painter.fillRect(self.rect(), theme.colour("hover"))
        ink = theme.colour("accent-text" if on else "text-secondary")
        side = theme.tokens.size["icon"]
        line = 0 if self._narrow else theme.line_px("micro")
        top = (self.height() - side - line - (4 if line else 0)) / 2
        left = (self.width() - side) / 2
        paint_icon(painter, self._icon_name, ink, left, top, side)
        if line:
            painter.setPen(ink)
            face = theme.font("micro", weight=600 if on else 500)
            painter.setFont(face)
            words = QFontMetrics(face).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 6)
            rect = QRectF(0, top + side + 4, self.width(), line)
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter), words)
        if self._count:
            self._paint_count(painter, theme, left + side - 5, top - 6)
        painter.end()

    def _paint_count(self, painter: QPainter, theme: Theme, x: float, y: float) -> None:
        face = theme.font("micro", weight=600)
        text = str(self._count) if self._count < 100 else "99+"
        height = theme.line_px("micro")
        width = max(height, QFontMetrics(face).horizontalAdvance(text) + 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        rect = QRectF(x, y, width, height)
        painter.drawRoundedRect(rect, height / 2, height / 2)
        painter.setPen(theme.colour("on-accent"))
        painter.setFont(face)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), text)
