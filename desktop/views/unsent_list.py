"""The list of what has not left: arrows choose, Space lets go, Enter goes to what was found."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.flow import keymap
from desktop.qt_models.outbox_list import OutboxList
from desktop.views.parts.key_names import HELD, key_name
from desktop.views.parts.whole_end import whole_rows
from desktop.views.record_rows import RecordRows


class UnsentList(RecordRows):
    """`released` is Space, `looked` is Enter; letters are the room's commands (doings.py). `words` name the list.

    `decided` carries a key that decides a row of what was found, which is another list.
    """

    released = Signal()
    looked = Signal()
    decided = Signal(str)

    def __init__(self, model: OutboxList, trainer: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(trainer, parent)
        self.setModel(model)
        self.setObjectName("toSend")
        self.setAccessibleName(words)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._whole = whole_rows(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text()
        if event.modifiers() & HELD:
            event.ignore()
        elif event.key() == Qt.Key.Key_Space:
            self.released.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.looked.emit()
        elif keymap.current().at("personal", key_name(event)) is not None:
            self.decided.emit(keymap.shown(key_name(event)))
        elif letter and letter.isprintable():
            event.ignore()  # QListView would search by letters
        else:
            super().keyPressEvent(event)
