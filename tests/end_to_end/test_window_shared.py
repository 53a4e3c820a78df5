"""A colleague's signed file in the window: read, named with its key, and shown beside one's own judgement."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from test_window_beside import another, judged
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from feedback_store import records
from feedback_store.batches.keys import DeviceKey, fingerprint
from feedback_store.batches.shared import write_shared
from feedback_store.record_parts import App
from feedback_store.records import Judgement, new_id, new_trainer_id

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
KEY = DeviceKey.generate()


def theirs(workbench: Workbench, file: Path, name: str, key: DeviceKey = KEY) -> str:
    """A file of a colleague who judged the same answers; their trainer id."""
    mine = workbench.records.current
    assert mine is not None and isinstance(mine.record, Judgement)
    trainer = new_trainer_id()
    data = records.encode(msgspec.structs.replace(mine.record, id=new_id(), trainer=trainer))
    bodies = write_shared(
        key,
        [data],
        project=mine.project,
        trainer=trainer,
        name=name,
        created_at=records.now(),
        app=App("preceptor", "0.1.0"),
    )
    file.write_bytes(b"".join(bodies))
    return trainer


def read(trainer: Trainer, file: Path) -> tuple[str, str]:
    message = trainer.workbench.records.message
    message.clear()
    trainer.workbench.records.shared_asked.emit()
    trainer.dialog("sharedDialog")
    trainer.replace_text(str(file))
    trainer.press(Qt.Key.Key_Return)
    trainer.until(lambda: message.message is not None, "the window says how it went")
    assert message.message is not None
    return message.message.text, message.message.reason


def test_a_colleagues_judgement_stands_beside_ones_own_by_name_and_key(show_window: ShowWindow, tmp_path: Path) -> None:
    workbench = show_window()
    trainer, file = judged(workbench), tmp_path / "ada.preceptor"
    theirs(workbench, file, "Ada\u202e Lovelace\n")
    said, key = read(trainer, file)
    assert said == "1 judgement of Ada Lovelace imported into My project, 0 known before."
    assert key == f"Signed with the key {fingerprint(KEY.public_key)}. Compare it with Ada Lovelace."
    trainer.until(lambda: workbench.records.current is not None, "the record is read")
    workbench.records.doings["record_beside"].do()
    other = trainer.dialog("besideDialog").findChild(QComboBox, "besideOther")
    assert other is not None
    assert other.currentText().startswith(f"Ada Lovelace ({fingerprint(KEY.public_key)[:9]} …), ")


def test_a_file_that_was_changed_says_why_and_brings_nothing(show_window: ShowWindow, tmp_path: Path) -> None:
    workbench = show_window()
    trainer, file = judged(workbench), tmp_path / "ada.preceptor"
    theirs(workbench, file, "Ada")
    file.write_bytes(file.read_bytes().replace(b"B says why.", b"B says not.", 1))
    assert "is not the one that was signed" in read(trainer, file)[0]
    assert workbench._profile.store.records.count(workbench.rooms.project.id) == 1


def test_another_trainer_without_a_name_is_told_apart_by_their_id(show_window: ShowWindow) -> None:
    workbench = show_window()
    trainer = judged(workbench)
    stored = another(workbench)
    trainer.until(lambda: workbench.records.current is not None, "the record is read")
    workbench.records.doings["record_beside"].do()
    other = trainer.dialog("besideDialog").findChild(QComboBox, "besideOther")
    assert other is not None
    assert other.currentText().startswith(f"Trainer {stored.trainer.removeprefix('trn_')[:6]}, ")
