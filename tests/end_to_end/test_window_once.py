"""A second start on the same profile shows the first window and ends; another profile has a window of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from greeted import greeted
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication

from desktop.bridge.one_window import SHOW, _name, bring_to_front

ROOT = Path(__file__).resolve().parents[2]
WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop import app, starting

application = QApplication(["preceptor"])
came = app.Workbench.come_forward
def come_forward(self):
    came(self)
    print("shown", flush=True)
app.Workbench.come_forward = come_forward
QTimer.singleShot(200, lambda: print("open", flush=True))
sys.exit(starting.run(Path(sys.argv[1])))
"""


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(folder)],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def first(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    window = start(greeted(tmp_path / "profile"))
    assert window.stdout is not None and window.stdout.readline() == "open\n"
    yield window
    window.send_signal(signal.SIGTERM)
    window.communicate(timeout=20)


def test_a_second_start_shows_the_first_window_and_ends_well(first: subprocess.Popen[str], tmp_path: Path) -> None:
    began = time.monotonic()
    second = start(tmp_path / "profile")
    said, complaints = second.communicate(timeout=20)
    assert (second.returncode, said) == (0, "Preceptor is open already; its window is shown.\n"), complaints
    assert time.monotonic() - began < 10
    assert first.stdout is not None and first.stdout.readline() == "shown\n"
    assert first.poll() is None


def test_nothing_but_the_one_word_does_anything(
    first: subprocess.Popen[str], tmp_path: Path, qapp: QApplication
) -> None:
    for sent in (b"quit!\n", b"\0" * 100_000, SHOW[:2]):
        socket = QLocalSocket()
        socket.connectToServer(_name(tmp_path / "profile"))
        assert socket.waitForConnected(2000)
        socket.write(sent)
        socket.flush()
        socket.waitForDisconnected(300)
        socket.abort()
    assert bring_to_front(tmp_path / "profile")
    assert first.stdout is not None and first.stdout.readline() == "shown\n"


def test_where_no_window_is_open_there_is_nobody_to_bring(tmp_path: Path, qapp: QApplication) -> None:
    assert not bring_to_front(tmp_path / "profile")


def test_a_window_that_was_killed_does_not_stand_in_the_way(tmp_path: Path) -> None:
    killed = start(tmp_path / "profile")
    assert killed.stdout is not None and killed.stdout.readline() == "open\n"
    killed.kill()
    killed.communicate()
    again = start(tmp_path / "profile")
    assert again.stdout is not None and again.stdout.readline() == "open\n"
    again.send_signal(signal.SIGTERM)
    again.communicate(timeout=20)
    assert again.returncode == 0
