"""Takes pictures of one scale, in a process of its own: taking.py PROFILE PLACE OUT NAME …  Started by __main__.py."""

from __future__ import annotations

import itertools
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import scenes
from pictures import PICTURES, Picture
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.parts import dress


def main(made: Path, place: Path, out: Path, names: Sequence[str]) -> None:
    """Take the pictures of these names, each scene in a copy of the profile that was made.

    A scene is played once for each size, however many themes it is taken in.
    """
    place.mkdir()
    application = QApplication(["preceptor"])
    appearance = Appearance("light")
    dress(application, appearance.theme)
    appearance.changed.connect(lambda theme: dress(application, theme))
    wanted = sorted((picture for picture in PICTURES if picture.name in names), key=_played)
    for number, (_, pictures) in enumerate(itertools.groupby(wanted, key=_played)):
        profile = place / str(number)
        shutil.copytree(made, profile)
        _play(list(pictures), profile, out, appearance)


def _played(picture: Picture) -> tuple[str, int, int]:
    return picture.scene, picture.width, picture.height


def _play(pictures: Sequence[Picture], folder: Path, out: Path, appearance: Appearance) -> None:
    """Play the scene that these pictures have in common, in a window of its own, and take them."""
    scene, width, height = _played(pictures[0])
    profile = Profile.open(folder, insecure_key_file=True)
    model = scenes.Model()
    workbench = Workbench(profile, engine=model)
    appearance.choose("light")
    workbench.show()
    if not QTest.qWaitForWindowActive(workbench.window, 10_000):
        raise SystemExit("The window was not made active; is there a window manager?")
    played = scenes.Scene(workbench, model)
    played.person.size(width, height)
    getattr(scenes, scene)(played)
    for picture in pictures:
        appearance.choose(picture.theme)
        image = played.person.look()
        expected = (picture.width * picture.scale, picture.height * picture.scale)
        if (image.width(), image.height()) != expected:
            raise SystemExit(f"{picture.name} has {image.width()} × {image.height()} pixels, not {expected}.")
        file = out / f"{picture.name}.png"
        if not image.save(str(file)):
            raise SystemExit(f"{file} could not be written.")
        print(file)
    workbench.window.close()
    model.close()
    profile.close()
    workbench.window.deleteLater()
    QTest.qWait(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])
