"""Scenes in German with text of twice its size on whatever screen there is: python low_screen_window.py FOLDER SCENE…

Tells a line of JSON for each: {"scene", "size": [width, height], "room": [width, height], "cut": […], "hidden": […]}:
how large what is opened is, what the screen has for it, what is cut in it, and which of its two buttons is not seen.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import keyring
from cut_words import cut_words
from every_scene import SCENES
from keyring.backends import fail
from passing_time import live
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from trainer import Trainer
from visit import Visit, Words

from desktop.app import Workbench
from desktop.flow import wording
from desktop.profile import Profile
from desktop.theme.appearance import LARGEST, Appearance
from desktop.views.parts import HouseDialog, dress
from desktop.views.parts.screen_room import screen_room
from local_models.scripted import ScriptedEngine


def main(folder: Path, scenes: list[str]) -> None:
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]  # keyring has no types for its backends
    application = QApplication(["preceptor"])
    wording.use_language("de")
    for number, scene in enumerate(scenes):
        show(application, folder / str(number), scene)


def show(application: QApplication, folder: Path, scene: str) -> None:
    appearance = Appearance("light", LARGEST)
    dress(application, appearance.theme)
    profile = Profile.open(folder, insecure_key_file=True)
    words = Words()
    engine = ScriptedEngine(lambda _prompt, count: words.answers[:count])
    workbench = Workbench(profile, engine=engine, appearance=appearance)
    workbench.show()
    workbench.window.resize(1024, 640)
    QTest.qWaitForWindowActive(workbench.window)
    visit = Visit(Trainer(workbench), words)
    SCENES[scene](visit)
    shown = visit.shown
    live(100)
    for _moment in range(100):
        if not cut_words(shown):
            break
        live(10)
    tell(scene, shown)
    while shown is not workbench.window and isinstance(shown, HouseDialog):
        HouseDialog.done(shown, 0)
        live(0)
        shown = visit.shown
    workbench.window.close()
    profile.close()
    engine.close()
    workbench.window.deleteLater()
    live(0)


def tell(scene: str, shown: QWidget) -> None:
    room = screen_room(shown)
    buttons = [shown.main, shown.leave] if isinstance(shown, HouseDialog) else []
    hidden = [
        each.objectName()
        for each in buttons
        if not each.isHidden() and each.visibleRegion().boundingRect() != each.rect()
    ]
    found = {
        "scene": scene,
        "size": [shown.width(), shown.height()],
        "room": [room.width(), room.height()],
        "cut": cut_words(shown),
        "hidden": hidden,
    }
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
