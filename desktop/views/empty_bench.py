"""The bench before the first answer: three examples that fill the prompt."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.flow import keymap
from desktop.flow.wording import gettext as _
from desktop.views.parts import KeyButton, plain_label


class EmptyBench(QWidget):
    """What to do first, in one sentence, and something to try it with."""

    example_chosen = Signal(str)
    practice_asked = Signal()
    models_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyBench")
        self._examples = (
            (_("I have had a cold for four days. Should I ask for antibiotics?"), _("Medicine")),
            (_("My landlord keeps the deposit because of scratches on the floor. May he?"), _("Law")),
            (_("I bought a laptop for work and private use. How much of it can I deduct?"), _("Accounting")),
        )
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(plain_label(_("What should the models answer?"), role="display"))
        self._told = plain_label("", role="secondary", wrap=True, name="emptyBenchTold")
        column.addWidget(self._told)
        self._model = KeyButton(_("Choose or add a model"), icon="cpu", name="toModels")
        self._model.clicked.connect(self.models_asked)
        column.addWidget(self._model, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(16)
        column.addWidget(plain_label(_("Or start with an example"), role="label"))
        for index, (text, domain) in enumerate(self._examples):
            button = KeyButton(text, hint=domain, kind="normal")
            button.setObjectName(f"example{index + 1}")
            button.setProperty("example", text)
            button.clicked.connect(self._on_example)
            column.addWidget(button)
        column.addSpacing(16)
        column.addWidget(plain_label(_("Or learn the keys in two minutes; nothing of it is kept"), role="label"))
        practise = KeyButton(_("Practise on scripted answers"), name="practise", command="practise")
        practise.clicked.connect(self.practice_asked)
        column.addWidget(practise)
        middle = QWidget()
        middle.setLayout(column)
        middle.setMaximumWidth(760)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(middle, 8)
        row.addStretch(1)
        inside = QWidget()
        page = QVBoxLayout(inside)
        page.setContentsMargins(24, 48, 24, 24)
        page.addLayout(row)
        page.addStretch(1)
        area = QScrollArea()  # below a long message in a small window not all of it has room
        area.setObjectName("emptyBenchArea")
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        for ground in (area.viewport(), inside):
            ground.setAutoFillBackground(False)  # the window below shows through
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        self.show_model(chosen=True)

    def show_model(self, *, chosen: bool) -> None:
        """Say what can be done with a model, or without one."""
        key = keymap.current().shown("main")
        with_one = _("Write a prompt above, then {key}: the model answers it as often as you chose.").format(key=key)
        without = _(
            "No model is chosen, so nothing answers yet. Until then you can practise, and look at imported judgements "
            "in Records."
        )
        self._told.setText(with_one if chosen else without)
        self._model.setVisible(not chosen)

    @Slot()
    def _on_example(self) -> None:
        self.example_chosen.emit(str(self.sender().property("example")))
