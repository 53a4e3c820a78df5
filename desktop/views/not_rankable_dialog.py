"""The question why answers cannot be ranked. The reason goes into the record as it is typed here."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from desktop.flow.wording import gettext as _
from desktop.views.parts import Field, HouseDialog

LONGEST = 2000  # characters of a reason


class NotRankableDialog(HouseDialog):
    """`edited` carries what stands there after each key, `chosen` the reason; `dropped` says that Esc ended it.

    `begun` is what was typed before. A dialog that is closed with its window leaves that as it is.
    """

    edited = Signal(str)
    chosen = Signal(str)
    dropped = Signal()

    def __init__(self, begun: str = "", parent: QWidget | None = None) -> None:
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
        self.reason.edit.setText(begun)
        self.reason.edit.textChanged.connect(self.edited)
        self._closing = False
        self.rejected.connect(self._on_rejected)
        self.main.clicked.connect(self._on_main)
        self.reason.edit.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._closing = True
        super().closeEvent(event)

    @Slot()
    def _on_rejected(self) -> None:
        if not self._closing:
            self.dropped.emit()

    @Slot()
    def _on_main(self) -> None:
        reason = self.reason.text.strip()
        if not reason:
            self.reason.show_problem(_("Write in a few words why they cannot be ranked, or cancel."))
            return
        self.accept()
        self.chosen.emit(reason)
