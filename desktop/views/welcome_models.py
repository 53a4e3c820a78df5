"""Step 2 of the welcome: the model that answers, as three cards of which one is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.flow import why_not
from desktop.flow.models.first_model import AppWay, FirstModel
from desktop.flow.welcome import ModelChoice, Wishes
from desktop.flow.wording import gettext as _
from desktop.views.parts import Badge, ChoiceBox, HouseMenu, KeyButton, NoticeLine, in_one_line, plain_label

_INSET = 24  # words below a title stand under it, not under the dot


class ModelCard(QFrame):
    """One of the choices: a dot with its title, a sentence, and what stands at the right. A click chooses it."""

    def __init__(self, name: str, title: str, right: Sequence[QWidget] = (), below: Sequence[QWidget] = ()) -> None:
        super().__init__()
        self.setObjectName(f"{name}Card")
        self.setProperty("card", True)
        self.radio = QRadioButton(title)
        self.radio.setObjectName(name)
        self.radio.setAccessibleName(title)
        self.radio.setProperty("ring", "card")
        self.radio.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.radio.toggled.connect(self._on_toggled)
        self._words = plain_label("", role="secondary", wrap=True, name=f"{name}Words")
        inset = QVBoxLayout()
        inset.setContentsMargins(_INSET, 0, 0, 0)
        inset.setSpacing(6)
        inset.addWidget(self._words)
        for widget in below:
            inset.addWidget(widget)
        head = QHBoxLayout()
        head.addWidget(self.radio)
        head.addStretch(1)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 10, 12, 10)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(1, 1)
        grid.addLayout(head, 0, 0)
        grid.addLayout(inset, 1, 0)
        for column, widget in enumerate(right, 1):
            grid.addWidget(widget, 0, column, 2, 1, Qt.AlignmentFlag.AlignTop)

    def say(self, words: str) -> None:
        """The sentence under the title."""
        self._words.setText(words)
        self.radio.setAccessibleDescription(words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.radio.isEnabled():
            self.radio.setChecked(True)
            self.radio.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self.setProperty("chosen", on)
        self.style().unpolish(self)
        self.style().polish(self)


class ModelStep(QWidget):
    """Shows what `models` knows. `changed` is told of every choice; files and apps are asked for."""

    changed = Signal()
    file_asked = Signal()
    app_asked = Signal(str)

    def __init__(self, models: FirstModel, wishes: Wishes) -> None:
        super().__init__()
        self._models = models
        self._added = models.added
        self._wished = wishes.own
        self.ready = Badge(_("Ready"), "success", icon="check")
        self.menu = HouseMenu("welcomeModelMenu", _("Where the model is"), self, kept=True)
        self.menu.triggered.connect(self._on_picked)
        self.choose = KeyButton(_("Choose …"), small=True, name="welcomeChoose")
        self.choose.clicked.connect(self._on_choose)
        self.own = ChoiceBox()
        self.own.setObjectName("welcomeOwn")
        self.own.setAccessibleName(_("Your model"))
        self.own.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.own.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.own.setMinimumContentsLength(16)
        self.own.activated.connect(self._on_own)
        self.fit = plain_label("", role="secondary", name="welcomeFit")
        self.problem = NoticeLine("danger", name="welcomeModelProblem")
        chooser = QWidget()
        line = QHBoxLayout(chooser)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.own, 1)
        line.addWidget(self.fit)
        self._chooser = chooser
        self.cards: dict[ModelChoice, ModelCard] = {
            "starter": ModelCard("welcomeStarter", _("The starter model"), (self.ready,)),
            "own": ModelCard("welcomeFile", _("A model file of mine"), (self.choose,), (self._chooser, self.problem)),
            "none": ModelCard("welcomeNone", _("No model for now")),
        }
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for key, card in self.cards.items():
            card.radio.setProperty("key", key)
            self._group.addButton(card.radio)
            column.addWidget(card)
        none = _("Look at imported judgements, or practise on scripted answers. A model can be added at any time.")
        self.cards["none"].say(none)
        self.choose_model(wishes.model)
        self._group.buttonToggled.connect(self._on_toggled)
        self.look()

    @property
    def chosen(self) -> ModelChoice:
        return next(key for key, card in self.cards.items() if card.radio.isChecked())

    @property
    def own_name(self) -> str:
        """The own model that is chosen in the list, "" where there is none."""
        return str(self.own.currentData() or "")

    @property
    def current(self) -> QWidget:
        """The dot of the one that is chosen."""
        return self.cards[self.chosen].radio

    def choose_model(self, key: ModelChoice) -> None:
        """Choose a card; without a starter model its card is not offered."""
        if key == "starter" and not self._models.has_starter:
            key = "none"
        self.cards[key].radio.setChecked(True)
        self._let_tab_in()

    def look(self) -> None:
        """Show the models as they are known now."""
        models = self._models
        self.cards["starter"].say(models.starter_words)
        self.cards["starter"].radio.setEnabled(models.has_starter)
        self.ready.setVisible(models.has_starter)
        self.cards["own"].say(models.own_words)
        self.choose.allow(why_not.model_read(busy=models.busy))
        self.choose.setText(_("Reading …") if models.busy else _("Choose …"))
        before = self.own_name or self._wished
        self.own.clear()
        for name in models.own:
            self.own.addItem(in_one_line(name), name)
        self._chooser.setVisible(bool(models.own))
        self.own.setCurrentIndex(max(0, self.own.findData(before)))
        self.problem.setText(models.problem)
        if models.added != self._added:
            self._take_added(models.added)
        self._show_fit()
        self._fill_menu(models.ways)

    def _take_added(self, name: str) -> None:
        """A model that was just added is chosen; once it is listed, or for the starter itself."""
        index = self.own.findData(name)
        if index < 0 and name not in self._models.others:
            return
        self._added = name
        self.own.setCurrentIndex(index)
        self.choose_model("own" if index >= 0 else "starter")
        self.current.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _show_fit(self) -> None:
        said = self._models.fit(self.own_name)
        self.fit.setText(said.text)
        role = {"success": "success", "warning": "warning"}.get(said.tone, "secondary")
        if self.fit.property("role") != role:
            self.fit.setProperty("role", role)
            self.fit.style().unpolish(self.fit)
            self.fit.style().polish(self.fit)

    def _fill_menu(self, ways: Sequence[AppWay]) -> None:
        self.menu.clear()
        for way in ways:
            self.menu.entry(way.words, way.app)
        if ways:
            self.menu.addSeparator()
        self.menu.entry(_("A GGUF file …"))

    def _let_tab_in(self) -> None:
        """Tab comes to the chosen card only, arrows go among them; Qt sees to it only after a click."""
        for card in self.cards.values():
            on = card.radio.isChecked()
            card.radio.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus)

    @Slot()
    def _on_choose(self) -> None:
        """A file is asked for at once where there is nothing else to choose from."""
        if len(self.menu.actions()) == 1:
            self.file_asked.emit()
            return
        self.menu.open_under(self.choose)

    @Slot(QAction)
    def _on_picked(self, picked: QAction) -> None:
        """A program that has models, or a file."""
        if picked.data():
            self.app_asked.emit(str(picked.data()))
        else:
            self.file_asked.emit()

    @Slot()
    def _on_own(self) -> None:
        self.choose_model("own")
        self._show_fit()
        self.changed.emit()

    @Slot(object, bool)
    def _on_toggled(self, _radio: object, on: bool) -> None:
        if on:
            self._let_tab_in()
            self.changed.emit()
