"""The form for what all flags of a rubric share: which set they are, how bad they can be, whom they can be about."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout

from desktop.flow.rubric_edits import OWN_FLAGS
from desktop.flow.wording import gettext as _
from desktop.views.parts import ChoiceBox, plain_label
from desktop.views.rubrics.fields import Column, RowsField
from desktop.views.rubrics.forms import ChoiceRows, PartForm
from feedback_store import rubrics
from feedback_store.rubrics import FlagSet, Severity

replace = msgspec.structs.replace


class FlagsForm(PartForm[FlagSet]):
    """Choosing a shipped set puts it in place of what stands; that is one step of undo."""

    def __init__(self) -> None:
        super().__init__(_("Flags"), _("How bad a flag can be, mildest first, and whom it can be about."))
        self.sets = ChoiceBox()
        self.sets.setObjectName("flagsSet")
        self.sets.setAccessibleName(_("Set of flags"))
        words = (_("General"), _("Hazards, as MLCommons names them"), _("Errors, as MQM weighs them"))
        for name, text in zip(rubrics.FLAG_SETS, words, strict=True):
            self.sets.addItem(text, name)
        self.sets.addItem(_("Your own"), OWN_FLAGS)
        label = plain_label(_("Set of flags"), role="label")
        label.setBuddy(self.sets)
        self.severities = RowsField(
            "flagsSeverities",
            _("How bad"),
            (Column(_("Name"), 2), Column(_("Weight"), characters=8), Column(_("Meaning"), 3)),
            one=_("Add a step"),
        )
        self.groups = ChoiceRows("flagsGroups", _("Whom it is about"), _("Add a group"))
        which = QVBoxLayout()
        which.setSpacing(4)
        which.addWidget(label)
        which.addWidget(self.sets)
        self.column.addLayout(which)
        self._add("severities", self.severities)
        self._add("target_groups", self.groups)
        self.column.addStretch(1)
        self.sets.activated.connect(self._on_set)
        self.severities.edited.connect(self._on_typed)
        self.severities.added.connect(self._on_added)
        self.severities.removed.connect(self._on_removed)
        self.severities.moved.connect(self._on_moved)
        self.groups.changed.connect(lambda groups, step: self.tell(step, target_groups=groups))

    def take_focus(self) -> None:
        self.sets.setFocus()

    def fill(self, part: FlagSet) -> None:
        self.sets.setCurrentIndex(max(0, self.sets.findData(part.id)))
        self.severities.show_rows([(each.name, each.weight, each.help) for each in part.severities])
        self.groups.show_choices(part.target_groups)

    @Slot()
    def _on_set(self) -> None:
        name = self.sets.currentData()
        if self._part is None or name == self._part.id:
            return
        self.edited.emit(self._part if name == OWN_FLAGS else rubrics.flag_set(name), "")

    @Slot(int, int, str)
    def _on_typed(self, row: int, column: int, text: str) -> None:
        if self._part is not None:
            made = list(self._part.severities)
            made[row] = replace(made[row], **{("name", "weight", "help")[column]: text})
            self.tell(f"severity {row} {column}", severities=tuple(made))

    @Slot()
    def _on_added(self) -> None:
        if self._part is not None:
            self.tell("", severities=(*self._part.severities, Severity("", "1")))

    @Slot(int)
    def _on_removed(self, row: int) -> None:
        if self._part is not None:
            made = self._part.severities
            self.tell("", severities=(*made[:row], *made[row + 1 :]))

    @Slot(int, int)
    def _on_moved(self, row: int, step: int) -> None:
        if self._part is not None:
            made = list(self._part.severities)
            made.insert(row + step, made.pop(row))
            self.tell("", severities=tuple(made))
