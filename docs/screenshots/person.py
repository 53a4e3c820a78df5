"""Somebody at the keyboard of the true window: types, presses, waits, looks. Never calls what a key would call."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

LONGEST_WAIT_S = 20.0
MOST_PRESSES = 60


class Person:
    """Works in `window`."""

    def __init__(self, window: QMainWindow) -> None:
        self.window = window

    @property
    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        if widget is None:
            raise SystemExit("Nothing in the window has the focus.")
        return widget

    def type(self, text: str) -> None:
        """Type `text` where the focus is; it may move with every key."""
        for character in text:
            if character == "\n":
                self.press(Qt.Key.Key_Return)
            elif character.isascii():
                QTest.keyClicks(self.focus, character)
            else:  # QTest takes a character for its bytes
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    key = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, character)
                    QApplication.sendEvent(self.focus, key)

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, times: int = 1
    ) -> None:
        for _ in range(times):
            QTest.keyClick(self.focus, key, modifier)

    def control(self, key: Qt.Key) -> None:
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def alt(self, character: str) -> None:
        QTest.keyClicks(self.focus, character, Qt.KeyboardModifier.AltModifier)

    def go_to(self, name: str) -> None:
        """Press Tab until the control of this name has the focus; where Tab leads round, Shift+Tab, then F6."""
        for key, modifier in (
            (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
            (Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier),
            (Qt.Key.Key_F6, Qt.KeyboardModifier.NoModifier),
        ):
            for _ in range(MOST_PRESSES):
                if self.focus.objectName() == name:
                    return
                self.press(key, modifier)
        raise SystemExit(f"No key leads to {name!r}; the focus is on {self.focus.objectName()!r}.")

    def pause(self) -> None:
        """Stop typing, so that a list takes the next letter for a new search."""
        QTest.qWait(QApplication.keyboardInputInterval() + 50)

    def until(self, true: Callable[[], bool], what: str) -> None:
        """Wait until `true()`; the program goes on meanwhile."""
        end = time.monotonic() + LONGEST_WAIT_S
        while not true():
            if time.monotonic() > end:
                raise SystemExit(f"Waited in vain until {what}.")
            QTest.qWait(10)

    def size(self, width: int, height: int) -> None:
        """Give the window's inside this size, in logical pixels."""
        self.window.resize(width, height)
        self.until(lambda: (self.window.width(), self.window.height()) == (width, height), "the window has its size")

    def look(self) -> QImage:
        """The window's inside, as it is on the screen."""
        QTest.qWait(400)  # for frames that are on their way, and for a diff after its rest
        if QApplication.platformName() == "xcb":
            return self.window.screen().grabWindow(self.window.winId()).toImage()
        return self.window.grab().toImage()
