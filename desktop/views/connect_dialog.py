"""Connecting a browser: it asks, its panel shows six digits, they are typed here, and a person allows it.

Shows what it is told; must not know the channel. Leaving it, in whatever way, ends the waiting.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.flow.connecting import CODE_DIGITS, Connecting, code_in, left_text, name_for
from desktop.flow.shown_text import in_one_line
from desktop.flow.wording import gettext as _
from desktop.views.parts import Field, HouseDialog, NoticeLine, plain_label
from desktop.views.parts.wait_bar import WaitBar


class ConnectDialog(HouseDialog):
    """`typed` carries six digits, `allowed` the name that the browser is to have here."""

    typed = Signal(str)
    allowed = Signal(str)

    def __init__(self, seconds: float, parent: QWidget | None = None) -> None:
        super().__init__("connectDialog", _("Connect a browser"), _("Allow"), parent)
        self._whole = seconds
        self._step = ""
        self.leave.setText(_("Cancel"))
        self.main.clicked.connect(self._on_main)
        self._told = plain_label("", wrap=True, name="connectTold")
        self._problem = NoticeLine("warning", name="connectProblem")
        self._elsewhere = NoticeLine("warning", name="connectElsewhere")
        self.code = Field("connectCode", _("The six digits"), most=CODE_DIGITS + 1)
        self.code.edit.setProperty("code", True)
        self.code.edit.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.code.edit.textEdited.connect(self._on_code)
        self.name = Field("connectName", _("Its name here"), most=80)
        self.time = WaitBar()
        self.time.setObjectName("connectTime")
        self.time.setTextVisible(False)
        self.time.setAccessibleName(_("Time left"))
        self.time.setRange(0, round(seconds))
        self._done = False
        self._others = ""  # which browsers come to another profile
        warning = _("If you did not start this in your own browser, choose Cancel.")
        self._warning = plain_label(warning, role="secondary", wrap=True, name="connectWarning")
        for widget in (
            self._told,
            self._elsewhere,
            self._problem,
            self.code,
            self.name,
            self.time,
            self._warning,
        ):
            self.body.addWidget(widget)
        self.body.addStretch(1)

    def show_standing(self, now: Connecting) -> None:
        """Show how far it has come; the keyboard goes to what is to be done next."""
        self._told.setText(now.words)
        self._show_elsewhere(waiting=now.step == "waiting")
        self._problem.setText(now.problem)
        self.code.setEnabled(now.takes_digits)
        self.name.setEnabled(now.may_allow)
        self.main.allow("" if now.may_allow else in_one_line(now.problem or now.words))
        if now.step == self._step:
            return
        self._step = now.step
        typed_in = self.focusWidget() is self.code.edit
        if now.step == "typing" or (now.takes_digits and typed_in):
            self.code.edit.clear()  # after wrong ones the next Enter, which was meant for them, does nothing here
            self.code.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        elif now.step == "right":
            self.name.edit.setText(name_for(now.browser))
            self.main.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.leave.setFocus(Qt.FocusReason.OtherFocusReason)
        if now.is_done:
            self._show_done(connected=now.step == "allowed")

    def show_elsewhere(self, text: str) -> None:
        """Say which browsers come to another profile; "" for none."""
        self._others = text
        self._show_elsewhere(waiting=self._step == "waiting")

    def _show_elsewhere(self, *, waiting: bool) -> None:
        """Only while none asks: one that does has come here."""
        self._elsewhere.setText(self._others if waiting else "")

    def _show_done(self, *, connected: bool) -> None:
        """Nothing is waited for: neither time nor a choice is left, only to close."""
        self._done = True
        self.leave.setText(_("Close"))
        self.say("")
        for part in (self.time, self._warning, self.main, self.name):
            part.hide()
        self.code.setVisible(not connected)
        self.leave.setDefault(connected)  # else an Enter that was meant for the digits would close it
        self.fit()

    def show_time(self, seconds: float) -> None:
        """How long the window still waits."""
        self.time.setValue(round(seconds))
        if not self._done:
            self.say(left_text(seconds))

    @Slot(str)
    def _on_code(self, typed: str) -> None:
        code = code_in(typed)
        if code is not None and self._step == "typing":
            self.typed.emit(code)

    @Slot()
    def _on_main(self) -> None:
        self.allowed.emit(" ".join(self.name.text.split()))
