"""Icons: Lucide outlines (ISC) tinted by a colour role, kept in Qt's pixmap cache by colour, size and pixel ratio."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from desktop.theme.theme import Theme, current_theme

_RATIOS = (1.0, 2.0, 3.0)


@cache
def _source(name: str) -> str:
    return (files("desktop.theme") / "icons" / f"{name}.svg").read_text("utf-8")


def icon_names() -> tuple[str, ...]:
    """Every icon that is packaged."""
    folder = files("desktop.theme") / "icons"
    return tuple(sorted(entry.name.removesuffix(".svg") for entry in folder.iterdir() if entry.name.endswith(".svg")))


def icon_pixmap(name: str, colour: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """An icon of `size` logical pixels; FileNotFoundError for a name that is not packaged."""
    key = f"preceptor/{name}/{colour.name(QColor.NameFormat.HexArgb)}/{size}/{ratio:g}"
    kept = QPixmap()
    if QPixmapCache.find(key, kept):
        return kept
    svg = _source(name).replace("currentColor", colour.name())
    side = max(1, round(size * ratio))
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, pixmap)
    return pixmap


def paint_icon(painter: QPainter, name: str, colour: QColor, x: float, y: float, size: int) -> None:
    """Paint an icon at its sharpest for the painter's device."""
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(QRectF(x, y, size, size).topLeft(), icon_pixmap(name, colour, size, ratio))


def make_icon(name: str, role: str = "text-secondary", size: int = 20, theme: Theme | None = None) -> QIcon:
    """A QIcon for menus and line edits, where Qt paints by itself; it does not follow a later change of theme."""
    theme = theme or current_theme()
    icon = QIcon()
    for ratio in _RATIOS:
        icon.addPixmap(icon_pixmap(name, theme.colour(role), size, ratio))
        icon.addPixmap(icon_pixmap(name, theme.colour("text-disabled"), size, ratio), QIcon.Mode.Disabled)
    return icon
