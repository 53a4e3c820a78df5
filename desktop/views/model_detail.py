"""All of one model: what can be done with it, what became of that, what it is, how fast it is, its template."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.flow import why_not
from desktop.flow.models.rows import ActName, Detail, Fact, Said
from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.parts import (
    ElidedLabel,
    IconButton,
    KeyButton,
    SealedText,
    WaitBar,
    WrappingRow,
    in_one_line,
    plain_label,
)
from desktop.views.parts.labels import IconSign

TEMPLATE_LINES = 12
_ROLES = {"plain": "secondary", "success": "success", "warning": "warning", "danger": "danger"}
_SIGNS = {"success": "check", "warning": "circle-alert", "danger": "triangle-alert"}


class ModelDetail(QWidget):
    """Shows a Detail; `acted` carries the act's name."""

    acted = Signal(str)
    copied = Signal(str)  # the label of what was copied

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelDetail")
        self.setProperty("surface", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._shown: Detail | None = None
        self.title = plain_label("", role="title", wrap=True, name="modelTitle")
        self.about = plain_label("", role="secondary", wrap=True, name="modelAbout")
        self._acts = WrappingRow()
        self._buttons: dict[str, KeyButton] = {}
        self._doing = plain_label("", role="secondary", wrap=True, name="modelDoing")
        self._bar = WaitBar()
        self._bar.setObjectName("modelProgress")
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self.said = Notes("modelSaid")
        self.facts = FactGrid("modelFact")
        self.facts.copied.connect(self.copied)
        self._speed_head = plain_label(_("Speed here"), role="label")
        self.speed = FactGrid("modelSpeed")
        self._template_head = plain_label(_("Chat template"), role="label")
        self._template_about = plain_label(
            _("How a conversation is written for this model; text of the file's maker, shown as it is."),
            role="secondary",
            wrap=True,
        )
        self.template = TemplateText()
        self.template.setObjectName("modelTemplate")
        self.template.setAccessibleName(_("Chat template"))
        self.template.document().documentLayout().documentSizeChanged.connect(self._fit_template)
        self._lay_out()
        self.show_detail(None)

    @property
    def shown(self) -> Detail | None:
        """What is shown now."""
        return self._shown

    def button(self, name: ActName) -> KeyButton | None:
        """The button of an act."""
        return self._buttons.get(name)

    def show_detail(self, detail: Detail | None, empty: str = "") -> None:
        """Show all of a model; without one, the words of `empty`."""
        if detail is not None and detail == self._shown:
            return
        before, self._shown = self._shown, detail
        shown = detail or Detail("", empty)
        self.title.setText(in_one_line(shown.title))
        self.about.setText(in_one_line(shown.about))
        self.about.setVisible(bool(shown.about) and shown.about != shown.title)
        self._show_acts(shown)
        self._doing.setText(shown.doing)
        self._doing.setVisible(bool(shown.doing))
        self._bar.setVisible(shown.share is not None)
        self._bar.setAccessibleName(shown.doing or _("Progress"))
        if shown.share is not None:
            self._bar.setRange(0, 0 if shown.share < 0 else 1000)
            self._bar.setValue(round(1000 * max(0.0, shown.share)))
        self.said.show_said(shown.said)
        self.facts.show_facts(shown.facts)
        self.speed.show_facts(shown.speed)
        self._speed_head.setVisible(bool(shown.speed))
        for widget in (self._template_head, self._template_about, self._template_card):
            widget.setVisible(bool(shown.template))
        if self.template.text() != shown.template:
            self.template.set_text(shown.template)
        if before is None or before.key != shown.key:
            self._area.verticalScrollBar().setValue(0)

    def _show_acts(self, detail: Detail) -> None:
        """One button an act; those that stay keep the keyboard."""
        wanted = [act.name for act in detail.acts]
        if list(self._buttons) != wanted:
            kept = {name: button for name, button in self._buttons.items() if name in wanted}
            for name, button in self._buttons.items():
                if name not in kept:
                    button.hide()
                    button.deleteLater()
            self._buttons = {act.name: kept.get(act.name) or self._made(act.name) for act in detail.acts}
            self._acts.show_left(list(self._buttons.values()))  # at once: the next key may be for one
        for index, act in enumerate(detail.acts):
            button = self._buttons[act.name]
            button.setText(act.words)
            button.set_command(act.command, act.hint)
            button.set_kind("main" if index == 0 and act.name in ("use", "go_on") else "normal")
            button.allow(why_not.model_used(busy=not act.enabled))

    def _made(self, name: ActName) -> KeyButton:
        button = KeyButton("", name=f"model_{name}")
        button.setProperty("act", name)
        button.clicked.connect(self._on_act)
        return button

    def _lay_out(self) -> None:
        self._template_card = QFrame()
        self._template_card.setProperty("sunken", True)
        inside = QVBoxLayout(self._template_card)
        inside.setContentsMargins(12, 8, 4, 8)
        inside.addWidget(self.template)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(16, 4, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.facts)
        for words, part in ((self._speed_head, self.speed), (self._template_head, self._template_about)):
            column.addSpacing(8)
            column.addWidget(words)
            column.addWidget(part)
        column.addWidget(self._template_card)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setObjectName("modelFacts")
        self._area.setAccessibleName(_("About this model"))
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(below)
        for ground in (self._area.viewport(), below):
            ground.setAutoFillBackground(False)  # the surface below shows through
        head = QVBoxLayout()
        head.setContentsMargins(16, 14, 16, 4)
        head.setSpacing(4)
        head.addWidget(self.title)
        head.addWidget(self.about)
        head.addSpacing(8)
        head.addWidget(self._acts)
        head.addSpacing(8)
        head.addWidget(self._doing)
        head.addWidget(self._bar)
        head.addWidget(self.said)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self._area, 1)

    @Slot()
    def _fit_template(self) -> None:
        """As high as its text, twelve lines at most; what is more scrolls. Heard from Qt: the width comes later."""
        most = TEMPLATE_LINES * current_theme().line_px("reading")
        self.template.setFixedHeight(min(most, ceil(self.template.document().size().height())))

    @Slot()
    def _on_act(self) -> None:
        self.acted.emit(str(self.sender().property("act")))


class TemplateText(SealedText):
    """Text by strangers that is code."""

    def _font(self) -> QFont:
        return current_theme().font("small", mono=True)


class Notes(QWidget):
    """Sentences about what was done, each with its sign; without any it takes no room."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._said: tuple[Said, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(4)
        self._lines: list[QWidget] = []
        self.hide()

    @property
    def text(self) -> str:
        """All of them."""
        return " ".join(each.text for each in self._said)

    def show_said(self, said: Sequence[Said]) -> None:
        """Show these sentences."""
        said = tuple(each for each in said if each.text)
        if said == self._said:
            return
        self._said = said
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [self._line(number, each) for number, each in enumerate(said)]
        for line in self._lines:
            self._column.addWidget(line)
        self.setVisible(bool(said))

    def _line(self, number: int, said: Said) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        if said.tone in _SIGNS:
            row.addWidget(IconSign(_SIGNS[said.tone], said.tone), 0, Qt.AlignmentFlag.AlignTop)
        words = plain_label(in_one_line(said.text), role="", wrap=True, name=f"{self._name}{number}")
        words.setProperty("role", _ROLES[said.tone])
        row.addWidget(words, 1)
        return line


class FactGrid(QWidget):
    """Labels and what is known, with a button where something can be copied."""

    copied = Signal(str)  # the label of what was copied

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._facts: tuple[Fact, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, 132)
        self._grid.setColumnStretch(1, 1)
        self._made: list[QWidget] = []
        self._values: list[QLabel] = []

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._facts

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these facts."""
        facts = tuple(facts)
        if facts == self._facts:
            return
        same = [each.label for each in facts] == [each.label for each in self._facts]
        self._facts = facts
        if same and all(self._change(index, fact) for index, fact in enumerate(facts)):
            return
        for widget in self._made:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._made, self._values = [], []
        for index, fact in enumerate(facts):
            self._add(index, fact)
        self.setVisible(bool(facts))

    def _add(self, index: int, fact: Fact) -> None:
        least = current_theme().grown("control-small")
        label = plain_label(fact.label, role="secondary")
        label.setMinimumHeight(least)
        self._put(label, index, 0)
        value: QLabel
        if fact.copies:
            value = ElidedLabel(in_one_line(fact.value), "", Qt.TextElideMode.ElideMiddle)
            value.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            words = _("Copy: {what}").format(what=fact.label)
            copy = IconButton("copy", words, small=True, name=f"{self._name}Copy{index}")
            copy.setProperty("fact", index)
            copy.clicked.connect(self._on_copy)
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
            row.addWidget(value)
            row.addWidget(copy)
            row.addStretch(1)
            self._put(line, index, 1)
        else:
            value = plain_label(in_one_line(fact.value), wrap=True)
            self._put(value, index, 1)
        value.setObjectName(f"{self._name}{index}")
        value.setAccessibleName(f"{fact.label}: {in_one_line(fact.value)}")
        if fact.mono:
            value.setFont(current_theme().font("small", mono=True))
        self._values.append(value)

    def _put(self, widget: QWidget, row: int, column: int) -> None:
        self._grid.addWidget(widget, row, column)
        self._made.append(widget)

    def _change(self, index: int, fact: Fact) -> bool:
        """Change a value in place; False where it looks otherwise now."""
        value = self._values[index]
        if isinstance(value, ElidedLabel) != fact.copies:
            return False
        value.setText(in_one_line(fact.value))
        value.setAccessibleName(f"{fact.label}: {in_one_line(fact.value)}")
        return True

    @Slot()
    def _on_copy(self) -> None:
        fact = self._facts[int(self.sender().property("fact"))]
        QGuiApplication.clipboard().setText(fact.value)
        self.copied.emit(fact.label)
