"""The ways to a guideline before the window: its versions, the one that a record names, and writing the next."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.bridge.work import Work
from desktop.flow import guideline_desk
from desktop.flow.guideline_desk import GuidelineDesk
from desktop.flow.guidelines import locked_words, not_here_words
from desktop.flow.wording import gettext as _
from desktop.views.guidelines.editor import GuidelineEditor
from desktop.views.guidelines.versions import GuidelineVersions
from desktop.views.parts import Message
from feedback_store.records import Judgement
from feedback_store.store import Project, Store, StoredRecord


class Guiding(QObject):
    """Its dialogs stand before `window`. `changed` carries a project that has another guideline from now on."""

    changed = Signal(object)  # Project
    said = Signal(object)  # Message

    def __init__(self, store: Store, work: Work, window: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._work = work
        self._window = window

    def show_versions(self, project: Project, chosen: str = "") -> None:
        """Show the versions, first the one with the hash `chosen`; where there is none, the way to write one."""
        desk = GuidelineDesk(self._store, project)
        if not desk.versions:
            self.write(project)
            return
        dialog = GuidelineVersions(desk, chosen, self._window)
        dialog.edit_asked.connect(lambda: self.write(project))
        dialog.open()

    def write(self, project: Project) -> None:
        """Write the next version; of a team's project it is said why not."""
        desk = GuidelineDesk(self._store, project)
        if desk.locked:
            words = _("This project has no guideline.") if not desk.versions else desk.locked
            self.said.emit(Message("notice", words, locked_words(desk.project) if not desk.versions else ""))
            return
        dialog = GuidelineEditor(desk, self._work, self._window)
        dialog.saved.connect(self._on_saved)
        dialog.open()

    @Slot(object)
    def show_named(self, record: StoredRecord) -> None:
        """Show the guideline that a record names, in the version that it names; or say that it is not here."""
        named = record.record.guideline if isinstance(record.record, Judgement) else None
        if named is None:
            return
        found = self._store.guidelines.find(named.sha256, record.project)
        if found is None:
            self.said.emit(Message("notice", not_here_words(named.version)))
        else:
            self.show_versions(self._store.projects.get(found.project), named.sha256)

    def close(self) -> None:
        """Keep what is being written."""
        for dialog in self._window.findChildren(GuidelineEditor):
            dialog.leave_begun()

    @Slot(object)
    def _on_saved(self, project: Project) -> None:
        self.changed.emit(project)
        self.said.emit(Message("success", guideline_desk.saved_words(project)))
