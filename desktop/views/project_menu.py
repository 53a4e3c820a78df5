"""The projects of a profile as a menu: the one in use is checked, another is chosen, a further one made or joined."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from desktop.flow.wording import gettext as _
from desktop.views.parts import in_one_line
from feedback_store.store import Project

_WIDEST = 360


class ProjectMenu(QMenu):
    """Tells what was wished; changes nothing by itself."""

    chosen = Signal(str)  # a project's id
    new_asked = Signal()
    join_asked = Signal()
    rubric_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("projectMenu")
        self.setAccessibleName(_("Projects"))
        self._group = QActionGroup(self)
        self._new = QAction(_("New project …"), self)
        self._new.setObjectName("newProject")
        self._new.triggered.connect(self.new_asked)
        self._join = QAction(_("Join a team's project …"), self)
        self._join.setObjectName("joinProject")
        self._join.triggered.connect(self.join_asked)
        self._rubric = QAction(_("Rubric of this project …"), self)
        self._rubric.setObjectName("projectRubric")
        self._rubric.triggered.connect(self.rubric_asked)
        self._line = self.addSeparator()
        self.addActions([self._rubric, self._new, self._join])

    def show_projects(self, projects: Sequence[Project], current: str) -> None:
        """List the projects; each says to whom its judgements go."""
        for action in self._group.actions():
            self.removeAction(action)
        self._group.deleteLater()
        self._group = QActionGroup(self)
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
            team = project.collector.name or project.collector.address
            name = _("{project} ({team})").format(project=name, team=in_one_line(team))
        words = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _WIDEST)
        return words.replace("&", "&&")

    @Slot()
    def _on_chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.chosen.emit(str(action.data()))
