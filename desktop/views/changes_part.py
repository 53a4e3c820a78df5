"""The list of changes below a rewritten answer: how many, what each is, and how one is put back.

In a page that is very low it stands there while it has the keyboard, and is a line otherwise.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.comparing import Compared
from desktop.flow import keymap
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.qt_models.change_rows import ChangeRow
from desktop.views.parts import plain_label
from desktop.views.parts.change_list import MOST_ROWS, ChangeList

FEWER_BELOW, FEWEST_BELOW, FOLDED_BELOW = 700, 560, 400  # px of the page's height, at the usual size of text
FEWER, FEWEST = 3, 2  # rows in sight in a short page; the others scroll


class ChangesPart(QFrame):
    """One quiet line where nothing is changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._folds = False
        self.list = ChangeList()
        self.list.installEventFilter(self)
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
        self.list.setVisible(not self._folds or self.list.hasFocus())
        self._show_hint()
        if self.list.hasFocus():
            current = None  # whoever walks the list is not moved by the caret
        self.list.show_rows(rows, current)

    def mark(self, current: int | None) -> None:
        """The caret came to another change."""
        if not self.list.hasFocus():
            self.list.show_rows(self.list.rows, current)
            if current is not None:
                self.list.scrollTo(self.list.model().index(current, 0))

    def go(self) -> None:
        """Put the keyboard on the list, where there is one."""
        if self.list.rows:
            self.list.show()
            self._show_hint()
            self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A list that was opened goes with the keyboard, but not to another window or a menu."""
        passing = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
        if isinstance(event, QFocusEvent) and event.lostFocus() and self._folds and event.reason() not in passing:
            self.list.hide()
            self._show_hint()
        return False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._folds:
            self.go()
        super().mouseReleaseEvent(event)

    def _show_hint(self) -> None:
        if not self.list.rows and self._count.text() == "":
            return
        keys = keymap.current()
        if self.list.isHidden():
            self._hint.setText(_("{key} lists them.").format(key=keys.shown("changes")))
        else:
            hint = _("↵ goes to a change, {key} puts its original wording back.")
            self._hint.setText(hint.format(key=keys.shown("put_back")))

    def fit(self, height: int) -> None:
        """Show fewer rows where the page is short; in a very low one, none but while they have the keyboard."""
        self._folds = height < FOLDED_BELOW
        if self.list.rows:
            self.list.setVisible(not self._folds or self.list.hasFocus())
            self._show_hint()
        self.list.set_most(FEWEST if height < FEWEST_BELOW else FEWER if height < FEWER_BELOW else MOST_ROWS)
