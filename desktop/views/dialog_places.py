"""Of which window a dialog is, and which place's keys hold at a widget in it."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget


def belongs_to(dialog: QWidget, window: QWidget) -> bool:
    """Whether it is a dialog of this window, or of one of its dialogs."""
    parent = dialog.parentWidget() if isinstance(dialog, QDialog) else None
    return parent is not None and (parent.window() is window or belongs_to(parent.window(), window))


def place_of(widget: QWidget) -> str:
    """The place in a dialog: the property of whatever the widget stands in, else any dialog's."""
    part: QWidget | None = widget
    while part is not None and not part.property("keysPlace"):
        part = None if part.isWindow() else part.parentWidget()
    return "dialog" if part is None else str(part.property("keysPlace"))
