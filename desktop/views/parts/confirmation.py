"""A question before something that is not easily taken back. Must not know what happens then.

Not to do it is the default: Enter and Esc both keep things as they are.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.views.parts.house_dialog import HouseDialog
from desktop.views.parts.labels import plain_label


class Confirmation(HouseDialog):
    """Asks `question`, says in `words` what would be, and does nothing: `accepted` is the answer yes.

    `action` and `keep` are the words on the two buttons; all may hold foreign words, of one line.
    """

    def __init__(
        self,
        name: str,
        title: str,
        question: str,
        words: str,
        *,
        action: str,
        keep: str,
        danger: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, title, action, parent)
        self.leave_by_enter(keep)
        if danger:
            self.main.set_kind("danger")
        self.main.clicked.connect(self.accept)
        if question:
            self.body.addWidget(plain_label(question, role="label", wrap=True))
        self.body.addWidget(plain_label(words, wrap=True))
        self.body.addStretch(1)
        self.leave.setFocus(Qt.FocusReason.OtherFocusReason)
