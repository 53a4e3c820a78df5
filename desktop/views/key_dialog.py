"""The question before this computer's key is changed: how it is kept, and what a change means, in a sentence.

Keeping is the default: Enter leaves the dialog unless the other button has the focus.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.flow import key_words
from desktop.flow.wording import cancelled, sentence
from desktop.flow.wording import gettext as _
from desktop.views.parts import HouseDialog, NoticeLine, plain_label


class KeyDialog(HouseDialog):
    """`chosen` asks for a new key; the dialog stays, busy, until it is told what became of it."""

    chosen = Signal()

    def __init__(self, kept: str, *, team: bool, parent: QWidget | None = None) -> None:
        super().__init__("keyDialog", _("Change the key"), _("Use a new key"), parent)
        self.leave_by_enter(_("Keep the key"))
        self.main.clicked.connect(self._on_main)
        self._problem = NoticeLine("danger", name="keyProblem")
        self.body.addWidget(plain_label(_("The key that signs for you"), role="label"))
        self.body.addWidget(plain_label(kept, role="secondary", wrap=True))
        self.body.addWidget(plain_label(key_words.rotation_words(team=team), wrap=True))
        self.body.addWidget(self._problem)
        self.body.addStretch(1)
        self.leave.setFocus()

    def tell(self, error: BaseException) -> None:
        """No new key could be made: what is wrong, or that somebody cancelled it."""
        self.show_idle()
        if cancelled(error):
            self.say(sentence(error))
        else:
            self._problem.setText(sentence(error))

    @Slot()
    def _on_main(self) -> None:
        self._problem.setText("")
        self.show_busy(_("The collector is asked to confirm it …"))
        self.chosen.emit()
