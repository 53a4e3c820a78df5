"""Where something is painted when reading goes from right to left: on the other side.

Qt mirrors layouts, and the alignment of text that a painter draws; places that are computed by hand are mirrored here.
Compute from left to right, and paint at what these give.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter


def mirrored(painter: QPainter, rect: QRectF, within: QRectF | QRect) -> QRectF:
    """`rect`, or its mirror image inside `within` for a painter of a mirrored widget."""
    return QRectF(mirrored_x(painter, rect.x(), rect.width(), within), rect.y(), rect.width(), rect.height())


def mirrored_x(painter: QPainter, x: float, width: float, within: QRectF | QRect) -> float:
    """The left edge of something `width` wide that stands at `x`, or of its mirror image."""
    if painter.layoutDirection() != Qt.LayoutDirection.RightToLeft:
        return x
    return within.x() + within.width() - (x - within.x()) - width
