"""A trainer who has nothing but the window: joins a team, judges, delivers, hands over a file, exports. By keys.

The collector is a real one in a process of its own; what arrives there, the file and the training data are checked by
other programs than the one that made them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from one_in import one_in
from PySide6.QtCore import Qt
from running_collector import Team, running
from trainer import ANSWERS, OpenWindow, Trainer, words_of

from feedback_store.batches import payload
from feedback_store.batches.keys import fingerprint
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import check_receipt

PASSPHRASE = "correct horse"
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def preceptor(folder: Path, *arguments: str | Path) -> str:
    """What a command prints on the profile that the window has made."""
    environment = os.environ | {
        "PRECEPTOR_HOME": str(folder),
        "PRECEPTOR_PASSPHRASE": PASSPHRASE,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    command = [sys.executable, "-m", "desktop", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("size", one_in(2, [(1440, 900), (1024, 640)]), ids=["1440x900", "1024x640"])
def test_from_joining_to_receipt_file_and_training_data_by_the_window_alone(
    size: tuple[int, int], tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector", "Night shift")
    workbench = open_window(size=size)
    store, trainer = workbench._profile.store, Trainer(workbench)
    with running(team.folder) as collector:
        # Join: address, code, a name, and a passphrase, for there is no keyring here.
        trainer.choose_in_menu("Join a team")
        joining = trainer.dialog("joinDialog")
        assert trainer.focus.objectName() == "joinAddress"
        trainer.type(collector.address)
        trainer.press(Qt.Key.Key_Tab)
        trainer.type(team.invite())
        trainer.press(Qt.Key.Key_Tab)
        trainer.type("Ada")
        trainer.press(Qt.Key.Key_Return)
        trainer.accept_terms()
        trainer.dialog("passphraseDialog")
        trainer.type(PASSPHRASE)
        trainer.press(Qt.Key.Key_Tab)
        trainer.type(PASSPHRASE)
        trainer.press(Qt.Key.Key_Return)
        trainer.comes_to("joinDialogMain")
        assert words_of(joining, "joinedWords") == "Joined Night shift as Ada."
        assert words_of(joining, "collectorKey") == fingerprint(team.key.public_key)
        trainer.press(Qt.Key.Key_Return)  # judge in it now
        trainer.until(lambda: workbench.rooms.project.id == team.project, "the team's project is shown")
        trainer.alone()

        # Judge.
        session = workbench.session
        trainer.type("Why is the sky blue?")
        trainer.control(Qt.Key.Key_Return)
        trainer.until(lambda: session.draft.finished and not session.writing, "four answers stand")
        trainer.type("v")
        trainer.type("b>a=c>d")
        trainer.press(Qt.Key.Key_Return)
        trainer.type("1")
        trainer.press(Qt.Key.Key_Return)
        trainer.type("3" * 20)
        trainer.control(Qt.Key.Key_S)
        trainer.until(lambda: session.saved is not None, "the judgement is saved")
        assert session.saved is not None
        saved = session.saved.stored

        # Release, sign and send; the receipt is kept.
        trainer.control(Qt.Key.Key_4)
        trainer.press(Qt.Key.Key_Space)
        trainer.until(lambda: workbench.outbox.send.isEnabled(), "the judgement is released")
        trainer.control(Qt.Key.Key_Return)
        message = workbench.outbox.message
        trainer.until(lambda: message.accessibleName() not in ("", "Released."), "sending has ended")
        assert message.accessibleName() == "1 delivery arrived."
    (batch,) = store.outbox.batches(team.project)
    (receipt,) = store.outbox.receipts(team.project)
    checked = check_receipt(
        receipt.envelope,
        collector_public_key=team.key.public_key,
        manifest=payload.parse(batch.payload, Manifest),
        batch=batch.payload_sha256,
        prev_receipt=GENESIS,
    )
    assert [(item.id, item.status) for item in checked.items] == [(saved.id, "stored")]

    # The same as a file, over a file name typed in the system's dialog.
    file = tmp_path / "night shift.preceptor"
    trainer.push("saveFile")
    trainer.dialog("saveFileDialog")
    trainer.replace_text(str(file))
    trainer.press(Qt.Key.Key_Return)
    trainer.until(file.exists, "the file is written")
    trainer.until(lambda: "saved again" in workbench.outbox.message.accessibleName(), "the window says so")
    said = f"Nothing waits, so all that was signed is saved again: 1 delivery with 1 judgement in {file}."
    assert workbench.outbox.message.accessibleName() == said
    trainer.alone()
    profile = tmp_path / "profile"
    key = tmp_path / "key.json"
    key.write_text(preceptor(profile, "keys", "show", "--project", team.project, "--json"))
    found = json.loads(preceptor(tmp_path / "nobody", "bundle", "verify", file, "--key", key, "--json"))
    assert (found["valid"], found["batches"], found["records"], found["project"]) == (True, 1, 1, team.project)

    # Training data.
    out = tmp_path / "pairs"
    trainer.control(Qt.Key.Key_3)
    trainer.push("export")
    exporting = trainer.dialog("exportDialog")
    assert trainer.focus.objectName() == "exportFormat_preference"
    trainer.go_to("exportFolder")
    trainer.replace_text(str(out))
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("exportDialogMain")
    assert words_of(exporting, "exportHeadline") == f"5 rows from 1 judgement in {out}"
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()
    rows = [json.loads(line) for path in out.glob("data/*.jsonl") for line in path.read_text().splitlines()]
    pairs = {(row["chosen"][0]["content"], row["rejected"][0]["content"]) for row in rows}
    a, b, c, d = (ANSWERS["abcd".index(key)] for key in saved.record.shown.order)  # type: ignore[union-attr]
    assert pairs == {(b, a), (b, c), (b, d), (a, d), (c, d)}
    assert json.loads((out / "manifest.json").read_text())["format"] == "preference"
    written = preceptor(profile, "export", "--as", "preference", "--out", tmp_path / "by-command")
    assert "5 rows from 1 judgement" in written
    assert (tmp_path / "by-command" / "manifest.json").read_bytes() == (out / "manifest.json").read_bytes()
