"""The theme by commands, in the true window: each has its own, and the one that goes round says where it came."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from trainer import OpenWindow, Trainer

from desktop.app import Workbench

Key = Qt.Key


@pytest.fixture
def trainer(open_window: OpenWindow) -> Trainer:
    return Trainer(open_window())


def _said(workbench: Workbench) -> str:
    message = workbench.shown.bar.message
    return message.text if message is not None else ""


def _find(trainer: Trainer, words: str) -> None:
    trainer.control(Key.Key_K)
    trainer.comes_to("paletteField")
    trainer.type(words)
    trainer.press(Key.Key_Return)


@pytest.mark.parametrize(
    ("words", "choice", "said"),
    [
        ("dark", "dark", "The theme is dark."),
        ("light", "light", "The theme is light."),
        ("high contrast", "high-contrast", "The theme has high contrast."),
        ("follow the system", "system", "The theme follows the system, which is light now."),
    ],
)
def test_each_theme_is_found_by_its_word_and_said(trainer: Trainer, words: str, choice: str, said: str) -> None:
    """The word "dark" found the next theme only, which was light."""
    _find(trainer, words)
    assert trainer.workbench._appearance.choice == choice
    assert _said(trainer.workbench) == said


def test_the_next_theme_says_which_it_is_where_nothing_else_changes(trainer: Trainer) -> None:
    """From the system's light theme to the light one nothing changed, and nothing was said."""
    _find(trainer, "next theme")
    assert trainer.workbench._appearance.choice == "light"
    assert _said(trainer.workbench) == "The theme is light."
    trainer.press(Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert _said(trainer.workbench) == "The theme is dark."
