"""The project that is judged in, in words, with ways to what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.flow import why_not
from desktop.flow.project_words import ProjectWords
from desktop.flow.projects import LONGEST_NAME
from desktop.flow.wording import gettext as _
from desktop.views.parts import Field, KeyButton, in_one_line, plain_label
from desktop.views.settings.laid_out import in_a_row, scrolling, setting
from feedback_store.records import is_blank


class ProjectPage(QWidget):
    """`problem(name)` says why a name cannot be taken, "" where it can. `named` carries a new name for the project."""

    named = Signal(str)
    rubric_asked = Signal()
    guideline_asked = Signal()
    versions_asked = Signal()
    write_asked = Signal()
    new_asked = Signal()
    join_asked = Signal()
    key_asked = Signal()
    devices_asked = Signal()
    move_asked = Signal()

    def __init__(
        self, words: ProjectWords, folder: Path, problem: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._problem = problem
        self._name = words.name
        self.name = Field("projectNameNow", _("Name"), most=LONGEST_NAME)
        self.name.edit.setText(words.name)
        self.name.edit.editingFinished.connect(self._on_named)
        self.name.edit.textEdited.connect(self._on_typed)
        self._rubric = plain_label("")
        self._rubric_help = plain_label("", role="secondary", wrap=True, name="rubricHelp")
        self.show_rubric(words)
        self._key = plain_label("", role="secondary", wrap=True, name="keyState")
        self.change_key = KeyButton(_("Change the key …"), name="changeSigningKey", command="change_signing_key")
        self.change_key.clicked.connect(self.key_asked)
        self.devices = KeyButton(_("My devices …"), name="myDevices", command="my_devices")
        self.devices.clicked.connect(self.devices_asked)
        self.move_collector = KeyButton(_("It has moved …"), name="moveCollector", command="move_collector")
        self.move_collector.clicked.connect(self.move_asked)
        look = _("Look at or change it …") if words.own else _("Look at it …")  # a team's is changed by whoever runs it
        self.rubric = KeyButton(look, name="editRubric", command="rubric")
        self.rubric.clicked.connect(self.rubric_asked)
        self.guideline = KeyButton(_("Read it on the bench"), name="readGuideline", command="read_guideline")
        self.guideline.clicked.connect(self.guideline_asked)
        self.versions = KeyButton(_("Versions …"), name="guidelineHistory", command="guideline")
        self.versions.clicked.connect(self.versions_asked)
        self.write = KeyButton(_("Write it …"), name="writeGuideline", command="write_guideline")
        self.write.clicked.connect(self.write_asked)
        self._guideline = plain_label("", name="guidelineNow")
        self._guideline_locked = plain_label("", role="secondary", wrap=True, name="guidelineLocked")
        self.new = KeyButton(_("New project …"), name="newProject", command="new_project")
        self.new.clicked.connect(self.new_asked)
        self.join = KeyButton(_("Join a team's project …"), name="joinProject", command="join_project")
        self.join.clicked.connect(self.join_asked)
        moving = () if words.own else (self.move_collector,)
        rows = (
            self.name if words.own else setting(_("Name"), sentence=in_one_line(words.name)),
            setting(_("How answers are judged"), self._rubric, self.rubric, sentence=self._rubric_help),
            setting(
                _("Guideline"),
                self._guideline,
                self.guideline,
                self.versions,
                self.write,
                sentence=self._guideline_locked,
            ),
            setting(_("Where its judgements go"), *moving, sentence=words.goes_to),
            setting(_("The key that signs for you"), self.change_key, self.devices, sentence=self._key),
            setting(_("Kept in"), sentence=str(folder)),
            in_a_row(self.new, self.join),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling("projectScroll", _("This project"), rows))
        self.show_guideline(words)
        self.devices.setVisible(not words.own)
        self.move_collector.setVisible(not words.own)

    def show_rubric(self, words: ProjectWords) -> None:
        """By which rubric the project is judged now."""
        self._rubric.setText(in_one_line(words.rubric))
        self._rubric_help.setText(words.rubric_help)

    def show_guideline(self, words: ProjectWords) -> None:
        """Which guideline holds now, and what can be done about it; of a team's, why it cannot be written."""
        there = bool(words.guideline)
        self._guideline.setText(words.guideline or _("This project has none."))
        self._guideline_locked.setText(words.guideline_locked)
        self._guideline_locked.setVisible(bool(words.guideline_locked))
        for button in (self.guideline, self.versions):
            button.setVisible(there)
        self.write.setVisible(not words.guideline_locked)

    def show_key(self, words: str, *, changes: bool, listed: bool) -> None:
        """Where the signing key lies and how it stands; whether there is one to change, and devices to be listed."""
        self._key.setText(words)
        self.change_key.allow(why_not.key_changed(there=changes))
        self.devices.allow(why_not.key_changed(there=listed))

    def hideEvent(self, event: QHideEvent) -> None:
        """A name that was refused is over with the page: the one that holds stands there again."""
        super().hideEvent(event)
        self.name.edit.setText(self._name)
        self.name.show_problem("")

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        """That a project needs a name is said at once; it was left behind unnoticed."""
        if is_blank(text):
            self.name.show_problem(self._problem(text))

    @Slot()
    def _on_named(self) -> None:
        name = self.name.text.strip()
        if name == self._name:
            self.name.show_problem("")
            return
        problem = self._problem(name)
        self.name.show_problem(problem)
        if not problem:
            self._name = name
            self.named.emit(name)
