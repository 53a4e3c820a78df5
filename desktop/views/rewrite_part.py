"""Lets a model rewrite: a button, which model, and how far it is or what went wrong. Must not know who asks it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.flow.wording import gettext as _
from desktop.views.model_choice import ModelChoice
from desktop.views.parts import KeyButton, NoticeLine, plain_label


class RewritePart(QWidget):
    """`asked` carries the name of the chosen model; while it writes the button stops it."""

    asked = Signal(str)
    stop_asked = Signal()
    model_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rewritePart")
        self._writing = False
        self._chosen = ""  # by the trainer, in this list
        self.button = KeyButton("", command="model_rewrite", icon="cpu", name="letModelRewrite")
        self.button.clicked.connect(self.press)
        self.model = ModelChoice("rewriteModel", _("Model that rewrites"))
        self.model.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.model.changed.connect(self._on_model)
        self._line = plain_label("", role="secondary", wrap=True, name="rewriteLine")
        self._marking = self._progress = ""
        self._problem = NoticeLine("danger", name="rewriteProblem")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        named = plain_label(
            _("Model that rewrites"), role="label", wrap=True, field=self.model, name="rewriteModelLabel"
        )
        layout.addWidget(self.button)
        layout.addSpacing(4)
        for widget in (named, self.model, self._line, self._problem):
            layout.addWidget(widget)
        self.show_models((), ())
        self._word()
        self._show_line()

    def show_models(self, names: Sequence[str], away: Collection[str]) -> None:
        """Offer these models; what is asked of those in `away` leaves this computer."""
        chosen = self.model.chosen
        self.model.show_models(names, away, chosen if chosen in names else next(iter(names), ""))

    def suggest(self, name: str) -> None:
        """The model that the prompt names, until the trainer chooses another here."""
        if self._chosen != self.model.chosen or not self._chosen:
            self.model.choose(name)

    def show_state(self, *, writing: bool, progress: str, problem: str) -> None:
        """Whether a model writes, how far it is, and what went wrong the last time."""
        self._progress = progress
        self._show_line()
        self._problem.setText(problem)
        if writing != self._writing:
            self._writing = writing
            self.model.setEnabled(not writing)
            self._word()

    def show_marking(self, marking: str) -> None:
        """Who drafted the version that stands there, "" for nobody but the trainer."""
        self._marking = marking
        self._show_line()

    @Slot()
    def press(self) -> None:
        """Ask the chosen model, or stop it."""
        if self._writing:
            self.stop_asked.emit()
        else:
            self.asked.emit(self.model.chosen)

    def _show_line(self) -> None:
        """What matters most now: how far the model is, whose words stand there, or what would be said of them."""
        self._line.setText(
            self._progress or self._marking or _("What the model writes is marked as such in the record.")
        )

    def _word(self) -> None:
        self.button.setText(_("Stop") if self._writing else _("Let a model rewrite"))
        self.button.set_command("stop" if self._writing else "model_rewrite")
        self.button.set_icon_name("circle-stop" if self._writing else "cpu")

    @Slot()
    def _on_model(self) -> None:
        self._chosen = self.model.chosen
        self.model_chosen.emit()
