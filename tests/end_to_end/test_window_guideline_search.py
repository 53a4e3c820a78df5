"""Ctrl+F in the guideline's versions and in its editor searches what stands there, as in the panel."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from trainer import OpenWindow, Trainer

from desktop.profile import Profile
from desktop.views.guidelines import GuidelineEditor, GuidelineVersions

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]

FIRST = "# How we judge\n\nTruth first. \U0001f600 Length is no merit."
SECOND = "# How we judge\n\nTruth first, truth last. Length is *no* merit at all."
Open = Callable[..., Trainer]


@pytest.fixture
def guided(open_window: OpenWindow) -> Open:
    """A window whose project has had these guidelines."""

    def opens(*texts: str) -> Trainer:
        def begin(profile: Profile) -> None:
            project = profile.project
            for text in texts:
                project = profile.store.projects.set_guideline(project, text).result()

        return Trainer(open_window(begin=begin))

    return opens


def test_two_versions_beside_each_other_are_searched_one_after_the_other(guided: Open) -> None:
    trainer = guided(FIRST, SECOND)
    trainer.control(Qt.Key.Key_G)
    dialog = trainer.dialog("guidelineVersions")
    assert isinstance(dialog, GuidelineVersions)
    before, now = dialog.differences.texts
    trainer.control(Qt.Key.Key_F)
    trainer.comes_to("guidelineVersionSearch")
    trainer.type("truth")
    assert dialog.searching.words == "1 of 3" and before.textCursor().selectedText() == "Truth"
    trainer.press(Qt.Key.Key_Return)
    assert dialog.searching.words == "2 of 3" and now.textCursor().selectedText() == "Truth"
    assert not before.textCursor().hasSelection(), "one place is shown"
    trainer.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    trainer.replace_text("merit")
    assert before.textCursor().selectedText() == "merit", "beyond what takes two of Qt's characters"
    dialog.compared.setCurrentIndex(0)
    dialog.compared.activated.emit(0)
    trainer.until(lambda: dialog.searching.words == "1 of 1", "what is read now is searched")
    trainer.replace_text("kindness")
    assert dialog.searching.words == "Not found."
    trainer.press(Qt.Key.Key_Escape)
    assert dialog.isVisible() and not dialog.searching.isVisible(), "Esc clears the field first"
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()


def test_what_is_written_is_searched_also_while_it_changes(guided: Open) -> None:
    trainer = guided(SECOND)
    trainer.workbench._guiding.write(trainer.workbench.rooms.project)
    dialog = trainer.dialog("guidelineEditor")
    assert isinstance(dialog, GuidelineEditor)
    trainer.control(Qt.Key.Key_F)
    trainer.comes_to("guidelineSourceSearch")
    trainer.type("truth")
    trainer.press(Qt.Key.Key_Return)
    assert dialog.searching.words == "2 of 2" and dialog.source.textCursor().selectedText() == "truth"
    dialog.source.setFocus()
    trainer.type("Kindness")
    assert dialog.source.text() == SECOND.replace("truth", "Kindness"), "what is found is written over"
    assert dialog.searching.words == "1 of 1"
    trainer.control(Qt.Key.Key_F)
    trainer.replace_text("nowhere")
    assert dialog.searching.words == "Not found." and dialog.changed
