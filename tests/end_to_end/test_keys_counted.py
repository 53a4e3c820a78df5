"""What the measure of keys counts: late ones, those that are never painted, and only the window that is typed in."""

from __future__ import annotations

import time

import pytest
from keyboard_day import LATE_MS, Day
from passing_time import live
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from scripted_window import Watch


@pytest.fixture
def field(qtbot: QtBot) -> QLineEdit:
    made = QLineEdit(objectName="field")
    qtbot.addWidget(made)
    shown(made)
    return made


def shown(window: QWidget) -> None:
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    live(50)  # what its being shown is painted for


def seen(watch: Watch, window: QWidget, event: QEvent) -> None:
    watch.eventFilter(window, event)
    live(0)


def key(*, ago_ms: int) -> QKeyEvent:
    """The letter a, which the X server read so long ago."""
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    event.setTimestamp((time.monotonic_ns() // 1_000_000 - ago_ms) % 2**32)
    return event


def painting() -> QEvent:
    return QPaintEvent(QRect(0, 0, 1, 1))


def test_a_painting_that_comes_late_counts_with_all_its_time(field: QLineEdit) -> None:
    watch = Watch()
    seen(watch, field, key(ago_ms=2 * LATE_MS))
    seen(watch, field, painting())
    ((place, ms),) = watch.painted
    assert place == "field"
    assert ms >= 2 * LATE_MS
    assert Day(painted_ms=watch.painted).late == 1
    assert watch.end() == 0


def test_a_key_that_nothing_is_painted_after_counts_until_the_end(field: QLineEdit) -> None:
    watch = Watch()
    seen(watch, field, key(ago_ms=3 * LATE_MS))
    assert watch.painted == []
    assert watch.end() == 1
    ((_place, ms),) = watch.painted
    assert ms >= 3 * LATE_MS


def test_a_painting_of_another_window_answers_no_key(field: QLineEdit, qtbot: QtBot) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    watch = Watch()
    seen(watch, field, key(ago_ms=0))
    seen(watch, other, painting())
    assert watch.painted == []
    assert QApplication.activeWindow() is field
    seen(watch, field, painting())
    assert len(watch.painted) == 1
