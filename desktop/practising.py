"""A window for learning the keys: a profile that is thrown away, an engine that says the same answers every time.

Must not know how the window is built: whoever builds it is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QTimer

from desktop.flow import keymap, practice
from desktop.flow.draft import PromptDraft
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.profile import Profile
from desktop.rooms import ProjectRooms
from desktop.theme.appearance import Appearance
from desktop.views.bench_page import BenchPage
from desktop.views.main_window import MainWindow
from desktop.views.practice_bar import PracticeBar
from local_models.endpoints.kept import Endpoint
from local_models.scripted import ScriptedEngine


class Bench(Protocol):
    """What a window is, to be practised at."""

    window: MainWindow
    rooms: ProjectRooms

    @property
    def session(self) -> BenchSession: ...

    @property
    def bench(self) -> BenchPage: ...

    def show(self, *, errands: bool = True) -> None: ...

    def come_forward(self) -> None: ...

    def deleteLater(self) -> None: ...


Built = TypeVar("Built", bound=Bench)


class Practising(Generic[Built]):
    """Opens the window for practice; while it is open, to ask again brings it to the front. `build` makes one."""

    def __init__(self, build: Callable[..., Built], appearance: Appearance) -> None:
        self._build = build
        self._appearance = appearance
        self.bench: Built | None = None

    def open(self) -> None:
        """Show it over the others."""
        if self.bench is None:
            self.bench = _open(self._build, self._appearance, self)
            self.bench.window.closing.connect(self._on_closed)
        else:
            self.bench.come_forward()

    def close(self) -> None:
        """Close it, if it is open."""
        if self.bench is not None:
            self.bench.window.close()

    def _on_closed(self) -> None:
        self.bench = None


def _open(build: Callable[..., Built], appearance: Appearance, practising: Practising[Built]) -> Built:
    """A window for learning the keys; what it keeps is gone once it is closed."""
    folder = TemporaryDirectory(prefix="preceptor-practice-")
    profile = Profile.open(Path(folder.name), starter=False, lasting=False)  # practice is on its own answers
    profile.store.projects.rename(profile.project.id, _("Practice")).result()
    profile.store.settings.set(keymap.SETTING, dict(keymap.current().changed)).result()
    engine, author = ScriptedEngine(practice.answers(), pause=0.02), practice.author()
    profile.endpoints.add(Endpoint(author, "http://127.0.0.1", author))  # no model of this computer is named for it
    workbench = build(profile, engine=engine, appearance=appearance, practising=practising, practice=True)
    workbench.window.setWindowTitle(_("Preceptor: practice"))
    bar = PracticeBar(workbench.bench, workbench.session, workbench.rooms.bridge)
    bar.ended.connect(workbench.window.close)
    workbench.window.show_above(bar)
    workbench.window.stay_at_bench()

    def end() -> None:
        engine.close()
        profile.close()
        folder.cleanup()
        workbench.window.deleteLater()
        workbench.deleteLater()

    workbench.window.closing.connect(lambda: QTimer.singleShot(0, end))
    workbench.show(errands=False)
    workbench.session.begin_with(PromptDraft(text=practice.question(), model=author))
    return workbench
