"""The records' room by keys: filters, versions and what changed in them, tags of many, erasing for good."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from records_room import ANSWERS, others_judgement, records_room, workbench
from trainer import Trainer, open_menu

from desktop.app import Workbench
from desktop.flow import describing, judging
from desktop.views.differences_dialog import DifferencesDialog
from desktop.views.erase_dialog import EraseDialog
from desktop.views.tags_dialog import TagsDialog
from feedback_store.records import Judgement
from feedback_store.search import SearchQuery

__all__ = ["workbench"]

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def test_a_filter_is_typed_or_chosen_and_a_wrong_one_is_said(workbench: Workbench) -> None:
    trainer, page = records_room(workbench), workbench.records
    trainer.type("tag:green")
    trainer.until(lambda: page.model.rowCount() == 1, "one is found")
    assert page.current is not None and page.current.title == "How do plants eat?"
    assert page.finder.active.text() == "Tag: green"
    trainer.replace_text("since:soon")
    trainer.until(lambda: "is no date" in page.finder.problem, "it is said")
    trainer.until(lambda: page.model.rowCount() == 2, "everything is found")
    assert not page.finder.filtered
    trainer.replace_text("sky")
    trainer.press(Qt.Key.Key_F, CONTROL | SHIFT)
    menu = open_menu()
    titles = [action.text() for action in menu.actions()]
    assert titles == ["State", "Field", "Tag", "Model", "Flagged as", "Rubric", "Trainer", "Project"]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(menu, key)
    below = open_menu()
    assert [action.text() for action in below.actions()] == ["Biology", "Physics"]
    QTest.keyClick(below, Qt.Key.Key_Down)
    QTest.keyClick(below, Qt.Key.Key_Return)
    assert page.finder.typed == "domain:Physics sky"


def test_filters_are_cleared_by_one_key_and_the_words_stay(workbench: Workbench) -> None:
    trainer, page = records_room(workbench), workbench.records
    trainer.type('plants state:saved trainer:me tag:green tag:"two words"')
    trainer.until(lambda: page.finder.filtered, "it is understood")
    said = "State: Not released · Trainer: Me · Tag: green · Tag: two words"
    assert page.finder.active.text() == said and page.finder.clear.isVisible()
    trainer.control(Qt.Key.Key_L)
    assert page.finder.typed == "plants"
    trainer.until(lambda: not page.finder.clear.isVisible(), "nothing is filtered any more")
    trainer.until(lambda: page.model.rowCount() == 1, "what the words find")


def test_what_others_judged_is_found_by_trainer_and_never_under_to_send(workbench: Workbench) -> None:
    trainer, page = records_room(workbench), workbench.records
    theirs = others_judgement(workbench)
    trainer.until(lambda: page.model.rowCount() == 3, "it is listed")
    trainer.type("state:saved")
    trainer.until(lambda: page.model.rowCount() == 2, "only what can be sent")
    trainer.replace_text(f"trainer:{theirs.trainer[4:12]}")
    trainer.until(lambda: page.model.rowCount() == 1, "only theirs")
    assert page.current is not None and page.current.id == theirs.id
    assert page.finder.active.text() == f"Trainer: Trainer {theirs.trainer[4:10]}"
    trainer.replace_text("trainer:me trainer:others")
    trainer.until(lambda: page.model.rowCount() == 3, "everybody's")


@pytest.mark.long
def test_a_record_of_another_project_is_found_and_opened_there(workbench: Workbench) -> None:
    trainer, page = records_room(workbench), workbench.records
    profile = workbench._profile
    here, other = workbench.rooms.project, profile.new_project("Second")
    profile.store.projects.use(other.id).result()
    trainer.choose_in_menu("Second")
    trainer.until(lambda: workbench.rooms.project.id == other.id, "the other project is judged in")
    trainer.control(Qt.Key.Key_F)
    page = workbench.records
    assert page.model.rowCount() == 0
    trainer.type(f'project:"{here.name}"')
    trainer.until(lambda: page.model.rowCount() == 2, "the other project's are found")
    assert page.finder.active.text() == f"Project: {here.name}"
    trainer.press(Qt.Key.Key_Return, times=2)
    assert page.message.isVisible() and workbench.window.room.name == "records"
    assert workbench.session.draft.supersedes is None, "it is not judged by this project's rubric"
    trainer.push(f"way_use:{here.id}")
    trainer.until(lambda: workbench.rooms.project.id == here.id, "its own project is judged in")


def test_earlier_versions_are_read_and_what_changed_is_shown(workbench: Workbench) -> None:
    trainer, page = records_room(workbench), workbench.records
    session = workbench.session
    assert not page.reader.version.isVisible()
    trainer.press(Qt.Key.Key_Return, times=2)
    trainer.until(lambda: session.draft.supersedes is not None, "it is on the bench")
    session.act(judging.justify(session.draft, "B is right after all."))
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: not session.saving and session.draft.supersedes is None, "the next version is saved")
    trainer.control(Qt.Key.Key_F)
    trainer.until(lambda: page.reader.version.isVisible(), "there are versions to choose from")
    assert page.reader.version.count() == 2 and "B is right after all." in page.reader.text.toPlainText()
    page.reader.changes.click()
    dialog = trainer.dialog("recordChangesDialog")
    assert isinstance(dialog, DifferencesDialog)
    dialog.main.click()
    trainer.alone()
    page.reader.version.setCurrentIndex(1)
    assert "B is right" not in page.reader.text.toPlainText()
    assert not page.reader.open_button.isEnabled(), "an earlier version is for reading"
    assert page.reader.open_button.toolTip() == "This is an earlier version. Choose the newest."
    assert not page.reader.changes.isEnabled(), "nothing was before the first"
    assert page.reader.changes.toolTip() == "There is no judgement before this version."
    assert page.reader.changes.accessibleDescription() == page.reader.changes.toolTip()


@pytest.mark.long
def test_what_changed_since_a_save_that_was_undone_is_compared_with_the_judgement_before(workbench: Workbench) -> None:
    trainer, page = records_room(workbench), workbench.records
    session = workbench.session
    trainer.press(Qt.Key.Key_Return, times=2)
    trainer.until(lambda: session.draft.supersedes is not None, "it is on the bench")
    session.act(judging.justify(session.draft, "B is right after all."))
    for undone in (True, False):
        trainer.control(Qt.Key.Key_S)
        trainer.until(lambda: not session.saving and session.draft.supersedes is None, "it is saved")
        if undone:
            trainer.control(Qt.Key.Key_Z)
            trainer.until(lambda: "B is right" in session.draft.justification, "it is here again")
    trainer.control(Qt.Key.Key_3)
    page.list.setCurrentIndex(page.model.index(0))
    trainer.until(lambda: page.reader.version.count() > 2, "a withdrawal stands between two judgements")
    trainer.until(page.reader.changes.isEnabled, "both judgements were read")
    page.reader.changes.click()
    dialog = trainer.dialog("recordChangesDialog")
    assert isinstance(dialog, DifferencesDialog)
    dialog.main.click()
    trainer.alone()
    page.reader.version.setCurrentIndex(1)
    assert page.reader.changes.toolTip() == "This version is a withdrawal, which changes no words."


def test_tags_of_several_records_change_at_once_each_as_a_next_version(workbench: Workbench) -> None:
    trainer, page = records_room(workbench), workbench.records
    page.list.setFocus()
    trainer.control(Qt.Key.Key_A)
    looks: list[int] = []
    page.model.modelReset.connect(lambda: looks.append(1))
    trainer.type("t")
    dialog = trainer.dialog("tagsDialog")
    assert isinstance(dialog, TagsDialog)
    trainer.press(Qt.Key.Key_Return)
    assert "Name a tag" in dialog.add.problem
    trainer.type("seen, sky")
    dialog.boxes["green"].setChecked(True)
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()
    store = workbench._profile.store
    trainer.until(
        lambda: all(record.rev == 2 for record in store.at(store.search(SearchQuery()))), "both have a next version"
    )
    tags = {
        record.title: record.record.prompt.tags
        for record in store.at(store.search(SearchQuery()))
        if isinstance(record.record, Judgement)
    }
    assert tags == {"Why is the sky blue?": ("sky", "seen"), "How do plants eat?": ("sky", "seen")}
    trainer.until(lambda: "2 judgements have other tags now." in page.message.accessibleName(), "it is said")
    trainer.until(lambda: looks == [1], "one look for all of them")
    assert len(page.list.selectionModel().selectedRows()) == 2, "they stay marked"


@pytest.mark.long
def test_many_withdrawn_stand_again_by_undo_and_one_by_its_key_or_on_the_bench(workbench: Workbench) -> None:
    trainer, page, session = records_room(workbench), workbench.records, workbench.session
    page.list.setFocus()
    trainer.control(Qt.Key.Key_A)
    trainer.press(Qt.Key.Key_Delete)
    _withdraw(trainer)
    trainer.until(lambda: _kinds(workbench) == ["withdrawal"] * 2, "both are withdrawn")
    trainer.until(lambda: "2 judgements were withdrawn." in page.message.accessibleName(), "it is said")
    trainer.until(lambda: page.reader.withdrawn, "it is shown")
    assert page.reader.reinstate_button.isVisible() and not page.reader.withdraw_button.isVisible()
    trainer.control(Qt.Key.Key_Z)
    trainer.until(lambda: _kinds(workbench) == ["judgement"] * 2, "both stand again")
    trainer.until(lambda: "Undone: 2 judgements" in page.message.accessibleName(), "it is said")
    trainer.until(lambda: page.reader.judged, "it is shown")

    page.list.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_End):  # going to another row marks it alone
        trainer.press(key)
    for again in ("s", "o"):
        trainer.press(Qt.Key.Key_Delete)
        _withdraw(trainer)
        trainer.until(lambda: "withdrawal" in _kinds(workbench), "one is withdrawn")
        trainer.until(lambda: page.reader.withdrawn, "it is shown")
        trainer.type(again)
        if again == "s":
            trainer.until(lambda: "withdrawal" not in _kinds(workbench), "it stands again")
            trainer.until(lambda: page.reader.judged, "it is shown")
    trainer.until(lambda: session.draft.supersedes is not None, "the judgement before is on the bench")
    assert session.draft.tiers is not None
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: _kinds(workbench) == ["judgement"] * 2, "saving lets it stand again")


@pytest.mark.long
def test_what_was_withdrawn_is_read_at_once_below_that_it_was(workbench: Workbench) -> None:
    """Only that it was withdrawn stood there; prompt and answers were read by choosing the version before."""
    trainer, page = records_room(workbench), workbench.records
    trainer.press(Qt.Key.Key_Down)
    trainer.comes_to("recordList")
    before = page.reader.text.toPlainText()
    trainer.press(Qt.Key.Key_Delete)
    _withdraw(trainer)
    trainer.until(lambda: page.reader.withdrawn, "it is shown")
    shown = page.reader.text.toPlainText()
    assert shown.startswith("This judgement was withdrawn.") and shown.endswith(before)
    assert all(answer in shown for answer in ANSWERS) and page.reader.title == "How do plants eat?"
    store, record = workbench._profile.store.records, page.current
    assert record is not None
    store.erase(record.id).result()
    assert describing.taken_back(store.history(record.id)[::-1], 0) is None, "nothing of it is left to be read"


def _kinds(workbench: Workbench) -> list[str]:
    store = workbench._profile.store
    return [record.kind for record in store.at(store.search(SearchQuery()))]


def _withdraw(trainer: Trainer) -> None:
    trainer.dialog("confirmWithdraw")
    trainer.push("confirmWithdrawMain")
    trainer.alone()


def test_a_record_is_erased_for_good_only_after_a_question_whose_default_is_to_keep(workbench: Workbench) -> None:
    trainer, page = records_room(workbench), workbench.records
    record = page.current
    assert record is not None
    store = workbench._profile.store
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("recordList")
    trainer.type("e")
    trainer.dialog("eraseDialog")
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()
    assert store.records.history(record.id)[-1].erased_at is None
    trainer.type("e")
    trainer.dialog("eraseDialog")
    trainer.push("eraseDialogMain")
    trainer.alone()
    trainer.until(lambda: store.records.history(record.id)[-1].erased_at is not None, "it is erased")
    trainer.until(lambda: page.model.rowCount() == 1, "it is listed no more")


@pytest.mark.long
def test_judgements_of_the_same_text_are_listed_ticked_and_erased_together(workbench: Workbench) -> None:
    trainer, page, store = records_room(workbench), workbench.records, workbench._profile.store
    theirs = others_judgement(workbench)
    trainer.until(lambda: page.model.rowCount() == 3, "it is listed")
    mine = page.current
    assert mine is not None
    more = others_judgement(workbench)
    trainer.until(lambda: page.model.rowCount() == 4, "it is listed")
    trainer.press(Qt.Key.Key_Return)
    trainer.type("e")
    dialog = trainer.dialog("eraseDialog")
    assert isinstance(dialog, EraseDialog)
    assert trainer.focus is dialog.list and dialog.list.count() == 2
    assert dialog.ids == (mine.id,) and dialog.main.text() == "Erase", "nothing is ticked for anybody"
    first = dialog.list.item(0).text()
    assert first.startswith(f"Trainer {more.trainer[4:10]} · ")
    trainer.push("tickAll")
    assert dialog.main.text() == "Erase 3 judgements" and dialog.all.text() == "Tick none"
    trainer.push("tickAll")
    trainer.go_to("sameText")
    trainer.press(Qt.Key.Key_Down)
    trainer.press(Qt.Key.Key_Space)
    assert dialog.ids == (mine.id, theirs.id) and dialog.main.text() == "Erase 2 judgements"
    trainer.push("eraseDialogMain")
    trainer.alone()
    trainer.until(lambda: page.model.rowCount() == 2, "both are gone")
    assert all(store.records.history(each)[-1].erased_at is not None for each in (mine.id, theirs.id))
    assert store.records.history(more.id)[-1].erased_at is None
    trainer.until(lambda: page.message.isVisible(), "it is said")
    message = page.message.message
    assert message is not None and message.text == "2 judgements were erased."
    assert message.reason == "1 other judgement holds the same text."
