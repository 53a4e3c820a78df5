"""The list of changes below a rewritten answer: how many, what each is, and how one is put back."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.comparing import Compared
from desktop.flow import keymap
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.qt_models.change_rows import ChangeRow
from desktop.views.parts import plain_label
from desktop.views.parts.change_list import MOST_ROWS, ChangeList

FEWER_BELOW, FEWEST_BELOW = 700, 560  # px of the page's height
FEWER, FEWEST = 3, 2  # rows in sight in a short page; the others scroll


class ChangesPart(QFrame):
    """One quiet line where nothing is changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.list = ChangeList()
        self._count = plain_label("", role="secondary", name="changeCount")
        self._hint = plain_label("", role="secondary", wrap=True, name="changesHint")
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.setSpacing(8)
        head.addWidget(plain_label(_("Changes"), role="label"))
        head.addWidget(self._count)
        head.addWidget(self._hint, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 6, 1, 4)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.list)
        self.show_none(_("Nothing is changed yet."))

    def show_none(self, words: str) -> None:
        """Say why there is no list."""
        held = self.list.hasFocus()
        self._count.setText("")
        self._hint.setText(words)
        self.list.show_rows(())
        if held:
            self.list.left.emit()  # the keyboard never stays on what is gone
        self.list.hide()

    def show_changes(self, compared: Compared, current: int | None) -> None:
        """List these changes; `current` is the one that the caret stands at."""
        changes = compared.diff.changes
        if not changes:
            self.show_none(_("Nothing is changed yet."))
            return
        rows = [
            ChangeRow(number, compared.original, compared.revised, change)
            for number, change in enumerate(changes, start=1)
        ]
        self._count.setText(count_text(len(rows)))
        hint = _("↵ goes to a change, {key} puts its original wording back.")
        self._hint.setText(hint.format(key=keymap.current().shown("put_back")))
        self.list.show()
        if self.list.hasFocus():
            current = None  # whoever walks the list is not moved by the caret
        self.list.show_rows(rows, current)

    def mark(self, current: int | None) -> None:
        """The caret came to another change."""
        if not self.list.hasFocus():
            self.list.show_rows(self.list.rows, current)
            if current is not None:
                self.list.scrollTo(self.list.model().index(current, 0))

    def fit(self, height: int) -> None:
        """Show fewer rows where the page is short."""
        self.list.set_most(FEWEST if height < FEWEST_BELOW else FEWER if height < FEWER_BELOW else MOST_ROWS)
