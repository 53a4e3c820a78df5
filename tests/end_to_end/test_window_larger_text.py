"""At 150 % of text nothing is cut: the next smaller layout is taken."""

from __future__ import annotations

from every_scene import SCENES, Visit
from PySide6.QtWidgets import QApplication, QScrollArea
from trainer import ShowWindow, Trainer

from desktop.theme.appearance import Appearance
from desktop.views.parts import dress


def test_bar_and_rewriting_are_whole_in_the_smallest_window(show_window: ShowWindow, qapp: QApplication) -> None:
    appearance = Appearance("light", 1.5)
    workbench = show_window(appearance=appearance, size=(1024, 640))
    dress(qapp, appearance.theme)
    trainer, bench = Trainer(workbench), workbench.bench
    trainer.comes_to("promptText")
    SCENES["bench, rewriting"](Visit(trainer))
    side = bench.revision.findChild(QScrollArea, "revisionSide")
    assert side is not None
    inside = side.widget()
    assert inside is not None
    trainer.until(lambda: inside.width() <= side.viewport().width(), "the side is as wide as its parts")
    assert bench.revision.version.width() > bench.revision.width() // 2, "the texts stand below each other"
    bench.revision.keep()
    bar = bench.verdict
    trainer.until(lambda: bar.ranking.width() >= bar.ranking.sizeHint().width(), "no chip is cut")
    trainer.until(lambda: bar.save.width() >= bar.save.sizeHint().width(), "nor is the key of Save")
    assert bar.sure.width() >= bar.sure.sizeHint().width()
