"""In German, at 150 % of text, in the smallest window: sentences of buttons are whole, and keys on buttons are seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cut_words import cut_words
from every_scene import SCENES, Visit
from guideline_scenes import OPENED as GUIDELINE
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from trainer import ShowWindow, Trainer

from desktop.flow import wording
from desktop.theme.appearance import Appearance
from desktop.views.guidelines.versions import GuidelineVersions
from desktop.views.parts import KeyButton, WrappingButton, dress
from desktop.views.parts.focus_ring import ring_target
from desktop.views.parts.measure import shortest_line

pytestmark = pytest.mark.long

SMALLEST = (1024, 640)
OPENED_OR_NOT = {**SCENES, **{name: scene for name, (_dialog, scene) in GUIDELINE.items()}}


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


@pytest.mark.parametrize("scene", ["captureDialog", "guideline, compared", "guideline, edited"])
def test_a_dialog_is_as_small_as_the_smallest_window_where_it_has_to_and_nothing_in_it_is_cut(
    trainer: Trainer, scene: str
) -> None:
    """On a larger screen it is larger than that window (decision 420)."""
    OPENED_OR_NOT[scene](Visit(trainer))
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    assert cut_words(dialog) == []
    dialog.resize(*SMALLEST)
    assert (dialog.width(), dialog.height()) == SMALLEST
    trainer.until(lambda: cut_words(dialog) == [], "nothing is cut")


def test_a_version_of_the_guideline_has_its_number_in_the_list(trainer: Trainer) -> None:
    OPENED_OR_NOT["guideline, compared"](Visit(trainer))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, GuidelineVersions)
    assert dialog.list.viewport().width() >= dialog.list.widest() - 2 * dialog.list.frameWidth() - 2
    assert dialog.compared.width() >= dialog.compared.sizeHint().width()


def test_the_search_of_a_dialog_looks_like_a_field_also_without_the_keyboard(trainer: Trainer) -> None:
    OPENED_OR_NOT["guideline, edited"](Visit(trainer))
    field = QApplication.activeModalWidget().findChild(QLineEdit, "guidelineSourceSearch")
    assert isinstance(field, QLineEdit) and not field.property("quiet") and not field.hasFocus()


def test_what_is_put_on_the_bench_moves_nothing_sideways(trainer: Trainer) -> None:
    SCENES["inbox"](Visit(trainer))
    inbox = trainer.workbench.rooms.inbox
    before = inbox.list.width()
    inbox.line.show_progress(0, 2)
    trainer.until(inbox.line.isVisible, "how far it is can be seen")
    assert inbox.list.width() == before and inbox.line.minimumSizeHint().width() <= before
    assert cut_words(inbox.line) == []


def test_in_the_outbox_whole_lines_of_what_leaves_are_seen_and_the_row_alone_has_the_ring(trainer: Trainer) -> None:
    SCENES["outbox, a team's"](Visit(trainer))
    outbox = trainer.workbench.outbox
    text = outbox.leaving.text
    assert text.viewport().height() >= 2 * text.fontMetrics().lineSpacing()
    trainer.until(lambda: ring_target(outbox.list) is None, "a row is current")
    rings = [each for each in trainer.window.findChildren(QWidget, "focusRing") if each.isVisible()]
    trainer.until(lambda: not any(each.isVisible() for each in rings), "there is no ring around the list")


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
