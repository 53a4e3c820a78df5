"""What a page of the settings is laid out with: a title, and below it one setting after the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.views.parts import WrappingRow, plain_label
from desktop.views.parts.whole_end import whole_labels

MEASURE = 640  # sentences no wider than can be read well
SIDE = 24


def scrolling(name: str, title: str, rows: Sequence[QWidget | QLayout], *, by_keys: bool = False) -> QScrollArea:
    """A page that scrolls where the window is too low; `by_keys` where its end holds nothing that Tab comes to."""
    page = QWidget()
    page.setMaximumWidth(MEASURE + 2 * SIDE)
    column = _column(page, title)
    for row in rows:
        _add(column, row)
    column.addStretch(1)
    inside = QWidget()
    inside.setProperty("surface", True)
    beside = QHBoxLayout(inside)
    beside.setContentsMargins(0, 0, 0, 0)
    beside.addWidget(page, 1)
    beside.addStretch(0)
    area = QScrollArea()
    area.setObjectName(name)
    area.setAccessibleName(title)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus if by_keys else Qt.FocusPolicy.NoFocus)
    area.setProperty("ring", "inside")
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    area.setProperty("surface", True)  # what is seen where a label would be cut through
    whole_labels(area, inside, page)  # lives with the area
    return area


def filled(page: QWidget, title: str, *rows: QWidget | QLayout, grows: QWidget) -> None:
    """A page of which one part takes the height that is left, such as a list, which scrolls by itself."""
    page.setProperty("surface", True)
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = _column(page, title)
    for row in rows:
        _add(column, row)
        if row is grows:
            column.setStretchFactor(row, 1)


def setting(words: str, *controls: QWidget, sentence: str | QLabel = "") -> QVBoxLayout:
    """A setting: its name, what it is changed with, and a sentence on what that does."""
    column = QVBoxLayout()
    column.setSpacing(4)
    label = plain_label(words, role="label")
    column.addWidget(label)
    if controls:
        label.setBuddy(controls[0])
        column.addWidget(in_a_row(*controls))
    below = sentence if isinstance(sentence, QLabel) else plain_label(sentence, role="secondary", wrap=True)
    if isinstance(sentence, QLabel) or sentence:
        column.addWidget(below)
    return column


def in_a_row(*widgets: QWidget) -> WrappingRow:
    """Beside each other, at the side where reading begins; below each other where they have no room."""
    return WrappingRow(*widgets)


def _column(page: QWidget, title: str) -> QVBoxLayout:
    column = QVBoxLayout(page)
    column.setContentsMargins(SIDE, 20, SIDE, 20)
    column.setSpacing(20)
    column.addWidget(plain_label(title, role="title"))
    return column


def _add(column: QVBoxLayout, row: QWidget | QLayout) -> None:
    if isinstance(row, QLayout):
        column.addLayout(row)
    else:
        column.addWidget(row)
