"""Another project to judge in: one that is here, a new one, a team's to join; and by which rubric one is judged.

What takes its time runs on a thread of its own and is told in the window's thread. Must not know which room is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.bridge.work import Work
from desktop.flow import joining, recovering
from desktop.flow.joining import FieldProblem, JoinWish
from desktop.flow.projects import USE
from desktop.flow.rubric_desk import RubricDesk
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.profile import FIRST_RUBRIC, Profile
from desktop.views.join_dialog import JoinDialog
from desktop.views.parts import Message
from desktop.views.project_dialog import ProjectDialog
from desktop.views.rubrics import RubricDialog
from feedback_store.store import Project, Terms

if TYPE_CHECKING:
    from feedback_store.delivery.joining import Joined


class Projects(QObject):
    """`unlock` has the keys opened, on a thread. Its dialogs stand before `window`."""

    said = Signal(object)  # Message
    joined = Signal(object)  # Project, as the collector describes it now
    chosen = Signal(object)  # Project, in use from now on
    judged_otherwise = Signal(object)  # Project, by another rubric from now on
    wished = Signal(str)  # the id of a project to judge in

    def __init__(
        self, profile: Profile, work: Work, unlock: Callable[[], None], window: QWidget, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._profile, self._work, self._unlock, self._window = profile, work, unlock, window

    def use(self, project_id: str) -> None:
        """Use another project from now on, here and on the command line."""
        self._work.start("project", lambda: self._use(project_id), self._used)

    def make_project(self) -> None:
        """Ask for a new project of one's own."""
        known, kept = self._profile.store.projects.list(), self._profile.store.rubrics.all()
        dialog = ProjectDialog(self._work, self._profile.new_project, known, FIRST_RUBRIC, kept, self._window)
        dialog.made.connect(self._on_made)
        dialog.open()

    def show_rubrics(self, project: Project) -> None:
        """Show the rubrics, to look at and to edit the one of a project."""
        desk = RubricDesk(self._profile.store, project, self._profile.new_project)
        dialog = RubricDialog(desk, self._work, self._window)
        dialog.kept.connect(lambda kept: self._on_rubric(project, kept))
        dialog.open()

    def join(self) -> None:
        """Ask for address and code of a team's project."""
        dialog = JoinDialog(self._work, self._terms, self._join, self._profile.project, self._window)
        dialog.joined.connect(self._on_joined)
        dialog.joined_unseen.connect(self._on_joined_unseen)
        dialog.failed_unseen.connect(self._on_not_joined)
        dialog.judge_asked.connect(self.wished)
        dialog.open()

    def close(self) -> None:
        """Close the rubrics: what is not finished there is kept."""
        for dialog in self._window.findChildren(RubricDialog):
            dialog.close()

    # On threads

    def _use(self, project_id: str) -> Project:
        projects = self._profile.store.projects
        self._profile.rubric(projects.get(project_id))  # one that is not at hand is an error before anything changes
        return projects.use(project_id).result()

    def _terms(self, wish: JoinWish) -> Terms | None:
        offered = self._profile.collectors.look(wish.address, wish.code, collector_key=wish.key)
        recovering.check_other(self._profile.keys, self._profile.trainer, offered.project.id, offered.recovers)
        return joining.to_accept(offered.project, self._profile.store.projects.list())

    def _join(self, wish: JoinWish) -> Joined:
        self._unlock()
        given = {"name": wish.name, "terms": wish.terms, "collector_key": wish.key}
        return self._profile.collectors.join(wish.address, wish.code, **given)

    # In the window's thread

    def _used(self, future: Future[Project]) -> None:
        error = future.exception()
        if error is None:
            self.chosen.emit(future.result())
        else:
            self.said.emit(Message("error", sentence(error)))

    def _on_rubric(self, before: Project, kept: Project) -> None:
        """A rubric was kept for a project, or beside a team's one was made for it."""
        if kept.id == before.id:
            self.judged_otherwise.emit(kept)
        else:
            self.wished.emit(kept.id)

    @Slot(object)
    def _on_made(self, project: Project) -> None:
        self.wished.emit(project.id)

    @Slot(object)
    def _on_joined(self, joined: Joined) -> None:
        self.joined.emit(joined.project)

    @Slot(object)
    def _on_joined_unseen(self, joined: Joined) -> None:
        said = joining.headline(joined.project.name, joined.trainer_name, joined.asked_name)
        keys = _("Compare both keys with the operator: the collector's {collector}, this device's {device}.").format(
            collector=joined.collector_fingerprint, device=joined.device_fingerprint
        )
        anew = joining.pinned_words(joined.collector_fingerprint, joined.replaced_fingerprint)
        keys = " ".join(filter(None, (anew, keys)))
        self.said.emit(Message("warning", said, keys, ((USE + joined.project.id, _("Judge in it now")),)))

    @Slot(object)
    def _on_not_joined(self, problem: FieldProblem) -> None:
        self.said.emit(Message("notice" if problem.cancelled else "error", problem.text))
