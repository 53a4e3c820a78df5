"""Words of the window that say what is so: a team's name once, what can be done with its rubric, keys that act."""

from __future__ import annotations

import pytest
from made_judgements import judgement
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTreeWidget
from team_desk import TeamDesk
from trainer import ShowWindow, Trainer, open_menu

from desktop.profile import Profile
from desktop.views.keys_dialog import KeysDialog

Key = Qt.Key
pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]


def test_a_team_that_is_called_as_its_project_is_told_by_its_address(desk: TeamDesk) -> None:
    """It was "Team project (Team project)"."""
    trainer = desk.trainer
    project = trainer.workbench.rooms.project
    assert project.collector is not None
    trainer.control(Key.Key_P)
    listed = [action.text() for action in open_menu().actions() if action.data() == project.id]
    said = project.collector.name if project.collector.name not in ("", project.name) else project.collector.address
    assert listed == [f"{project.name} ({said})"] and said != project.name
    QTest.keyClick(open_menu(), Key.Key_Escape)


def test_the_rubric_of_a_team_is_looked_at_and_not_changed(desk: TeamDesk) -> None:
    page = desk.trainer.workbench.preferences.project
    assert page.rubric.text() == "Look at it …"


def test_the_last_line_offers_for_a_withdrawn_judgement_what_can_be_done_with_it(
    profile: Profile, show_window: ShowWindow
) -> None:
    """Del, which withdraws, stood there."""
    fields = {"project": profile.project.id, "trainer": profile.trainer}
    record = profile.store.records.save(judgement("a>b", **fields)).result()
    trainer = Trainer(show_window(size=(1440, 900)))
    trainer.control(Key.Key_3)
    page, line = trainer.workbench.records, trainer.workbench.window._status
    trainer.until(lambda: page.model.rowCount() == 1, "it is listed")
    trainer.press(Key.Key_Down)
    trainer.comes_to("recordList")
    assert "Del withdraw" in line.accessibleName()
    profile.store.records.withdraw(record.id, "mistake").result()
    trainer.until(lambda: page.reader.withdrawn, "it was withdrawn")
    assert "Del" not in line.accessibleName() and "S let it stand again" in line.accessibleName()
    trainer.press(Key.Key_F1)
    dialog = trainer.dialog("keysDialog")
    assert isinstance(dialog, KeysDialog)
    groups = dialog.keys.list
    assert isinstance(groups, QTreeWidget)
    shown = groups.currentItem().parent()
    assert shown is not None and shown.text(0) == "Records"
    texts = [shown.child(row).text(0) for row in range(shown.childCount())]
    assert texts and all(text[0] == text[0].upper() for text in texts), "all begin alike"
    trainer.press(Key.Key_Escape)
    trainer.alone()
    trainer.type("s")
    trainer.until(lambda: not page.reader.withdrawn, "it stands again")
    assert "Del withdraw" in line.accessibleName()
    assert QApplication.activeModalWidget() is None
