"""Scenes of the guideline: its search, its versions beside each other, and the editor of the next one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from visit import Visit

Scene = Callable[[Visit], None]


def searched(found: bool) -> Scene:
    """A search in the panel, that finds something or nothing."""

    def scene(visit: Visit) -> None:
        visit.ask()
        part = visit.workbench.bench.panel.guideline
        visit.workbench.bench.open_part(part.text)
        visit.trainer.until(lambda: part.text.laid_out, "it is laid out")
        part.search.setText(part.text.toPlainText()[:1] if found else "§§§")
        visit.trainer.until(lambda: part.searching.isVisible(), "what is found is said")

    return scene


def _changed(visit: Visit) -> None:
    project = visit.workbench.rooms.project
    store = visit.workbench._profile.store
    visit.workbench._guiding.changed.emit(
        store.projects.set_guideline(project, visit.words.guideline + "\n\n7 8 9").result()
    )


def compared(visit: Visit) -> None:
    """Two versions beside each other."""
    visit.ask()
    _changed(visit)
    visit.trainer.control(Qt.Key.Key_G)
    visit.trainer.dialog("guidelineVersions")


def read(visit: Visit) -> None:
    """A version as it reads."""
    visit.ask()
    visit.trainer.control(Qt.Key.Key_G)
    visit.trainer.dialog("guidelineVersions")


def edited(visit: Visit) -> None:
    """The editor, with something new in it that nobody can see."""
    visit.ask()
    visit.workbench._guiding.write(visit.workbench.rooms.project)
    dialog = visit.trainer.dialog("guidelineEditor")
    dialog.source.insertPlainText("1 2\u200b ")  # type: ignore[attr-defined]


def gone_on_with(visit: Visit) -> None:
    """The editor with what was begun before, behind a version that came since, and too long."""
    edited(visit)
    left(visit)
    visit.trainer.press(Qt.Key.Key_Tab)
    visit.trainer.push("guidelineLeaveMain")
    visit.trainer.alone()
    _changed(visit)
    visit.workbench._guiding.write(visit.workbench.rooms.project)
    dialog = visit.trainer.dialog("guidelineEditor")
    dialog.source.replace_all("1 " * 140_000)  # type: ignore[attr-defined]


def left(visit: Visit) -> None:
    """The question before what is not saved is left."""
    if visit.shown.objectName() != "guidelineEditor":
        edited(visit)
    visit.trainer.press(Qt.Key.Key_Escape)
    visit.trainer.dialog("guidelineLeave")


ROOMS: dict[str, Scene] = {
    "bench, guideline searched": searched(True),
    "bench, guideline searched in vain": searched(False),
}
OPENED: dict[str, tuple[str, Scene]] = {
    "guideline, compared": ("guidelineVersions", compared),
    "guideline, read": ("guidelineVersions", read),
    "guideline, edited": ("guidelineEditor", edited),
    "guideline, gone on with": ("guidelineEditor", gone_on_with),
}
