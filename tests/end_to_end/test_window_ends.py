"""A started window that the system asks to end: it keeps its draft, and ends as if it had been closed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from greeted import greeted

from feedback_store.store import Store

ROOT = Path(__file__).resolve().parents[2]

WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop import starting

application = QApplication(["preceptor"])

def typed():
    bench = next(w for w in application.topLevelWidgets() if w.objectName() == "mainWindow")
    bench.findChild(object, "promptText").setPlainText("Half a thought")
    print("typed", flush=True)

QTimer.singleShot(300, typed)
sys.exit(starting.run(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_window_that_is_asked_to_end_keeps_what_was_typed_and_ends_cleanly(tmp_path: Path, number: int) -> None:
    window = subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(greeted(tmp_path / "profile"))],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert window.stdout is not None
    assert window.stdout.readline() == "typed\n"
    time.sleep(0.05)  # less than the second after which a draft is kept by itself
    window.send_signal(number)
    _, said = window.communicate(timeout=180)
    assert window.returncode == 0
    assert "Traceback" not in said and "Fatal" not in said
    store = Store.open(tmp_path / "profile", readonly=True)
    (kept,) = store.drafts.list()
    store.close()
    assert b"Half a thought" in kept.data
