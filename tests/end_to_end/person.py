"""Somebody at the keyboard: types, presses and waits. Knows no part of the program, so it can only do as people do."""

from __future__ import annotations

from collections.abc import Callable

from passing_time import live, look_on
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

NONE = Qt.KeyboardModifier.NoModifier


class Person:
    """Keys go to whatever has the focus. `pace_ms` is the rest after each of them."""

    def __init__(self, pace_ms: int = 0) -> None:
        self._pace_ms = pace_ms

    @property
    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the focus"
        return widget

    def type(self, text: str) -> None:
        for character in text:
            QTest.keyClick(self.focus, character)
            self._rest()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self.focus, key, modifier)
            self._rest()

    def control(self, key: Qt.Key) -> None:
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def until(self, true: Callable[[], bool], what: str, seconds: float = 60) -> None:
        """Look on until something is so."""
        if not look_on(true, seconds):
            raise AssertionError(f"waited in vain until {what}")

    def _rest(self) -> None:
        if self._pace_ms:
            live(self._pace_ms)
