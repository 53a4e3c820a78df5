"""Two versions of a text before the window, side by side."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.flow.wording import gettext as _
from desktop.views.differences import Differences
from desktop.views.parts import HouseDialog


class DifferencesDialog(HouseDialog):
    """`before` and `now` are a title and a text each; `action` is what the main button says."""

    def __init__(
        self,
        name: str,
        title: str,
        action: str,
        before: tuple[str, str],
        now: tuple[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, title, action, parent)
        self.leave.setText(_("Close"))
        shown = Differences(name)
        shown.show_texts(before, now)
        self.body.addWidget(shown, 1)
        self.main.clicked.connect(self.accept)
        self.begin_as(880, 520)
