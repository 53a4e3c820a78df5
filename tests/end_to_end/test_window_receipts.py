"""A hand-over without a network, in the window: a file goes to the collector, its receipts come back by file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from running_collector import Team, running
from test_window_files import judged, save_as, told
from trainer import OpenWindow, Trainer

from desktop.app import Workbench
from feedback_store.collector.by_file import FileDoor, TakenFile
from feedback_store.collector.sqlite_storage import SqliteStorage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def offline(tmp_path: Path, open_window: OpenWindow) -> Iterator[tuple[Team, Workbench]]:
    """A window in a team's project whose collector cannot be reached any more."""
    team = Team.made(tmp_path / "collector")
    workbench = open_window(insecure=True, size=(1024, 640))
    with running(team.folder) as collector:
        joined = workbench._profile.collectors.join(collector.address, team.invite(), name="Ada")
    workbench._on_project(joined.project.id)
    Trainer(workbench).until(lambda: workbench.rooms.project.id == team.project, "the team's project is in use")
    yield team, workbench


def taken(team: Team, file: Path) -> TakenFile:
    storage = SqliteStorage(team.folder)
    try:
        found = FileDoor(team.folder, storage).take(file)
    finally:
        storage.close()
    file.with_suffix(".receipts").write_bytes(b"".join(line + b"\n" for line in found.receipts))
    return found


def read(trainer: Trainer, file: Path) -> str:
    trainer.workbench.outbox.message.clear()
    button = trainer.workbench.outbox.sent.receipts
    trainer.until(button.isEnabled, "the room knows that something went out")
    trainer.push("readReceipts")
    trainer.dialog("receiptsDialog")
    trainer.replace_text(str(file))
    trainer.press(Qt.Key.Key_Return)
    message = trainer.workbench.outbox.message
    trainer.until(lambda: message.message is not None, "the window says how it went")
    return message.accessibleName()


def test_what_went_out_on_a_stick_is_delivered_once_its_receipts_are_read(
    offline: tuple[Team, Workbench], tmp_path: Path
) -> None:
    team, workbench = offline
    trainer, outbox = Trainer(workbench), workbench._profile.store.outbox
    trainer.control(Qt.Key.Key_4)
    assert not workbench.outbox.sent.receipts.isEnabled(), "nothing went out that could have a receipt"
    judged(workbench, count=2, release=True)
    file = tmp_path / "stick.preceptor"
    save_as(trainer, file)
    told(trainer, f"1 delivery that has not arrived with 2 judgements saved in {file}.")
    receipts = file.with_suffix(".receipts")
    assert taken(team, file).records == {"stored": 2}
    said = read(trainer, file)
    assert said.startswith("stick.preceptor holds deliveries: it is what you hand over"), "not the file that came back"
    assert "preceptor collector" not in said, "no command for somebody who has the window"
    whole = receipts.read_bytes()
    receipts.write_bytes(whole[:-1])
    assert "the file was cut" in read(trainer, receipts)
    assert [batch.state for batch in outbox.batches(team.project)] == ["sealed"]
    receipts.write_bytes(whole)
    assert read(trainer, receipts) == "1 delivery arrived; every receipt was checked."
    assert [batch.state for batch in outbox.batches(team.project)] == ["delivered"]
    trainer.until(lambda: workbench.outbox.sent.batches.item(0, 3).text() == "Delivered", "the table says so")
    assert read(trainer, receipts) == "1 receipt was here before."
    again = tmp_path / "again.preceptor"
    save_as(trainer, again)
    words = f"Nothing waits, so all that was signed is saved again: 1 delivery with 2 judgements in {again}."
    told(trainer, words)
    assert again.read_bytes() == file.read_bytes()
    judged(workbench, release=True)
    save_as(trainer, tmp_path / "second.preceptor")
    told(
        trainer, "1 delivery that has not arrived with 1 judgement saved in"
    )  # what has arrived is not handed over again


def test_a_project_of_ones_own_has_no_receipts_to_read(open_window: OpenWindow) -> None:
    workbench = open_window(insecure=True, size=(1024, 640))
    Trainer(workbench).control(Qt.Key.Key_4)
    assert not workbench.outbox.sent.receipts.isVisible()
