"""Rubrics in the true window, by keys alone: looked at, copied, edited, kept as a version, and judged by at once."""

from __future__ import annotations

import msgspec
import pytest
from cut_words import cut_words
from passing_time import live
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu
from rubric_steps import answered, judged, opened
from trainer import OpenWindow, Trainer

from desktop.flow import wording
from desktop.flow.rubric_edits import Spot
from desktop.views.rubrics import RubricsPage
from feedback_store import rubrics
from feedback_store.project_table import CollectorAddress
from feedback_store.record_parts import Judgement

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
ALT = Qt.KeyboardModifier.AltModifier


def copied(trainer: Trainer, name: str) -> RubricsPage:
    """A copy of the project's rubric under a name, begun."""
    page = opened(trainer)
    trainer.type("c")
    trainer.comes_to("rubricName")
    trainer.type(name)
    return page


def outlined(trainer: Trainer) -> None:
    """From wherever it is in the editor the keyboard goes to the outline."""
    if trainer.focus.objectName() != "rubricParts":
        trainer.press(Qt.Key.Key_Escape)
    trainer.comes_to("rubricParts")


def part(trainer: Trainer, page: RubricsPage, words: str) -> None:
    """Go to a part of the outline by the arrows, and into its form."""
    outlined(trainer)
    trainer.press(Qt.Key.Key_Home)
    for _step in range(60):
        item = page.editor.outline.list.currentItem()
        if item is not None and item.text() == words:
            trainer.press(Qt.Key.Key_Return)
            return
        trainer.press(Qt.Key.Key_Down)
    raise AssertionError(f"the outline has no {words!r}")


def add(trainer: Trainer, words: str) -> None:
    """Choose what is added in the menu of the outline."""
    outlined(trainer)
    trainer.type("+")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    for _step in range(len(menu.actions()) + 1):
        active = menu.activeAction()
        if active is not None and active.text() == words:
            QTest.keyClick(menu, Qt.Key.Key_Return)
            return
        QTest.keyClick(menu, Qt.Key.Key_Down)
    raise AssertionError(f"nothing like {words!r} can be added")


def keep(trainer: Trainer) -> None:
    trainer.control(Qt.Key.Key_S)
    trainer.alone()


def test_a_preset_is_copied_edited_and_judged_by_and_its_next_version_leaves_judgements_alone(
    open_window: OpenWindow,
) -> None:
    workbench = open_window()
    trainer, store = Trainer(workbench), workbench._profile.store
    page = copied(trainer, "Patient answers")
    part(trainer, page, "Verbosity")
    trainer.press(Qt.Key.Key_Escape)
    trainer.press(Qt.Key.Key_Delete)
    part(trainer, page, "Coherence")
    trainer.replace_text("Easy to follow")
    keep(trainer)
    trainer.until(lambda: workbench.session.rubric.name == "Patient answers", "it is judged by")
    first = workbench.session.rubric
    assert (first.id, first.version, [axis.id for axis in first.axes][2:]) == (
        "patient_answers", 1, ["coherence", "complexity"],
    )  # fmt: skip
    assert workbench.bench.message.message is not None and "version 1" in workbench.bench.message.message.text

    judged(trainer, ratings=16)

    page = opened(trainer)
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("rubricName")
    add(trainer, "A question")
    trainer.comes_to("questionText")
    trainer.type("Is it polite?")
    assert page.editor.keep.text() == "Keep as version 2"
    keep(trainer)
    trainer.until(lambda: workbench.session.rubric.version == 2, "its next version is judged by")
    assert [question.id for question in workbench.session.rubric.questions] == ["is_it_polite"]
    (stored,) = store.records.iter_newest(workbench.rooms.project.id)
    assert isinstance(stored.record, Judgement)
    assert (stored.record.rubric.version, stored.record.rubric.sha256) == (1, first.sha256)
    trainer.control(Qt.Key.Key_3)
    trainer.until(lambda: "Easy to follow: " in workbench.records.reader.text.toPlainText(), "it is read by its words")


@pytest.mark.long
def test_blanks_around_the_name_of_a_rubric_are_not_kept(open_window: OpenWindow) -> None:
    """Sentences said "Judged by Patient answers , version 1"."""
    workbench = open_window()
    trainer = Trainer(workbench)
    copied(trainer, " Patient answers ")
    keep(trainer)
    trainer.until(lambda: workbench.session.rubric.name == "Patient answers", "it is judged by")
    assert workbench.session.rubric.sha256 == workbench.rooms.project.rubric.sha256


@pytest.mark.long
def test_what_was_said_on_the_bench_is_carried_over_and_what_vanished_is_told(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer = Trainer(workbench)
    answered(trainer)
    trainer.type("1")
    trainer.press(Qt.Key.Key_Return)
    trainer.type("43210")
    before = workbench.session.draft
    page = copied(trainer, "Shorter")
    part(trainer, page, "Helpfulness")
    trainer.press(Qt.Key.Key_Escape)
    trainer.press(Qt.Key.Key_Delete)
    keep(trainer)
    trainer.until(lambda: workbench.session.rubric.name == "Shorter", "it is judged by")
    after = workbench.session.draft
    assert after.answers == before.answers and len(after.ratings) == 4 and len(after.unasked) == 1
    assert workbench.bench.message.message is not None
    assert workbench.bench.message.message.reason.endswith("put aside: 1 rating.")
    assert workbench.bench.ratings.grid.lines[0].name == "Correctness"

    page = opened(trainer)
    for _step in range(30):
        if page.shelf.current is not None and page.shelf.current.rubric.id == "helpsteer2":
            break
        trainer.press(Qt.Key.Key_Down)
    trainer.type("j")
    trainer.alone()
    trainer.until(lambda: workbench.session.rubric.id == "helpsteer2", "the preset is judged by again")
    assert set(workbench.session.draft.ratings) == set(before.ratings)


def test_undo_goes_back_over_fields_and_parts_from_inside_a_field(open_window: OpenWindow) -> None:
    trainer = Trainer(open_window())
    page = copied(trainer, "Mine")
    editing = page.editor.editing
    assert editing is not None
    start = editing.base
    part(trainer, page, "Helpfulness")
    trainer.replace_text("Use")
    trainer.press(Qt.Key.Key_Escape)
    trainer.press(Qt.Key.Key_Down, ALT)
    assert [axis.name for axis in editing.rubric.axes][:2] == ["Correctness", "Use"]
    assert page.editor.preview.ratings.grid.lines[1].name == "Use", "the preview follows at once"
    trainer.press(Qt.Key.Key_Return)
    for _step in range(4):
        trainer.control(Qt.Key.Key_Z)
    assert editing.rubric == start and not editing.can_undo
    trainer.control(Qt.Key.Key_Y)
    assert editing.rubric.name == "Mine"


@pytest.mark.long
def test_a_scale_is_set_by_numbers_and_shown_by_the_preview(open_window: OpenWindow) -> None:
    trainer = Trainer(open_window())
    page = copied(trainer, "Mine")
    part(trainer, page, "Helpfulness")
    trainer.go_to("axisHighest")
    trainer.replace_text("10")
    trainer.go_to("axisSteps10Column1")
    trainer.type("perfect")
    editing = page.editor.editing
    assert editing is not None and editing.rubric.axes[0].highest == 10
    assert editing.rubric.axes[0].steps[10].help == "perfect" and editing.rubric.axes[0].steps[4].help
    assert "10\u00a0perfect" in page.editor.preview.help.text()
    trainer.press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    trainer.press(Qt.Key.Key_Up)
    assert trainer.focus.objectName() == "axisSteps9Column0"


def test_what_is_wrong_is_said_at_its_place_and_keeping_goes_there(open_window: OpenWindow) -> None:
    trainer = Trainer(open_window())
    page = copied(trainer, "Mine")
    add(trainer, "A flag")
    trainer.comes_to("categoryName")
    trainer.type("Rude")
    trainer.go_to("categoryLetter")
    trainer.replace_text("f")
    form = page.editor.forms["categories"]
    assert form.fields["letter"].problem.text() == "“F” stands twice."
    trainer.press(Qt.Key.Key_Escape)
    trainer.press(Qt.Key.Key_Home)
    trainer.control(Qt.Key.Key_S)
    trainer.comes_to("categoryLetter")
    assert page.isVisible() and page.editor.keep.text() == "Keep as version 1"
    trainer.replace_text("r")
    assert form.fields["letter"].problem.text() == ""
    keep(trainer)
    workbench = trainer.workbench
    trainer.until(lambda: workbench.session.rubric.name == "Mine", "it is kept once it is right")
    assert workbench.session.rubric.flags is not None
    assert workbench.session.rubric.flags.categories[-1].id == "rude"


def test_a_key_that_can_do_nothing_in_the_editor_says_why(open_window: OpenWindow) -> None:
    """Del on the rubric itself did nothing, and said nothing."""
    trainer = Trainer(open_window())
    page = copied(trainer, "")
    tip, rows = page.editor.tip, page.editor.outline.list
    trainer.control(Qt.Key.Key_Z)
    assert tip.words == "There is nothing to undo."
    trainer.until(tip.isVisible, "it is seen")
    assert page.editor.rect().contains(tip.geometry())
    outlined(trainer)
    assert not tip.words, "the keyboard went elsewhere"
    trainer.press(Qt.Key.Key_Home)
    trainer.press(Qt.Key.Key_Delete)
    assert tip.words == "That is the rubric itself."
    trainer.until(tip.isVisible, "it is seen")
    row = rows.visualRect(rows.currentIndex()).translated(rows.viewport().mapTo(page.editor, QPoint(0, 0)))
    assert not tip.geometry().intersects(row) and abs(tip.y() - row.bottom()) < row.height()
    trainer.press(Qt.Key.Key_Up, ALT)
    assert tip.words == "This part has a place of its own."
    trainer.press(Qt.Key.Key_Down)
    trainer.press(Qt.Key.Key_Down, ALT)
    assert tip.words == "It is the last."
    trainer.press(Qt.Key.Key_Delete)
    assert not tip.words and page.editor.editing is not None and page.editor.editing.rubric.verdicts == ()


def test_what_is_not_finished_comes_back_in_another_start_and_can_be_forgotten(open_window: OpenWindow) -> None:
    trainer = Trainer(open_window())
    page = copied(trainer, "")
    trainer.press(Qt.Key.Key_Backspace)
    trainer.until(lambda: page._desk.begun != (), "it is kept within a second or so")
    trainer = Trainer(open_window())
    page = opened(trainer)
    trainer.press(Qt.Key.Key_Home)
    offer = page.shelf.current
    assert offer is not None and offer.group == "begun" and offer.rubric.name == ""
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("rubricName")
    trainer.type("Named after all")
    trainer.press(Qt.Key.Key_Escape)
    trainer.press(Qt.Key.Key_Escape)
    trainer.comes_to("rubricList")
    assert page.shelf.current is not None and page.shelf.current.rubric.name == "Named after all"
    trainer.push("rubricDrop")
    trainer.comes_to("rubricList")
    assert page.shelf.current is not None and page.shelf.current.group == "project"
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()
    assert trainer.workbench.session.rubric.id == "helpsteer2"


@pytest.mark.long
def test_two_rubrics_can_be_unfinished_and_neither_takes_the_others_place(open_window: OpenWindow) -> None:
    trainer = Trainer(open_window())
    page = copied(trainer, "First")
    for _step in range(2):
        trainer.press(Qt.Key.Key_Escape)
    trainer.comes_to("rubricList")
    trainer.press(Qt.Key.Key_Down)
    trainer.type("c")
    trainer.comes_to("rubricName")
    trainer.type("Second")
    for _step in range(2):
        trainer.press(Qt.Key.Key_Escape)
    trainer.comes_to("rubricList")
    begun = [offer.rubric.name for offer in page._desk.offers() if offer.group == "begun"]
    assert begun == ["Second", "First"]
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("rubricName")
    keep(trainer)
    trainer.until(lambda: trainer.workbench.session.rubric.name == "Second", "it is judged by")
    page = opened(trainer)
    assert [offer.rubric.name for offer in page._desk.offers() if offer.group == "begun"] == ["First"]


def test_a_teams_rubric_is_only_looked_at_and_a_copy_becomes_a_project_of_ones_own(open_window: OpenWindow) -> None:
    workbench = open_window()
    store, project = workbench._profile.store, workbench.rooms.project
    joined = msgspec.structs.replace(project, collector=CollectorAddress("https://example.org", "k", "City clinic"))
    store.projects.update(joined).result()
    trainer = Trainer(open_window())
    page = opened(trainer)
    locked = page.shelf.findChild(type(page.shelf._name), "rubricLocked")
    assert locked is not None and "City clinic decides it. Copy it" in locked.text()
    assert not page.shelf.edit.isVisible()
    trainer.type("c")
    trainer.comes_to("rubricName")
    trainer.type("My own")
    assert page.editor.keep.text() == "Make a project with it"
    keep(trainer)
    workbench = trainer.workbench
    trainer.until(lambda: workbench.rooms.project.name == "My own", "the new project is in use")
    assert workbench.session.rubric.id == "my_own"
    assert workbench._profile.store.projects.get(project.id).rubric == joined.rubric


@pytest.mark.long
def test_the_preview_is_tried_by_the_keys_of_the_bench_and_keeps_nothing(open_window: OpenWindow) -> None:
    trainer = Trainer(open_window())
    page = copied(trainer, "Mine")
    preview = page.editor.preview
    trainer.go_to("rubricPreviewRatings")
    trainer.type("43210")
    assert preview.ratings.grid.value(0, 0) == 4 and preview.ratings.grid.value(0, 4) == 0
    assert "10 ratings missing" in preview._missing.text()
    trainer.press(Qt.Key.Key_Escape)
    trainer.comes_to("rubricParts")
    assert trainer.workbench.session.draft.ratings == ()


@pytest.mark.long
@pytest.mark.parametrize("size", [(1024, 640), (1440, 900)], ids=["1024x640", "1440x900"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_is_cut(language: str, size: tuple[int, int], open_window: OpenWindow) -> None:
    wording.use_language(language)
    try:
        trainer = Trainer(open_window(size=size))
        page = opened(trainer)
        dialog = page.window()
        assert isinstance(dialog, QDialog)
        assert dialog.width() <= size[0] and dialog.height() <= size[1]
        for _row in range(14):
            whole(page)
            trainer.press(Qt.Key.Key_Down)
        trainer.press(Qt.Key.Key_Home)
        for name in ("safe_rlhf", "prism", "helpsteer2"):
            page._begin(page._desk.copy(rubrics.load(name)))
            for row in range(page.editor.outline.list.count()):
                page.editor.outline.list.setCurrentRow(row)
                whole(page)
        page.editor._on_turned(Spot("rubric"))
        page.editor._on_add("questions")
        whole(page)
    finally:
        wording.use_language("en")


def whole(page: RubricsPage) -> None:
    """Once it is laid out, nothing that is shown is cut."""
    live(0)
    for _moment in range(20):
        if not cut_words(page):
            break
        live(10)
    assert cut_words(page) == []
