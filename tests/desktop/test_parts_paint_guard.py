"""A mistake in painting leaves a place unpainted and one line in the log; it never leaves the paintEvent."""

from __future__ import annotations

import ast
import gc
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from desktop.views.parts import Message, MessageBar, paint_guard
from desktop.views.parts.paint_guard import guarded

DESKTOP = Path(__file__).resolve().parents[2] / "desktop"
SECRET = "a prompt's words"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The warnings of the guard."""
    said: list[str] = []
    monkeypatch.setattr(paint_guard, "qWarning", said.append)
    return said


class Broken(QWidget):
    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPoint(0, 0)
        raise KeyError(SECRET)


class BrokenDelegate(QStyledItemDelegate):
    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        raise ValueError(str(index.data()))


class Rows(QAbstractListModel):
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 3

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> object:
        return SECRET if role == 0 else None


def test_a_painter_that_was_left_open_is_closed_before_qt_goes_on(qtbot: QtBot, told: list[str]) -> None:
    for _ in range(3):
        widget = Broken()
        qtbot.addWidget(widget)
        widget.resize(20, 20)
        widget.grab()
        del widget
        gc.collect()
    assert len(told) == 1 and told[0].startswith("Broken.paintEvent could not paint: KeyError in line ")
    assert SECRET not in told[0]


def test_a_delegate_that_cannot_paint_its_rows_says_so_once(qtbot: QtBot, told: list[str]) -> None:
    view, rows = QListView(), Rows()
    qtbot.addWidget(view)
    view.setModel(rows)
    delegate = BrokenDelegate(view)
    view.setItemDelegate(delegate)
    view.resize(100, 100)
    assert isinstance(view.grab(), QPixmap)
    assert len(told) == 1 and told[0].startswith("BrokenDelegate.paint could not paint: ValueError")
    assert SECRET not in told[0]


def test_a_message_of_no_known_kind_does_not_come_to_be() -> None:
    with pytest.raises(ValueError, match="kind"):
        Message("info", "Saved.")  # type: ignore[arg-type]
    MessageBar()


def test_everything_of_ours_that_paints_is_guarded() -> None:
    bare = []
    for file in DESKTOP.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name in ("paintEvent", "paint"):
                named = {each.id for each in node.decorator_list if isinstance(each, ast.Name)}
                if "guarded" not in named:
                    bare.append(f"{file.relative_to(DESKTOP)}:{node.lineno}")
    assert bare == []
