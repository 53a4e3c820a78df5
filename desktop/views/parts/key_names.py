"""Pressed keys in the spelling of the keymap."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def whole_key_name(event: QKeyEvent) -> str:
    """A pressed key with all that is held, Shift too: where characters are values, Shift+N is another key than N."""
    return QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)


def key_name(event: QKeyEvent) -> str:
    """A pressed key in Qt's portable spelling; a character by itself stands for whatever keys make it."""
    text = event.text()
    if text.isprintable() and text.strip() and not event.modifiers() & HELD:
        return text.upper()
    return whole_key_name(event)
