"""A list, a table or a column of labels ends with a whole one: what is cut through at the lower edge seems a fault.

The rest is there and can be gone to; the scroll bar says that there is more. Must not know what rows and labels say.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Slot
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QLabel, QScrollArea, QWidget

_MOVING = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.LayoutRequest, QEvent.Type.Show)


class WholeEnd(QObject):
    """Belongs to an area, whose viewport is seen down to `end()`; looks again whenever something may have moved.

    `end` answers in the viewport's pixels: its height where nothing is cut through. What moves inside is in `watched`.
    """

    def __init__(self, area: QAbstractScrollArea, end: Callable[[], int], *watched: QWidget) -> None:
        super().__init__(area)
        self._port, self._end = area.viewport(), end
        self._settle = QTimer(self, interval=0, singleShot=True)  # what is asked for is laid out first
        self._settle.timeout.connect(self._on_moved)
        bar = area.verticalScrollBar()
        bar.valueChanged.connect(self._on_moved)
        bar.rangeChanged.connect(self._settle.start)
        for each in (self._port, *watched):
            each.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVING:
            self._settle.start()
        return False

    @Slot()
    def _on_moved(self) -> None:
        end = self._end()
        if end < self._port.height():
            self._port.setMask(QRegion(0, 0, self._port.width(), end))
        elif not self._port.mask().isEmpty():
            self._port.clearMask()


def whole_rows(view: QAbstractItemView) -> WholeEnd:
    """A list or table that ends with a whole row; one that is higher than the view is seen as far as there is room."""
    return WholeEnd(view, lambda: _end_of_rows(view))


def whole_labels(area: QScrollArea, inside: QWidget, *parts: QWidget) -> WholeEnd:
    """Labels of `inside` are seen in whole lines. Fields and buttons may be cut, which shows that there is more.

    `parts` are those of it that lay out labels by themselves.
    """
    return WholeEnd(area, lambda: _end_of_labels(area, inside), inside, *parts)


def _end_of_rows(view: QAbstractItemView) -> int:
    width, height = view.viewport().width(), view.viewport().height()
    last = view.visualRect(view.indexAt(QPoint(width // 2, height - 1)))
    cut = last.isValid() and last.top() > 0 and last.bottom() >= height
    return last.top() if cut else height


def _end_of_labels(area: QScrollArea, inside: QWidget) -> int:
    port = area.viewport()
    ends = (_end_of_lines(label, port) for label in inside.findChildren(QLabel) if not _scrolls_itself(label, port))
    return min(ends, default=port.height())


def _scrolls_itself(label: QLabel, port: QWidget) -> bool:
    """Whether it stands in another area of `port`, which cuts it at an edge of its own."""
    around = label.parentWidget()
    while around is not None and around is not port and not isinstance(around, QAbstractScrollArea):
        around = around.parentWidget()
    return around is not port


def _end_of_lines(label: QLabel, port: QWidget) -> int:
    top, height = label.mapTo(port, QPoint(0, 0)).y(), port.height()
    if not label.isVisible() or not top < height < top + label.height():
        return height
    line = label.fontMetrics().lineSpacing()
    return max(0, top + (height - top) // line * line)
