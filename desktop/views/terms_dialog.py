"""The terms under which records of a project leave, to be read."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.flow.leaving import terms_name
from desktop.flow.wording import gettext as _
from desktop.views.parts import HouseDialog, ReadText
from feedback_store.store import Terms


class TermsDialog(HouseDialog):
    """Shows the text that was accepted with its name, version and licence."""

    def __init__(self, terms: Terms, parent: QWidget | None = None) -> None:
        super().__init__("termsDialog", _("Terms of this project"), _("Close"), parent)
        self.leave.hide()
        text = ReadText("termsText", _("Terms of this project"))
        text.show_parts([(terms_name(terms), terms.text)])
        self.body.addWidget(text, 1)
        self.main.clicked.connect(self.accept)
        self.resize(640, 480)
