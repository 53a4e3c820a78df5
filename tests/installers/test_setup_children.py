"""Children of the set-up: a known environment, progress from their lines, none left behind."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import children
import pytest
from progress import CompilerShare, PackageCount, Progress

INSTALLERS = Path(children.__file__).parent


def test_children_speak_english_in_utf8_and_stay_inside_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    given = children.environment()
    assert given["LC_ALL"] == "C.UTF-8"
    assert given["PIP_USER"] == "0", "a pip.conf may say otherwise, and pip then refuses an environment"
    assert not {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET"} & given.keys()


def test_each_line_of_a_child_is_read_for_progress_but_not_the_noise(tmp_path: Path) -> None:
    script = tmp_path / "in a folder with spaces.py"
    script.write_text(
        "print('one'); print('WARNING: Location x is ignored'); print('[notice] new pip'); print('zwei ü')"
    )
    seen: list[str] = []

    def where(line: str) -> str:
        seen.append(line)
        return ""

    children.run([sys.executable, "-X", "utf8", script], "Reading", Progress(io.StringIO()), where=where)
    assert seen == ["one\n", "zwei ü\n"]


def test_packages_are_counted_as_pip_names_them() -> None:
    count = PackageCount(3)
    lines = [
        "Collecting anyio==4.16.0 (from -r x.txt (line 1))",
        "  Downloading anyio-4.16.0-py3-none-any.whl (111 kB)",
        "Requirement already satisfied: click==8 in ./x",
        "Installing collected packages: anyio",
    ]
    assert [count(line) for line in lines] == ["1 of 3", "1 of 3", "2 of 3", "unpacking"]


def test_the_compilers_share_is_read_from_make_and_from_ninja() -> None:
    share = CompilerShare()
    lines = [
        "*** Configuring CMake...",
        "  [ 12%] Building C object x.c.o",
        "warning: x",
        "[30/120] Building CXX object",
    ]
    assert [share(line) for line in lines] == ["", "12 %", "12 %", "25 %"]


def test_a_terminal_sees_one_line_a_step_rewritten(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("progress.time.monotonic", lambda: clock[0])

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown = Terminal()
    progress = Progress(shown)
    progress.begin("Compiling")
    clock[0] += 75
    progress.stands("40 %")
    progress.end()
    assert shown.getvalue().split("\r\x1b[K")[1:] == [
        "Compiling …",
        "Compiling … 40 %, 1 min 15 s",
        "Compiling: done, 1 min 15 s\n",
    ]


def test_a_log_sees_a_line_every_quarter_of_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("progress.time.monotonic", lambda: clock[0])
    shown = io.StringIO()
    progress = Progress(shown)
    progress.begin("Compiling")
    for _ in range(40):
        clock[0] += 1
        progress.stands("7 %")
    progress.end()
    assert shown.getvalue().splitlines() == [
        "Compiling …",
        "  Compiling … 7 %, 15 s",
        "  Compiling … 7 %, 30 s",
        "Compiling: done, 40 s",
    ]


def test_an_interrupted_set_up_stops_its_child(tmp_path: Path) -> None:
    mark = tmp_path / "the child's number"
    child = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); print(1, flush=True); time.sleep(60)"
    parent = (
        "import sys; from progress import Progress; import children\n"
        "def stop(line): raise KeyboardInterrupt\n"
        f"children.run([sys.executable, '-c', {child!r}], 'Waiting', Progress(), where=stop)"
    )
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", parent], cwd=INSTALLERS, capture_output=True, timeout=180, check=False)
    assert time.monotonic() - started < 50
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)
