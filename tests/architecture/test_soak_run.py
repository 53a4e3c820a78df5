"""What `just soak-delivery` tells while it runs, and what is left out when it goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

import soak_run  # noqa: E402  (beside the tests)

LOG = """commit   c1730edaf7b0a23a54daa0d7b423c733a1b6c8ae 2026-11-26
begun    2026-11-26 21:05 UTC

collecting ... collected 135 items / 131 deselected / 4 selected

tests/some/test_faults.py::test_random[sqlite-whole]
  500 batches, 1047 requests, 50 kills on each side  PASSED 4m 30s
tests/some/test_faults.py::test_flips[revoke, by the key-all] PASSED 7.323s
tests/some/test_walk.py::test_walk[many] FAILED 1m 1s
tests/some/test_walk.py::test_more[many]
"""
FILES = ["tests/some/test_faults.py", "tests/some/test_walk.py"]


def test_a_log_tells_what_ended_and_how_long_it_took() -> None:
    run = soak_run.heard(LOG.splitlines())
    assert run.count == 4
    assert run.ended == {
        "tests/some/test_faults.py::test_random[sqlite-whole]": ("PASSED", 270.0),
        "tests/some/test_faults.py::test_flips[revoke, by the key-all]": ("PASSED", 7.323),
        "tests/some/test_walk.py::test_walk[many]": ("FAILED", 61.0),
    }
    assert len(run.passed) == 2, "what was begun or failed has not passed"


def test_the_time_to_go_is_that_of_a_kept_log_and_of_new_tests_the_mean() -> None:
    run = soak_run.heard(LOG.splitlines())
    known = {"tests/some/test_walk.py::test_more[many]": 100.0, "tests/other/test_file.py::test_long": 9000.0}
    assert soak_run.to_go(run, known, FILES) == 100.0
    assert soak_run.to_go(run, {}, FILES) == pytest.approx((270 + 7.323 + 61) / 3)
    begun = soak_run.heard(["collecting ... collected 2 items"])
    assert soak_run.to_go(begun, known, FILES) == 200.0, "one is known, and the other taken for as long"


def test_a_run_is_gone_on_with_only_where_nothing_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "delivery.unfinished.txt"
    commit = LOG.splitlines()[0]
    assert soak_run.unfinished(file, commit) == []
    file.write_text(LOG)
    assert len(soak_run.unfinished(file, commit)) == 2
    assert soak_run.unfinished(file, commit.replace("c17", "d17")) == []
    changed = f"{commit} with changes that are not committed"
    file.write_text(LOG.replace(commit, changed))
    assert soak_run.unfinished(file, changed) == []


TESTS = """
import pathlib, pytest
@pytest.mark.soak
@pytest.mark.parametrize("name", ["one, first", "two", "three"])
def test_some(name):
    place = pathlib.Path(__file__).parent
    with (place / "met").open("a") as met:
        met.write(name + "\\n")
    while name == "two" and not (place / "go on").exists():
        pass
"""


def test_a_run_that_was_killed_leaves_its_log_and_goes_on_after_what_had_passed(tmp_path: Path) -> None:
    """In a project of its own, with a commit of its own."""
    project = tmp_path / "project"
    (project / "tests" / "some").mkdir(parents=True)
    for name in ("soak_run.py", "soak_log.py"):
        (project / "tests" / name).write_bytes((ROOT / "tests" / name).read_bytes())
    (project / "pyproject.toml").write_text('[tool.pytest.ini_options]\nmarkers = ["soak: long"]\n')
    (project / "tests" / "some" / "test_some.py").write_text(TESTS)
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "All"]):
        subprocess.run(["git", *words], cwd=project, check=True)
    command = [sys.executable, "tests/soak_run.py", "some", "tests/some/test_some.py"]
    log, met = project / "docs" / "soak" / "some.unfinished.txt", project / "tests" / "some" / "met"
    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, text=True, start_new_session=True) as first:
        while not (log.exists() and "[one, first] PASSED" in log.read_text() and "two" in met.read_text()):
            assert first.poll() is None
            time.sleep(0.02)
        os.killpg(first.pid, signal.SIGKILL)
        assert first.stderr is not None
        assert "0 of 3 done, about" in first.stderr.read()
    (met.parent / "go on").touch()
    again = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    assert "2 of 2 done, about 0 minutes to go" in again.stderr and "to go" not in again.stdout
    assert met.read_text().splitlines() == ["one, first", "two", "two", "three"]
    (kept,) = (project / "docs" / "soak").iterdir()
    assert kept.name.endswith("-some.txt") and kept.name.startswith("20")
    text = kept.read_text()
    assert text.count("PASSED") == 3 and text.startswith("commit") and "gone on with" in text
