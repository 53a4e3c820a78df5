"""The first start at each of its steps, as a scene."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from visit import Visit

from desktop.flow.models.first_model import FirstModel
from desktop.flow.welcome import ModelChoice, Wishes
from desktop.views.welcome_page import WelcomeWindow

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "local_models"))

from gguf_files import plausible

Scene = Callable[[Visit], None]


def welcome(step: int, model: ModelChoice = "starter") -> Scene:
    """The first start, at one of its steps."""

    def scene(visit: Visit) -> None:
        profile, trainer = visit.workbench._profile, visit.trainer
        if model == "own":
            made = plausible()
            made.keys = [key for key in made.keys if key[0] != "general.name"]
            file = made.add("general.name", visit.words.domain).write(profile.folder.parent / "1.gguf")
            profile.catalog.add(file)
        models = FirstModel(profile.catalog, visit.workbench._work.start)
        page = WelcomeWindow(models, Wishes(visit.words.project, model), language="system", theme="light")
        page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page.stand()
        visit.comes_before(page)
        models.look()
        trainer.until(lambda: models.loaded, "models are listed")
        if model == "own":
            models.add_file(profile.folder.parent / "2.gguf")
            trainer.until(lambda: bool(models.problem), "the file is missed")
        trainer.press(Qt.Key(Qt.Key.Key_0 + step), Qt.KeyboardModifier.AltModifier)

    return scene
