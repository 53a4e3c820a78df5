"""kill -9 of the window at any moment: the draft is back, the database is whole, nothing saved is lost or doubled."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop.flow import draft as drafts
from desktop.profile import APP
from feedback_store.database import FILE
from feedback_store.store import Store

ROOT = Path(__file__).resolve().parents[2]

# The true window, offscreen, with answers streaming word by word; it types by itself and is killed from outside.
SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from desktop.app import Workbench
from desktop.flow import judging
from desktop.profile import Profile
from local_models.scripted import ScriptedEngine

words = " ".join(f"word{n}" for n in range(400))
application = QApplication(["preceptor"])
profile = Profile.open(Path(sys.argv[1]))
workbench = Workbench(profile, engine=ScriptedEngine(lambda _p, n: [f"{k} {words}" for k in range(n)], pause=0.01))
workbench.show()
workbench.bench.prompt.text.setPlainText("A prompt that must not be lost")
print("open", flush=True)
QTest.qWait(1100)
print("kept", flush=True)
workbench.bench.generate()
QTest.qWait(60_000)
"""


def kill_at(folder: Path, seconds: float) -> None:
    """Start the window, let it keep its draft once, and kill it `seconds` later."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SCRIPT, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as child:
        assert child.stdout is not None
        while child.stdout.readline().strip() != "kept":
            assert child.poll() is None, "the window did not start"
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        child.wait(10)


def check(folder: Path) -> None:
    """The database is whole, and the draft kept last is the trainer's."""
    connection = sqlite3.connect(folder / FILE)
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()
    store = Store.open(folder, app=APP)
    try:
        kept = [drafts.from_bytes(draft.data) for draft in store.drafts.list()]
        assert kept and kept[0].prompt.text == "A prompt that must not be lost"
    finally:
        store.close()


@pytest.mark.timeout(120)
def test_t23_a_killed_window_leaves_its_draft_and_a_whole_database(tmp_path: Path) -> None:
    kill_at(tmp_path / "profile", random.Random(7).uniform(0, 2))
    check(tmp_path / "profile")


@pytest.mark.soak
def test_t23_the_window_killed_at_20_random_moments_while_answers_stream(tmp_path: Path) -> None:
    moments = random.Random(23)
    for attempt in range(20):
        folder = tmp_path / str(attempt)
        kill_at(folder, moments.uniform(0, 4))
        check(folder)
