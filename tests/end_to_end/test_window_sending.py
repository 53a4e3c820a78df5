"""While something is on its way: the project is changed, the window is closed, the collector is away."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from held_line import holding_back
from made_judgements import judgement
from PySide6.QtCore import Qt
from running_collector import Team, running
from trainer import OpenWindow, Trainer

from desktop.app import Workbench
from desktop.profile import Profile

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def joined(folder: Path, team: Team, address: str, through: str) -> None:
    """A profile that has joined at `address` and sends to `through`, with a judgement that is released."""
    profile = Profile.open(folder, insecure_key_file=True)
    project = profile.join(address, team.invite()).project
    assert project.collector is not None
    slow = msgspec.structs.replace(project.collector, address=through)
    profile.store.projects.update(msgspec.structs.replace(project, collector=slow)).result()
    profile.store.projects.use(project.id).result()
    made = judgement("a>b", project=project.id, trainer=profile.trainer)
    profile.store.outbox.release([profile.store.records.save(made).result().id]).result()
    profile.close()


def send(trainer: Trainer) -> None:
    trainer.control(Qt.Key.Key_3)
    trainer.control(Qt.Key.Key_Return)
    assert trainer.workbench.outbox.send.text() == "Sending …"
    trainer.until(lambda: states(trainer.workbench) == ["sending"], "it is on its way")


def states(workbench: Workbench, project: str = "") -> list[str]:
    outbox = workbench._profile.store.outbox
    return [batch.state for batch in outbox.batches(project or workbench.rooms.project.id)]


def test_the_project_may_be_changed_while_sending_and_the_window_says_there_how_it_went(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector", "Night shift")
    with running(team.folder) as collector, holding_back(collector.address) as (address, go_on):
        joined(tmp_path / "profile", team, collector.address, address)
        workbench = open_window(insecure=True)
        trainer = Trainer(workbench)
        send(trainer)
        trainer.choose_in_menu("My project")
        trainer.until(lambda: workbench.rooms.project.name == "My project", "the other project is shown")
        trainer.choose_in_menu("Night shift")
        trainer.until(lambda: workbench.rooms.project.name == "Night shift", "it is shown again")
        assert workbench.outbox.send.text() == "Sending …" and not workbench.outbox.send.isEnabled()
        trainer.control(Qt.Key.Key_3)
        trainer.control(Qt.Key.Key_Return)  # once is enough
        trainer.choose_in_menu("My project")
        trainer.until(lambda: workbench.rooms.project.name == "My project", "the other project is shown")
        go_on.set()
        message = workbench.bench.message
        trainer.until(lambda: message.message is not None, "the window says how it went", 20)
        assert message.accessibleName() == "Night shift: 1 delivery arrived."
        assert states(workbench, team.project) == ["delivered"]


def test_a_window_closed_while_sending_ends_at_once_and_the_delivery_arrives_next_time_once(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector, holding_back(collector.address) as (address, go_on):
        joined(tmp_path / "profile", team, collector.address, address)
        workbench = open_window(insecure=True)
        trainer = Trainer(workbench)
        send(trainer)
        before = time.monotonic()
        again = open_window(insecure=True)  # closes the first
        assert time.monotonic() - before < 8, "nobody waits for a silent collector"
        assert states(again) == ["sealed"]
        go_on.set()
        trainer = Trainer(again)
        trainer.control(Qt.Key.Key_3)
        trainer.control(Qt.Key.Key_Return)
        trainer.until(lambda: states(again) == ["delivered"], "it has arrived", 20)
        receipts = again._profile.store.outbox.receipts(team.project)
        assert len(receipts) == 1


def test_a_collector_that_is_away_is_said_in_a_sentence_and_the_delivery_waits(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        joined(tmp_path / "profile", team, collector.address, collector.address)
    workbench = open_window(insecure=True)
    trainer = Trainer(workbench)
    trainer.control(Qt.Key.Key_3)
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: workbench.outbox.message.message is not None, "the window says so", 30)
    assert "cannot be reached" in workbench.outbox.message.accessibleName()
    assert states(workbench) == ["sealed"] and workbench.outbox.send.isEnabled()
