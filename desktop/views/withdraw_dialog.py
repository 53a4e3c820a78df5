"""The question before judgements are withdrawn. Keeping is the default: Enter leaves the dialog."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.views.parts import HouseDialog, plain_label


class WithdrawDialog(HouseDialog):
    """Asks once about `count` judgements; `agreed` is the answer yes."""

    agreed = Signal()

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__("confirmWithdraw", _("Withdraw"), _("Withdraw"), parent)
        self.leave.setText(_("Keep"))
        self.leave.setDefault(True)
        self.main.set_kind("danger")
        self.main.set_hint("")
        self.main.setDefault(False)
        self.main.clicked.connect(self.agreed)
        self.main.clicked.connect(self.accept)
        several = ngettext("Withdraw {} marked judgement?", "Withdraw {} marked judgements?", count)
        asked = _("Withdraw this judgement?") if count == 1 else several.format(count_text(count))
        after = (
            _("It stays in the history, and if it was delivered the collector is told with the next delivery.")
            if count == 1
            else _("They stay in the history, and of those delivered the collector is told with the next delivery.")
        )
        self.body.addWidget(plain_label(asked, role="label", wrap=True))
        self.body.addWidget(plain_label(after, wrap=True))
        self.body.addStretch(1)
        self.leave.setFocus()
