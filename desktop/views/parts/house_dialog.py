"""A question in front of the window: a body, below it what it waits for, and two buttons. And a field in such a body.

Opened with `open()`, never `exec()`: the window goes on beneath it. It may be closed while its work goes on. It is
never larger than its screen: where that is low the body is scrolled, and the buttons stay in sight.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.parts.buttons import KeyButton
from desktop.views.parts.dialog_body import DialogBody
from desktop.views.parts.focus_ring import FocusRing
from desktop.views.parts.labels import plain_label
from desktop.views.parts.notice_line import NoticeLine
from desktop.views.parts.screen_room import keep_on_screen, screen_room
from desktop.views.parts.tab_order import tab_on
from desktop.views.parts.wait_bar import WaitBar

BAR_AFTER_MS = 150
WIDTH = 520  # at least, at the usual size of text


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
        self._least_width = 0
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
        self._inside = DialogBody(f"{name}Body", self.body)
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
        self._inside.inside.setEnabled(False)
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
        self._inside.inside.setEnabled(True)
        self.main.allow()
        self.say("")
        if not self.isVisible():
            self.deleteLater()

    def fit(self) -> None:
        """Be as high as what is left in it."""
        layout = self.layout()
        if layout is not None:
            self.body.activate()
            self._inside.updateGeometry()
            layout.activate()
            self._be(QSize(self.width(), self._needed_height()))

    def begin_as(self, width: int, height: int) -> None:
        """So large at first at the usual size of text, larger where that is, as far as the screen has room."""
        self._widen()
        self._be(QSize(width, height) * max(1.0, current_theme().zoom))

    def widen(self, least: int) -> None:
        """Be so many pixels wide at least, as far as the screen has room."""
        self._least_width = least
        self._grow()

    def showEvent(self, event: QShowEvent) -> None:
        if not event.spontaneous():
            before = self.width()
            self._grow()
            if self.width() > before:  # what was folded needs less height now
                self.fit()
            self._be(self.size())
        super().showEvent(event)  # it stands in the middle then

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page up and down scroll it where nothing in it takes them."""
        pages = (event.key() == Qt.Key.Key_PageDown) - (event.key() == Qt.Key.Key_PageUp)
        if not (pages and self._inside.turn(pages)):
            super().keyPressEvent(event)

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
        self._widen()
        if self.height() < self._needed_height():
            self._be(QSize(self.width(), self._needed_height()))

    def _be(self, size: QSize) -> None:
        """So large, as far as the screen has room, and on it."""
        self.resize(size.boundedTo(screen_room(self)))
        if self.isVisible():
            keep_on_screen(self)

    def _widen(self) -> None:
        layout = self.layout()
        needed = layout.minimumSize().width() if layout is not None else 0
        usual = round(WIDTH * max(1.0, current_theme().zoom))
        before = self.width()
        self.setMinimumWidth(min(max(usual, self._least_width, needed), screen_room(self).width()))
        if self.isVisible() and self.width() > before:
            keep_on_screen(self)

    def _needed_height(self) -> int:
        """What all of it needs, as far as the screen has room."""
        layout = self.layout()
        needed = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        return min(needed, screen_room(self).height())
