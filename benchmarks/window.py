"""How fast the window is with much in it, written to benchmarks/results/window.md.

    just bench-window

A profile of 10,000 judgements: from the start of the process to a bench that takes a key, and what the process holds
then, in a true window on X11 (Xvfb, openbox). A profile of 100,000: opening the records' room, searching while
somebody types, with filters too, scrolling to the end; how long a save, a withdrawal and the outbox hold the window up.
Saving, from Ctrl+S in the window to its word that the judgement is on the disk, and by the store alone; beside both the
time that the file system itself takes to sync. Files are in the system's cache but for the starts that are told apart:
what is measured is the program, not the disk.

    just bench-window --rounds 1 --records 200 --saves 20    to see that it works; writes to the screen alone
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from filled import fill, judged, made
from pauses import live, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from records_room import room
from rounds import HEAD, row, share

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.starting import favour_window
from desktop.theme.appearance import Appearance
from desktop.views.parts import dress
from local_models.scripted import ScriptedEngine

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "docs" / "screenshots"))

from a_display import display  # noqa: E402  (it lies beside what takes the pictures)

RESULTS = ROOT / "benchmarks" / "results" / "window.md"
ROUNDS = 5
FEW, MANY = 10_000, 100_000
SAVES = 200

START = """
import os, sys, time
import desktop.__main__ as program
import desktop.bridge.quick_imports as quick
load = quick.import_quickly

def import_quickly():
    load()
    from PySide6.QtCore import QTimer
    import desktop.app as app
    shown = app.Workbench.show
    def show(self):
        shown(self)
        QTimer.singleShot(0, lambda: usable(self))
    app.Workbench.show = show

def usable(workbench):
    from PySide6.QtCore import QTimer
    from PySide6.QtTest import QTest
    field = workbench.bench.prompt.text
    if not (workbench.window.isVisible() and field.hasFocus()):
        return QTimer.singleShot(1, lambda: usable(workbench))
    QTest.keyClick(field, "a")
    workbench.window.repaint()
    ticks = int(open("/proc/self/stat").read().rpartition(")")[2].split()[19])
    since = float(open("/proc/uptime").read().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")
    lines = open("/proc/self/smaps_rollup").read().splitlines()[1:]
    held = {name: int(size.split()[0]) for name, size in (line.split(":") for line in lines)}
    print(since, held["Rss"], held["Pss"], flush=True)
    workbench.session.ask(workbench.session.draft.prompt.__class__())
    workbench.window.close()

quick.import_quickly = import_quickly
sys.argv[:] = ["preceptor", "--profile", sys.argv[1]]
program.main()
"""


def started(folder: Path, variables: Mapping[str, str]) -> tuple[float, float, float]:
    """Seconds to a bench that took a key, and MB that the process holds: resident, and its share of what is shared."""
    done = subprocess.run(
        [sys.executable, "-c", START, str(folder)],
        cwd=ROOT,
        # As an installed program is: what Python compiled is kept, also where the environment says otherwise.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **variables},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    seconds, resident, share = done.stdout.split()
    return float(seconds), int(resident) / 1000, int(share) / 1000


def started_cold(folder: Path, variables: Mapping[str, str]) -> float | None:
    """Seconds of a start with nothing in the system's cache; None where that may not be emptied (only root may)."""
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3", encoding="ascii")
    except OSError:
        return None
    return started(folder, variables)[0]


def saved_by_key(folder: Path, saves: int) -> list[float]:
    """Milliseconds from Ctrl+S, pressed at the bench, to the window's word that the judgement is saved."""
    profile = Profile.open(folder, insecure_key_file=True)
    workbench = Workbench(profile, engine=ScriptedEngine(lambda _prompt, count: ("An answer.",) * count))
    workbench.show()
    QTest.qWaitForWindowActive(workbench.window)
    session = workbench.session
    told: list[float] = []
    workbench.rooms.bridge.changed.connect(lambda parts: told.append(time.perf_counter()) if "saved" in parts else None)
    found = []
    for draft in judged(profile, saves):
        session.go_to(draft)
        live(20)
        assert session.can_save, session.missing
        focus = QApplication.focusWidget()
        assert focus is not None
        told.clear()
        began = time.perf_counter()
        QTest.keyClick(focus, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        until(lambda: bool(told))
        found.append((told[0] - began) * 1000)
    workbench.window.close()
    profile.close()
    return found


def saved_by_store(folder: Path, saves: int) -> tuple[list[float], list[float]]:
    """Milliseconds of saves by the store alone to their acknowledgement, and of a write and a sync on the same disk."""
    profile = Profile.open(folder, insecure_key_file=True)
    acknowledged, synced = [], []
    for judgement in made(profile, saves):
        began = time.perf_counter()
        profile.store.records.save(judgement).result()
        acknowledged.append((time.perf_counter() - began) * 1000)
        with (folder / "sync").open("ab") as file:
            file.write(bytes(8192))
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            synced.append((time.perf_counter() - began) * 1000)
    profile.close()
    return acknowledged, synced


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--records", type=int, default=0, help="in both profiles, instead of 10,000 and 100,000")
    parser.add_argument("--saves", type=int, default=SAVES)
    asked = parser.parse_args()
    few, many = asked.records or FEW, asked.records or MANY
    whole = (asked.rounds, asked.records, asked.saves) == (ROUNDS, 0, SAVES)
    if "DISPLAY" not in os.environ:
        os.environ.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={ROOT / 'tests' / 'offscreen.json'}")
    application = QApplication(["preceptor"])
    application.setQuitOnLastWindowClosed(False)
    favour_window(application)
    dress(application, Appearance("light").theme)
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        fill(small, few)
        with display("xcb") as variables:
            starts = [started(small, variables) for _ in range(asked.rounds + 1)][1:]
            print("starts", starts)
            colds = [started_cold(small, variables) for _ in range(asked.rounds)]
        cold = [each for each in colds if each is not None]
        print("with nothing in the cache", cold)
        by_key = [saved_by_key(small, asked.saves) for _ in range(asked.rounds)]
        acknowledged, synced = zip(*(saved_by_store(small, asked.saves) for _ in range(asked.rounds)), strict=True)
        fill(large, many)
        rooms = [room(large) for _ in range(asked.rounds)]
        print("rooms", rooms)
    seconds, resident, held = zip(*starts, strict=True)

    def rooms_row(what: str, name: str, bar: str = "") -> str:
        return row(what, [each[name] for each in rooms], bar, digits=0)

    def p99_row(what: str, rounds: Sequence[Sequence[float]], bar: str = "") -> str:
        return row(what, [share(each, 0.99) for each in rounds], bar)

    page = (
        f"# The window with much in it\n\n{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, "
        f"{application.platformName()}, {asked.rounds} rounds; {asked.saves} saves a round; "
        f"files in the system's cache but in one row.\n\n"
        + HEAD
        + row(f"start on X11 to a bench that takes a key, {few:,} records, s", seconds, "each < 1.5", digits=2)
        + (row("the same, nothing in the system's cache, s", cold, "each < 1.5", digits=2) if cold else "")
        + row("the window's process then, on X11, MB resident", resident, "each < 220", digits=0)
        + row("the same, shared pages counted by share, MB", held, digits=0)
        + rooms_row(f"records' room opened, {many:,} records, ms to the first rows", "open", "each < 100")
        + rooms_row("longest pause while it opens, ms", "pause while opening", "each < 50")
        + rooms_row("a letter typed to its records painted, p95, ms", "search p95", "< 100")
        + rooms_row("the longest one, ms", "search longest")
        + rooms_row("longest pause while searching, ms", "pause while search", "each < 50")
        + rooms_row("a letter typed with filters to its records painted, p95, ms", "filtered search p95", "< 100")
        + rooms_row("the longest one, ms", "filtered search longest")
        + rooms_row("longest pause while searching with filters, ms", "pause while filtered search", "each < 50")
        + rooms_row("a word typed at once: its last key to its records, longest, ms", "typed ahead, longest")
        + rooms_row("longest pause while a word is typed at once, ms", "pause while typing ahead", "each < 50")
        + rooms_row(
            f"longest pause while scrolling to the end ({rooms[0]['rows']:,.0f} rows), ms",
            "pause while scrolling",
            "each < 50",
        )
        + rooms_row("longest pause from End and Ctrl+A, just after a search, ms", "pause at the end", "each < 50")
        + rooms_row(
            "longest pause from a withdrawal while words are searched, ms",
            "pause of a withdrawal, searched",
            "each < 50",
        )
        + rooms_row(
            "longest pause from a withdrawal while all are marked, ms", "pause of a withdrawal, marked", "each < 50"
        )
        + rooms_row("longest pause from a save while the room is seen, ms", "pause of a save, seen", "each < 50")
        + rooms_row("longest pause from a save while it is hidden, ms", "pause of a save", "each < 50")
        + rooms_row("longest pause from opening the outbox, where all wait, ms", "pause of the outbox", "each < 50")
        + p99_row("Ctrl+S at the bench to the word that it is saved, p99, ms", by_key, "each < 50")
        + p99_row("a record given to the store to its acknowledgement, p99, ms", acknowledged, "each < 50")
        + p99_row("a sync of the file system itself, p99, ms", synced)
    )
    if whole:
        RESULTS.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
