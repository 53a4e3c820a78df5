"""The guideline stands beside the answers, says what is new in it, and every record names the version judged by."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from person import Person
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from trainer import ShowWindow

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.views.differences_dialog import DifferencesDialog
from feedback_store.record_parts import Judgement

FIRST = "# How we judge\n\nTruth first. Length is no merit.\n\nA wrong number is *severe*."
SECOND = (
    "# How we judge\n\nTruth first. Length is no merit.\n\nA wrong number is **moderate**, unless people rely on it."
)
ANSWERS = ("It is the **light**.", "Because of scattering.", "Nobody knows.", "I do not know.")
Open = Callable[[str], Workbench]


@pytest.fixture
def open_window(profile: Profile, show_window: ShowWindow) -> Open:
    def opens(guideline: str) -> Workbench:
        if guideline:
            profile.store.projects.set_guideline(profile.project, guideline).result()
        return show_window(ANSWERS)

    return opens


def _answers(workbench: Workbench, person: Person) -> None:
    person.type("Why is the sky blue?")
    person.control(Qt.Key.Key_Return)
    session = workbench.session
    person.until(lambda: session.draft.finished and not session.writing, "the answers stand")


def test_a_guideline_is_laid_out_searched_and_read(open_window: Open) -> None:
    workbench, person = open_window(FIRST), Person()
    _answers(workbench, person)
    part = workbench.bench.panel.guideline
    assert part.isVisible() and part.text.toPlainText().startswith("How we judge")
    assert "have not said yet" in part.findChild(object, "guidelineNews").text()
    assert not part.what_changed.isVisible()
    part.search.setFocus()
    person.type("merit")
    person.press(Qt.Key.Key_Return)
    assert part.text.textCursor().selectedText() == "merit"
    part.mark.setFocus()
    person.press(Qt.Key.Key_Space)
    person.until(lambda: not part.mark.isVisible(), "it is known to be read")


def test_what_changed_since_it_was_read_is_shown_word_by_word(open_window: Open) -> None:
    workbench, person = open_window(FIRST), Person()
    _answers(workbench, person)
    part = workbench.bench.panel.guideline
    part.mark.click()
    person.until(lambda: not part.mark.isVisible(), "it is known to be read")
    workbench.window.close()
    again = open_window(SECOND)
    part = again.bench.panel.guideline
    assert again.session.draft.answers, "the draft is back"
    assert "words are new" in part.findChild(object, "guidelineNews").text()
    part.what_changed.click()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, DifferencesDialog)
    dialog.main.click()
    person.until(lambda: not part.mark.isVisible(), "it is known to be read")


def test_a_record_names_the_version_that_was_judged_by(open_window: Open) -> None:
    workbench, person = open_window(SECOND), Person()
    project = workbench.rooms.project
    _answers(workbench, person)
    session = workbench.session
    for position in range(4):
        person.type(str(position + 1))
        person.press(Qt.Key.Key_Return)
        person.type("33333")
        person.press(Qt.Key.Key_Escape)
    person.type("1b")
    person.control(Qt.Key.Key_S)
    person.until(lambda: session.saved is not None, "the judgement is saved")
    assert session.saved is not None and project.guideline is not None
    record = session.saved.stored.record
    assert isinstance(record, Judgement) and record.guideline is not None
    assert (record.guideline.version, record.guideline.sha256) == (1, project.guideline.sha256)


def test_a_project_without_a_guideline_has_no_empty_part(open_window: Open) -> None:
    workbench, person = open_window(""), Person()
    _answers(workbench, person)
    assert not workbench.bench.panel.guideline.isVisible()


def test_answers_are_laid_out_for_reading_and_flagged_in_their_source(open_window: Open) -> None:
    workbench, person = open_window(""), Person()
    _answers(workbench, person)
    position = workbench.session.draft.position("a")
    person.type(str(position + 1))
    card = workbench.bench.answers.cards[position]
    person.press(Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert person.focus.objectName() == f"rendered{'ABCD'[position]}"
    assert person.focus.toPlainText() == "It is the light."  # type: ignore[attr-defined]  # a RenderedText
    person.type("b")
    assert workbench.session.draft.tiers is not None, "keys of the answers go on meaning what they mean"
    person.type("f")
    assert person.focus is card.text, "words are marked in the source"
    assert card.text.text() == ANSWERS[0]


def test_in_a_narrow_window_the_whole_guideline_is_scrolled_to_and_esc_leads_back(
    profile: Profile, show_window: ShowWindow
) -> None:
    profile.store.projects.set_guideline(profile.project, FIRST).result()
    workbench, person = show_window(ANSWERS, size=(1024, 640)), Person()
    _answers(workbench, person)
    panel = workbench.bench.panel
    person.until(lambda: not panel.personal.isHidden(), "personal data was looked for")
    panel.personal.show_found((), "", searched=False, gone=False)  # as while a search of long answers lasts
    workbench.bench.open_part(panel.guideline.text)

    def seen() -> bool:
        text = panel.guideline.text
        place = text.mapTo(panel.viewport(), text.rect().topLeft()).y()
        return place >= 0 and place + text.height() <= panel.viewport().height() and text.height() >= 200

    person.until(seen, "all of the field is in sight")
    before = panel.verticalScrollBar().maximum()
    panel.personal.show_found((), "", searched=True, gone=False)
    person.until(lambda: panel.verticalScrollBar().maximum() > before, "what was found takes room above it")
    person.until(seen, "it stays in sight")
    person.press(Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_a_system_prompt_that_was_passed_through_is_read_from_its_beginning(show_window: ShowWindow) -> None:
    workbench, person = show_window(ANSWERS), Person()
    system = workbench.bench.prompt.system
    system.setFocus()
    person.type("Answer in plain words.")
    person.press(Qt.Key.Key_Tab)
    person.press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    person.press(Qt.Key.Key_Tab)
    assert (system.hasFocus(), system.cursorPosition()) == (False, 0)
