"""A new project of one's own: a name, and what is asked of its judgements, by a shipped rubric or one at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop.bridge.work import Work
from desktop.flow.projects import LONGEST_NAME, name_problem, rubric_choices, rubric_words
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.theme.theme import current_theme
from desktop.views.parts import ExplainedChoice, Field, HouseDialog, in_one_line, plain_label
from desktop.views.parts.whole_end import whole_labels
from feedback_store.rubrics import Rubric
from feedback_store.store import Project

RUBRICS_HEIGHT = 280
ROOM_AROUND = 56  # below a button stands its sentence


class ProjectDialog(HouseDialog):
    """`make(name, rubric)` is called on a thread. `kept` are rubrics at hand beside the shipped ones."""

    made = Signal(object)  # Project

    def __init__(
        self,
        work: Work,
        make: Callable[[str, Rubric], Project],
        known: Sequence[Project],
        rubric: str,
        kept: Sequence[Rubric] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("projectDialog", _("New project"), _("Make the project"), parent)
        self._work = work
        self._make = make
        self._known = known
        self.leave.setText(_("Cancel"))
        self.name = Field("projectName", _("Name"), most=LONGEST_NAME)
        self._rubrics = {each.id: each for each in rubric_choices(kept)}
        choices = [
            (each.id, in_one_line(each.name), in_one_line(rubric_words(each))) for each in self._rubrics.values()
        ]
        self.rubric = ExplainedChoice("projectRubric", _("How answers are judged"), choices)
        self.rubric.choose(rubric)
        self.body.addWidget(self.name)
        self.body.addWidget(plain_label(_("How answers are judged"), role="label"))
        self._choices = QScrollArea()
        self._choices.setObjectName("projectRubrics")
        self._choices.setWidgetResizable(True)
        self._choices.setFrameShape(QFrame.Shape.NoFrame)
        self._choices.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._choices.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._choices.setMinimumHeight(RUBRICS_HEIGHT)
        self.rubric.setProperty("surface", True)
        self._choices.setWidget(self.rubric)
        self._choices.setProperty("surface", True)  # what is seen where a label would be cut through
        whole_labels(self._choices, self.rubric)
        self.rubric.changed.connect(self._show_chosen)
        self.body.addWidget(self._choices, 1)
        self.say(_("Its judgements stay on this computer until you hand them over."))
        self.main.clicked.connect(self._on_make)
        self.name.edit.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_chosen()

    @Slot()
    def _show_chosen(self) -> None:
        """The chosen rubric and its sentence are in sight, whichever way it was chosen."""
        self._choices.ensureWidgetVisible(self.rubric.current, 0, round(ROOM_AROUND * current_theme().zoom))

    @Slot()
    def _on_make(self) -> None:
        name, rubric = self.name.text.strip(), self._rubrics[self.rubric.chosen]
        problem = name_problem(name, self._known)
        self.name.show_problem(problem)
        if not problem:
            self.show_busy("")
            self._work.start("new project", lambda: self._make(name, rubric), self._ended)

    def _ended(self, future: Future[Project]) -> None:
        self.show_idle()
        error = future.exception()
        if error is not None:
            self.name.show_problem(sentence(error))
            return
        self.made.emit(future.result())
        self.accept()
