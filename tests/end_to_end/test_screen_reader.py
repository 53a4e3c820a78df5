"""The bench as a screen reader is told of it on Linux: over AT-SPI, from another process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from keyboard_day import Keyboard, rubric

from desktop.profile import Profile

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs" / "screenshots"))

from a_display import display

DEBIANS_PYTHON = "/usr/bin/python3"
Told = dict[str, Any]


@contextmanager
def session_bus(runtime: Path) -> Iterator[dict[str, str]]:
    """A bus of our own for the block, on which the system starts what passes words to screen readers.

    What it starts has its socket in `runtime`: in the one that all share, a second one takes its place.
    """
    runtime.mkdir(mode=0o700)
    own = {**os.environ, "XDG_RUNTIME_DIR": str(runtime)}
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, env=own, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as bus:
        assert bus.stdout is not None
        try:
            yield {"DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip(), "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        finally:
            bus.terminate()


class Reader:
    """A screen reader that listens already when the window starts: `told` is what it knows of the window now."""

    def __init__(self, variables: dict[str, str]) -> None:
        program = Path(__file__).with_name("screen_reader.py")
        self._process = subprocess.Popen(
            [DEBIANS_PYTHON, "-E", str(program)],
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None and self._process.stdout.readline() == "{}\n"

    def told(self) -> Told:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        told: Told = json.loads(self._process.stdout.readline())
        return told

    def until(self, true: Callable[[Told], bool]) -> Told:
        end = time.monotonic() + 180
        while not true(told := self.told()):
            assert time.monotonic() < end, told
            time.sleep(0.1)
        return told

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.mark.needs("xvfb", "openbox", "xdotool", "dbus", "at-spi2-core", "python3-pyatspi")
def test_a_screen_reader_is_told_the_answers_as_a_list_with_place_ranking_and_ratings(tmp_path: Path) -> None:
    profile = Profile.open(tmp_path / "profile")
    profile.store.projects.use(profile.new_project("By ear", rubric()).id).result()
    profile.close()
    with display("xcb") as screen, session_bus(tmp_path / "run") as bus:
        reader = Reader(screen | bus)
        keyboard = Keyboard(tmp_path / "profile", screen | bus)
        try:
            keyboard.type("Why is the sky blue?")
            reader.until(lambda told: [each["name"] for each in told["focus"]][:1] == ["Prompt"])
            keyboard.press("ctrl+Return")
            keyboard.hear("answers")

            reader.until(lambda told: "4 answers are written" in told["heard"])
            there = ["Answer A", "Answer A", "Answers"]  # the text, its card, the list
            told = reader.until(lambda told: [each["name"] for each in told["focus"]][:3] == there)
            assert [each["role"] for each in told["answers"]] == ["list item"] * 4
            assert [each["name"] for each in told["answers"]] == ["Answer A", "Answer B", "Answer C", "Answer D"]
            assert [each["description"] for each in told["answers"]] == [
                f"{place} of 4, not ranked, 0 of 2 rated" for place in (1, 2, 3, 4)
            ]
            assert [(each["place"], each["of"]) for each in told["answers"]] == [(0, 4), (1, 4), (2, 4), (3, 4)]

            keyboard.type("vb>a=c>d")
            keyboard.press("Return")
            ranked = ["Answer A, 2nd, tied", "Answer B, Best", "Answer C, 2nd, tied", "Answer D, 4th"]
            reader.until(lambda told: [each["name"] for each in told["answers"]] == ranked)

            keyboard.press("Escape", "1")
            keyboard.type("g")
            reader.until(lambda told: told["answers"][0]["description"] == "1 of 4, all good, 0 of 2 rated")
            keyboard.press("ctrl+z")
            reader.until(lambda told: told["answers"][0]["description"] == "1 of 4, 0 of 2 rated")

            keyboard.press("1", "Return")
            keyboard.type("342")
            told = reader.until(lambda told: told["answers"][1]["description"] == "2 of 4, 1 of 2 rated")
            assert told["answers"][0]["description"] == "1 of 4, 2 of 2 rated"
            assert "Helpful, answer A, 3 of 4" in told["ratings"]
            assert "Correct, answer D, missing" in told["ratings"]

            keyboard.press("Escape", "1")
            keyboard.type("fw1")
            keyboard.press("Return")
            reader.until(lambda told: told["answers"][0]["description"] == "1 of 4, 2 of 2 rated, 1 flag")
        finally:
            reader.close()
            keyboard.window.kill()
            keyboard.window.communicate()
