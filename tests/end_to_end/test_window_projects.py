"""Projects in the window: listed, changed without loss, made; by keys."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QRadioButton
from trainer import OpenWindow, Trainer, open_menu

from desktop.flow.working_time import with_times_of
from desktop.views.project_dialog import ProjectDialog
from feedback_store import rubrics
from feedback_store.records import Versioned

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def answered(trainer: Trainer, prompt: str) -> None:
    session = trainer.workbench.session
    trainer.type(prompt)
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "the answers stand")


def shown(trainer: Trainer, name: str) -> None:
    trainer.until(lambda: trainer.workbench.rooms.project.name == name, f"{name} is shown")
    trainer.until(lambda: trainer.workbench.window.project.text() == name, "the header says so")


def test_each_project_has_its_own_draft_records_and_outbox_and_nothing_is_lost_by_changing(
    open_window: OpenWindow,
) -> None:
    workbench = open_window()
    trainer, store = Trainer(workbench), workbench._profile.store
    workbench._profile.new_project("Night shift", "arena")
    answered(trainer, "Why is the sky blue?")
    trainer.type("1b")
    first = workbench.session.draft
    assert first.tiers is not None

    trainer.choose_in_menu("Night shift")
    shown(trainer, "Night shift")
    assert workbench.session.draft.empty and workbench.session.rubric.id == "arena"
    assert store.projects.current() == workbench.rooms.project
    answered(trainer, "Name a noble gas.")
    trainer.type("1b")
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: workbench.rooms.waiting.count == 1, "the judgement is saved")

    trainer.choose_in_menu("My project")
    shown(trainer, "My project")
    assert with_times_of(workbench.session.draft, first) == first
    assert (store.records.count(workbench.rooms.project.id), workbench.rooms.waiting.count) == (0, 0)
    assert workbench.window.findChild(type(workbench.window._outbox)).text() == "Nothing to send"

    again = open_window()
    assert again.rooms.project.name == "My project" and again.session.draft.prompt.text == "Why is the sky blue?"


def test_changing_while_answers_are_written_stops_them_and_keeps_what_was_written(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer = Trainer(workbench)
    workbench._profile.new_project("Other")
    trainer.type("Why?")
    trainer.control(Qt.Key.Key_Return)
    trainer.choose_in_menu("Other")
    shown(trainer, "Other")
    trainer.choose_in_menu("My project")
    shown(trainer, "My project")
    assert workbench.session.draft.prompt.text == "Why?" and workbench.session.draft.finished


def test_changing_right_after_saving_neither_loses_nor_doubles_the_judgement(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer, store, home = Trainer(workbench), workbench._profile.store, workbench.rooms.project.id
    workbench._profile.new_project("Other")
    answered(trainer, "Why?")
    trainer.type("v")
    trainer.type("a>b>c>d")
    trainer.press(Qt.Key.Key_Return)
    trainer.type("1")
    trainer.press(Qt.Key.Key_Return)
    trainer.type("3" * 20)
    trainer.control(Qt.Key.Key_S)
    trainer.choose_in_menu("Other")
    shown(trainer, "Other")
    assert store.records.count(home) == 1
    trainer.choose_in_menu("My project")
    shown(trainer, "My project")
    assert workbench.session.draft.empty and store.drafts.list() == []


@pytest.mark.long
def test_choosing_the_project_in_use_leaves_the_room_and_the_keyboard_where_they_are(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer = Trainer(workbench)
    trainer.control(Qt.Key.Key_3)
    place = trainer.focus
    trainer.choose_in_menu("My project")
    trainer.until(lambda: QApplication.activePopupWidget() is None and trainer.focus is place, "the list is gone")
    assert workbench.window.room.name == "records"


@pytest.mark.long
def test_home_and_end_go_to_both_ends_of_the_list_of_projects(open_window: OpenWindow) -> None:
    trainer = Trainer(open_window())
    trainer.control(Qt.Key.Key_P)
    menu = open_menu()
    QTest.keyClick(menu, Qt.Key.Key_End)
    assert menu.activeAction().objectName() == "joinProject"
    QTest.keyClick(menu, Qt.Key.Key_Home)
    assert menu.activeAction().text() == "My project" and menu.isVisible()
    QTest.keyClick(menu, Qt.Key.Key_Escape)


def test_a_project_is_made_by_keys_and_used_at_once(open_window: OpenWindow) -> None:
    workbench = open_window(size=(1024, 640))
    trainer = Trainer(workbench)
    trainer.choose_in_menu("New project")
    dialog = trainer.dialog("projectDialog")
    assert isinstance(dialog, ProjectDialog) and trainer.focus.objectName() == "projectName"
    trainer.press(Qt.Key.Key_Return)
    assert dialog.name.problem == "Type a name for the project."
    trainer.type("My project")
    trainer.press(Qt.Key.Key_Return)
    assert dialog.name.problem == "There is a project of this name already. Choose another name."
    trainer.replace_text("Patients & <b>lawyers</b>")
    trainer.go_to("projectRubric_helpsteer2")
    trainer.press(Qt.Key.Key_Up, times=4)
    assert dialog.rubric.chosen == "arena"
    trainer.press(Qt.Key.Key_Return)
    shown(trainer, "Patients & <b>lawyers</b>")
    trainer.alone()
    assert workbench.session.rubric.id == "arena"
    assert workbench._profile.store.projects.current() == workbench.rooms.project
    trainer.until(lambda: trainer.focus is workbench.bench.prompt.text, "work can begin")


@pytest.mark.long
def test_a_new_project_is_judged_by_a_rubric_of_ones_own_that_is_at_hand(open_window: OpenWindow) -> None:
    workbench = open_window(size=(1024, 640))
    trainer, store = Trainer(workbench), workbench._profile.store
    own = msgspec.structs.replace(rubrics.load("arena"), id="night", name="Night <b>shift</b>")
    later = msgspec.structs.replace(own, version=2, name="Night shift, late")
    for rubric in (own, later):
        store.projects.set_rubric(workbench._profile.project, rubric).result()
    trainer.choose_in_menu("New project")
    dialog = trainer.dialog("projectDialog")
    assert isinstance(dialog, ProjectDialog) and trainer.focus.objectName() == "projectName"
    trainer.type("Nights")
    trainer.go_to("projectRubric_helpsteer2")
    known = [radio.property("key") for radio in dialog.rubric.findChildren(QRadioButton)]
    assert known[0] == "night" and known.count("night") == 1
    trainer.press(Qt.Key.Key_Up, times=known.index("helpsteer2"))
    assert dialog.rubric.chosen == "night"
    trainer.press(Qt.Key.Key_Return)
    shown(trainer, "Nights")
    assert workbench.session.rubric == later


@pytest.mark.long
def test_a_project_whose_rubric_is_not_at_hand_is_not_changed_to_and_the_list_says_so(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer, store = Trainer(workbench), workbench._profile.store
    other = workbench._profile.new_project("Other")
    store.projects.update(msgspec.structs.replace(other, rubric=Versioned("helpsteer2", 1, "0" * 64))).result()
    trainer.type("Mine")
    trainer.choose_in_menu("Other")
    trainer.until(lambda: workbench.bench.message.message is not None, "the window says why")
    assert "is not the one that came with it" in workbench.bench.message.accessibleName()
    assert workbench.rooms.project.name == store.projects.current().name == "My project"  # type: ignore[union-attr]
    trainer.control(Qt.Key.Key_P)
    assert [a.text() for a in workbench.window.projects.actions() if a.isChecked()] == ["My project"]
    assert workbench.session.draft.prompt.text == "Mine"
