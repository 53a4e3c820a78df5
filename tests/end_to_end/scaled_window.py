"""Scenes on a screen of some pixel ratio, each in a new window: python scaled_window.py FOLDER SCENE…

Tells a line of JSON for each: {"scene", "ratio", "pixels": [width, height], "cut": […], "blurred": […], "without_edge":
[…]}: which icons have no detail finer than a logical pixel, and which of the bench's cards no line around them.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import keyring
from cut_words import cut_words
from every_scene import SCENES
from keyring.backends import fail
from painted_text import pixels
from passing_time import live
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from trainer import Trainer
from visit import Visit, Words

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.parts import IconButton, dress
from desktop.views.parts.rail_button import RailButton
from local_models.scripted import ScriptedEngine


def main(folder: Path, scenes: list[str]) -> None:
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]  # keyring has no types for its backends
    application = QApplication(["preceptor"])
    dress(application, Appearance("light").theme)
    for number, scene in enumerate(scenes):
        show(folder / str(number), scene)


def show(folder: Path, scene: str) -> None:
    profile = Profile.open(folder, insecure_key_file=True)
    words = Words()
    engine = ScriptedEngine(lambda _prompt, count: words.answers[:count])
    workbench = Workbench(profile, engine=engine)
    workbench.show()
    workbench.window.resize(1024, 640)
    QTest.qWaitForWindowActive(workbench.window)
    visit = Visit(Trainer(workbench), words)
    SCENES[scene](visit)
    for _moment in range(100):
        live(10)
        if not cut_words(workbench.window):
            break
    tell(scene, workbench.window, visit)
    workbench.window.close()
    profile.close()
    engine.close()


def tell(scene: str, window: QWidget, visit: Visit) -> None:
    picture = window.grab().toImage()
    icons = [each for each in window.findChildren(QWidget) if isinstance(each, IconButton | RailButton)]
    ratio = picture.devicePixelRatio()
    coarse = as_if_coarse(picture)
    cards = [card for card in visit.workbench.bench.answers.cards if card.isVisible()]
    found = {
        "scene": scene,
        "ratio": ratio,
        "pixels": [picture.width(), picture.height()],
        "cut": cut_words(window),
        "icons": sum(seen(each) for each in icons),
        "blurred": [each.objectName() or each.toolTip() for each in icons if seen(each) and blurred(picture, each)],
        "blurred_if_coarse": sum(seen(each) and blurred(coarse, each) for each in icons),
        "cards": len(cards),
        "without_edge": [each.objectName() for each in cards if not edged(picture, each)],
    }
    print(json.dumps(found), flush=True)


def seen(widget: QWidget) -> bool:
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


def as_if_coarse(picture: QImage) -> QImage:
    """The picture as it would be of logical pixels only, stretched: what the check of sharpness must see."""
    ratio = picture.devicePixelRatio()
    size = QSize(round(picture.width() / ratio), round(picture.height() / ratio))
    smooth = Qt.TransformationMode.SmoothTransformation
    plain = picture.copy()
    plain.setDevicePixelRatio(1)
    made = plain.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    made = made.scaled(picture.size(), Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    made.setDevicePixelRatio(ratio)
    return made


def blurred(picture: QImage, widget: QWidget) -> bool:
    """Whether a picture of it has nothing that one of logical pixels would not have too."""
    ratio = picture.devicePixelRatio()
    if ratio == 1:
        return False
    part = picture.copy(in_pixels(widget, ratio))
    part.setDevicePixelRatio(1)
    size = QSize(max(1, round(part.width() / ratio)), max(1, round(part.height() / ratio)))
    smooth = Qt.TransformationMode.SmoothTransformation
    coarse = part.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    coarse = coarse.scaled(part.size(), Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    apart = (pixels(part).astype(int) & 0xFF) - (pixels(coarse).astype(int) & 0xFF)
    return bool(abs(apart).max() < 32)


def edged(picture: QImage, card: QWidget) -> bool:
    """Whether a line stands between a card and what is beside it, halfway down its left side."""
    ratio = picture.devicePixelRatio()
    place = in_pixels(card, ratio)
    middle, reach = place.center().y(), math.ceil(3 * ratio)
    row = [picture.pixel(x, middle) for x in range(place.left() - reach, place.left() + reach)]
    return bool(set(row) - {row[0], row[-1]})


def in_pixels(widget: QWidget, ratio: float) -> QRect:
    at = widget.mapTo(widget.window(), QPoint(0, 0))
    return QRect(
        round(at.x() * ratio), round(at.y() * ratio), round(widget.width() * ratio), round(widget.height() * ratio)
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
