"""How large a window or a dialog may become on the screen that it is on. Must not know what stands in it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QWidget

FRAME = QSize(16, 48)  # what a title bar and borders take at most


def screen_room(window: QWidget) -> QSize:
    """What the screen has for a window beside its own bars, less the window's frame; in pixels."""
    return window.screen().availableGeometry().size() - FRAME


def keep_on_screen(window: QWidget) -> None:
    """Move a window that has grown over the right or the lower edge of its screen back, but not over the other edge."""
    there, stands = window.screen().availableGeometry(), window.frameGeometry()
    place = QPoint(
        _back(stands.left(), stands.right(), there.left(), there.right()),
        _back(stands.top(), stands.bottom(), there.top(), there.bottom()),
    )
    if place != stands.topLeft():
        window.move(place)


def _back(begins: int, ends: int, first: int, last: int) -> int:
    """Where that begins which is to end at `last` if it ended behind that, and begin no further ahead than `first`."""
    return begins if ends <= last or begins <= first else max(first, begins - (ends - last))
