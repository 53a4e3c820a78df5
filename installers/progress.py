"""Where the set-up stands: a line a step, rewritten in place on a terminal, said now and then elsewhere."""

from __future__ import annotations

import re
import sys
import time
from typing import TextIO

QUIET_SECONDS = 15.0  # between two lines of the same step where lines cannot be rewritten


class Progress:
    """Shows steps as they go on. One step at a time: `begin`, any number of `stands`, `end`."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._rewrites = self._out.isatty()
        self._step = ""
        self._began = self._shown = 0.0

    def say(self, text: str) -> None:
        """A sentence of its own, between two steps."""
        self._out.write(text + "\n")
        self._out.flush()

    def begin(self, step: str) -> None:
        self._step = step
        self._began = self._shown = time.monotonic()
        self._print(step + " …")

    def stands(self, where: str = "") -> None:
        """Show how far the step is; cheap enough to be called for every line that a child prints."""
        now = time.monotonic()
        if now - self._shown < (0.5 if self._rewrites else QUIET_SECONDS):
            return
        self._shown = now
        elapsed = _seconds(now - self._began)
        self._print(
            "  " * (not self._rewrites) + ", ".join(filter(None, (f"{self._step} … {where}".rstrip(), elapsed)))
        )

    def end(self) -> None:
        """The step is done; its line stays, with the time that it took."""
        elapsed = time.monotonic() - self._began
        if self._rewrites or elapsed > 1:
            self._print(f"{self._step}: done, {_seconds(elapsed)}")
        if self._rewrites:
            self._out.write("\n")

    def stop(self) -> None:
        """The step failed: what is said next begins on a line of its own."""
        if self._rewrites:
            self._out.write("\n")

    def _print(self, text: str) -> None:
        self._out.write(f"\r\x1b[K{text}" if self._rewrites else text + "\n")
        self._out.flush()


class PackageCount:
    """Reads pip's lines: how many of the packages it has looked at, and when it unpacks them."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._seen = 0

    def __call__(self, line: str) -> str:
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            self._seen = min(self._seen + 1, self._total)
        if line.startswith("Installing collected packages"):
            return "unpacking"
        return f"{self._seen} of {self._total}"


class CompilerShare:
    """Reads the lines of cmake, make and ninja: how much of the compilation is done."""

    def __init__(self) -> None:
        self._where = ""

    def __call__(self, line: str) -> str:
        if share := re.search(r"\[\s*(\d+)%\]", line):
            self._where = f"{share[1]} %"
        elif steps := re.search(r"\[(\d+)/(\d+)\]", line):
            self._where = f"{100 * int(steps[1]) // max(1, int(steps[2]))} %"
        return self._where


def _seconds(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
