"""The question why answers cannot be ranked. The reason goes into the record as it is typed here."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.flow.wording import gettext as _
from desktop.views.parts import Field, HouseDialog

LONGEST = 2000  # characters of a reason


class NotRankableDialog(HouseDialog):
    """`chosen` carries the reason."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("notRankableDialog", _("Not rankable"), _("Not rankable"), parent)
        self.leave.setText(_("Cancel"))
        self.reason = Field(
            "notRankableReason",
            _("Why can these answers not be ranked?"),
            hint=_("Neither answers the question"),
            most=LONGEST,
        )
        self.body.addWidget(self.reason)
        self.body.addStretch(1)
        self.main.clicked.connect(self._on_main)
        self.reason.edit.setFocus()

    @Slot()
    def _on_main(self) -> None:
        reason = self.reason.text.strip()
        if not reason:
            self.reason.show_problem(_("Write in a few words why they cannot be ranked, or cancel."))
            return
        self.chosen.emit(reason)
        self.accept()
