"""Two set-ups in one folder follow each other, and a killed one keeps nobody waiting."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import setup_lock

INSTALLERS = Path(setup_lock.__file__).parent

HOLDER = """
import sys, pathlib, subprocess
from setup_lock import alone
with alone(pathlib.Path(sys.argv[1])) as lock:
    orphan = None
    if len(sys.argv) > 2:
        orphan = subprocess.Popen([sys.executable, "-c", "input()"], pass_fds=(lock.fileno(),))
    print("held", flush=True)
    input()
"""


def _holder(path: Path, *arguments: str) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), *arguments],
        cwd=INSTALLERS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_a_second_set_up_says_that_it_waits_and_goes_on_when_the_first_ends(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    said: list[str] = []
    with _holder(path) as first:

        def say(text: str) -> None:
            said.append(text)
            assert first.stdin is not None
            first.stdin.write("\n")  # only now may the first one end
            first.stdin.flush()

        with setup_lock.alone(path, say):
            assert first.wait(60) == 0
    assert said == ["Another set-up is running in this folder. Waiting until it ends."]


def test_a_killed_set_up_keeps_nobody_waiting(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with _holder(path) as first:
        first.kill()
        first.wait(60)
    said: list[str] = []
    with setup_lock.alone(path, said.append):
        assert said == []


def test_the_orphan_of_a_killed_set_up_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    said: list[str] = []
    with _holder(path, "with a child") as first:
        first.kill()
        first.wait(60)

        def say(text: str) -> None:
            said.append(text)
            assert first.stdin is not None
            first.stdin.close()  # the orphan reads from the same pipe, and ends with it

        with setup_lock.alone(path, say):
            pass
    assert len(said) == 1
