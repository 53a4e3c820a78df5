"""The key that signs, in the settings: how it is kept, changed in two steps, and what is said where nobody answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_judgements import judgement
from PySide6.QtCore import Qt
from running_collector import Team, running
from trainer import OpenWindow, Trainer

from desktop.profile import Profile
from desktop.views.key_dialog import KeyDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def go_to_project(trainer: Trainer) -> None:
    trainer.control(Qt.Key.Key_Comma)
    trainer.comes_to("settingsList")
    trainer.press(Qt.Key.Key_Home)
    trainer.press(Qt.Key.Key_Down, times=3)
    assert trainer.workbench.preferences.page.shown == "project"


def asked(trainer: Trainer) -> KeyDialog:
    trainer.push("changeSigningKey")
    dialog = trainer.dialog("keyDialog")
    assert isinstance(dialog, KeyDialog)
    return dialog


def key_words(trainer: Trainer) -> str:
    return trainer.workbench.preferences.project._key.text()


def said(trainer: Trainer) -> str:
    message = trainer.workbench.preferences.page.message.message
    return message.text if message is not None else ""


def signed(profile: Profile) -> str:
    """A judgement that is released and signed; the id of the key."""
    project = profile.project
    stored = profile.store.records.save(judgement("a>b", project=project.id, trainer=profile.trainer)).result()
    profile.store.outbox.release([stored.id]).result()
    key = profile.device_key(project)
    assert profile.store.outbox.seal(project.id, key).result() is not None
    return key.key_id


def test_without_a_key_there_is_nothing_to_change(open_window: OpenWindow) -> None:
    trainer = Trainer(open_window(insecure=True, size=(1024, 640)))
    go_to_project(trainer)
    page = trainer.workbench.preferences.project
    assert "none yet" in key_words(trainer)
    assert not page.change_key.isEnabled()


def test_enter_keeps_the_key_and_the_button_changes_it(open_window: OpenWindow) -> None:
    before: list[str] = []
    workbench = open_window(insecure=True, size=(1024, 640), begin=lambda profile: before.append(signed(profile)))
    trainer = Trainer(workbench)
    profile = workbench._profile
    go_to_project(trainer)
    assert key_words(trainer).startswith("Unprotected key:")
    dialog = asked(trainer)
    assert dialog.leave.hasFocus()
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()
    assert profile.device_key(profile.project).key_id == before[0]
    asked(trainer)
    trainer.push("keyDialogMain")
    trainer.alone()
    trainer.until(lambda: "A new key signs" in said(trainer), "it is said")
    assert profile.device_key(profile.project).key_id != before[0]
    assert signed(profile) != before[0], "and work goes on"


def test_where_the_collector_does_not_answer_the_key_is_new_and_the_rest_comes_later(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    team = Team.made(tmp_path / "collector", "Night shift")
    with running(team.folder) as collector:
        profile = Profile.open(tmp_path / "profile", insecure_key_file=True)
        project = profile.collectors.join(collector.address, team.invite()).project
        profile.store.projects.use(project.id).result()
        profile.close()
        port = collector.port
    workbench = open_window(insecure=True, size=(1024, 640))
    trainer = Trainer(workbench)
    go_to_project(trainer)
    asked(trainer)
    trainer.push("keyDialogMain")
    trainer.alone()
    trainer.until(lambda: "with the next delivery" in said(trainer), "it is said")
    assert "has not confirmed it yet" in key_words(trainer)
    with running(team.folder, port=port):
        profile = workbench._profile
        signed(profile)
        assert profile.collectors.sender().send_pending(profile.project, tries=1).problem is None
    go_to_project(trainer)
    trainer.control(Qt.Key.Key_1)
    go_to_project(trainer)
    assert "has not confirmed" not in key_words(trainer)


def test_a_key_that_cannot_be_read_says_so_in_the_dialog(open_window: OpenWindow) -> None:
    workbench = open_window(insecure=True, size=(1024, 640), begin=lambda profile: signed(profile) and None)
    trainer = Trainer(workbench)
    go_to_project(trainer)
    dialog = asked(trainer)
    (workbench._profile.folder / "secrets.json").write_text("damaged")
    trainer.push("keyDialogMain")
    trainer.until(lambda: "is damaged" in dialog._problem.text(), "it is said where it was asked")
    assert not dialog.busy
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()
