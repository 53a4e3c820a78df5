"""Starts the window on a profile, and starts it anew: in another language, or with a backup in the profile's place.

What belongs to the process (application, signals, the word that a second start says) stays; profile and window are
closed, which keeps everything, and opened again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop.app import Workbench
from desktop.bridge.endings import Endings
from desktop.bridge.garbage import GarbageKeeper
from desktop.bridge.one_window import OneWindow, hand_over
from desktop.flow import backing_up, languages
from desktop.flow.start_wish import NOTHING, StartWish
from desktop.flow.wording import gettext as _
from desktop.flow.wording import language, sentence, use_language
from desktop.handed_over import HandedOver
from desktop.opening import Opening
from desktop.practising import Practising
from desktop.preferences import Anew
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.parts import Message, keep_dressed
from feedback_store.errors import StoreError
from local_models.client import EngineClient

TURN_S = 0.001  # a thread has the interpreter for so long where another wants it; 5 ms, often in a row, would be seen


def run(folder: Path, local_engine: Callable[[], EngineClient] = EngineClient, wish: StartWish = NOTHING) -> int:
    """Open the window on a profile and do what is wished, or have the one that is open do it; the exit status.

    This machine's models are run by what `local_engine` makes.
    """
    use_language()
    application = QApplication.instance() or QApplication(["preceptor"])
    assert isinstance(application, QApplication)
    application.setApplicationName("Preceptor")
    heard = hand_over(folder, wish)
    if heard != "nobody":
        said = [_("Preceptor is open already; its window is shown.")]
        if heard == "not understood":
            said.append(_("It is of another version and did not understand what to open; open it there."))
        sys.stdout.write(" ".join(said) + "\n")
        return 0
    favour_window(application)
    process = _Process(application, folder, local_engine)
    anew = process.show_window(wish)
    while anew is not None:
        anew = process.show_window(told=_between(folder, anew))
    return process.status


def favour_window(application: QApplication) -> None:
    """To the end of the process no other thread keeps the window waiting for more than a moment."""
    GarbageKeeper(application)  # what is closed last is garbage too
    sys.setswitchinterval(TURN_S)


class _Process:
    """What stays while one window after the other is shown in it."""

    def __init__(self, application: QApplication, folder: Path, local_engine: Callable[[], EngineClient]) -> None:
        self.status = 0
        self._application = application
        self._folder = folder
        self._local_engine = local_engine
        self._appearance = Appearance(parent=application)
        keep_dressed(application, self._appearance)
        self._later: OneWindow | None = None

    def show_window(self, wish: StartWish = NOTHING, told: Callable[[], Message] | None = None) -> Anew | None:
        """Show a window until it is closed, at first with what is `told` in its settings; the wish for another one."""
        benches: list[Workbench] = []
        handed = HandedOver(self._application)
        handed.take(wish)

        def build(profile: Profile) -> Workbench:
            passphrase = os.environ.get("PRECEPTOR_PASSPHRASE", "")
            benches.append(
                Workbench(
                    profile, passphrase=passphrase, appearance=self._appearance, asked=wish, practising=practising
                )
            )
            handed.arrive(benches[-1], profile.find_project)
            return benches[-1]

        appearance, application = self._appearance, self._application
        practising = Practising(Workbench, appearance)  # one window, whoever asks for it
        opening = Opening(
            self._folder,
            appearance,
            self._open_profile,
            build,
            practising.open,
            application,
        )
        try:
            if self._later is None:
                self._later = OneWindow(self._folder, application)  # now that the profile's lock is ours
            self._later.asked.connect(opening.come_forward)
            self._later.asked.connect(handed.take)
            self._later.not_understood.connect(opening.come_forward)
            self._later.not_understood.connect(handed.take_unknown)
            endings = Endings(application)
            endings.asked.connect(opening.close)
            opening.show()
            if told is not None and benches:
                benches[-1].show_settings(told())
            self.status = int(application.exec())
            endings.stop()
            for bench in benches:
                bench.window.deleteLater()
                bench.deleteLater()
            return benches[-1].wish if benches else None
        finally:
            handed.deleteLater()
            opening.end()
            opening.deleteLater()

    def _open_profile(self) -> Profile:
        profile = Profile.open(self._folder)
        profile.run_models_by(self._local_engine)
        return profile


def _between(folder: Path, wish: Anew) -> Callable[[], Message]:
    """Do what needs the profile closed; what there is to say of it, in the language that is spoken then."""
    file = wish.restore
    if file is None:
        return lambda: Message("success", _("Preceptor speaks {language} now.").format(language=_spoken()))
    try:
        backing_up.put_back(folder, file)
    except StoreError as error:
        refused = error
        return lambda: Message("error", sentence(refused), _("The profile is as it was."))
    return lambda: Message("success", backing_up.put_back_text(file))


def _spoken() -> str:
    return languages.SPOKEN[language()]
