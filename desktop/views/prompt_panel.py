"""The prompt above the answers: what is asked, the system prompt, domain and tags, model, preset and count."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from math import ceil

import msgspec
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.flow import keymap
from desktop.flow.draft import PromptDraft
from desktop.flow.together import counts, with_models
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.views.model_choice import ModelChoice
from desktop.views.models_dialog import only_one_text
from desktop.views.parts import ChoiceBox, IconButton, KeyButton, plain_tooltip
from desktop.views.parts.found_marks import MarkedEdit
from desktop.views.parts.key_names import key_name
from desktop.views.turns_part import TurnsPart


class PromptColumn(QVBoxLayout):
    """As high as its parts need in a width, before they have it: what stands below moves once.

    `more` says how much higher they are in a width than as they stand.
    """

    def __init__(self, parent: QWidget, more: Callable[[int], int]) -> None:
        super().__init__(parent)
        self._more = more

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        own = super().heightForWidth(width) if super().hasHeightForWidth() else self.sizeHint().height()
        return own + self._more(width)

    def minimumHeightForWidth(self, width: int) -> int:
        own = super().minimumHeightForWidth(width) if super().hasHeightForWidth() else self.minimumSize().height()
        return own + self._more(width)


class PromptPanel(QFrame):
    """Edits a PromptDraft; tells every change, and asks for answers."""

    edited = Signal(object)  # PromptDraft
    generate_asked = Signal()
    several_asked = Signal()
    stop_asked = Signal()
    left = Signal()  # by Esc

    def __init__(
        self, models: Sequence[str], presets: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("promptPanel")
        self.setProperty("surface", True)
        self._value = PromptDraft()
        self._showing = False
        self._writing = self._built = False
        self.turns = TurnsPart()
        self.system = self._line("systemPrompt", _("System prompt"), _("No system prompt"))
        self.text = MarkedEdit()
        self.text.setObjectName("promptText")
        self.text.setAccessibleName(_("Prompt"))
        self.text.setPlaceholderText(_("A question a real person would ask"))
        self.text.setTabChangesFocus(True)
        self.text.installEventFilter(self)
        self.text.textChanged.connect(self._on_edited)
        self.domain = self._line("domain", _("Field"), _("Field, like Medicine"))
        self.tags = self._line("tags", _("Tags"), _("Tags, by commas"))
        self.model = ModelChoice("model", _("Model"))
        self.model.show_models(models, (), "")
        self.model.changed.connect(self._on_edited)
        self.several = IconButton("list-checks", _("Compare several models"), small=True, name="severalModels")
        self._show_several(models)
        self.several.clicked.connect(self.several_asked)
        self.count = self._choice("answerCount", _("Number of answers"), _numbers(1))
        self.count.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._models = 1  # for how many the numbers are
        self.preset = self._choice("preset", _("How answers are drawn"), list(presets))
        self.blind = KeyButton("", kind="quiet", icon="eye-off", small=True, name="blindToggle")
        self.button = KeyButton(_("Generate"), command="main", icon="refresh-cw")
        self.button.setObjectName("generate")
        self.button.keep_room((_("Generate"), "main"), (_("Stop"), "stop"))
        self.button.clicked.connect(self._on_button)
        for field in (self.system, self.domain, self.tags):
            field.installEventFilter(self)
        self._lay_out()

    @property
    def value(self) -> PromptDraft:
        return self._value

    def show_prompt(self, value: PromptDraft) -> None:
        """Show a prompt that came from elsewhere; nothing is told back."""
        self._value = value
        self._showing = True
        try:
            if self.text.toPlainText() != value.text:
                self.text.setPlainText(value.text)
            for field, text in ((self.system, value.system), (self.domain, value.domain)):
                if field.text() != text:
                    field.setText(text)
                    field.home(False)
            if _tags(self.tags.text()) != value.tags:
                self.tags.setText(", ".join(value.tags))
                self.tags.home(False)
            self.model.choose(value.model, value.beside)
            self._show_counts(len(value.models))
            for choice, data in (
                (self.count, str(value.answers)),
                (self.preset, value.preset),
            ):
                index = choice.findData(data)
                if index >= 0:
                    choice.setCurrentIndex(index)
        finally:
            self._showing = False
        self._fit_text()

    def show_models(self, names: Sequence[str], away: Collection[str] = ()) -> None:
        """Offer these models from now on; the one that is chosen stays where it is among them.

        What is asked of those in `away` leaves this computer, which stands beside their names.
        """
        self._showing = True
        try:
            self.model.show_models(names, away, self._value.model)
        finally:
            self._showing = False
        self._show_several(names)

    def _show_several(self, names: Sequence[str]) -> None:
        """What the button does; where there is one model only, how to get another."""
        words = _("Compare several models") if len(names) != 1 else only_one_text()
        self.several.set_words(words, keymap.current().shown("several_models"))

    def show_blind(self, blind: bool) -> None:
        """Whether answers stand here, or will, without the names of their models."""
        self.blind.setText(_("Blind") if blind else _("Open"))
        self.blind.set_icon_name("eye-off" if blind else "eye")
        words = (
            _("Answers are shuffled, and models are named after saving.")
            if blind
            else _("Answers stand in their order, with the names of their models.")
        )
        self.blind.setToolTip(plain_tooltip(words))

    def show_writing(self, writing: bool) -> None:
        """While a model writes the button stops it."""
        if writing != self._writing:
            self._writing = writing
            self.button.set_icon_name("circle-stop" if writing else "refresh-cw")
            self.button.setText(_("Stop") if writing else _("Generate"))
            self.button.set_command("stop" if writing else "main")

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # QResizeEvent by Qt's contract
        self._fit_line()
        self._column.activate()  # it has its height already, and would be painted as it stood until the next turn
        self._fit_text()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._built:
            self._fit_line()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and self._built:
            self._fit_line()  # a choice asks for another width since its words are others
        return super().event(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if isinstance(watched, QLineEdit) and isinstance(event, QEvent) and event.type() == QEvent.Type.FocusOut:
            watched.home(False)  # what was left is read from its beginning
        if not isinstance(event, QKeyEvent):
            return False
        command = keymap.current().at("everywhere", key_name(event))
        if event.type() == QEvent.Type.ShortcutOverride:
            return self._lets_go(watched, event, command)
        if watched is not self.text:
            return False
        if event.type() == QEvent.Type.KeyPress and command == "main":
            self.generate_asked.emit()
            return True
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return True
        return False

    def _lets_go(self, field: object, event: QKeyEvent, command: str | None) -> bool:
        """Undo and redo are the bench's once the field has nothing more of its own to take back."""
        holder = field if isinstance(field, QLineEdit) else self.text.document()
        own = {"undo": holder.isUndoAvailable(), "redo": holder.isRedoAvailable()}
        if own.get(command or "", True):
            return False
        event.ignore()
        return True

    def _fit_line(self) -> None:
        """In one line while every field shows what it asks for, else in two."""
        fields = (self.system, self.domain, self.tags)
        for field in fields:
            wide = field.fontMetrics().horizontalAdvance(field.placeholderText()) + 28
            field.setMinimumWidth(wide)
            if field is not self.system:
                field.setMaximumWidth(wide)
        one = self._in_one_line(self.width())
        self._above.setDirection(QBoxLayout.Direction.LeftToRight if one else QBoxLayout.Direction.TopToBottom)

    def _in_one_line(self, width: int) -> bool:
        fields = (self.system, self.domain, self.tags)
        beside = self._choices.sizeHint().width()
        return sum(field.minimumWidth() + 8 for field in fields) + beside + 32 <= width

    def _more_at(self, width: int) -> int:
        """How much higher it stands at this width than as it is laid out now."""
        stands = self._above.direction() == QBoxLayout.Direction.LeftToRight
        line = self._choices.sizeHint().height() + self._above.spacing()
        return line * (int(stands) - int(self._in_one_line(width)))

    def _lay_out(self) -> None:
        asked = QHBoxLayout()
        asked.setSpacing(8)
        asked.addWidget(self.system, 1)
        asked.addWidget(self.domain)
        asked.addWidget(self.tags)
        self._choices = QHBoxLayout()
        self._choices.setSpacing(8)
        for choice in (self.model, self.several, self.count, self.preset):
            if isinstance(choice, QComboBox):
                choice.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            self._choices.addWidget(choice)
        self._choices.addWidget(self.blind)
        self._choices.addStretch(1)
        above = self._above = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        above.setSpacing(8)
        above.addLayout(asked, 1)
        above.addLayout(self._choices)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        layout = self._column = PromptColumn(self, self._more_at)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(4)
        layout.addLayout(above)
        layout.addWidget(self.turns)
        layout.addLayout(row)
        self._built = True
        self._fit_line()

    def _line(self, name: str, label: str, hint: str) -> QLineEdit:
        field = QLineEdit()
        field.setObjectName(name)
        field.setAccessibleName(label)
        field.setPlaceholderText(hint)
        field.setProperty("quiet", True)
        field.textChanged.connect(self._on_edited)
        field.editingFinished.connect(lambda: field.home(False))  # the beginning says what it is
        return field

    def _choice(self, name: str, label: str, entries: Sequence[tuple[str, str]]) -> ChoiceBox:
        choice = ChoiceBox()
        choice.setObjectName(name)
        choice.setAccessibleName(label)
        choice.setProperty("quiet", True)
        for data, text in entries:
            choice.addItem(text, data)
        choice.currentIndexChanged.connect(self._on_edited)
        return choice

    def _show_counts(self, models: int) -> None:
        """Offer as many answers as there is room for from so many models."""
        if models != self._models:
            self._models = models
            self.count.clear()
            for data, text in _numbers(models):
                self.count.addItem(text, data)

    def _fit_text(self) -> None:
        """The prompt is two lines high, five at most."""
        lines = max(2, min(5, int(self.text.document().size().height())))
        line = self.text.blockBoundingRect(self.text.document().firstBlock()).height() / max(
            1, self.text.document().firstBlock().layout().lineCount()
        )
        if not self.isVisible():
            return  # nothing is laid out yet
        around = self.text.height() - self.text.viewport().height() + 2 * self.text.document().documentMargin()
        height = ceil(line * lines + around)
        if self.text.height() != height:
            self.text.setFixedHeight(height)

    @Slot()
    def _on_edited(self) -> None:
        if self._showing:
            return
        self._value = msgspec.structs.replace(
            self._value,
            text=self.text.toPlainText(),
            system=self.system.text(),
            domain=self.domain.text(),
            tags=_tags(self.tags.text()),
            answers=int(self.count.currentData() or 4),
            preset=str(self.preset.currentData() or "varied"),
        )
        chosen = (self.model.chosen, *self.model.beside)
        if chosen != self._value.models:
            self._value = with_models(self._value, chosen)
            self.show_prompt(self._value)
        self._fit_text()
        self.edited.emit(self._value)

    @Slot()
    def _on_button(self) -> None:
        (self.stop_asked if self._writing else self.generate_asked).emit()


def _numbers(models: int) -> list[tuple[str, str]]:
    """How many answers so many models can be asked for, as the choice says it."""
    several = models > 1
    return [
        (str(n), (_("{} of each") if several else ngettext("{} answer", "{} answers", n)).format(n))
        for n in counts(models)
    ]


def _tags(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.strip() for tag in text.split(",") if tag.strip()))
