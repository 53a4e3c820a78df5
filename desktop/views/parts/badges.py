"""Small words and letters in boxes: an answer's letter, its standing, a key, a state."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.icons import paint_icon
from desktop.theme.theme import Theme, current_theme
from desktop.views.parts.key_cap import key_cap_height, key_cap_width, paint_key_cap
from desktop.views.parts.mirroring import mirrored, mirrored_x
from desktop.views.parts.paint_guard import guarded

BadgeKind = Literal["letter", "key", "standing", "quiet", "success", "warning", "danger"]
_SIDE = 6
_GAP = 4


class Badge(QWidget):
    """`letter` 24 × 24, `key` a key cap, `standing` and `quiet` a chip; `set_highlighted` fills it with the accent."""

    def __init__(
        self, text: str = "", kind: BadgeKind = "standing", *, icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._kind: BadgeKind = kind
        self._icon_name = icon
        self._highlighted = False
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        return self._text

    def setText(self, text: str) -> None:
        """Change the words; the badge takes the room they need."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def set_icon_name(self, icon: str) -> None:
        self._icon_name = icon
        self.updateGeometry()
        self.update()

    def set_highlighted(self, highlighted: bool) -> None:
        """A letter is filled for the current answer; a standing is tinted for the best."""
        if highlighted != self._highlighted:
            self._highlighted = highlighted
            self.update()

    def sizeHint(self) -> QSize:
        theme = current_theme()
        if self._kind == "letter":
            side = theme.grown("letter", "small")
            return QSize(max(side, theme.width(self._text, "body", weight=600) + 8), side)
        if self._kind == "key":
            return QSize(key_cap_width(self._text), key_cap_height())
        width = theme.width(self._text, "small", weight=500) + 2 * _SIDE
        if self._icon_name:
            width += theme.tokens.size["icon-small"] + _GAP
        return QSize(width + 1, theme.line_px("small") + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        if self._kind == "key":
            ink, edge = theme.colour("text-tertiary"), theme.colour("border")
            paint_key_cap(painter, self._text, 0, self.height() / 2, ink=ink, edge=edge)
            painter.end()
            return
        ground, ink = self._colours(theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        radius = theme.tokens.radius["mark"]
        rect = QRectF(self.rect())
        painter.drawRoundedRect(rect, radius, radius)
        painter.setPen(ink)
        painter.setFont(self._face(theme))
        if self._icon_name:
            side = theme.tokens.size["icon-small"]
            x = mirrored_x(painter, _SIDE - 1, side, self.rect())
            paint_icon(painter, self._icon_name, ink, x, (self.height() - side) / 2, side)
            rect.setLeft(_SIDE + side + _GAP - 1)
            place = mirrored(painter, rect, self.rect())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), self._text)
        else:
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self._text)
        painter.end()

    def _face(self, theme: Theme) -> QFont:
        return theme.font("body", weight=600) if self._kind == "letter" else theme.font("small", weight=500)

    def _colours(self, theme: Theme) -> tuple[QColor, QColor]:
        colour = theme.colour
        if self._kind in ("success", "warning", "danger"):
            return colour(f"{self._kind}-subtle"), colour(self._kind)
        if self._kind == "letter" and self._highlighted:
            return colour("accent"), colour("on-accent")
        if self._highlighted:
            return colour("accent-subtle"), colour("accent-text")
        return colour("hover"), colour("text" if self._kind == "letter" else "text-secondary")
