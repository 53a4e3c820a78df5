"""The list of records lies in a grid, which nobody sees: rows, keys and scroll bar are those of a list."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QStyleOptionViewItem

from desktop.theme.appearance import Appearance
from desktop.views.parts import dress
from desktop.views.record_delegate import RecordDelegate
from desktop.views.record_rows import RecordRows

ROWS = 300
Key = Qt.Key
KEYS = (Key.Key_Up, Key.Key_Down, Key.Key_PageUp, Key.Key_PageDown, Key.Key_Home, Key.Key_End, Key.Key_A)
HELD = (
    *[Qt.KeyboardModifier.NoModifier] * 3,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def application(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    dress(qapp, Appearance("light").theme)


def plain() -> QListView:
    view = QListView()
    view.setItemDelegate(RecordDelegate("", view))
    view.setUniformItemSizes(True)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    return view


def filled(view: QListView, width: int, direction: Qt.LayoutDirection) -> QListView:
    view.setModel(QStringListModel([""] * ROWS, view))
    view.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
    view.setLayoutDirection(direction)
    view.resize(width, 530)
    view.show()
    return view


def seen(view: QListView) -> tuple[object, ...]:
    rows = [view.visualRect(view.model().index(row, 0)).getRect() for row in (0, 1, ROWS - 1)]
    bars = [(bar.value(), bar.maximum()) for bar in (view.verticalScrollBar(), view.horizontalScrollBar())]
    return view.currentIndex().row(), len(view.selectedIndexes()), rows, bars


@pytest.mark.parametrize("width", [521, 200])
@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_rows_lie_and_keys_go_as_in_a_list_without_a_grid(
    application: QApplication, width: int, direction: Qt.LayoutDirection
) -> None:
    views = [filled(view, width, direction) for view in (plain(), RecordRows(""))]
    chance = random.Random(3)
    for _press in range(120):
        key, held = chance.choice(KEYS), chance.choice(HELD)
        for view in views:
            QTest.keyClick(view, key, held)
        before, now = map(seen, views)
        assert before == now, (key, held)
    for view in views:
        view.close()


def test_rows_are_higher_where_the_text_is_larger(application: QApplication) -> None:
    view = RecordRows("")
    filled(view, 521, Qt.LayoutDirection.LeftToRight)
    first = view.model().index(0, 0)
    before = view.visualRect(first).height()
    dress(application, Appearance("light", 2.0).theme)
    assert before < view.visualRect(first).height() == view.delegate.sizeHint(QStyleOptionViewItem(), first).height()
    view.close()
