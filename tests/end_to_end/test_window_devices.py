"""A trainer's devices in the settings: which of them may deliver, which is this one, and its key's end, asked twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from running_collector import Team, running
from test_window_key import go_to_project, key_words, said
from trainer import OpenWindow, Trainer, words_of

from desktop.profile import Profile
from desktop.views.devices_dialog import DevicesDialog
from feedback_store.batches.keys import fingerprint_of
from feedback_store.collector import administration

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def joined(folder: Path, address: str, code: str) -> str:
    """A profile that has joined and works in the team's project; the id of its key."""
    profile = Profile.open(folder, insecure_key_file=True)
    project = profile.collectors.join(address, code).project
    profile.store.projects.use(project.id).result()
    key = profile.device_key(project).key_id
    profile.close()
    return key


def asked(trainer: Trainer) -> DevicesDialog:
    trainer.push("myDevices")
    dialog = trainer.dialog("devicesDialog")
    assert isinstance(dialog, DevicesDialog)
    trainer.until(lambda: not dialog.busy, "the collector has answered")
    return dialog


def rows(dialog: DevicesDialog) -> list[list[str]]:
    found = [dialog.list.topLevelItem(row) for row in range(dialog.list.topLevelItemCount())]
    return [[item.text(column) for column in (0, 1, 3)] for item in found if item is not None]


def test_devices_are_listed_and_this_ones_key_ends_only_when_it_was_asked_twice(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    team = Team.made(tmp_path / "collector", "Night shift")
    with running(team.folder) as collector:
        profile = Profile.open(tmp_path / "profile", insecure_key_file=True)
        trainer_id = profile.trainer
        profile.close()
        shutil.copytree(tmp_path / "profile", tmp_path / "other")  # the same trainer at another computer
        key = joined(tmp_path / "profile", collector.address, team.invite())
        other = joined(tmp_path / "other", collector.address, team.invite(trainer=trainer_id))
        trainer = Trainer(open_window(insecure=True, size=(1024, 640)))
        go_to_project(trainer)
        dialog = asked(trainer)
        marks = {each: each.removeprefix("ed25519:")[:4] for each in (key, other)}
        listed = {row[0][:4]: row[1:] for row in rows(dialog)}
        assert listed == {marks[key]: ["this device", "may deliver"], marks[other]: ["", "may deliver"]}
        assert trainer_id in words_of(dialog, "devicesTrainer") and trainer_id in key_words(trainer)
        assert dialog.list.hasFocus() and dialog.list.currentItem().text(1) == "this device"
        trainer.push("devicesDialogMain")
        assert "cannot be undone" in words_of(dialog, "endingWarning") and dialog.leave.hasFocus()
        assert dialog.main.kind == "danger", "red, as other steps that nothing brings back"
        trainer.press(Qt.Key.Key_Return)
        trainer.alone()
        assert "revoked" not in key_words(trainer), "Enter leaves"
        asked(trainer)
        trainer.push("devicesDialogMain")
        trainer.push("devicesDialogMain")
        trainer.alone()
        trainer.until(lambda: "signs nothing more" in said(trainer), "it is said")
        assert "It was revoked" in key_words(trainer)
        dialog = asked(trainer)
        listed = {row[0][:4]: row[2] for row in rows(dialog)}
        assert listed == {marks[key]: "ended", marks[other]: "may deliver"}, "just then she wants to see it"
        assert not dialog.main.isEnabled()
        trainer.press(Qt.Key.Key_Escape)
        trainer.alone()
        trainer.control(Qt.Key.Key_4)
        told = trainer.workbench.outbox.message.message
        assert told is not None and told.text == "This device's key has ended." and trainer_id in told.reason
        trainer.control(Qt.Key.Key_O)
        trainer.dialog("joinDialog")
        trainer.press(Qt.Key.Key_Escape)
        trainer.alone()
        assert [each.state for each in team_devices(tmp_path / "other")] == ["revoked", "active"]


def team_devices(folder: Path) -> list[object]:
    profile = Profile.open(folder, insecure_key_file=True)
    found = profile.collectors.ask_devices(profile.project).devices
    profile.close()
    return list(found)


def test_where_the_collector_does_not_answer_the_dialog_says_so(open_window: OpenWindow, tmp_path: Path) -> None:
    team = Team.made(tmp_path / "collector", "Night shift")
    with running(team.folder) as collector:
        joined(tmp_path / "profile", collector.address, team.invite())
    trainer = Trainer(open_window(insecure=True, size=(1024, 640)))
    go_to_project(trainer)
    dialog = asked(trainer)
    assert words_of(dialog, "devicesProblem")
    assert rows(dialog) == []
    trainer.push("devicesDialogMain")
    trainer.push("devicesDialogMain")
    trainer.alone()
    trainer.until(lambda: "has not heard of that yet" in said(trainer), "a key ends without a network")
    trainer.control(Qt.Key.Key_4)
    told = trainer.workbench.outbox.message.message
    assert told is not None and "has not heard of that yet" in told.reason


@pytest.mark.long
def test_a_change_of_keys_that_was_not_taken_is_said_where_the_devices_are_seen(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    team = Team.made(tmp_path / "collector", "Night shift")
    with running(team.folder) as collector:
        key = joined(tmp_path / "profile", collector.address, team.invite())
        profile = Profile.open(tmp_path / "profile", insecure_key_file=True)
        event = profile.keys.rotate(profile.project.id)
        profile.store.keys.refuse(event).result()  # as a file of receipts had it
        profile.close()
        administration.revoke(team.folder, key)
        trainer = Trainer(open_window(insecure=True, size=(1024, 640)))
        go_to_project(trainer)
        assert "did not take it" in key_words(trainer)
        assert not trainer.workbench.preferences.project.change_key.isEnabled()
        dialog = asked(trainer)
        said = words_of(dialog, "devicesKey")
        assert f"a further device of yours (trainer id {profile.trainer})" in said and "needs the network once" in said
        assert [row[1:] for row in rows(dialog)] == [["", "ended"]]


@pytest.mark.long
def test_a_revocation_that_the_collector_has_not_heard_is_told_when_the_devices_are_looked_at(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    """Nothing is delivered any more that would carry it, and until somebody joined again a thief could deliver."""
    team = Team.made(tmp_path / "collector", "Night shift")
    with running(team.folder) as collector:
        joined(tmp_path / "profile", collector.address, team.invite())
        profile = Profile.open(tmp_path / "profile", insecure_key_file=True)
        profile.keys.revoke(profile.project.id)
        profile.close()
        trainer = Trainer(open_window(insecure=True, size=(1024, 640)))
        go_to_project(trainer)
        assert "has not heard of that yet" in key_words(trainer)
        dialog = asked(trainer)
        assert rows(dialog)[0][1:] == ["this device", "ended"]
        assert not dialog.main.isEnabled()
        trainer.press(Qt.Key.Key_Escape)
        trainer.alone()
        trainer.until(lambda: "has not heard" not in key_words(trainer), "it is told")
        assert "It was revoked" in key_words(trainer)


@pytest.mark.long
@pytest.mark.parametrize("told", [True, False], ids=["told", "not told yet"])
def test_a_key_made_after_a_revocation_is_new_and_has_to_join_wherever_the_window_tells_of_it(
    open_window: OpenWindow, tmp_path: Path, told: bool
) -> None:
    """It said that the key was revoked and signs nothing more; the commands said that there is another one."""
    team = Team.made(tmp_path / "collector", "Night shift")
    with running(team.folder) as collector:
        joined(tmp_path / "profile", collector.address, team.invite())
        profile = Profile.open(tmp_path / "profile", insecure_key_file=True)
        if told:
            assert profile.collectors.revoke_key(profile.project) is None
        else:
            profile.keys.revoke(profile.project.id)
        profile.device_key(profile.project)
        profile.close()
        trainer = Trainer(open_window(insecure=True, size=(1024, 640)))
        trainer.control(Qt.Key.Key_4)
        message = trainer.workbench.outbox.message.message
        assert message is not None and message.text == "This device's key has to join."
        go_to_project(trainer)
        for words in (message.reason, key_words(trainer)):
            assert "It is new, and the collector does not know it: the one before was revoked." in words
            assert ("has not heard of that yet" in words) is not told
        assert not trainer.workbench.preferences.project.change_key.isEnabled()
        asked(trainer)
        assert "It is new" in words_of(trainer.dialog("devicesDialog"), "devicesKey")


@pytest.mark.long
def test_a_key_that_took_a_lost_ones_place_is_new_and_the_lost_one_is_named(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    """The window called it in order, and the collector refused what it signed."""
    team = Team.made(tmp_path / "collector", "Night shift")
    with running(team.folder) as collector:
        lost = joined(tmp_path / "profile", collector.address, team.invite())
        (tmp_path / "profile" / "secrets.json").unlink()
        profile = Profile.open(tmp_path / "profile", insecure_key_file=True)
        profile.device_key(profile.project)
        profile.close()
        trainer = Trainer(open_window(insecure=True, size=(1024, 640)))
        trainer.control(Qt.Key.Key_4)
        message = trainer.workbench.outbox.message.message
        assert message is not None and message.text == "This device's key has to join."
        assert f"lost key {fingerprint_of(lost)})" in message.reason
        go_to_project(trainer)
        assert "the one before is not here any more" in key_words(trainer)


def test_a_project_of_ones_own_has_no_devices(open_window: OpenWindow) -> None:
    trainer = Trainer(open_window(insecure=True))
    go_to_project(trainer)
    assert not trainer.workbench.preferences.project.devices.isVisible()
    assert not trainer.workbench.preferences.doings["my_devices"].possible()
