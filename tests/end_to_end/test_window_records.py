"""The records' room by keys and menus: filters, versions and what changed in them, tags of many, erasing for good."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from person import Person
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow import judging
from desktop.views.beside_dialog import BesideDialog
from desktop.views.differences_dialog import DifferencesDialog
from desktop.views.tags_dialog import TagsDialog
from feedback_store.records import Judgement, new_id, new_trainer_id
from feedback_store.search import SearchQuery

ANSWERS = ("It is the light.", "Because of scattering.", "Nobody knows.", "I do not know.")
PROMPTS = (("Why is the sky blue?", "Physics", ("sky",)), ("How do plants eat?", "Biology", ("green", "sky")))
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def workbench(show_window: ShowWindow) -> Workbench:
    workbench = show_window(ANSWERS)
    for text, domain, tags in PROMPTS:
        _judge(workbench, text, domain, tags)
    return workbench


def _judge(workbench: Workbench, text: str, domain: str, tags: tuple[str, ...]) -> None:
    session, person = workbench.session, Person()
    session.ask(msgspec.structs.replace(session.draft.prompt, text=text, domain=domain, tags=tags))
    session.generate()
    person.until(lambda: session.draft.finished and not session.writing, "the answers stand")
    for position in range(4):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 3))
    session.act(judging.best(session.draft, 0))
    before = session.saved
    session.save()
    person.until(lambda: session.saved is not None and session.saved is not before, "it is saved")


def _room(workbench: Workbench) -> Trainer:
    trainer = Trainer(workbench)
    trainer.control(Qt.Key.Key_F)
    trainer.until(lambda: workbench.records.model.rowCount() == 2, "both are listed")
    return trainer


def _in_menu(choose: Callable[[QMenu], None]) -> None:
    def now() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        choose(menu)
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()

    QTimer.singleShot(100, now)


def test_a_filter_is_typed_or_chosen_and_a_wrong_one_is_said(workbench: Workbench) -> None:
    trainer, page = _room(workbench), workbench.records
    trainer.type("tag:green")
    trainer.until(lambda: page.model.rowCount() == 1, "one is found")
    assert page.current is not None and page.current.title == "How do plants eat?"
    trainer.replace_text("since:soon")
    trainer.until(lambda: "is no date" in page._problem.text(), "it is said")
    assert page.model.rowCount() == 2
    trainer.replace_text("sky")

    def physics(menu: QMenu) -> None:
        assert [action.text() for action in menu.actions()] == ["Field", "Tag", "Model", "Flag", "Rubric"]
        below = menu.actions()[0].menu()
        assert isinstance(below, QMenu)
        assert [action.text() for action in below.actions()] == ["Biology", "Physics"]

    _in_menu(physics)
    page.filter.click()


def test_earlier_versions_are_read_and_what_changed_is_shown(workbench: Workbench) -> None:
    trainer, page = _room(workbench), workbench.records
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
    assert not page.reader.changes.isEnabled(), "nothing was before the first"


def test_tags_of_several_records_change_at_once_each_as_a_next_version(workbench: Workbench) -> None:
    trainer, page = _room(workbench), workbench.records
    page.list.setFocus()
    trainer.control(Qt.Key.Key_A)
    assert len(page.selected) == 2
    page.reader.tags_asked.emit()
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


def test_a_record_is_erased_for_good_only_after_a_question_whose_default_is_to_keep(workbench: Workbench) -> None:
    trainer, page = _room(workbench), workbench.records
    record = page.current
    assert record is not None
    store = workbench._profile.store

    def answer(erase: bool) -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        assert box.defaultButton().text() == "Keep"
        role = QMessageBox.ButtonRole.DestructiveRole if erase else QMessageBox.ButtonRole.RejectRole
        next(button for button in box.buttons() if box.buttonRole(button) == role).click()

    QTimer.singleShot(100, lambda: answer(False))
    page.reader.erase_asked.emit()
    assert store.records.history(record.id)[-1].erased_at is None
    QTimer.singleShot(100, lambda: answer(True))
    page.reader.erase_asked.emit()
    trainer.until(lambda: store.records.history(record.id)[-1].erased_at is not None, "it is erased")
    trainer.until(lambda: page.model.rowCount() == 1, "it is listed no more")


def _others_judgement(workbench: Workbench) -> None:
    """Another trainer's judgement of the answers that are read now, imported."""
    record = workbench.records.current
    assert record is not None and isinstance(record.record, Judgement)
    judged = record.record
    (verdict,) = judged.verdicts
    assert verdict.tiers is not None
    turned = msgspec.structs.replace(verdict, tiers=verdict.tiers[::-1])
    ratings = tuple(msgspec.structs.replace(rating, value=1) for rating in judged.ratings)
    theirs = msgspec.structs.replace(
        judged, id=new_id(), trainer=new_trainer_id(), verdicts=(turned,), ratings=ratings,
        shown=msgspec.structs.replace(judged.shown, order=judged.shown.order[::-1]),
    )  # fmt: skip
    workbench._profile.store.records.save(theirs).result()


def test_two_judgements_of_the_same_answers_stand_beside_each_other_and_a_third_names_both(
    workbench: Workbench,
) -> None:
    trainer, page, session = _room(workbench), workbench.records, workbench.session
    page.reader.beside_asked.emit()
    assert QApplication.activeModalWidget() is None, "there is no other one yet, and that is said"
    _others_judgement(workbench)
    trainer.until(lambda: page.model.rowCount() == 3, "it is listed")
    index = page.model.index(0, 0)
    assert str(page.model.data(index, Qt.ItemDataRole.AccessibleTextRole)).endswith("Another trainer's")
    page.reader.beside_asked.emit()
    dialog = trainer.dialog("besideDialog")
    assert isinstance(dialog, BesideDialog)
    shown = {
        dialog.table.item(row, 0).text(): (dialog.table.item(row, 1).text(), dialog.table.item(row, 2).text())
        for row in range(dialog.table.rowCount())
    }
    assert shown["≠ Helpfulness"] == ("A 3, B 3, C 3, D 3", "A 1, B 1, C 1, D 1")
    one, other = shown["≠ Overall"]
    assert set(one) == set(other) and one != other
    assert dialog.words == "They differ in 6 lines."
    pair = {dialog._mine.sha256, dialog.chosen.sha256}
    dialog.main.click()
    trainer.alone()
    trainer.until(lambda: workbench.window.room.name == "bench", "the bench is shown")
    draft = session.draft
    assert draft.answers and not draft.judged and draft.supersedes is None
    for position in range(4):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 2))
    session.act(judging.best(session.draft, 1))
    before = session.saved
    session.save()
    trainer.until(lambda: session.saved is not None and session.saved is not before, "it is saved")
    assert session.saved is not None
    third = session.saved.stored.record
    assert isinstance(third, Judgement) and third.basis is not None
    assert set(third.basis) == pair and third.rev == 1
    assert third.comparison.id == draft.comparison
