"""Blind answers are opened only by somebody who has read what that means: names that were seen cannot be unseen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop.flow.wording import gettext as _
from desktop.views.parts import HouseDialog, plain_label


class BlindQuestion(HouseDialog):
    """Enter stays blind; only the other button shows the names (`accepted`)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("blindQuestion", _("Show the models' names?"), _("Show the names"), parent)
        self.leave.setText(_("Stay blind"))
        self.main.set_hint("")
        self.main.setDefault(False)
        self.leave.setDefault(True)
        words = _("Names are shown, and this judgement no longer counts as blind. Undo does not make it blind again.")
        self.body.addWidget(plain_label(words, wrap=True))
        self.main.clicked.connect(self._on_main)
        self.leave.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_main(self) -> None:
        self.accept()
