"""A question in front of the window: a body, below it what it waits for, and two buttons. And a field in such a body.

Opened with `open()`, never `exec()`: the window goes on beneath it. It may be closed while its work goes on.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.flow.wording import gettext as _
from desktop.views.parts.buttons import KeyButton
from desktop.views.parts.focus_ring import FocusRing
from desktop.views.parts.labels import plain_label
from desktop.views.parts.notice_line import NoticeLine
from desktop.views.parts.tab_order import tab_on
from desktop.views.parts.wait_bar import WaitBar

BAR_AFTER_MS = 150
WIDTH = 520


class Field(QWidget):
    """A line to fill in under its name. A wrong value says what to do, below the line."""

    def __init__(
        self,
        name: str,
        words: str,
        *,
        hint: str = "",
        secret: bool = False,
        most: int = 400,
        beside: QWidget | None = None,
    ) -> None:
        super().__init__()
        self.edit = QLineEdit()
        self.edit.setObjectName(name)
        self.edit.setAccessibleName(words)
        self.edit.setPlaceholderText(hint)
        self.edit.setMaxLength(most)
        if secret:
            self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.textEdited.connect(self._on_edited)
        label = plain_label(words, role="label")
        label.setBuddy(self.edit)
        self._problem = NoticeLine("danger", name=f"{name}Problem")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.edit, 1)
        if beside is not None:
            line.addWidget(beside)
        column.addWidget(label)
        column.addLayout(line)
        column.addWidget(self._problem)

    @property
    def text(self) -> str:
        return self.edit.text()

    @property
    def problem(self) -> str:
        """What is said to be wrong with it."""
        return self._problem.text()

    def show_problem(self, text: str) -> None:
        """Say what is wrong and put the focus there; "" takes it back."""
        self._problem.setText(text)
        self.edit.setAccessibleDescription(text)
        self.edit.setProperty("problem", bool(text))
        self.edit.style().unpolish(self.edit)
        self.edit.style().polish(self.edit)
        if text:
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            self.edit.selectAll()
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.edit, text))

    @Slot()
    def _on_edited(self) -> None:
        if self._problem.text():
            self.show_problem("")


class HouseDialog(QDialog):
    """`main` is clicked by Enter too, and does what the dialog is for; `leave`, and Esc, close it.

    What is filled is what Enter does, or shows the key that does it: see `leave_by_enter`.
    """

    def __init__(self, name: str, title: str, action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH)
        self._busy = False
        self._page: QWidget | None = None
        self.body = QVBoxLayout()
        self.body.setContentsMargins(24, 20, 24, 16)
        self.body.setSpacing(12)
        self.main = KeyButton(action, hint="↵", kind="main", name=f"{name}Main")
        self.main.setDefault(True)
        self.leave = KeyButton("", hint="Esc", name=f"{name}Leave")
        self.leave.clicked.connect(self.reject)
        self._words = plain_label("", role="secondary", wrap=True, name=f"{name}Words")
        self._bar = WaitBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(title)
        self._bar.hide()
        self._soon = QTimer(self, interval=BAR_AFTER_MS, singleShot=True)
        self._soon.timeout.connect(self._bar.show)
        self._inside = QWidget()
        self._inside.setProperty("surface", True)
        self._inside.setLayout(self.body)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 12, 24, 12)
        foot.setSpacing(8)
        foot.addWidget(self._words, 1)
        foot.addWidget(self.leave)
        foot.addWidget(self.main)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._inside, 1)
        column.addWidget(self._bar)
        column.addLayout(foot)
        self._ring = FocusRing(self)

    def leave_by_enter(self, words: str) -> None:
        """Have Enter leave it, by the button that says so; then nothing is filled, and `main` is pressed on purpose."""
        self.leave.setText(words)
        self.leave.setDefault(True)
        self.main.setDefault(False)
        self.main.set_hint("")
        self.main.set_kind("normal")

    @property
    def busy(self) -> bool:
        """Whether its work goes on."""
        return self._busy

    @property
    def words(self) -> str:
        """What stands beside the buttons."""
        return self._words.text()

    def say(self, words: str, role: Literal["secondary", "danger"] = "secondary") -> None:
        """Words beside the buttons."""
        self._words.setProperty("role", role)
        self._words.style().unpolish(self._words)
        self._words.style().polish(self._words)
        self._words.setText(words)
        if words:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def show_busy(self, words: str) -> None:
        """Work has begun: nothing can be changed, and a bar comes if it lasts."""
        self._busy = True
        self._inside.setEnabled(False)
        self.main.allow(words or _("It is being done."))
        self._bar.setRange(0, 0)
        self._soon.start()
        self.say(words)
        self.leave.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_page(self, page: QWidget, *, keep: QWidget | None = None) -> None:
        """Show a page in the body in place of the one before, which is thrown away unless it is to be kept."""
        before = self._page
        if before is not None:
            self.body.removeWidget(before)
            before.hide()
            if before is not keep:
                before.deleteLater()
        self._page = page
        self.body.addWidget(page)
        page.show()

    def show_progress(self, done: int, of: int, words: str) -> None:
        """How far the work has come; `of` 0 where nobody knows."""
        self._bar.setRange(0, of)
        self._bar.setValue(done)
        self._words.setText(words)

    def show_idle(self) -> None:
        """The work has ended."""
        self._busy = False
        self._soon.stop()
        self._bar.hide()
        self._inside.setEnabled(True)
        self.main.allow()
        self.say("")
        if not self.isVisible():
            self.deleteLater()

    def fit(self) -> None:
        """Be as high as what is left in it."""
        layout = self.layout()
        if layout is not None:
            self.body.activate()
            layout.activate()
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def event(self, event: QEvent) -> bool:
        told = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._grow()
        return told

    def focusNextPrevChild(self, forward: bool) -> bool:
        return tab_on(self, forward=forward)

    def done(self, result: int) -> None:
        super().done(result)
        if not self._busy:
            self.deleteLater()

    def _grow(self) -> None:
        """Words that came later are never cut: a dialog grows by what they need when they are wrapped."""
        layout = self.layout()
        if layout is not None:
            self.setMinimumWidth(max(WIDTH, layout.minimumSize().width()))
        needed = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        if self.height() < needed:
            self.resize(self.width(), needed)
