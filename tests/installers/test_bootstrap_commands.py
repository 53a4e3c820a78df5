"""bootstrap.py: which words go where, and one sentence for a Python that is too old."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import display
import pytest
import setup_steps

BOOTSTRAP = Path(setup_steps.__file__).with_name("bootstrap.py")


def test_what_follows_two_dashes_is_handed_on() -> None:
    assert setup_steps.apart(["run", "--", "--profile", "x", "--"]) == (["run"], ["--profile", "x", "--"])
    assert setup_steps.apart(["test", "--without", "xdotool"]) == (["test", "--without", "xdotool"], [])


@pytest.mark.parametrize(
    ("arguments", "display", "words"),
    [
        ([], True, []),
        ([], False, ["try"]),
        (["--version"], False, ["--version"]),
        (["--profile", "x"], True, ["--profile", "x"]),
        (["--profile", "x"], False, ["--profile", "x"]),
        (["doctor"], False, ["doctor"]),
        (["doctor"], True, ["doctor"]),
    ],
)
def test_only_without_words_and_without_a_display_the_whole_job_is_tried(
    arguments: list[str], display: bool, words: list[str]
) -> None:
    assert setup_steps.words_for(arguments, display=display) == words


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these always have a display")
def test_a_display_is_wayland_or_an_x11_that_answers() -> None:
    assert not display.has_display({"DISPLAY": "", "HOME": "x"})
    assert not display.has_display({"DISPLAY": ":4711"})
    assert display.has_display({"WAYLAND_DISPLAY": "wayland-0"})


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13), (3, 14, 0)])
def test_another_python_ends_with_one_sentence(version: tuple[int, int, int]) -> None:
    code = (
        f"import sys, runpy; sys.version_info = {(*version, 'final', 0)!r}; "
        f"runpy.run_path({str(BOOTSTRAP)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"this is {version[0]}.{version[1]}." in done.stderr


def test_an_old_python_can_read_the_first_file() -> None:
    ast.parse(BOOTSTRAP.read_text(encoding="utf-8"), feature_version=(3, 4))


@pytest.mark.parametrize("arguments", [[], ["fly"], ["test", "--without", "no-such-package"]])
def test_wrong_usage_ends_with_two(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, str(BOOTSTRAP), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
