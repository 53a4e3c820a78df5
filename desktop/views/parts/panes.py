"""What a room for reading is laid out with: panes beside each other, a heading over each, text that is only read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QPaintEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QAbstractScrollArea, QHBoxLayout, QLayout, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from desktop.flow.shown_text import named
from desktop.views.parts.layouts import parts_of
from desktop.views.parts.measure import Measure, longest_line
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.whole_lines import whole_lines
from desktop.views.parts.wrapping_row import WrappingRow

SIDE = 12  # between a pane's edge and its words; lists reach the edge, their rows keep the same distance


def beside(*widgets: QWidget) -> QHBoxLayout:
    """Widgets beside each other in a pane, away from its edges."""
    found = QHBoxLayout()
    found.setContentsMargins(SIDE, 0, SIDE, 0)
    found.setSpacing(8)
    for widget in widgets:
        found.addWidget(widget)
    return found


def heading(*words: QWidget, right: Sequence[QWidget] = (), longest: Callable[[], int] | None = None) -> WrappingRow:
    """A row of words, and at its right what can be done; it has a button's height with and without buttons.

    Over a `ReadText`, its `longest` keeps what can be done beside what is read, however wide the window.
    """
    return WrappingRow(*words, right=right, side=SIDE, longest=longest)


def pane(*parts: QWidget | QLayout, surface: bool = True) -> QWidget:
    """A column of rows; what scrolls takes the room that is left."""
    column = QVBoxLayout()
    column.setContentsMargins(0, 8, 0, 8)
    column.setSpacing(8)
    for part in parts:
        if isinstance(part, QLayout):
            column.addLayout(part)
        else:
            column.addWidget(part)
    found = QWidget()
    found.setProperty("surface", surface)
    found.setLayout(column)
    for index, part in enumerate(parts):
        column.setStretch(index, int(_scrolls(part)))
    return found


def split(orientation: Qt.Orientation, *panes: QWidget, sizes: Sequence[int]) -> QSplitter:
    """Panes with a line between them that can be moved; none can be moved away."""
    found = QSplitter(orientation)
    found.setHandleWidth(1)
    found.setChildrenCollapsible(False)
    for index, each in enumerate(panes):
        found.addWidget(each)
        found.setStretchFactor(index, sizes[index])
    found.setSizes(list(sizes))
    return found


class ReadText(QPlainTextEdit):
    """Text to be read and copied, without a field's frame; its lines are no longer than can be read well."""

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setProperty("reading", True)
        self.setProperty("ring", "outside")
        self.document().setDocumentMargin(0)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )  # a bar would flash up when it is dressed
        self._measure = Measure(self)

    def show_parts(self, parts: Sequence[tuple[str, str]]) -> None:
        """Show parts from the top: each a heading and what stands below it, as plain text; "" is no heading.

        Characters that cannot be seen, but change what is read, are named where they stand.
        """
        self.clear()
        cursor = QTextCursor(self.document())
        strong, plain = QTextCharFormat(), QTextCharFormat()
        strong.setFontWeight(QFont.Weight.DemiBold)
        for index, (title, words) in enumerate(parts):
            if index:
                cursor.insertText("\n\n", plain)
            if title:
                cursor.insertText(named(title), strong)
                cursor.insertText("\n", plain)
            cursor.insertText(named(words.replace("\r\n", "\n")), plain)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.viewport().update()  # Qt moves what is painted, and with it what was left out at an edge

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        top, bottom = whole_lines(self)
        shown = event.rect().intersected(QRect(0, top, self.viewport().width(), bottom - top))
        if not shown.isEmpty():
            super().paintEvent(QPaintEvent(shown))

    def longest(self) -> int:
        """How wide its lines may become, in pixels."""
        return longest_line()


def _scrolls(part: QWidget | QLayout) -> bool:
    """Whether it scrolls, or a widget of a row does."""
    found = [part] if isinstance(part, QWidget) else parts_of(part)
    return any(isinstance(each, QAbstractScrollArea) for each in found)
