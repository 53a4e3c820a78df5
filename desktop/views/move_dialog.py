"""The new address of a collector that has moved: asked for, and taken only where the same project and key answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.bridge.work import Work
from desktop.flow import moving
from desktop.flow.wording import gettext as _
from desktop.views.parts import Field, HouseDialog, Message, plain_label
from feedback_store.store import Project

Move = Callable[[str, Project], Project]


class MoveDialog(HouseDialog):
    """`move` is called on a thread. Closing the dialog meanwhile stops nothing: `ended` tells what became of it."""

    ended = Signal(object)  # Future[Project], where it has moved, or nobody sees that it has not

    def __init__(self, work: Work, move: Move, project: Project, parent: QWidget | None = None) -> None:
        super().__init__("moveDialog", _("The collector has moved"), _("Use this address"), parent)
        self._work, self._move, self._project = work, move, project
        self.leave.setText(_("Cancel"))
        self.address = Field("moveAddress", _("Address"), hint="https://collector.example.org")
        self.address.edit.setText(project.collector.address if project.collector is not None else "")
        words, key = _("Collector's key"), plain_label(moving.pinned_key(project), wrap=True, name="pinnedKey")
        key.setAccessibleName(f"{words}: {key.text()}")
        key.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(plain_label(moving.asked_text(project), wrap=True, name="moveAsked"))
        self.body.addWidget(plain_label(words, role="label"))
        self.body.addWidget(key)
        self.body.addWidget(self.address)
        self.body.addStretch(1)
        self.main.clicked.connect(self._on_main)
        self.address.edit.setFocus()
        self.address.edit.selectAll()

    @Slot()
    def _on_main(self) -> None:
        address = self.address.text.strip()
        missing = moving.missing(address)
        self.address.show_problem(missing)
        if not missing:
            self.show_busy(_("Asking the collector there. You may close this; it goes on."))
            self.leave.setText(_("Close"))
            self._work.start("moving", lambda: self._move(address, self._project), self._told, left_behind=True)

    def _told(self, future: Future[Project]) -> None:
        seen, error = self.isVisible(), future.exception()
        self.show_idle()
        self.leave.setText(_("Cancel"))
        if error is None or not seen:
            self.ended.emit(future)
        if error is None:
            self.accept()
        elif seen:
            problem = moving.problem(error)
            if problem.instead:
                self.address.edit.setText(problem.instead)
            self.address.show_problem(problem.text)


class Moving(QObject):
    """Asks for the new address of a project's collector; the dialog stands before `window`."""

    said = Signal(object)  # Message
    moved = Signal(object)  # Project, as the collector describes it there

    def __init__(self, move: Move, work: Work, window: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._move, self._work, self._window = move, work, window

    def ask(self, project: Project) -> None:
        """Ask where the collector of a team's project is now."""
        if project.collector is not None:
            dialog = MoveDialog(self._work, self._move, project, self._window)
            dialog.ended.connect(lambda future: self._end(project, future))
            dialog.open()

    def _end(self, before: Project, future: Future[Project]) -> None:
        error = future.exception()
        if error is not None:
            problem = moving.problem(error)
            self.said.emit(Message("notice" if problem.cancelled else "error", problem.text))
            return
        after = future.result()
        self.moved.emit(after)  # first: the rooms in which it is said are made anew
        changed = moving.changed_text(before, after)
        self.said.emit(Message("warning" if changed else "success", moving.moved_text(after), changed))
