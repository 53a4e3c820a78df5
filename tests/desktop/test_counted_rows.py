"""A list of 100,000 rows asks Python for those that are seen, whatever is done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView
from pytestqt.qtbot import QtBot

from desktop.qt_models.counted_rows import CountedRows, Index

ROWS = 100_000
IN_SIGHT = 200  # more than a screen, asked for several roles each


class Numbers(CountedRows):
    """Each row is its number; counts the rows that were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[int] = set()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        self.asked.add(index.row())
        return str(index.row()) if role == Qt.ItemDataRole.DisplayRole else None


def test_laying_out_the_end_and_all_of_it_ask_for_what_is_seen(qtbot: QtBot) -> None:
    view, model = QListView(), Numbers()
    qtbot.addWidget(view)
    view.setUniformItemSizes(True)
    view.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
    view.resize(300, 400)
    view.setModel(model)
    view.show()
    model.count_anew(ROWS)
    assert model.rowCount() == ROWS
    view.setCurrentIndex(model.index(0))
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.currentIndex().row() == ROWS - 1
    assert view.viewport().rect().intersects(view.visualRect(view.currentIndex())), "the last row is in sight at once"
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    view.viewport().repaint()
    assert view.selectionModel().selection().first().bottom() == ROWS - 1
    assert len(model.asked) < IN_SIGHT


def test_a_row_is_read_and_marked_but_not_typed_in(qtbot: QtBot) -> None:
    model = Numbers()
    model.count_anew(3)
    flags = model.flags(model.index(1))
    assert flags & Qt.ItemFlag.ItemIsSelectable and flags & Qt.ItemFlag.ItemIsEnabled
    assert not flags & (Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDropEnabled | Qt.ItemFlag.ItemIsDragEnabled)
    model.count_anew(0)
    assert model.rowCount() == 0
