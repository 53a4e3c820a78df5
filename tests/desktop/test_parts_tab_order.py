"""Tab goes as one reads, whenever a part was made, and goes on from what is taken away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QGridLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.views.parts.tab_order import tab_on
from desktop.views.parts.wrapping_row import WrappingRow

Key = Qt.Key


class Window(QDialog):
    """A column of parts."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return tab_on(self, forward=forward)


def field(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(name)
    return made


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    made = Window()
    made.resize(500, 300)
    qtbot.addWidget(made)
    yield made
    QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def way(qtbot: QtBot, window: Window, count: int, key: Qt.Key = Key.Key_Tab) -> str:
    """Where so many times Tab comes to, from the first stop on."""
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    (first := window.findChild(QLineEdit, "a")).setFocus()  # type: ignore[union-attr]
    qtbot.waitUntil(first.hasFocus)  # type: ignore[union-attr]
    names = []
    for _time in range(count):
        focus = QApplication.focusWidget()
        assert focus is not None
        names.append(focus.objectName())
        QTest.keyClick(focus, key)
    return "".join(names)


def test_what_is_made_later_comes_where_it_stands(qtbot: QtBot, window: Window) -> None:
    window.column.addWidget(field("c"))
    window.column.addWidget(field("d"))
    window.column.insertWidget(0, field("a"))
    window.column.insertWidget(1, field("b"))
    assert way(qtbot, window, 5) == "abcda"
    assert way(qtbot, window, 5, Key.Key_Backtab) == "adcba"


def test_a_grid_goes_by_its_lines_and_panes_one_after_the_other(qtbot: QtBot, window: Window) -> None:
    grid = QGridLayout()
    for name, row, column in (("d", 1, 1), ("b", 0, 1), ("c", 1, 0), ("a", 0, 0)):
        grid.addWidget(field(name), row, column)
    window.column.addLayout(grid)
    split = QSplitter()
    for names in ("gh", "ef"):
        pane = QWidget()
        inside = QVBoxLayout(pane)
        for name in names:
            inside.addWidget(field(name))
        split.insertWidget(0, pane)
    window.column.addWidget(split)
    assert way(qtbot, window, 8) == "abcdefgh"


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_a_row_that_wraps_is_gone_through_from_the_beginning_of_its_line(
    qtbot: QtBot, window: Window, direction: Qt.LayoutDirection
) -> None:
    QApplication.setLayoutDirection(direction)
    parts = [field(name) for name in "cab"]
    window.column.addWidget(WrappingRow(parts[1], parts[2], right=(parts[0],)))
    assert way(qtbot, window, 4) == "abca"


def test_what_is_hidden_or_cannot_be_used_is_passed_over(qtbot: QtBot, window: Window) -> None:
    for name in "abcd":
        window.column.addWidget(field(name))
    window.findChild(QLineEdit, "b").setEnabled(False)  # type: ignore[union-attr]
    window.findChild(QLineEdit, "c").hide()  # type: ignore[union-attr]
    assert way(qtbot, window, 3) == "ada"


def test_the_keyboard_goes_on_below_where_its_place_is_taken_away(qtbot: QtBot, window: Window) -> None:
    """It went to the first stop of the window: to the rail, from a line that is made anew."""
    for name in "abcd":
        window.column.addWidget(field(name))
    assert way(qtbot, window, 1) == "a"
    gone = QApplication.focusWidget()
    assert gone is not None and gone.objectName() == "b"
    window.column.removeWidget(gone)
    gone.hide()
    focus = QApplication.focusWidget()
    assert focus is not None and focus.objectName() == "c"
