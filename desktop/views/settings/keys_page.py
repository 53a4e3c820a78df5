"""Every command with its keys, to be changed where they are listed."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.flow.places import all_keys
from desktop.flow.wording import gettext as _
from desktop.views.key_list import KeyList
from desktop.views.parts import KeyButton, plain_label
from desktop.views.settings.laid_out import filled


class KeysPage(QWidget):
    """`changed` carries the Keymap that is to hold from now on."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys = KeyList(all_keys)
        self.keys.changed.connect(self.changed)
        self.keys.said.connect(self._on_said)
        self.change = KeyButton(_("Change the shortcut"), name="changeKey", command="change_key")
        self.change.clicked.connect(self.keys.wait_for_key)
        self.keys.current_changed.connect(self.change.setEnabled)
        self._words = plain_label("", role="secondary", wrap=True, name="changeKeyWords")
        self.keys.foot.insertWidget(0, self.change)
        self.keys.foot.addWidget(self._words, 1)
        filled(self, _("Shortcuts"), self.keys, grows=self.keys)

    @Slot(str)
    def _on_said(self, words: str) -> None:
        self._words.setText(words)
