"""The window of all keys: the list, and the button that changes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.flow.wording import gettext as _
from desktop.views.key_list import Group, KeyList
from desktop.views.parts import HouseDialog


class KeysDialog(HouseDialog):
    """`groups` gives the list as it is now. `changed` carries the next Keymap; its owner lets it hold.

    `held`: why no key is changed here, as a sentence; "" where one can be.
    """

    changed = Signal(object)

    def __init__(self, groups: Callable[[], Sequence[Group]], parent: QWidget | None = None, *, held: str = "") -> None:
        super().__init__("keysDialog", _("All keys"), _("Change the shortcut"), parent)
        self.leave.setText(_("Close"))
        self.keys = KeyList(groups)
        self.keys.foot.addStretch(1)
        self.keys.changed.connect(self.changed)
        if held:
            self.keys.hold()
            self.main.hide()
            self.say(held)
        else:
            self.keys.said.connect(self._on_said)
            self.keys.current_changed.connect(self.main.setEnabled)
        self.body.addWidget(self.keys, 1)
        self.main.clicked.connect(self.keys.wait_for_key)
        self.main.setDefault(False)
        self.keys.show_keys()
        self.begin_as(640, 560)
        self.keys.search.setFocus()

    @Slot(str)
    def _on_said(self, words: str) -> None:
        self.say(words)
