"""The passphrase of a key file: chosen once, twice typed; or asked for, until it is right or somebody gives up."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from desktop.bridge.asking import Question
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.views.parts import Field, HouseDialog, plain_label
from feedback_store.errors import SecretsError
from feedback_store.passphrases import LEAST, check_new


class PassphraseDialog(HouseDialog):
    """Answers a question with the words once and forgets them; "" is no answer, and leaving gives up.

    The question is called, not connected: the thread that waits for it may be the last that holds it, and a connection
    that ends in another thread meets Qt's locks (docs/decisions/064).
    """

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        new, problem = question.new, question.problem
        title = _("Choose a passphrase") if new else _("Passphrase")
        super().__init__("passphraseDialog", title, _("Use this passphrase") if new else _("Unlock"), parent)
        self.leave.setText(_("Cancel"))
        about = (
            _(
                "There is no keyring on this computer, so your keys are kept in a file: the one that signs your "
                "deliveries, the one for browsers, and those of model servers. The passphrase protects that file. "
                "Nobody can recover it: without it this computer cannot sign any more, and a team has to let it in "
                "anew."
            )
            if new
            else _("Your keys are in a file under your passphrase.")
        )
        self._question: Question | None = question
        if question.reason:
            self.body.addWidget(plain_label(question.reason, role="label", wrap=True, name="passphraseReason"))
        self.body.addWidget(plain_label(about, wrap=True))
        self.first = Field("passphrase", _("Passphrase"), secret=True, most=1000)
        self.body.addWidget(self.first)
        if new:
            least = _("At least {least} characters. Four words that you remember are a good one.").format(least=LEAST)
            self._least = plain_label(least, role="secondary", name="passphraseLeast", wrap=True)
            self.body.addWidget(self._least)
            self.first.edit.textEdited.connect(self._least.show)
        self.second = Field("passphraseAgain", _("The same once more"), secret=True, most=1000) if new else None
        if self.second is not None:
            self.body.addWidget(self.second)
        self.body.addStretch(1)
        self.main.clicked.connect(self._on_main)
        self.first.edit.setFocus()
        if problem:
            self.first.show_problem(problem)

    def done(self, result: int) -> None:
        for field in (self.first, self.second):
            if field is not None:
                field.edit.clear()
        self._answer(None)
        super().done(result)

    def _answer(self, words: str | None) -> None:
        """Answer once, and hold the question and its answer no longer."""
        question, self._question = self._question, None
        if question is not None and words is not None:
            question.give(words)
        elif question is not None:
            question.give_up()

    def _problem(self) -> str:
        """What the passphrase lacks; one that was chosen before need only be there."""
        if self.second is None:
            return "" if self.first.text else _("Type the passphrase that you chose for your keys.")
        try:
            check_new(self.first.text)
        except SecretsError as error:
            return sentence(error)
        return ""

    @Slot()
    def _on_main(self) -> None:
        problem = self._problem()
        if problem:
            self.first.show_problem(problem)
            if self.second is not None and self.first.text:
                self._least.hide()  # the problem says the same
        elif self.second is not None and self.second.text != self.first.text:
            self.second.show_problem(_("The two are not the same. Type it once more."))
        else:
            self._answer(self.first.text)
            self.accept()
