"""What a start asks for, done in the window: a project, a room, a file. The same for a first start and for a later one.

It waits until there is a workbench, and until a dialog that is open has been answered; of several wishes that wait the
last one counts. Everything goes the way that the menus go. Must not know how a wish came here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from desktop.app import Workbench
from desktop.flow.start_wish import NOTHING, StartWish
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.views.parts import Message, in_one_line
from feedback_store.errors import NotFoundError
from feedback_store.store import Project

LOOK_AGAIN_MS = 250  # whether the dialog has gone


class HandedOver(QObject):
    """Takes wishes from the beginning; `arrive` tells it of the workbench."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wish = NOTHING
        self._strange = False  # something was asked for that is not understood
        self._changing_to = ""  # the id of the project, while the rooms are changed
        self._find: Callable[[str], Project] | None = None
        self._workbench: Workbench | None = None
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._on_time)

    def arrive(self, workbench: Workbench, find: Callable[[str], Project]) -> None:
        """There is a workbench, which is shown next; `find` knows a project by its name or id, or NotFoundError."""
        self._workbench, self._find = workbench, find
        workbench.errands.projects.chosen.connect(self._on_project)
        self._again.start(0)

    @Slot(object)
    def take(self, wish: StartWish) -> None:
        """Do it as soon as it can be done."""
        if wish:
            self._wish, self._changing_to = wish, ""
            self._again.start(0)

    @Slot()
    def take_unknown(self) -> None:
        """Say that something was asked for by another version."""
        self._strange = True
        self._again.start(0)

    @Slot()
    def _on_time(self) -> None:
        if self._workbench is None or self._find is None or self._changing_to:
            return
        if QApplication.activeModalWidget() is not None:
            self._again.start(LOOK_AGAIN_MS)
            return
        if self._strange:
            self._strange = False
            reason = _("Open it here, from its room.")
            self._say(_("A Preceptor of another version asked for something that is not known here."), reason)
        wish, self._wish = self._wish, NOTHING
        if wish:
            self._do(wish, self._workbench, self._find)

    def _do(self, wish: StartWish, workbench: Workbench, find: Callable[[str], Project]) -> None:
        if wish.project:
            try:
                project = find(wish.project)
            except NotFoundError as error:
                self._say(sentence(error))
                return
            if project.id != workbench.rooms.project.id:
                self._wish, self._changing_to = replace(wish, project=""), project.id
                workbench.errands.projects.use(project.id)
                return
        if wish.file is None:
            workbench.window.show_named(wish.room or "bench")
        elif not wish.file.is_file():
            self._say(_("There is no file {file}.").format(file=in_one_line(str(wish.file))))
        elif wish.opens == "model":
            workbench.window.show_named("models")
            workbench.rooms.models.add_file(wish.file)
        elif wish.opens == "receipts":
            workbench.window.show_named("outbox")
            workbench.errands.take_receipts(wish.file)
        else:
            workbench.window.show_named("records")
            workbench.errands.shared.read(wish.file)

    @Slot(object)
    def _on_project(self, project: Project) -> None:
        """The rooms were changed, by a wish or by hand; the rest of a wish is for the project that it named."""
        if self._changing_to and self._changing_to != project.id:
            self._wish = NOTHING
        self._changing_to = ""
        self._again.start(0)

    def _say(self, text: str, reason: str = "") -> None:
        if self._workbench is not None:
            self._workbench.errands.said.emit(Message("warning", text, reason))
