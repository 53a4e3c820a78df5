"""A second start on the same profile hands over what it was asked for, shows the first window and ends.

Another profile has a window of its own.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from greeted import greeted
from passing_time import live
from PySide6.QtCore import QDeadlineTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication
from squatter import squat

from desktop.bridge.one_window import SEEN, SHOW, WHAT, OneWindow, _ask, _path, hand_over
from desktop.flow.start_wish import MAX_BYTES, NOTHING, StartWish, to_line

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
went = app.MainWindow.show_named
def show_named(self, name):
    went(self, name)
    print("in", name, flush=True)
app.MainWindow.show_named = show_named
QTimer.singleShot(200, lambda: print("open", flush=True))
sys.exit(starting.run(Path(sys.argv[1])))
"""


def start(folder: Path, *wish: str) -> subprocess.Popen[str]:
    """The first window, or with words a start by the command line."""
    words = ["-m", "desktop", "--profile", str(folder), *wish] if wish else ["-c", WINDOW, str(folder)]
    return subprocess.Popen(
        [sys.executable, *words],
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
    window.communicate(timeout=180)


def test_a_second_start_shows_the_first_window_and_ends_well(first: subprocess.Popen[str], tmp_path: Path) -> None:
    second = start(tmp_path / "profile")
    said, complaints = second.communicate(timeout=180)
    assert (second.returncode, said) == (0, "Preceptor is open already; its window is shown.\n"), complaints
    assert first.stdout is not None and first.stdout.readline() == "shown\n"
    assert first.poll() is None


def test_a_window_that_is_busy_is_waited_for(first: subprocess.Popen[str], tmp_path: Path, qapp: QApplication) -> None:
    """A start that was not answered within half a second said that the profile is in use."""
    first.send_signal(signal.SIGSTOP)
    with subprocess.Popen(["sh", "-c", f"sleep 1; kill -CONT {first.pid}"]):  # waiting, Qt keeps every thread waiting
        assert hand_over(tmp_path / "profile", NOTHING) == "shown"
    assert told(first) == "shown"


HANDS_OVER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.bridge.one_window import hand_over
from desktop.flow.start_wish import StartWish

application = QCoreApplication([])
print("begun", flush=True)
try:
    print(hand_over(Path(sys.argv[1]), StartWish(room="records")), flush=True)
except KeyboardInterrupt:
    print("ended", flush=True)
"""


def test_a_window_that_hangs_is_asked_once_however_much_was_wished(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wish was waited for, and then once more for the window to show itself: twice as long as is said."""
    monkeypatch.setattr("desktop.bridge.one_window.ANSWER_MS", 300)
    (tmp_path / "profile").mkdir()
    server = QLocalServer()
    assert server.listen(_path(tmp_path / "profile"))
    assert hand_over(tmp_path / "profile", StartWish(room="records")) == "nobody"
    reached: list[QLocalSocket] = []
    server.newConnection.connect(lambda: reached.append(server.nextPendingConnection()))
    live(50)
    assert len(reached) == 1


def test_a_start_that_waits_for_a_window_that_hangs_is_ended_by_ctrl_c(tmp_path: Path, qapp: QApplication) -> None:
    """It heard nothing until the ten seconds were over."""
    (tmp_path / "profile").mkdir()
    server = QLocalServer()
    assert server.listen(_path(tmp_path / "profile"))
    patient = f"import desktop.bridge.one_window as it; it.ANSWER_MS = 60_000\n{HANDS_OVER}"
    second = subprocess.Popen(
        [sys.executable, "-c", patient, str(tmp_path / "profile")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert told(second) == "begun"
    while not server.hasPendingConnections():
        live(20)
    second.send_signal(signal.SIGINT)
    assert second.communicate(timeout=50)[0] == "ended\n"


def told(window: subprocess.Popen[str]) -> str:
    assert window.stdout is not None
    return window.stdout.readline().strip()


WISHES = {
    ("open", "--room", "outbox"): "outbox",
    ("open", "--project", "My project", "--room", "records"): "records",
    ("open", "--project", "My project"): "bench",
    ("brought.gguf",): "models",
    ("open", "brought.receipts"): "outbox",
    ("open", "--room", "outbox", "brought.preceptor"): "records",
}


@pytest.mark.long
def test_a_second_start_hands_over_what_it_was_asked_for(first: subprocess.Popen[str], tmp_path: Path) -> None:
    for words, room in WISHES.items():
        *before, last = words
        if last.startswith("brought"):
            (tmp_path / last).write_bytes(b"nothing of the kind")
            last = str(tmp_path / last)
        second = start(tmp_path / "profile", *before, last)
        said, complaints = second.communicate(timeout=180)
        assert (second.returncode, said) == (0, "Preceptor is open already; its window is shown.\n"), complaints
        assert (told(first), told(first)) == ("shown", f"in {room}"), words
    assert first.poll() is None


NO_WISHES = (
    b"quit!\n",
    b"\0" * 100_000,
    b"[" * MAX_BYTES + b"\n",
    SHOW[:2],
    SHOW[:-1] + b" now\n",
    b'{"room": "outbox"}\n',
    to_line(StartWish(room="outbox"))[:-3],
    b" " * MAX_BYTES + to_line(StartWish(room="outbox")),
)


@pytest.mark.long
def test_what_is_neither_the_word_nor_a_wish_does_nothing(
    first: subprocess.Popen[str], tmp_path: Path, qapp: QApplication
) -> None:
    for sent in NO_WISHES:
        socket = QLocalSocket()
        socket.connectToServer(_path(tmp_path / "profile"))
        assert socket.waitForConnected(2000)
        socket.write(sent)
        socket.flush()
        assert not socket.waitForReadyRead(300), sent[:20]
        socket.abort()
    assert hand_over(tmp_path / "profile", StartWish(room="records")) == "done"
    assert (told(first), told(first)) == ("shown", "in records"), "the first that it heard"


@pytest.mark.long
def test_a_wish_of_another_version_shows_the_window_which_says_so(
    first: subprocess.Popen[str], tmp_path: Path, qapp: QApplication
) -> None:
    assert _ask(tmp_path / "profile", b'{"preceptor": 2, "lens": "wide"}\n', QDeadlineTimer(180_000)) == WHAT
    assert told(first) == "shown"
    assert hand_over(tmp_path / "profile", NOTHING) == "shown"
    assert told(first) == "shown", "and it goes nowhere"


@pytest.mark.long
def test_a_window_of_before_there_were_wishes_is_shown_and_the_start_says_that_it_did_no_more(
    tmp_path: Path, qapp: QApplication
) -> None:
    heard: list[bytes] = []
    (tmp_path / "profile").mkdir()
    server = QLocalServer()
    assert server.listen(_path(tmp_path / "profile"))

    def answer_as_it_did() -> None:
        """It read five bytes, answered `seen` to `show`, and hung up on everything else."""
        socket = server.nextPendingConnection()
        socket.waitForReadyRead(2000)
        heard.append(bytes(socket.read(len(SHOW)).data()))
        if heard[-1] == SHOW:
            socket.write(SEEN)
            socket.flush()
        socket.disconnectFromServer()

    server.newConnection.connect(answer_as_it_did)
    second = start(tmp_path / "profile", "open", "--room", "records")
    while second.poll() is None:
        live(20)
    said, complaints = second.communicate()
    assert (second.returncode, said) == (
        0,
        "Preceptor is open already; its window is shown."
        " It is of another version and did not understand what to open; open it there.\n",
    ), complaints
    assert heard[-1] == SHOW and len(heard) == 2


def test_where_no_window_is_open_there_is_nobody_to_hand_over_to(tmp_path: Path, qapp: QApplication) -> None:
    assert hand_over(tmp_path / "profile", NOTHING) == "nobody"
    assert hand_over(tmp_path / "profile", StartWish(room="records")) == "nobody"


def test_a_window_that_was_killed_does_not_stand_in_the_way(tmp_path: Path) -> None:
    killed = start(tmp_path / "profile")
    assert killed.stdout is not None and killed.stdout.readline() == "open\n"
    killed.kill()
    killed.communicate()
    again = start(tmp_path / "profile")
    assert again.stdout is not None and again.stdout.readline() == "open\n"
    again.send_signal(signal.SIGTERM)
    again.communicate(timeout=180)
    assert again.returncode == 0


# Another user's program, at whatever place a later start may look


def shared_place(profile: Path) -> Path:
    """A name that everybody can work out, in the folder that everybody can write to."""
    name = hashlib.sha256(str(profile.resolve()).encode()).hexdigest()[:24]
    return Path(tempfile.gettempdir(), f"preceptor-{name}")


@pytest.mark.parametrize("where", ["in the shared folder", "in the window's own place"])
def test_t4_a_program_of_another_user_hears_no_wish_and_keeps_no_window_from_being_opened(
    tmp_path: Path, where: str
) -> None:
    profile = greeted(tmp_path / "profile")
    place = shared_place(profile) if where == "in the shared folder" else Path(_path(profile))
    squatter = squat(place, answer="seen\n")
    try:
        window = start(profile)
        assert told(window) == "open"
        second = start(profile, "open", "--project", "My project", "--room", "records")
        said, complaints = second.communicate(timeout=180)
        assert (second.returncode, said) == (0, "Preceptor is open already; its window is shown.\n"), complaints
        assert (told(window), told(window)) == ("shown", "in records")
        window.send_signal(signal.SIGTERM)
        window.communicate(timeout=180)
    finally:
        squatter.kill()
        heard, _ = squatter.communicate()
        place.unlink(missing_ok=True)
    assert set(heard.splitlines()) <= {b"b''"}, "it was reached at most, and left"


def test_t4_in_a_folder_that_others_can_enter_no_wish_is_said_and_none_is_heard(
    tmp_path: Path, qapp: QApplication, caplog: pytest.LogCaptureFixture
) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    place = Path(_path(profile))
    heard: list[int] = []
    server = QLocalServer()
    assert server.listen(str(place))
    server.newConnection.connect(lambda: heard.append(1))
    place.parent.chmod(0o755)
    assert hand_over(profile, StartWish(room="records")) == "nobody"
    OneWindow(profile)
    assert [each.getMessage() for each in caplog.records] == ["later starts cannot reach this window: folder_mode"]
    live(20)
    assert heard == []
    place.parent.chmod(0o700)
    caplog.clear()
