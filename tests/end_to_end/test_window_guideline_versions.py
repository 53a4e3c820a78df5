"""The guideline before the window, by keys: its versions beside each other, the editor, and what a record names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from painted_text import painted_texts
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from trainer import OpenWindow, Trainer, words_of

from desktop.app import Workbench
from desktop.flow import judging, wording
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.theme.theme import current_theme
from desktop.views.guidelines import GuidelineEditor, GuidelineVersions
from desktop.views.parts import dress
from feedback_store.guideline_table import MAX_GUIDELINE
from feedback_store.project_table import CollectorAddress
from feedback_store.records import Judgement
from feedback_store.store import Project

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

FIRST, SECOND, THIRD = (
    "# How we judge\n\nTruth first. Length is no merit.",
    "# How we judge\n\nTruth first. Length is *no* merit at all.",
    "# How we judge\n\nKindness first.",
)
Open = Callable[..., Trainer]
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def guided(open_window: OpenWindow) -> Open:
    """A window whose project has had these guidelines; with `team` they are a team's."""

    def opens(*texts: str, team: bool = False) -> Trainer:
        def begin(profile: Profile) -> None:
            project = profile.project
            for text in texts:
                project = profile.store.projects.set_guideline(project, text).result()
            if team:
                there = CollectorAddress("https://example.org", "k", "House <b>of</b> Judges")
                profile.store.projects.update(msgspec.structs.replace(project, collector=there)).result()

        return Trainer(open_window(begin=begin))

    return opens


def project_of(trainer: Trainer) -> Project:
    workbench = trainer.workbench
    return workbench._profile.store.projects.get(workbench.rooms.project.id)


def texts_of(trainer: Trainer) -> list[str]:
    kept = trainer.workbench._profile.store.guidelines.versions(project_of(trainer).id)
    return [each.guideline.text for each in kept]


def versions(trainer: Trainer) -> GuidelineVersions:
    trainer.control(Qt.Key.Key_G)
    dialog = trainer.dialog("guidelineVersions")
    assert isinstance(dialog, GuidelineVersions)
    return dialog


def editor(trainer: Trainer) -> GuidelineEditor:
    dialog = trainer.dialog("guidelineEditor")
    assert isinstance(dialog, GuidelineEditor)
    return dialog


def compared(dialog: GuidelineVersions) -> tuple[str, str]:
    before, now = dialog.differences.texts
    return before.text(), now.text()


def test_a_row_of_the_versions_is_whole_in_german_at_twice_the_size(guided: Open, qapp: QApplication) -> None:
    """It said "Fassun…"."""
    wording.use_language("de")
    try:
        trainer = guided(FIRST, SECOND)
        dress(qapp, Appearance("light", 2.0).theme)
        dialog = versions(trainer)
        rows, notes = dialog.list, [each.note for each in dialog._versions]
        trainer.until(
            lambda: {"Fassung 2", "Fassung 1", *notes} <= {each.text for each in painted_texts(rows)}, "whole"
        )
        assert rows.visualItemRect(rows.item(0)).height() > current_theme().grown("row")
    finally:
        wording.use_language("en")


def test_each_version_stands_beside_the_one_before_or_any_other_or_as_it_reads(guided: Open) -> None:
    trainer = guided(FIRST, SECOND, THIRD)
    dialog = versions(trainer)
    assert trainer.focus is dialog.list and dialog.list.count() == 3
    assert compared(dialog) == (SECOND, THIRD)
    assert words_of(dialog, "guidelineChangeCount") == "1 word is new, 7 are gone"
    trainer.press(Qt.Key.Key_Down)
    assert compared(dialog) == (FIRST, SECOND)
    trainer.press(Qt.Key.Key_Up)
    trainer.go_to("guidelineCompared")
    trainer.press(Qt.Key.Key_End)
    assert compared(dialog) == (FIRST, THIRD), "any with any"
    trainer.press(Qt.Key.Key_Home)
    assert dialog.shown.currentWidget() is dialog.text
    assert dialog.text.toPlainText().startswith("How we judge")
    trainer.go_to("guidelineVersionList")
    trainer.press(Qt.Key.Key_End)
    assert dialog.text.text() == FIRST, "how it is looked at stays from version to version"
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()


def test_the_panel_leads_to_the_versions_and_they_lead_to_the_editor(guided: Open) -> None:
    trainer = guided(FIRST)
    trainer.workbench.bench.panel.guideline.versions.click()
    dialog = trainer.dialog("guidelineVersions")
    assert isinstance(dialog, GuidelineVersions) and dialog.shown.currentWidget() is dialog.text
    trainer.push("guidelineVersionsMain")
    assert editor(trainer).source.text() == FIRST


def test_saving_in_the_editor_makes_the_next_version_which_is_read_here_and_named_by_what_is_saved_then(
    guided: Open,
) -> None:
    trainer = guided(FIRST)
    trainer.choose_in_menu("Guideline of this project")
    trainer.dialog("guidelineVersions")
    trainer.push("guidelineVersionsMain")
    dialog = editor(trainer)
    assert not dialog.main.isEnabled(), "nothing has changed"
    trainer.press(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    trainer.type(" Be kind.")
    trainer.until(lambda: "Be kind." in dialog.preview.toPlainText(), "the preview follows")
    assert dialog.main.text() == "Save as version 2"
    trainer.control(Qt.Key.Key_S)
    trainer.alone()
    assert texts_of(trainer) == [FIRST, f"{FIRST} Be kind."]
    workbench = trainer.workbench
    part = workbench.bench.panel.guideline
    assert "Be kind." in part.text.toPlainText() and part.versions.text() == "version 2"
    assert part.mark.isHidden(), "who wrote it has read it"
    assert workbench.session.frame.guideline is not None and workbench.session.frame.guideline.version == 2
    assert workbench.rooms.project == project_of(trainer)


@pytest.mark.long
def test_what_is_not_saved_is_asked_about_kept_and_comes_back(guided: Open) -> None:
    trainer = guided(FIRST)
    write = lambda: trainer.workbench._guiding.write(project_of(trainer))  # noqa: E731 (said twice below)
    write()
    dialog = editor(trainer)
    trainer.type("Draft. ")
    trainer.press(Qt.Key.Key_Escape)
    trainer.dialog("guidelineLeave")
    trainer.press(Qt.Key.Key_Escape)
    assert editor(trainer) is dialog and dialog.source.text().startswith("Draft. "), "one goes on writing"
    dialog.close()
    trainer.dialog("guidelineLeave")
    trainer.push("guidelineLeaveMain")
    trainer.alone()
    assert texts_of(trainer) == [FIRST], "nobody judges by it"
    write()
    dialog = editor(trainer)
    assert dialog.source.text() == f"Draft. {FIRST}"
    assert "not saved" in words_of(dialog, "guidelineBegun")
    trainer.control(Qt.Key.Key_Z)
    assert dialog.source.text() == FIRST, "what is saved is one step back"
    trainer.control(Qt.Key.Key_Y)
    assert dialog.source.text() == f"Draft. {FIRST}"
    trainer.push("guidelineBack")
    assert dialog.source.text() == FIRST
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()
    assert trainer.workbench._profile.store.drafts.list() == []


@pytest.mark.long
def test_what_is_being_written_outlives_a_window_that_is_closed(guided: Open) -> None:
    trainer = guided(FIRST)
    store = trainer.workbench._profile.store
    trainer.workbench._guiding.write(project_of(trainer))
    dialog = editor(trainer)
    trainer.type("Half a thought")
    trainer.workbench.window.close()
    (kept,) = [each for each in store.drafts.list() if each.key.startswith("guideline/")]
    assert b"Half a thought# How" in kept.data
    assert not dialog.isVisible()


@pytest.mark.long
def test_too_long_or_empty_is_said_while_it_is_written_and_cannot_be_saved(guided: Open) -> None:
    trainer = guided(FIRST)
    trainer.workbench._guiding.write(project_of(trainer))
    dialog = editor(trainer)
    dialog.source.replace_all("ä" * (MAX_GUIDELINE // 2))
    assert dialog.main.isEnabled() and "of at most 262.1\u00a0kB" in words_of(dialog, "guidelineSize")
    trainer.type("!")
    assert "Too long by 1\u00a0B" in words_of(dialog, "guidelineProblem") and not dialog.main.isEnabled()
    trainer.control(Qt.Key.Key_S)
    assert "Too long" in dialog.words and texts_of(trainer) == [FIRST]
    trainer.replace_text(" ")
    assert "without words" in words_of(dialog, "guidelineProblem")


@pytest.mark.long
def test_a_file_of_markdown_is_read_in_and_undo_brings_back_what_stood_there(guided: Open, tmp_path: Path) -> None:
    trainer = guided(FIRST)
    trainer.workbench._guiding.write(project_of(trainer))
    dialog = editor(trainer)
    file = tmp_path / "ours.md"
    file.write_bytes("\ufeff# Ours\r\n\r\nTruth\u00a0first\u200b.\r\n".encode())
    dialog.take_file(file)
    assert dialog.source.text() == "# Ours\n\nTruth\u00a0first\u200b.\n", "no character is exchanged for another"
    assert "1 character cannot be seen" in words_of(dialog, "guidelineHidden")
    trainer.until(lambda: "first[ZWSP]" in dialog.preview.toPlainText(), "it is named where it is read")
    trainer.control(Qt.Key.Key_Z)
    assert dialog.source.text() == FIRST
    for wrong, said in ((b"\xff\xfe", "no text in UTF-8"), (b"a" * (MAX_GUIDELINE + 4), "at most 262,144 bytes")):
        file.write_bytes(wrong)
        dialog.take_file(file)
        assert said in dialog.words and dialog.source.text() == FIRST
    file.unlink()
    dialog.take_file(file)
    assert "no such file" in dialog.words


def test_a_teams_guideline_is_only_read_and_says_why(guided: Open) -> None:
    trainer = guided(FIRST, SECOND, team=True)
    dialog = versions(trainer)
    assert "House <b>of</b> Judges decides it" in dialog.words
    assert dialog.leave.isHidden() and dialog.main.text() == "Close"
    trainer.push("guidelineVersionsMain")
    trainer.alone()
    trainer.workbench._guiding.write(project_of(trainer))
    assert QApplication.activeModalWidget() is None
    assert "decides it" in trainer.workbench.bench.message._text.text()
    page = trainer.workbench.preferences.project
    assert page.write.isHidden() and "decides it" in words_of(page, "guidelineLocked")


@pytest.mark.long
def test_a_project_without_a_guideline_leads_to_writing_one_and_a_teams_without_one_says_so(guided: Open) -> None:
    trainer = guided()
    trainer.control(Qt.Key.Key_G)
    dialog = editor(trainer)
    assert not dialog.back.isEnabled()
    trainer.type("# Ours")
    trainer.control(Qt.Key.Key_S)
    trainer.alone()
    assert texts_of(trainer) == ["# Ours"] and trainer.workbench.bench.panel.guideline.isVisibleTo(
        trainer.workbench.bench.panel
    )
    page = trainer.workbench.preferences.project
    assert not page.versions.isHidden() and words_of(page, "guidelineNow") == "version 1"


@pytest.mark.long
def test_a_new_name_in_the_settings_keeps_the_guideline_that_was_written_since(guided: Open) -> None:
    trainer = guided(FIRST)
    trainer.workbench._guiding.write(project_of(trainer))
    editor(trainer)
    trainer.replace_text("# Anew")
    trainer.control(Qt.Key.Key_S)
    trainer.alone()
    trainer.workbench.preferences._on_named("Another name")
    named = project_of(trainer)
    assert named.name == "Another name" and named.guideline is not None and named.guideline.version == 2


def judged(trainer: Trainer) -> Workbench:
    """One judgement is saved, and read among the records."""
    workbench = trainer.workbench
    session = workbench.session
    session.ask(msgspec.structs.replace(session.draft.prompt, text="Why is the sky blue?"))
    session.generate()
    trainer.until(lambda: bool(session.draft.answers) and not session.writing, "the answers stand")
    session.act(judging.best(session.draft, 1))
    for position in range(len(session.draft.answers)):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 3))
    workbench.bench.save()
    trainer.until(lambda: session.saved is not None, "it is saved")
    trainer.control(Qt.Key.Key_3)
    trainer.until(lambda: workbench.records.current is not None, "the record is read")
    return workbench


def test_a_record_is_read_with_the_guideline_in_the_version_that_it_names(guided: Open) -> None:
    trainer = guided(FIRST, SECOND)
    workbench = judged(trainer)
    store = workbench._profile.store
    workbench._guiding.changed.emit(store.projects.set_guideline(workbench.rooms.project, THIRD).result())
    workbench.records.list.setFocus()
    button = workbench.records.reader.guideline
    assert button.text() == "Guideline, version 2 …"
    assert button.geometry().bottom() < button.parentWidget().height(), "its lower edge was cut off"
    trainer.type("g")
    dialog = trainer.dialog("guidelineVersions")
    assert isinstance(dialog, GuidelineVersions)
    assert dialog.text.text() == SECOND and dialog.current == 1
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()


@pytest.mark.long
def test_a_record_whose_guideline_is_not_here_says_so(guided: Open) -> None:
    trainer = guided(FIRST)
    workbench = judged(trainer)
    record = workbench.records.current
    assert record is not None and isinstance(record.record, Judgement) and record.record.guideline is not None
    other = msgspec.structs.replace(record.record.guideline, version=7, sha256="7" * 64)
    theirs = msgspec.structs.replace(
        record.record, id="01a21b1f-e989-758d-a1c0-e665dfd41bd2", guideline=other, trainer=f"trn_{7:032x}"
    )
    workbench._profile.store.records.save(theirs).result()
    trainer.until(lambda: workbench.records.model.rowCount() == 2, "it is listed")
    workbench.records.list.setFocus()
    trainer.press(Qt.Key.Key_Home)
    assert workbench.records.reader.guideline.text() == "Guideline, version 7 …"
    trainer.type("g")
    assert "Version 7 of the guideline is not kept here" in workbench.records.message._text.text()


@pytest.mark.long
def test_a_search_counts_goes_to_and_fro_says_when_there_is_nothing_and_esc_clears_it(guided: Open) -> None:
    trainer = guided("# One\n\ntwo ONE\n\n| a | b |\n|---|---|\n| one | 😀 one |")
    judged(trainer)
    trainer.control(Qt.Key.Key_1)
    workbench = trainer.workbench
    workbench.session.ask(msgspec.structs.replace(workbench.session.draft.prompt, text="Again?"))
    workbench.session.generate()
    trainer.until(lambda: bool(workbench.session.draft.answers) and not workbench.session.writing, "answers stand")
    part = workbench.bench.panel.guideline
    workbench.bench.open_part(part.text)
    part.search.setFocus()
    trainer.type("one")
    cursor = part.text.textCursor
    assert part.searching.words == "1 of 4" and cursor().selectedText() == "One"
    trainer.press(Qt.Key.Key_Return)
    assert part.searching.words == "2 of 4" and cursor().selectedText() == "ONE"
    trainer.press(Qt.Key.Key_Return, SHIFT, times=2)
    assert part.searching.words == "4 of 4", "going round"
    assert cursor().selectedText() == "one", "behind a sign of two units, too"
    assert part.search.accessibleDescription() == "4 of 4"
    trainer.type("x")
    assert part.searching.none.isVisible() and part.searching.words == "Not found."
    assert part.search.accessibleDescription() == "Not found." and not part.searching.next.isVisible()
    assert not cursor().hasSelection()
    trainer.press(Qt.Key.Key_Escape)
    assert (part.search.text(), part.search.hasFocus(), part.searching.isVisible()) == ("", True, False)
    trainer.press(Qt.Key.Key_Escape)
    assert not part.search.hasFocus(), "the second leads back to the answers"
