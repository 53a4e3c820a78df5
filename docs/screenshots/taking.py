"""Takes pictures of one scale and language, in a process of its own: taking.py MADE HOME OUT NAME …

Started by __main__.py. MADE holds the profile in which work was done; HOME is made for each scene, then
removed.
"""

from __future__ import annotations

import itertools
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import dialog_scenes
import same_place
import scenes
from model import Model
from pictures import PICTURES, Picture
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QApplication
from scene import Scene

from desktop.theme.appearance import Appearance
from desktop.views.parts import dress

COLOURS = 256
ALIKE = 12  # how far red, green and blue of two colours may be apart, taken together
NEAREST = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither


def main(made: Path, home: Path, out: Path, names: Sequence[str]) -> None:
    """Take the pictures of these names, each scene in the profile as it was made, or in none.

    A scene is played once for each size, however many themes it is taken in.
    """
    application = QApplication(["preceptor"])
    wanted = sorted((picture for picture in PICTURES if picture.name in names), key=_played)
    for _, pictures in itertools.groupby(wanted, key=_played):
        same_place.folder_in(home).parent.mkdir(parents=True)
        appearance = Appearance("light")
        dress(application, appearance.theme)
        appearance.changed.connect(lambda theme: dress(application, theme))
        _play(list(pictures), made, home, out, appearance)
        shutil.rmtree(home)


def _played(picture: Picture) -> tuple[str, int, int]:
    return picture.scene, picture.width, picture.height


def _play(pictures: Sequence[Picture], made: Path, home: Path, out: Path, appearance: Appearance) -> None:
    """Play the scene that these pictures have in common, in a window of its own, and take them."""
    name, width, height = _played(pictures[0])
    if name not in scenes.FIRST_START:
        same_place.put_back(made, home)
    scene = Scene(same_place.folder_in(home), Model(), appearance, (width, height))
    appearance.choose("light")
    play: Callable[[Scene], None] = getattr(scenes, name, None) or getattr(dialog_scenes, name)
    play(scene)
    for picture in pictures:
        appearance.choose(picture.theme)
        image = scene.person.look()
        expected = (picture.width * picture.scale, picture.height * picture.scale)
        if (image.width(), image.height()) != expected:
            raise SystemExit(f"{picture.name} has {image.width()} × {image.height()} pixels, not {expected}.")
        print(_written(image, out / f"{picture.name}.png"), flush=True)
    scene.end()


def _written(image: QImage, file: Path) -> Path:
    """Write it small: with the colours that it has most of, and the nearest of them for the others."""
    exact = image.convertToFormat(QImage.Format.Format_RGB32)
    counted = Counter(memoryview(exact.constBits()).cast("I"))
    palette = _palette([colour for colour, _ in counted.most_common()])
    writer = QImageWriter(str(file))
    writer.setQuality(0)  # for PNG: as small as it gets
    if not writer.write(exact.convertToFormat(QImage.Format.Format_Indexed8, palette, NEAREST)):
        raise SystemExit(f"{file} could not be written: {writer.errorString()}.")
    return file


def _palette(colours: Sequence[int]) -> list[int]:
    """COLOURS of these, given the most frequent first; of those that nobody can tell apart only the first."""
    chosen: list[tuple[int, int, int]] = []
    for colour in colours:
        red, green, blue = colour >> 16 & 255, colour >> 8 & 255, colour & 255
        if all(abs(red - r) + abs(green - g) + abs(blue - b) > ALIKE for r, g, b in chosen):
            chosen.append((red, green, blue))
            if len(chosen) == COLOURS:
                break
    return [0xFF000000 | red << 16 | green << 8 | blue for red, green, blue in chosen]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])
