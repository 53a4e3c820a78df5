"""What could not be sent goes out by itself: while the window is open, and at its next start."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from made_judgements import judgement
from PySide6.QtCore import Qt
from running_collector import Team, running
from trainer import OpenWindow, Trainer

from desktop.flow.pause_words import end_of
from feedback_store.pause_table import Clock
from feedback_store.store import Project

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def joined(tmp_path: Path, open_window: OpenWindow) -> tuple[Trainer, Team, Project, int]:
    """A window in a team's project with a judgement released, and the port of its collector, which is down."""
    team = Team.made(tmp_path / "collector", "Night shift")
    workbench = open_window(insecure=True)
    profile = workbench._profile
    with running(team.folder) as collector:
        project = profile.join(collector.address, team.invite(), name="Ada").project
        port = int(collector.address.rpartition(":")[2])
    workbench.errands.use(project.id)
    trainer = Trainer(workbench)
    trainer.until(lambda: workbench.rooms.project.id == project.id, "the team's project is shown")
    stored = profile.store.records.save(
        judgement("a>b", project=project.id, trainer=profile.trainer, rubric=project.rubric)
    ).result()
    profile.store.outbox.release([stored.id]).result()
    return trainer, team, project, port


def send_in_vain(trainer: Trainer) -> None:
    trainer.control(Qt.Key.Key_4)
    trainer.until(lambda: trainer.workbench.outbox.send.isEnabled(), "something can be sent")
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: trainer.workbench.outbox.message.message is not None, "sending has ended", 30)
    message = trainer.workbench.outbox.message.message
    assert message is not None and message.kind == "warning"


def delivered(trainer: Trainer, project: Project) -> bool:
    return [b.state for b in trainer.workbench._profile.store.outbox.batches(project.id)] == ["delivered"]


def test_an_outage_that_ends_needs_no_second_press(joined: tuple[Trainer, Team, Project, int]) -> None:
    trainer, team, project, port = joined
    send_in_vain(trainer)
    with running(team.folder, port=port):
        trainer.until(lambda: delivered(trainer, project), "the delivery has arrived", 60)


def test_what_an_earlier_window_could_not_send_the_next_one_sends(
    joined: tuple[Trainer, Team, Project, int], open_window: OpenWindow
) -> None:
    trainer, team, project, port = joined
    send_in_vain(trainer)
    with running(team.folder, port=port):
        again = Trainer(open_window(insecure=True))
        again.until(lambda: delivered(again, project), "the delivery has arrived", 60)


def test_a_pause_that_a_collector_asked_for_is_told_from_the_start_until_its_end(
    joined: tuple[Trainer, Team, Project, int], open_window: OpenWindow
) -> None:
    trainer, _team, project, _port = joined
    send_in_vain(trainer)
    now = Clock().now()
    trainer.workbench._profile.store.outbox.keep_pause(project.id, 1200.0, now).result()
    clock = f"{end_of(1200.0, datetime.fromtimestamp(now.wall)):%H:%M}"
    again = Trainer(open_window(insecure=True))
    sent, status = again.workbench.outbox.sent, again.workbench.window._status
    again.control(Qt.Key.Key_4)
    words = f"Waiting until {clock}, as the collector asks, or for “Sign and send”"
    again.until(lambda: sent.batches.rowCount() == 1 and sent.batches.item(0, 3).text() == words, "the row says so")
    assert status.accessibleDescription().startswith(f"No sending until {clock}")
    again.workbench._profile.store.outbox.keep_pause(project.id, 0.5, Clock().now()).result()
    again.until(lambda: sent.batches.item(0, 3).text() == "Waiting to be sent", "the pause is over")
    assert "until" not in status.accessibleDescription()


def test_what_waits_says_that_it_waits_for_the_network_and_goes_by_the_button_all_the_same(
    joined: tuple[Trainer, Team, Project, int],
) -> None:
    trainer, team, project, port = joined
    send_in_vain(trainer)
    errands, sent = trainer.workbench.errands, trainer.workbench.outbox.sent
    words = {
        "offline": "Waiting for the network",
        "metered": "Waiting for a connection that does not cost, or for “Sign and send”",
    }
    for standing, said in words.items():
        errands.take_network(standing)
        assert sent.batches.item(0, 3).text() == said
    with running(team.folder, port=port):
        trainer.control(Qt.Key.Key_Return)
        trainer.until(lambda: delivered(trainer, project), "the delivery has arrived", 60)
        trainer.until(lambda: sent.batches.item(0, 3).text() == "Delivered", "the window shows it")
    errands.take_network("open")
    assert sent.batches.item(0, 3).text() == "Delivered"
