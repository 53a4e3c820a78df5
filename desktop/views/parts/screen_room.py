"""How large a window or a dialog may become on the screen that it is on. Must not know what stands in it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

FRAME = QSize(16, 48)  # what a title bar and borders take at most


def screen_room(window: QWidget) -> QSize:
    """What the screen has for a window beside its own bars, less the window's frame; in pixels."""
    return window.screen().availableGeometry().size() - FRAME


def keep_on_screen(window: QWidget) -> None:
    """Move a window that has grown over the lower edge of its screen up, its head not over the upper edge."""
    there, stands = window.screen().availableGeometry(), window.frameGeometry()
    if stands.bottom() > there.bottom() and stands.top() > there.top():
        window.move(window.x(), max(there.top(), window.y() - (stands.bottom() - there.bottom())))
