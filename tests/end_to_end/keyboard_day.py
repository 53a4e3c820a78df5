"""A trainer at a real keyboard: judges comparisons of scripted answers on X11, one after the other, without a mouse.

For the test of what is stored (test_keyboard_day.py) and for the times (benchmarks/keys.py).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feedback_store.rubrics import Rubric, parse

HERE = Path(__file__).resolve().parent
RUBRIC = json.dumps(
    {
        "id": "two_axes", "version": 1, "name": "Two axes", "source": "tests", "licence": "CC0-1.0", "flags": "general",
        "axes": [
            {"id": "helpful", "name": "Helpful", "steps": [{"value": 0}, {"value": 4}]},
            {"id": "correct", "name": "Correct", "steps": [{"value": 0}, {"value": 4}]},
        ],
        "justification_min_words": 1,
    }
).encode()  # fmt: skip
RANKING = "b>a=c>d"
LATE_MS = 1000
FLAGGED = 4  # characters of A, from its first
DIGITS = "34120420"  # helpful and correct of A, then of B, C and D


def rubric() -> Rubric:
    return parse(RUBRIC)


@dataclass
class Day:
    """How it went: keys for ranking, two axes and save, and milliseconds."""

    keys: list[int] = field(default_factory=list)
    saved_ms: list[float] = field(default_factory=list)
    painted_ms: list[tuple[str, float]] = field(default_factory=list)  # with the place that had the keyboard
    unpainted: int = 0  # keys that nothing was ever painted after; they count in `painted_ms` until the end

    @property
    def places(self) -> set[str]:
        """Where the keyboard was; `save` and `generate` for what those keys do, `command` for others with Ctrl."""
        return {place for place, _ms in self.painted_ms}

    @property
    def late(self) -> int:
        """Keys after which nothing was painted for LATE_MS or longer."""
        return sum(ms >= LATE_MS for _place, ms in self.painted_ms)

    def painted_at(self, place: str) -> list[float]:
        return [ms for at, ms in self.painted_ms if at == place]


class Keyboard:
    """One window on a display, and the keys that are pressed at it."""

    def __init__(self, profile: Path, variables: dict[str, str], delay_ms: int = 12) -> None:
        self._environment = {**os.environ, **variables, "LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
        self._delay = str(delay_ms)
        command = [sys.executable, str(HERE / "scripted_window.py"), str(profile)]
        self.window = subprocess.Popen(command, env=self._environment, stdout=subprocess.PIPE, text=True)
        self.count = 0
        end = time.monotonic() + 180
        while not self._focused():
            assert time.monotonic() < end and self.window.poll() is None, "the window does not come"
            time.sleep(0.1)

    def press(self, *keys: str) -> None:
        self.count += len(keys)
        self._run("xdotool", "key", "--delay", self._delay, *keys)

    def type(self, text: str) -> None:
        self.count += len(text)
        self._run("xdotool", "type", "--delay", self._delay, text)

    def hear(self, what: str) -> dict[str, Any]:
        """Wait until the window tells this."""
        assert self.window.stdout is not None
        while line := self.window.stdout.readline():
            told: dict[str, Any] = json.loads(line)
            if what in told:
                return told
        raise AssertionError(f"the window ended before it told of {what}")

    def _focused(self) -> bool:
        command = ["xdotool", "search", "--onlyvisible", "--name", "^Preceptor$", "windowfocus", "--sync"]
        return (
            subprocess.run(command, env=self._environment, capture_output=True, timeout=180, check=False).returncode
            == 0
        )

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=180, check=False)
        assert done.returncode == 0, done.stderr


def judge(profile: Path, variables: dict[str, str], comparisons: int) -> Day:
    """Judge so many comparisons: ranking, two axes on all four answers, a flag, a reason, save."""
    day = Day()
    keyboard = Keyboard(profile, variables)
    try:
        for number in range(comparisons):
            keyboard.type(f"Question {number}?")
            keyboard.press("ctrl+Return")
            keyboard.hear("answers")
            keyboard.count = 0
            keyboard.type("v" + RANKING)
            keyboard.press("Return")
            keyboard.press("Return")
            keyboard.type(DIGITS)
            counted = keyboard.count + 1  # and Ctrl+S
            keyboard.press("Escape", "1", "ctrl+Home", *["shift+Right"] * FLAGGED)
            keyboard.type("fw1")
            keyboard.press("Return", "F6", "F6", "F6")
            keyboard.type(f"Because of {number}.")
            keyboard.press("Escape", "ctrl+s")
            day.keys.append(counted)
            day.saved_ms.append(keyboard.hear("saved")["ms"])
        keyboard.press("alt+F4")
        told = keyboard.hear("painted_ms")
        day.painted_ms = [(place, ms) for place, ms in told["painted_ms"]]
        day.unpainted = told["unpainted"]
        assert keyboard.window.wait(60) == 0
    finally:
        keyboard.window.kill()
        keyboard.window.communicate()
    return day
