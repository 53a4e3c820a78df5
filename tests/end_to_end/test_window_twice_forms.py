"""At twice the usual size of text in a small window: forms and pages beside the bench have room for what they ask."""

from __future__ import annotations

import pytest
import welcome_scenes
from cut_words import cut_words
from every_scene import SCENES
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from trainer import ShowWindow, Trainer
from visit import Visit, Words

from desktop.flow import wording
from desktop.profile import Profile
from desktop.theme.appearance import LARGEST, Appearance
from desktop.views.parts import dress
from desktop.views.rubrics import RubricDialog
from desktop.views.rubrics.editor import FORM, PREVIEW, RubricEditor

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

Key = Qt.Key
SMALLEST = (1024, 640)
GUIDELINE = "# How we judge\n\n" + "Truth first, and then what helps. Who is not sure says so.\n\n" * 8 + "No dose.\n"


def visit_at(show: ShowWindow, zoom: float = LARGEST, words: Words | None = None) -> Visit:
    """The smallest window, with text of this size."""
    appearance = Appearance("light", zoom)
    workbench = show(appearance=appearance, size=SMALLEST)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    dress(application, appearance.theme)
    trainer = Trainer(workbench)
    trainer.comes_to("promptText")
    return Visit(trainer, words or Words())


def edited(visit: Visit) -> RubricEditor:
    SCENES["rubric, a rating"](visit)
    dialog = visit.shown
    assert isinstance(dialog, RubricDialog)
    return dialog.page.editor


def test_the_form_of_a_rubric_has_the_preview_behind_it_where_both_have_no_room(show_window: ShowWindow) -> None:
    """It had 150 pixels above its preview."""
    visit = visit_at(show_window)
    trainer, editor = visit.trainer, edited(visit)
    trainer.until(lambda: editor.forms["axes"].visibleRegion().boundingRect().height() > 360, "the form has the room")
    assert editor.turn.isVisible() and not editor.preview.isVisible()
    editor.turn.setFocus()
    trainer.press(Key.Key_Right)
    trainer.until(lambda: editor.preview.isVisible() and editor.turn.index == PREVIEW, "the preview takes its place")
    assert not editor.forms["axes"].isVisible() and editor.turn.hasFocus()
    editor.outline.list.setFocus()
    trainer.press(Key.Key_Return)
    trainer.until(lambda: editor.forms["axes"].isVisible() and editor.turn.index == FORM, "the form is gone into")
    assert cut_words(editor) == []


def test_form_and_preview_of_a_rubric_stand_beside_each_other_at_the_usual_size(show_window: ShowWindow) -> None:
    editor = edited(visit_at(show_window, 1.0))
    assert editor.preview.isVisible() and editor.forms["axes"].isVisible() and not editor.turn.isVisible()


def test_what_was_found_in_a_guideline_is_seen_in_the_drawer(show_window: ShowWindow, profile: Profile) -> None:
    """Not one line of it was, below the field, the count and what is to be done."""
    profile.store.projects.set_guideline(profile.project, GUIDELINE).result()
    visit = visit_at(show_window)
    visit.ask()
    trainer, bench = visit.trainer, visit.workbench.bench
    part = bench.panel.guideline
    bench.open_part(part.text)
    trainer.until(lambda: part.text.laid_out, "it is laid out")
    line = part.text.fontMetrics().lineSpacing()
    trainer.until(lambda: part.text.visibleRegion().boundingRect().height() >= 4 * line, "it is read")
    bench.open_part(part.search)
    trainer.type("dose")

    def in_sight() -> bool:
        seen = part.text.viewport().visibleRegion().boundingRect()
        return seen.height() >= 2 * line and seen.contains(part.text.cursorRect())

    def whole() -> bool:
        return all(each.visibleRegion().boundingRect() == each.rect() for each in (part.search, part.searching))

    trainer.until(lambda: in_sight() and whole(), "what was found is seen, below the whole line of the field")
    trainer.press(Key.Key_Escape)
    trainer.until(part.mark.isVisible, "what is to be done is offered again")


@pytest.mark.parametrize("step", [1, 2, 3])
def test_the_welcome_cuts_no_sentence_in_german(show_window: ShowWindow, step: int) -> None:
    """It said "Willkommen bei Prece", and sentences lay over one another."""
    wording.use_language("de")
    try:
        visit = visit_at(show_window)
        welcome_scenes.welcome(step)(visit)
        visit.trainer.window.resize(*SMALLEST)
        visit.trainer.until(lambda: cut_words(visit.shown) == [], "all is read")
    finally:
        wording.use_language("en")
