"""No part is ever shown as a window of its own: it would flash in the screen's corner, with the keyboard meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from every_scene import SCENES
from one_in import one_in
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from trainer import OpenWindow, Trainer
from visit import Visit, Words

from desktop.profile import Profile
from desktop.views.main_window import MainWindow
from desktop.views.welcome_page import WelcomeWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

SHOWED_PARTS_ALONE = ("bench, empty", "outbox, a team's", "rubric, flags")


class Shown(QObject):
    """Notes each part that is shown before it stands in a window."""

    def __init__(self) -> None:
        super().__init__()
        self.alone: set[str] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            plain = watched.windowType() in (Qt.WindowType.Window, Qt.WindowType.Widget)
            if plain and not isinstance(watched, MainWindow | WelcomeWindow):
                self.alone.add(f"{type(watched).__name__} {watched.objectName()}")
        return False


@pytest.fixture
def shown(qapp: QApplication) -> Iterator[Shown]:
    watch = Shown()
    qapp.installEventFilter(watch)
    yield watch
    qapp.removeEventFilter(watch)


def with_guideline(profile: Profile) -> None:
    profile.store.projects.set_guideline(profile.project, Words().guideline).result()
    profile.store.projects.use(profile.project.id).result()


@pytest.mark.parametrize(
    "scene", [*SHOWED_PARTS_ALONE, *one_in(30, (name for name in SCENES if name not in SHOWED_PARTS_ALONE))]
)
def test_no_part_is_shown_before_it_stands_in_a_window(scene: str, open_window: OpenWindow, shown: Shown) -> None:
    SCENES[scene](Visit(Trainer(open_window(insecure=True, begin=with_guideline))))
    assert shown.alone == set()
