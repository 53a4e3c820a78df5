"""The projects of a profile as a menu: the one in use is checked, another is chosen, a further one made or joined."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup

from desktop.flow.wording import gettext as _
from desktop.views.parts import HouseMenu, in_one_line
from feedback_store.store import Project


class ProjectMenu(HouseMenu):
    """Tells what was wished; changes nothing by itself. To choose the project in use is to stay where one is."""

    chosen = Signal(str)  # the id of another project
    new_asked = Signal()
    join_asked = Signal()
    rubric_asked = Signal()
    guideline_asked = Signal()

    def __init__(self) -> None:
        super().__init__("projectMenu", _("Projects"), kept=True)
        self._group = QActionGroup(self)
        self._current = ""
        self._line = self.addSeparator()
        self.entry(_("Rubric of this project …"), name="projectRubric").triggered.connect(self.rubric_asked)
        self.entry(_("Guideline of this project …"), name="projectGuideline").triggered.connect(self.guideline_asked)
        self.entry(_("New project …"), name="newProject").triggered.connect(self.new_asked)
        self.entry(_("Join a team's project …"), name="joinProject").triggered.connect(self.join_asked)

    def show_projects(self, projects: Sequence[Project], current: str) -> None:
        """List the projects; each says to whom its judgements go."""
        for action in self._group.actions():
            self.removeAction(action)
        self._group.deleteLater()
        self._group = QActionGroup(self)
        self._current = current
        for project in projects:
            action = QAction(self._words(project), self._group)
            action.setCheckable(True)
            action.setChecked(project.id == current)
            action.setData(project.id)
            action.triggered.connect(self._on_chosen)
            self.insertAction(self._line, action)

    def _words(self, project: Project) -> str:
        name = in_one_line(project.name)
        if project.collector is not None:
            team = project.collector.name
            if in_one_line(team) in ("", name):  # said twice it would tell nothing
                team = project.collector.address
            name = _("{project} ({team})").format(project=name, team=in_one_line(team))
        return self.in_width(name)

    @Slot()
    def _on_chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction) and action.data() != self._current:
            self.chosen.emit(str(action.data()))
