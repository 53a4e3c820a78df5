"""What tests of rubrics do in the window again and again, by keys: open their list, have answers, judge them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from trainer import Trainer

from desktop.views.rubrics import RubricDialog, RubricsPage


def opened(trainer: Trainer) -> RubricsPage:
    """The page of rubrics, opened by its key."""
    trainer.control(Qt.Key.Key_R)
    dialog = trainer.dialog("rubricDialog")
    assert isinstance(dialog, RubricDialog)
    trainer.comes_to("rubricList")
    return dialog.page


def answered(trainer: Trainer) -> None:
    session = trainer.workbench.session
    trainer.type("Why is the sky blue?")
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "the answers stand")


def judged(trainer: Trainer, *, ratings: int) -> None:
    """Answers ranked, each rated 3 in all that is asked (`ratings` in all), and saved as the first record."""
    answered(trainer)
    trainer.type("v")
    trainer.type("a>b>c>d")
    trainer.press(Qt.Key.Key_Return)
    trainer.type("1")
    trainer.press(Qt.Key.Key_Return)
    trainer.type("3" * ratings)
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: trainer.workbench.rooms.waiting.count == 1, "the judgement is saved")
