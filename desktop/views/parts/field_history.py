"""The keys of undo and redo in text fields: a field by itself knows only those of its platform, and Ctrl+Y is not one.

A field that has something of its own to take back, or to do again, does it; else the key goes on to the window. Must
not know what stands in a field.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from desktop.flow import keymap
from desktop.views.parts.key_names import key_name

TextField = QLineEdit | QPlainTextEdit | QTextEdit


class FieldHistory(QObject):
    """Listens at every text field that gets the focus, in the window and in its dialogs."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or not isinstance(event, QKeyEvent):
            return False
        command = keymap.current().at("everywhere", key_name(event))
        if command not in ("undo", "redo") or not isinstance(watched, TextField):
            return False
        if kind == QEvent.Type.ShortcutOverride:
            event.setAccepted(has_own(watched, command))  # then no shortcut of the window takes it
        elif not has_own(watched, command):
            return False
        elif command == "undo":
            watched.undo()
        else:
            watched.redo()
        return True

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, TextField):
            now.installEventFilter(self)  # a second time does nothing but come first


def has_own(field: TextField, command: str) -> bool:
    """Whether the field itself has something to undo, or to redo."""
    if field.isReadOnly():
        return False
    history = field if isinstance(field, QLineEdit) else field.document()
    return history.isUndoAvailable() if command == "undo" else history.isRedoAvailable()
