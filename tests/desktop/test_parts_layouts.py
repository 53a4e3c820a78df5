"""What lies in a layout is found in its order, and nothing is left behind that Qt has freed."""

from __future__ import annotations

import shiboken6
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QLayoutItem, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.views.parts.breathing import breathe
from desktop.views.parts.layouts import layouts_in, parts_of


def _nested(qtbot: QtBot) -> tuple[QWidget, list[QWidget], QHBoxLayout]:
    owner = QWidget()
    qtbot.addWidget(owner)
    column, row = QVBoxLayout(), QHBoxLayout()
    first, inside, last = QLabel("first"), QLabel("inside"), QLabel("last")
    row.addWidget(inside)
    column.addWidget(last)
    column.insertLayout(0, row)
    column.insertWidget(0, first)
    owner.setLayout(column)  # last: PySide makes the objects itself where a filled layout joins one that is set
    QLabel("in no layout", owner)
    return owner, [first, inside, last], row


def test_widgets_and_layouts_come_in_the_order_of_the_layout(qtbot: QtBot) -> None:
    owner, (first, inside, last), row = _nested(qtbot)
    assert parts_of(owner.layout()) == [first, row, last]
    assert layouts_in(owner.layout()) == [row]
    assert parts_of(row) == [inside]


def test_no_item_of_a_layout_is_left_to_python(qtbot: QtBot) -> None:
    before = _items()  # those that PySide itself has left
    owner, _, _ = _nested(qtbot)
    breathe(owner)
    parts_of(owner.layout())
    assert _items() == before


def _items() -> list[int]:
    """The items of layouts that Python holds, by identity."""
    held = [each for each in shiboken6.getAllValidWrappers() if isinstance(each, QLayoutItem)]
    return sorted(id(each) for each in held if not isinstance(each, QLayout))
