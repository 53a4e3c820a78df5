"""What a window writes on the screen, word by word: every text that is painted, where, and in which colour.

The window paints onto a device that keeps only the texts, so nothing can be missed: labels, placeholders, rows that a
delegate paints, key caps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QPainterPath,
    QRegion,
    QTextItem,
    QTransform,
)
from PySide6.QtWidgets import QWidget

Dirty = QPaintEngine.DirtyFlag
Metric = QPaintDevice.PaintDeviceMetric


@dataclass(frozen=True)
class PaintedText:
    """A run of text in one colour; its box is in the window's logical pixels."""

    text: str
    box: QRect
    colour: QColor


class _Listening(QPaintEngine):
    """Takes note of texts and draws nothing."""

    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.found: list[PaintedText] = []
        self._colour = QColor()
        self._transform = QTransform()
        self._clip: QRegion | None = None
        self._opaque = False

    def begin(self, _device: QPaintDevice) -> bool:
        self.setActive(True)
        return True

    def end(self) -> bool:
        self.setActive(False)
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, state: QPaintEngineState) -> None:
        dirty = state.state()
        if dirty & Dirty.DirtyPen:
            self._colour = QColor(state.pen().color())
        if dirty & Dirty.DirtyBrush:
            brush = state.brush()
            self._opaque = brush.style() == Qt.BrushStyle.SolidPattern and brush.color().alpha() == 255
        if dirty & Dirty.DirtyTransform:
            self._transform = QTransform(state.transform())
        if dirty & Dirty.DirtyClipRegion:
            clipped = state.clipOperation() != Qt.ClipOperation.NoClip
            self._clip = self._transform.map(state.clipRegion()) if clipped else None
        if dirty & Dirty.DirtyClipPath:
            outline = state.clipPath().toFillPolygon().toPolygon()
            self._clip = self._transform.map(QRegion(outline)) if not outline.isEmpty() else None
        if dirty & Dirty.DirtyClipEnabled and not state.isClipEnabled():
            self._clip = None

    def drawTextItem(self, place: QPointF, item: QTextItem) -> None:
        box = QRectF(place.x(), place.y() - item.ascent(), item.width(), item.ascent() + item.descent())
        seen = self._transform.mapRect(box).toAlignedRect()
        inside = self.systemClip()  # of the widget that paints: what is scrolled away is not seen
        clipped = not inside.isEmpty() and not inside.contains(seen.center())
        if item.text().strip() and not clipped and (self._clip is None or self._clip.contains(seen.center())):
            self.found.append(PaintedText(item.text(), seen, QColor(self._colour)))

    # Rectangles come here too: what an engine does not draw itself, Qt hands on as paths.
    def drawPath(self, path: QPainterPath) -> None:
        if self._opaque:
            self._cover(path.boundingRect())

    def _cover(self, area: QRectF) -> None:
        """What stood under an area that is filled now is not seen any more."""
        filled = self._transform.mapRect(area).toAlignedRect()
        self.found = [each for each in self.found if not filled.contains(each.box.center())]

    def drawPixmap(self, *_what: object) -> None: ...
    def drawImage(self, *_what: object) -> None: ...
    def drawLines(self, *_what: object) -> None: ...
    def drawPolygon(self, *_what: object) -> None: ...
    def drawEllipse(self, *_what: object) -> None: ...
    def drawPoints(self, *_what: object) -> None: ...
    def drawTiledPixmap(self, *_what: object) -> None: ...


class _Paper(QPaintDevice):
    def __init__(self, size: QSize) -> None:
        super().__init__()
        self.engine = _Listening()
        self._metrics = {
            Metric.PdmWidth: size.width(),
            Metric.PdmHeight: size.height(),
            Metric.PdmWidthMM: size.width() * 254 // 960,
            Metric.PdmHeightMM: size.height() * 254 // 960,
            Metric.PdmDpiX: 96,
            Metric.PdmDpiY: 96,
            Metric.PdmPhysicalDpiX: 96,
            Metric.PdmPhysicalDpiY: 96,
            Metric.PdmDepth: 32,
            Metric.PdmNumColors: 1 << 24,
            Metric.PdmDevicePixelRatio: 1,
            Metric.PdmDevicePixelRatioScaled: 1 << 16,
        }

    def paintEngine(self) -> QPaintEngine:
        return self.engine

    def metric(self, which: QPaintDevice.PaintDeviceMetric) -> int:
        return self._metrics.get(which, 0)


def painted_texts(window: QWidget) -> list[PaintedText]:
    """Every text that `window` shows now."""
    paper = _Paper(window.size())
    window.render(paper)
    return paper.engine.found


def pixels(picture: QImage) -> NDArray[np.uint32]:
    """The colours of a picture, 0xffRRGGBB by row and column."""
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(plain.constBits(), np.uint32).reshape(plain.height(), plain.bytesPerLine() // 4)
    return rows[:, : plain.width()] | np.uint32(0xFF000000)


def ground(picture: QImage, box: QRect) -> QColor:
    """What a text stands on: the colour that most of its box has."""
    inside = box.intersected(picture.rect())
    if inside.isEmpty():
        return QColor()
    colours, counts = np.unique(pixels(picture.copy(inside)), return_counts=True)
    return QColor(int(colours[counts.argmax()]))


def over(colour: QColor, below: QColor) -> QColor:
    """A translucent colour as it is seen on another one."""
    share = colour.alphaF()
    mixed = [
        share * above + (1 - share) * under
        for above, under in zip(colour.getRgbF()[:3], below.getRgbF()[:3], strict=True)
    ]
    return QColor.fromRgbF(*mixed)
