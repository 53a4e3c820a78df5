"""The longest pause of the window's event loop while four answers stream, written to benchmarks/results/pauses.md.

    just bench-pauses

The true window (xcb where there is a display, else offscreen) and the starter model on all cores. A timer of BEAT_MS
beats in the window's thread; a pause is what lies between two beats. Beside it beats the same timer in a process that
does nothing else: what the machine itself makes anybody wait.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication
from rounds import HEAD, row

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.starting import favour_window
from desktop.theme.appearance import Appearance
from desktop.views.parts import dress

RESULTS = Path(__file__).resolve().parent / "results" / "pauses.md"
BEAT_MS = 5
ROUNDS = 5
WATCHED_S = 15  # of a stream
PROMPT = "Write a long story about a lighthouse, with many details of the weather, the sea and the people."

IDLE = f"""
import sys
sys.path.insert(0, {str(Path(__file__).resolve().parent)!r})
from PySide6.QtCore import QCoreApplication, QTimer
from pauses import Heart
application = QCoreApplication([])
heart = Heart()
heart.start()
QTimer.singleShot({WATCHED_S * 1000}, application.quit)
application.exec()
print(max(heart.pauses))
"""


class Heart:
    """Beats in the thread's event loop and notes how long each beat was, in milliseconds.

    `worked` is what of it the thread had of the processor: on a machine where others work too, that alone is the
    program's.
    """

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self.worked: list[float] = []
        self._last = self._worked = 0.0
        self._timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self.pauses.clear()
        self.worked.clear()
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.pauses.append((now - self._last) * 1000)
        self.worked.append((worked - self._worked) * 1000)
        self._last, self._worked = now, worked


def watched(workbench: Workbench, heart: Heart) -> tuple[float, float, int]:
    """The longest pause (ms) of one stream of four answers, that of an idle process beside it, and its characters."""
    session = workbench.session
    workbench.bench.prompt.text.setPlainText(f"{PROMPT} ({time.time_ns()})")
    idle = subprocess.Popen([sys.executable, "-c", IDLE], stdout=subprocess.PIPE, text=True)
    workbench.bench.generate()
    until(lambda: all(card.text.text() for card in workbench.bench.answers.cards) and session.draft.answers)
    heart.start()
    end = time.monotonic() + WATCHED_S
    until(lambda: time.monotonic() > end or not session.writing)
    heart.stop()
    written = sum(len(answer.text) for answer in session.draft.answers)
    session.cancel()
    until(lambda: not session.writing)
    alone = float(idle.communicate()[0])
    ordered = sorted(heart.pauses)
    print(f"longest {ordered[-1]:.1f} ms, p99 {ordered[int(len(ordered) * 0.99)]:.1f} ms, alone {alone:.1f} ms")
    return ordered[-1], alone, written


def until(condition: Callable[[], object]) -> None:
    """Let the window live until `condition` holds; at most two minutes."""
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        live(BEAT_MS)


def live(ms: int) -> None:
    """Let the window live so long. QTest.qWait keeps Python's lock meanwhile: no other thread would get on."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def main() -> None:
    if "DISPLAY" not in os.environ:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(["preceptor"])
    favour_window(application)
    dress(application, Appearance("light").theme)
    with tempfile.TemporaryDirectory() as folder:
        profile = Profile.open(Path(folder) / "profile", insecure_key_file=True)
        workbench = Workbench(profile)
        workbench.show()
        heart = Heart()
        found = [watched(workbench, heart) for _ in range(ROUNDS + 1)][1:]  # the first one loads the model
        workbench.window.close()
        profile.close()
    QCoreApplication.processEvents()
    RESULTS.write_text(
        "# The longest pause of the window's event loop while four answers stream\n\n"
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {application.platformName()}, starter model, "
        f"{ROUNDS} streams of {WATCHED_S} s, a beat every {BEAT_MS} ms.\n\n"
        + HEAD
        + row("longest pause of the window, ms", [each[0] for each in found], "each < 50")
        + row("longest pause of a process that only beats, beside it, ms", [each[1] for each in found])
        + row("characters in a stream", [each[2] for each in found], digits=0),
        encoding="utf-8",
    )
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
