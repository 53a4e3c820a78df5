"""Somebody at the keyboard of the true window: types, presses, waits, looks. Never calls what a key would call."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QWidget

LONGEST_WAIT_S = 20.0
MOST_PRESSES = 60


class Person:
    """Works in `window`."""

    def __init__(self, window: QMainWindow) -> None:
        self.window = window

    def comes_to(self, name: str) -> None:
        """Wait until the program itself puts the focus on the control of this name."""

        def there() -> bool:
            self._mind()
            widget = QApplication.focusWidget()
            return widget is not None and widget.objectName() == name

        self.until(there, f"the focus is on {name}")

    @property
    def focus(self) -> QWidget:
        self._mind()
        widget = QApplication.focusWidget()
        if widget is None:
            self.until(lambda: QApplication.focusWidget() is not None, "something in the window has the focus")
            widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    @property
    def _focused(self) -> str:
        widget = QApplication.focusWidget()
        return widget.objectName() if widget is not None else ""

    def _mind(self) -> None:
        """Drawn into memory there is no window manager that gives the focus to what stands in front."""
        front = QApplication.activeModalWidget() or self.window
        if QApplication.platformName() == "offscreen" and QApplication.activeWindow() is not front:
            front.activateWindow()

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
        live(QApplication.keyboardInputInterval() + 50)

    def until(self, true: Callable[[], bool], what: str) -> None:
        """Wait until `true()`; the program goes on meanwhile."""
        end = time.monotonic() + LONGEST_WAIT_S
        while not true():
            if time.monotonic() > end:
                raise SystemExit(f"Waited in vain until {what}; the focus is on {self._focused!r}.")
            live(10)

    def size(self, width: int, height: int) -> None:
        """Give the window's inside this size, in logical pixels."""
        self.window.resize(width, height)
        self.until(lambda: (self.window.width(), self.window.height()) == (width, height), "the window has its size")

    def choose(self, name: str) -> None:
        """Choose the action of this name in the menu that is open."""
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu):
            raise SystemExit("No menu is open.")
        for _ in menu.actions():
            active = menu.activeAction()
            if active is not None and active.objectName() == name:
                QTest.keyClick(menu, Qt.Key.Key_Return)
                return
            QTest.keyClick(menu, Qt.Key.Key_Down)
        raise SystemExit(f"The menu has no {name!r}.")

    def look(self) -> QImage:
        """The window's inside and what stands in front of it, as it is on the screen."""
        live(400)  # for frames that are on their way, and for a diff after its rest
        place = self.window.mapToGlobal(QPoint(0, 0))
        front = QApplication.activeModalWidget()
        if front is not None and front.frameGeometry().top() < place.y():
            front.move(front.frameGeometry().left(), place.y())  # so that its title is in the picture
            live(200)
        if QApplication.platformName() == "xcb":
            size = self.window.size()
            return self.window.screen().grabWindow(0, place.x(), place.y(), size.width(), size.height()).toImage()
        image = self.window.grab().toImage()
        if front is not None:
            with QPainter(image) as painter:
                painter.drawPixmap(front.mapToGlobal(QPoint(0, 0)) - place, front.grab())
        return image


def live(ms: int) -> None:
    """Let the window live so long. QTest.qWait keeps Python's lock meanwhile: no other thread would get on."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()
