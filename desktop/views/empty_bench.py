"""The bench before the first answer: three examples that fill the prompt; within a conversation one quiet line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.flow import keymap
from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.parts import KeyButton, WrappingButton, plain_label
from desktop.views.parts.whole_end import whole_labels

WIDEST = 760  # of the column, at the usual size of the text


class EmptyBench(QScrollArea):
    """What to do first, in one sentence, and something to try it with. Scrolls where it has no room."""

    example_chosen = Signal(str)
    practice_asked = Signal()
    models_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyBench")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its buttons scroll it by taking the focus
        self._chosen, self._several, self._going_on = True, False, False
        self._head = plain_label(_("What should the models answer?"), role="display", wrap=True)
        self._told = plain_label("", role="secondary", wrap=True, name="emptyBenchTold")
        self._model = KeyButton(_("Choose or add a model"), icon="cpu", name="toModels")
        self._model.clicked.connect(self.models_asked)
        self._first = self._first_steps()
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._head)
        column.addWidget(self._told)
        column.addWidget(self._model, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._first)
        self._column = column
        middle = QWidget()
        middle.setLayout(column)
        self._around = column.contentsMargins()
        self._middle = middle
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(middle, 8)
        row.addStretch(1)
        inside = QWidget()
        self._layout = QVBoxLayout(inside)
        self._layout.addLayout(row)
        self._layout.addStretch(1)
        self.setWidget(inside)
        for ground in (self.viewport(), inside):
            ground.setAutoFillBackground(False)  # the window below shows through
        self._whole = whole_labels(self, inside, middle)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        theme = current_theme()  # the column is as wide as its lines can be read, however large the letters
        self._middle.setMaximumWidth(WIDEST * theme.line_px("body") // theme.tokens.type["body"].line)
        super().resizeEvent(event)

    def show_models(self, models: Sequence[str]) -> None:
        """Say what can be done with the models that are chosen, or without one: then there is one of no name."""
        self._chosen, self._several = bool(models[0]), len(models) > 1
        self._show()

    def show_conversation(self, going_on: bool) -> None:
        """Within a conversation nothing but the next step is said: examples and practice begin something else."""
        self._going_on = going_on
        self._show()

    def _first_steps(self) -> QWidget:
        examples = (
            (_("I have had a cold for four days. Should I ask for antibiotics?"), _("Medicine")),
            (_("My landlord keeps the deposit because of scratches on the floor. May he?"), _("Law")),
            (_("I bought a laptop for work and private use. How much of it can I deduct?"), _("Accounting")),
        )
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 16, 0, 0)
        column.setSpacing(8)
        column.addWidget(plain_label(_("Or start with an example"), role="label", wrap=True))
        for index, (text, domain) in enumerate(examples):
            button = WrappingButton(text, hint=domain, name=f"example{index + 1}")
            button.setProperty("example", text)
            button.clicked.connect(self._on_example)
            column.addWidget(button)
        column.addSpacing(16)
        words = _("Or learn the keys in two minutes; nothing of it is kept")
        column.addWidget(plain_label(words, role="label", wrap=True))
        practise = KeyButton(_("Practise on scripted answers"), name="practise", command="practise")
        practise.clicked.connect(self.practice_asked)
        column.addWidget(practise)
        return part

    def _show(self) -> None:
        key = keymap.current().shown("main")
        if not self._chosen:
            words = _(
                "No model is chosen, so nothing answers yet. Until then you can practise, and look at imported "
                "judgements in Records."
            )
        elif self._going_on:
            words = _("Write the next message above, then {key}: the answers come here.").format(key=key)
        else:
            one = _("Write a prompt above, then {key}: the model answers it as often as you chose.")
            each = _("Write a prompt above, then {key}: each model answers it as often as you chose.")
            words = (each if self._several else one).format(key=key)
            words += " " + _("{key} shows all keys.").format(key=keymap.current().shown("keys"))
        self._told.setText(words)
        self._model.setVisible(not self._chosen)
        self._head.setVisible(not self._going_on)
        self._first.setVisible(not self._going_on)
        around = QMargins(self._around)
        if self._going_on:  # one sentence, in whatever room the turns leave
            around.setTop(0)
            around.setBottom(0)
        self._column.setContentsMargins(around)
        self._layout.setContentsMargins(24, 8 if self._going_on else 48, 24, 0 if self._going_on else 24)

    @Slot()
    def _on_example(self) -> None:
        self.example_chosen.emit(str(self.sender().property("example")))
