"""The line at the bottom: the keys of the place that has the focus at left, words about the state at right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.theme import Theme, current_theme
from desktop.views.parts.key_cap import key_cap_width, paint_key_cap
from desktop.views.parts.mirroring import mirrored, mirrored_x
from desktop.views.parts.paint_guard import guarded

_SIDE = 12
_GAP = 6
_APART = 16
_MOST = 0.4  # of the line, for the words at the right
BETWEEN = "   "  # of the words at the right, which are whole each


class StatusLine(QWidget):
    """Keys that find no room are left out from the end, the last one ("all keys") never.

    So are words at the right; the first of them is cut before it is left out.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: tuple[tuple[tuple[str, ...], str], ...] = ()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_keys(self, keys: Sequence[tuple[Sequence[str], str]]) -> None:
        """Pairs of keys and what they do, in order."""
        self._keys = tuple((tuple(caps), words) for caps, words in keys)
        self.setAccessibleName(", ".join(f"{' '.join(caps)} {words}" for caps, words in self._keys))
        self.update()

    def show_words(self, words: str) -> None:
        """What stands at the right: several things are BETWEEN one another."""
        self._words = words
        self.setAccessibleDescription(words)
        self.update()

    @property
    def said(self) -> str:
        """As much of what stands at the right as there is room for."""
        room = round(self.width() * _MOST)
        parts = self._words.split(BETWEEN)
        while len(parts) > 1 and current_theme().width(BETWEEN.join(parts), "small") > room:
            parts.pop()
        face = QFontMetrics(current_theme().font("small"))
        return face.elidedText(BETWEEN.join(parts), Qt.TextElideMode.ElideRight, room)

    def sizeHint(self) -> QSize:
        return QSize(200, current_theme().grown("status", "small"))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("rail"))
        painter.fillRect(0, 0, self.width(), 1, theme.colour("border"))
        face = theme.font("small")
        painter.setFont(face)
        painter.setPen(theme.colour("text-tertiary"))
        words = self.said
        right = theme.width(words, "small") + 1  # an advance is rounded
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        place = QRectF(self.width() - right - _SIDE, 0, right + 2, self.height())
        painter.drawText(mirrored(painter, place, self.rect()), middle, words)
        x = float(_SIDE)
        for caps, text in self._fitting(theme, self.width() - right - 2 * _SIDE - _APART):
            for cap in caps:
                ink, edge = theme.colour("text-tertiary"), theme.colour("border")
                at = mirrored_x(painter, x, key_cap_width(cap), self.rect())
                x += paint_key_cap(painter, cap, at, self.height() / 2, ink=ink, edge=edge) + _GAP
            painter.setPen(theme.colour("text-tertiary"))
            wide = theme.width(text, "small")
            painter.drawText(mirrored(painter, QRectF(x, 0, wide + 2, self.height()), self.rect()), middle, text)
            x += wide + _APART
        painter.end()

    def _fitting(self, theme: Theme, room: int) -> list[tuple[tuple[str, ...], str]]:
        if not self._keys:
            return []
        *first, last = self._keys
        room -= _entry_width(theme, last)
        shown = []
        for entry in first:
            room -= _entry_width(theme, entry)
            if room < 0:
                break
            shown.append(entry)
        return [*shown, last]


def _entry_width(theme: Theme, entry: tuple[tuple[str, ...], str]) -> int:
    caps, words = entry
    return sum(key_cap_width(cap) + _GAP for cap in caps) + theme.width(words, "small") + _APART
