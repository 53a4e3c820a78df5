"""In German, at 150 % of text, in the smallest window: sentences of buttons are whole, and keys on buttons are seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cut_words import cut_words
from every_scene import SCENES, Visit
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from trainer import ShowWindow, Trainer

from desktop.flow import wording
from desktop.theme.appearance import Appearance
from desktop.views.parts import KeyButton, WrappingButton, dress
from desktop.views.parts.panes import shortest_line

SMALLEST = (1024, 640)


@pytest.fixture
def trainer(show_window: ShowWindow, qapp: QApplication) -> Iterator[Trainer]:
    wording.use_language("de")
    appearance = Appearance("light", 1.5)
    workbench = show_window(appearance=appearance, size=SMALLEST)
    dress(qapp, appearance.theme)
    trainer = Trainer(workbench)
    trainer.comes_to("promptText")
    yield trainer
    wording.use_language("en")
    dress(qapp, Appearance("light").theme)


def without_their_key(page: QWidget) -> list[str]:
    """The buttons of a page that have a key and no room to show it."""
    shown = (each for each in page.findChildren(KeyButton) if each.isVisible() and each.command)
    return [each.text() for each in shown if each.width() < each.sizeHint().width()]


def test_the_examples_of_the_empty_bench_are_whole_sentences(trainer: Trainer) -> None:
    examples = [each for each in trainer.window.findChildren(WrappingButton) if each.isVisible()]
    assert len(examples) == 3
    for each in examples:
        assert each.width() >= each.minimumSizeHint().width(), "no word is cut"
        assert each.height() >= each.heightForWidth(each.width()), "no line is"
    assert cut_words(trainer.window) == []


def test_while_rewriting_the_texts_are_readable_and_the_side_is_whole_with_its_keys(trainer: Trainer) -> None:
    SCENES["bench, rewriting"](Visit(trainer))
    page = trainer.workbench.bench.revision
    trainer.until(lambda: cut_words(page) == [], f"nothing is cut: {cut_words(page)}")
    assert without_their_key(page) == []
    buttons = [each for each in page.side.findChildren(QPushButton) if each.isVisible()]
    assert len(buttons) >= 2
    side = page.side
    for button in buttons:
        left = button.mapTo(side, button.rect().topLeft()).x()
        assert left >= 0 and left + button.width() <= side.width(), f"{button.text()} stands within the side"
    assert side.minimumSizeHint().width() <= side.width() <= page.width() // 2 + 1


def test_the_side_gives_up_width_for_both_texts_and_no_more_than_it_has(trainer: Trainer) -> None:
    SCENES["bench, rewriting"](Visit(trainer))
    page = trainer.workbench.bench.revision
    widths = {}
    for width in range(1024, 1921, 64):
        trainer.window.resize(width, 640)
        trainer.until(lambda width=width: trainer.window.width() == width, "the window has that width")
        trainer.until(lambda: cut_words(page.side) == [], f"at {width} nothing of the side is cut")
        widths[width] = page.side.width()
        beside = (
            page.version.mapTo(page, page.version.rect().topLeft()).y()
            == page.original.mapTo(page, page.original.rect().topLeft()).y()
        )
        least = min(page.version.width(), page.original.width())
        assert not beside or least >= shortest_line(), f"at {width} the lines can be read"
    assert widths[1920] >= widths[1024], widths
