"""What `just soak` keeps can be read by anybody: commit, machine, one line a test, and no folder of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEEPER = ROOT / "tests" / "soak_log.py"


def test_the_log_names_commit_and_machine_and_no_folder() -> None:
    said = [
        "tests/some/test_file.py::test_name PASSED 12.3s",
        f"{ROOT}/tests/some/test_file.py:12: in test_name",
        f"{sys.base_prefix}/lib/subprocess.py:571: in run",
        f"E   no such file: '{tempfile.gettempdir()}/pytest-of-ada/pytest-0/profile'",
        f"E   {Path.home()}/.local/share",
        "x" * 100_000,
    ]
    done = subprocess.run(
        [sys.executable, str(KEEPER)], input="\n".join(said) + "\n", capture_output=True, text=True, check=True
    )
    head, body, end = done.stdout.split("\n\n")
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [line.split()[0] for line in head.splitlines()] == ["commit", "machine", "python", "begun"]
    assert commit.strip() in head and f"{len(os.sched_getaffinity(0))} cores" in head
    assert end.startswith("ended")
    lines = body.splitlines()
    assert lines[:2] == [said[0], "tests/some/test_file.py:12: in test_name"]
    assert lines[3] == "E   no such file: 'TMP/pytest-of-ada/pytest-0/profile'"
    assert not [line for line in lines if str(Path.home()) in line or sys.base_prefix in line]
    assert len(done.stdout) < 3000
