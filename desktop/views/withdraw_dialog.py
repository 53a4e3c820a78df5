"""The question before judgements are withdrawn. Keeping is the default: Enter leaves the dialog."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.views.parts import Confirmation


class WithdrawDialog(Confirmation):
    """Asks once about `count` judgements; `accepted` is the answer yes."""

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        several = ngettext("Withdraw {} marked judgement?", "Withdraw {} marked judgements?", count)
        asked = _("Withdraw this judgement?") if count == 1 else several.format(count_text(count))
        after = (
            _("It stays in the history, and if it was delivered the collector is told with the next delivery.")
            if count == 1
            else _("They stay in the history, and of those delivered the collector is told with the next delivery.")
        )
        title = _("Withdraw")
        super().__init__("confirmWithdraw", title, asked, after, action=title, keep=_("Keep"), parent=parent)
