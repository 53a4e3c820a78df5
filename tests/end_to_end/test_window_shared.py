"""A colleague's signed file in the window: read, named with its key, and shown beside one's own judgement."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from test_window_beside import another, judged
from trainer import ShowWindow, Trainer, words_of

from desktop.app import Workbench
from feedback_store import records
from feedback_store.batches.keys import DeviceKey, fingerprint
from feedback_store.batches.shared import write_shared
from feedback_store.record_parts import App
from feedback_store.records import Judgement, new_id, new_trainer_id

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]
KEY = DeviceKey.generate()


def theirs(workbench: Workbench, file: Path, name: str, key: DeviceKey = KEY, trainer: str = "") -> str:
    """A file of a colleague who judged the same answers; their trainer id."""
    mine = workbench.records.current
    assert mine is not None and isinstance(mine.record, Judgement)
    trainer = trainer or new_trainer_id()
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


def ask(trainer: Trainer, file: Path) -> None:
    """R at the list asks which file; its name is typed."""
    trainer.workbench.records.list.setFocus()
    trainer.comes_to("recordList")
    trainer.type("r")
    trainer.dialog("sharedDialog")
    trainer.replace_text(str(file))
    trainer.press(Qt.Key.Key_Return)


def read(trainer: Trainer, file: Path) -> tuple[str, str]:
    message = trainer.workbench.records.message
    message.clear()
    ask(trainer, file)
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
    name = f"Ada Lovelace ({fingerprint(KEY.public_key)[:9]} …)"
    assert other.currentText().startswith(f"{name}, ")
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()
    listed = workbench.records.model
    said = [listed.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(listed.rowCount())]
    assert [each.endswith(f"By {name}") for each in said] == [True, False], "the list says whose each is"
    trainer.press(Qt.Key.Key_Home)
    trainer.until(lambda: not workbench.records.reader.own, "theirs is read")
    assert workbench.records.reader._state.text().startswith(f"By {name} · Version 1 · ")


def test_where_nothing_can_be_compared_the_message_leads_to_a_colleagues_file(
    show_window: ShowWindow, tmp_path: Path
) -> None:
    workbench = show_window()
    trainer, file = judged(workbench), tmp_path / "ada.preceptor"
    theirs(workbench, file, "Ada")
    workbench.records.doings["record_beside"].do()
    trainer.control(Qt.Key.Key_O)
    trainer.dialog("sharedDialog")
    trainer.replace_text(str(file))
    trainer.press(Qt.Key.Key_Return)
    trainer.until(lambda: workbench.records.model.rowCount() == 2, "theirs is listed")
    workbench.records.doings["record_beside"].do()
    trainer.dialog("besideDialog")


@pytest.mark.parametrize("theirs_indeed", [False, True])
def test_another_key_under_a_known_name_is_taken_only_by_who_has_asked(
    show_window: ShowWindow, tmp_path: Path, theirs_indeed: bool
) -> None:
    workbench = show_window()
    trainer, file = judged(workbench), tmp_path / "ada.preceptor"
    ada = theirs(workbench, file, "Ada")
    read(trainer, file)
    new_key = DeviceKey.generate()
    theirs(workbench, file, "Ada", new_key, trainer=ada)
    ask(trainer, file)
    said = words_of(trainer.dialog("otherKeyQuestion"), "otherKeys")
    assert fingerprint(KEY.public_key) in said and fingerprint(new_key.public_key) in said
    if theirs_indeed:
        trainer.push("otherKeyQuestionMain")
    else:
        trainer.press(Qt.Key.Key_Return)
    trainer.alone()
    expected = 3 if theirs_indeed else 2
    trainer.until(lambda: workbench.records.model.rowCount() == expected, f"{expected} are listed")


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
