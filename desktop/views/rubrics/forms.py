"""The forms of the rubric editor, one for each kind of part: what is typed makes the next part, which is told.

None of them knows what is right: faults are shown where the check of a rubric file found them.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.flow.rubric_editing import Fault
from desktop.flow.rubric_edits import Part, rescaled
from desktop.flow.wording import gettext as _
from desktop.views.parts import ChoiceBox, plain_label
from desktop.views.rubrics.fields import Column, LineField, NumberField, RowsField, TextField
from feedback_store.rubrics import Axis, Category, Choice, Question, Rubric, VerdictAxis

replace = msgspec.structs.replace

HIGHEST_VALUE = 1000  # of a scale, and the lowest below zero
MOST_WORDS = 1000


P = TypeVar("P", bound=Part)


class PartForm(QWidget, Generic[P]):
    """Shows one part. `edited` carries the next part and the name of the step, the same for one field's typing."""

    edited = Signal(object, str)

    def __init__(self, title: str, about: str) -> None:
        super().__init__()
        self._part: P | None = None  # None while it is being filled in, so that nothing is told back
        self.fields: dict[str, LineField | TextField | NumberField | RowsField] = {}
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 16, 16)
        self.column.setSpacing(12)
        self.column.addWidget(plain_label(title, role="title"))
        self.column.addWidget(plain_label(about, role="secondary", wrap=True))

    @abstractmethod
    def take_focus(self) -> None:
        """The keyboard goes to what is filled in first."""

    @abstractmethod
    def fill(self, part: P) -> None:
        """Show the words of a part in the fields."""

    def show_part(self, part: P) -> None:
        """Show a part; nothing is told back."""
        self._part = None
        self.fill(part)
        self._part = part

    def tell(self, step: str, **changes: object) -> None:
        """Tell the part with other values, as a step of this name."""
        if self._part is not None:
            self.edited.emit(replace(self._part, **changes), step)

    def show_fault(self, fault: Fault | None) -> None:
        """Say at its field what is wrong; None for nothing."""
        said = False
        for name, field in self.fields.items():
            mine = fault is not None and fault.field == name
            said = said or mine
            words = fault.text if mine and fault is not None else ""
            if isinstance(field, RowsField):
                field.show_fault(words, fault.row if fault is not None else None)
            else:
                field.show_fault(words)
        if fault is not None and not said:
            first = next(iter(self.fields.values()))
            first.show_fault(fault.text)

    def go_to_fault(self, fault: Fault) -> None:
        """Put the keyboard where the fault is."""
        field = self.fields.get(fault.field)
        if isinstance(field, RowsField):
            field.go_to(fault.row)
        elif field is not None:
            field.take_focus()
        else:
            self.take_focus()

    def _add(self, name: str, field: LineField | TextField | NumberField | RowsField) -> None:
        self.fields[name] = field
        self.column.addWidget(field)


class RubricForm(PartForm[Rubric]):
    """What the rubric is called and where it is from, how short reasons may be, what else is asked."""

    def __init__(self) -> None:
        super().__init__(_("The rubric"), _("What it is called, and what is asked besides the parts below."))
        self.name = LineField("rubricName", _("Name"))
        self.source = LineField("rubricSource", _("Source"), _("Where it comes from, for whoever uses the data."))
        self.licence = LineField(
            "rubricLicence",
            _("Licence"),
            _("Of a copy it is yours to choose as far as its source lets you. CC-BY asks that the source stays named."),
        )
        self.words = NumberField(
            "rubricWords", _("Words in “Why”, at least"), 0, MOST_WORDS, _("0: a reason may be left out.")
        )
        self.strength = _tick("rubricStrength", _("Of two answers it is said how much better one is"))
        self.revision = _tick("rubricRevision", _("One of the answers is rewritten"))
        for name, field in (
            ("name", self.name), ("source", self.source), ("licence", self.licence),
            ("justification_min_words", self.words),
        ):  # fmt: skip
            self._add(name, field)
        self.column.addWidget(self.strength)
        self.column.addWidget(self.revision)
        self.column.addStretch(1)
        self.name.edited.connect(lambda text: self.tell("name", name=text))
        self.source.edited.connect(lambda text: self.tell("source", source=text))
        self.licence.edited.connect(lambda text: self.tell("licence", licence=text))
        self.words.edited.connect(lambda number: self.tell("", justification_min_words=number))
        self.strength.toggled.connect(lambda on: self.tell("", strength=on))
        self.revision.toggled.connect(lambda on: self.tell("", asks_revision=on))

    def take_focus(self) -> None:
        self.name.edit.setFocus()
        self.name.edit.selectAll()

    def fill(self, part: Rubric) -> None:
        self.name.show_text(part.name)
        self.source.show_text(part.source)
        self.licence.show_text(part.licence)
        self.words.show_number(part.justification_min_words)
        self.strength.setChecked(part.strength)
        self.revision.setChecked(part.asks_revision)


class VerdictForm(PartForm[VerdictAxis]):
    """A respect in which answers are ranked."""

    def __init__(self) -> None:
        super().__init__(_("A ranking"), _("In which respect the answers are put in order, the best first."))
        self.name = LineField("verdictName", _("Name"))
        self.help = TextField("verdictHelp", _("What is asked"))
        self._add("name", self.name)
        self._add("help", self.help)
        self.column.addStretch(1)
        self.name.edited.connect(lambda text: self.tell("name", name=text))
        self.help.edited.connect(lambda text: self.tell("help", help=text))

    def take_focus(self) -> None:
        self.name.edit.setFocus()

    def fill(self, part: VerdictAxis) -> None:
        self.name.show_text(part.name)
        self.help.show_text(part.help)


class AxisForm(PartForm[Axis]):
    """What is rated, on which scale, and what each value means."""

    def __init__(self) -> None:
        super().__init__(_("A rating"), _("What each answer is rated for, by a number."))
        self.name = LineField("axisName", _("Name"))
        self.help = TextField("axisHelp", _("What is asked"))
        self.lowest = NumberField("axisLowest", _("Lowest"), -HIGHEST_VALUE, HIGHEST_VALUE - 1)
        self.highest = NumberField("axisHighest", _("Highest"), -HIGHEST_VALUE + 1, HIGHEST_VALUE)
        self.na = _tick("axisNa", _("“Does not apply” can be chosen"))
        self.steps = RowsField(
            "axisSteps",
            _("What the values mean"),
            (Column(_("Name"), 2), Column(_("Meaning"), 3)),
            hint=_("A long scale explains its ends only."),
        )
        self._add("name", self.name)
        self._add("help", self.help)
        scale = QHBoxLayout()
        scale.setSpacing(16)
        for field in (self.lowest, self.highest):
            scale.addWidget(field)
        scale.addStretch(1)
        self.column.addLayout(scale)
        self.column.addWidget(self.na)
        self._add("steps", self.steps)
        self.column.addStretch(1)
        self.name.edited.connect(lambda text: self.tell("name", name=text))
        self.help.edited.connect(lambda text: self.tell("help", help=text))
        self.na.toggled.connect(lambda on: self.tell("", na=on))
        self.lowest.edited.connect(self._on_scale)
        self.highest.edited.connect(self._on_scale)
        self.steps.edited.connect(self._on_step)

    def take_focus(self) -> None:
        self.name.edit.setFocus()

    def fill(self, part: Axis) -> None:
        self.name.show_text(part.name)
        self.help.show_text(part.help)
        self.lowest.show_number(part.lowest)
        self.highest.show_number(part.highest)
        self.na.setChecked(part.na)
        self.steps.show_rows([(step.name, step.help) for step in part.steps], [str(s.value) for s in part.steps])

    @Slot()
    def _on_scale(self) -> None:
        if self._part is not None:
            self.edited.emit(rescaled(self._part, self.lowest.value, self.highest.value), "")

    @Slot(int, int, str)
    def _on_step(self, row: int, column: int, text: str) -> None:
        if self._part is not None:
            steps = list(self._part.steps)
            steps[row] = replace(steps[row], **{("name", "help")[column]: text})
            self.tell(f"step {row} {column}", steps=tuple(steps))


class QuestionForm(PartForm[Question]):
    """A question about each answer, and what can be said to it."""

    KINDS = ("yes_no", "yes_no_unsure", "one", "several")

    def __init__(self) -> None:
        super().__init__(_("A question"), _("What is asked about each answer, besides numbers."))
        self.text = TextField("questionText", _("Question"))
        self.help = TextField("questionHelp", _("Help"))
        self.kind = ChoiceBox()
        self.kind.setObjectName("questionKind")
        self.kind.setAccessibleName(_("What can be said"))
        words = (_("Yes or no"), _("Yes, no or unsure"), _("One of these choices"), _("Any number of these choices"))
        for kind, text in zip(self.KINDS, words, strict=True):
            self.kind.addItem(text, kind)
        self.choices = ChoiceRows("questionChoices", _("Choices"), _("Add a choice"))
        self._add("text", self.text)
        label = plain_label(_("What can be said"), role="label")
        label.setBuddy(self.kind)
        answers = QVBoxLayout()
        answers.setSpacing(4)
        answers.addWidget(label)
        answers.addWidget(self.kind)
        self.column.addLayout(answers)
        self._add("choices", self.choices)
        self._add("help", self.help)
        self.column.addStretch(1)
        self.text.edited.connect(lambda text: self.tell("text", text=text))
        self.help.edited.connect(lambda text: self.tell("help", help=text))
        self.kind.activated.connect(self._on_kind)
        self.choices.changed.connect(lambda choices, step: self.tell(step, choices=choices))

    def take_focus(self) -> None:
        self.text.edit.setFocus()

    def fill(self, part: Question) -> None:
        self.text.show_text(part.text)
        self.help.show_text(part.help)
        self.kind.setCurrentIndex(self.KINDS.index(part.kind))
        self.choices.show_choices(part.choices)
        self.choices.setVisible(part.kind in ("one", "several"))

    @Slot()
    def _on_kind(self) -> None:
        kind = self.kind.currentData()
        if self._part is not None and kind != self._part.kind:
            choices = self._part.choices if kind in ("one", "several") else ()
            if kind in ("one", "several") and not choices:
                choices = (Choice("", ""), Choice("", ""))
            self.tell("", kind=kind, choices=choices)


class CategoryForm(PartForm[Category]):
    """A kind of flag: its letter, and what it asks for."""

    def __init__(self) -> None:
        super().__init__(_("A flag"), _("What a place in an answer, or a whole answer, can be marked as."))
        self.name = LineField("categoryName", _("Name"))
        self.letter = LineField("categoryLetter", _("Letter"), _("The key that picks it."), most=1, width=48)
        self.help = TextField("categoryHelp", _("What is meant"))
        self.group = _tick("categoryGroup", _("Asks whom it is about"))
        self.kinds = ChoiceRows("categoryKinds", _("Which way, if that is asked"), _("Add a way"))
        for name, field in (("name", self.name), ("letter", self.letter), ("help", self.help)):
            self._add(name, field)
        self.column.addWidget(self.group)
        self._add("kinds", self.kinds)
        self.column.addStretch(1)
        self.name.edited.connect(lambda text: self.tell("name", name=text))
        self.letter.edited.connect(lambda text: self.tell("", letter=text.upper()))
        self.help.edited.connect(lambda text: self.tell("help", help=text))
        self.group.toggled.connect(lambda on: self.tell("", asks_target_group=on))
        self.kinds.changed.connect(lambda kinds, step: self.tell(step, kinds=kinds))

    def take_focus(self) -> None:
        self.name.edit.setFocus()

    def fill(self, part: Category) -> None:
        self.name.show_text(part.name)
        self.letter.show_text(part.letter)
        self.help.show_text(part.help)
        self.group.setChecked(part.asks_target_group)
        self.kinds.show_choices(part.kinds)


class ChoiceRows(RowsField):
    """Choices with a name and what each means. `changed` carries them all and the name of the step.

    A choice that is new has no id yet; whoever takes them gives it one.
    """

    changed = Signal(object, str)

    def __init__(self, name: str, words: str, one: str) -> None:
        super().__init__(name, words, (Column(_("Name")), Column(_("Meaning"))), one=one)
        self._choices: tuple[Choice, ...] = ()
        self.edited.connect(self._on_typed)
        self.added.connect(self._on_added)
        self.removed.connect(self._on_removed)
        self.moved.connect(self._on_moved)

    def show_choices(self, choices: Sequence[Choice]) -> None:
        self._choices = tuple(choices)
        self.show_rows([(choice.name, choice.help) for choice in choices])

    @Slot(int, int, str)
    def _on_typed(self, row: int, column: int, text: str) -> None:
        made = list(self._choices)
        made[row] = replace(made[row], **{("name", "help")[column]: text})
        self.changed.emit(tuple(made), f"{self._name} {row} {column}")

    @Slot()
    def _on_added(self) -> None:
        self.changed.emit((*self._choices, Choice("", "")), "")

    @Slot(int)
    def _on_removed(self, row: int) -> None:
        self.changed.emit((*self._choices[:row], *self._choices[row + 1 :]), "")

    @Slot(int, int)
    def _on_moved(self, row: int, step: int) -> None:
        made = list(self._choices)
        made.insert(row + step, made.pop(row))
        self.changed.emit(tuple(made), "")


def _tick(name: str, words: str) -> QCheckBox:
    box = QCheckBox(words)
    box.setObjectName(name)
    box.setAccessibleName(words)
    return box
