"""A judgement is withdrawn where a copy of the profile has delivered a later version: *Sign and send* goes on alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from made_judgements import judgement
from PySide6.QtCore import Qt
from running_collector import Team, running
from trainer import OpenWindow, Trainer

from desktop.profile import Profile
from feedback_store.collector.opening import open_storage
from feedback_store.store import Project

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def deliver(profile: Profile, project: Project) -> None:
    profile.store.outbox.seal(project.id, profile.device_key(project)).result()
    assert profile.collectors.sender().send_pending(project, tries=3).returned == 0


def test_sign_and_send_signs_a_withdrawal_until_it_is_taken(tmp_path: Path, open_window: OpenWindow) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        profile = Profile.open(tmp_path / "profile", insecure_key_file=True)
        project = profile.collectors.join(collector.address, team.invite()).project
        profile.store.projects.use(project.id).result()
        name = profile.store.records.save(judgement("a>b", project=project.id, trainer=profile.trainer)).result().id
        profile.store.outbox.release([name]).result()
        deliver(profile, project)
        profile.close()
        shutil.copytree(tmp_path / "profile", tmp_path / "copy")
        copy = Profile.open(tmp_path / "copy", insecure_key_file=True)
        copy.store.records.withdraw(name, "mistake").result()
        copy.store.records.reinstate_all([name]).result()
        copy.store.outbox.release([name]).result()
        deliver(copy, project)
        copy.close()

        workbench = open_window(insecure=True)
        trainer, store = Trainer(workbench), workbench._profile.store
        store.records.withdraw(name, "mistake").result()
        trainer.control(Qt.Key.Key_4)
        trainer.until(lambda: workbench.outbox.send.isEnabled(), "it can be sent")
        trainer.control(Qt.Key.Key_Return)
        message = workbench.outbox.message
        trainer.until(lambda: message.accessibleName() == "2 deliveries arrived.", "the window says so")
        newest = store.records.newest(name)
        assert newest is not None and (newest.way, newest.rev) == ("delivered", 4)
        storage = open_storage(team.folder)
        with storage.reading() as view:
            assert all(view.live_hashes(project.id, mark.day) == [] for mark in view.day_marks(project.id))
        storage.close()
