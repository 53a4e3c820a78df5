"""Runs the soak tests of some files, says how far they are and what is to come, and goes on where it was broken off.

python tests/soak_run.py NAME FILE…

What is said stands in docs/soak/NAME.unfinished.txt while it runs, and under its date once every test was run. A run of
the same commit that was broken off is gone on with: what has passed is left out. How long a test takes is known from
the logs that are kept; what is to come is told on stderr, which no log keeps.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from soak_log import ROOT, clock, head, without_folders

FOLDER = ROOT / "docs" / "soak"
_BEGUN = re.compile(r"(tests/\S+\.py::.*?)(?: (?:PASSED|FAILED|ERROR|SKIPPED)\b.*)?")
_ENDED = re.compile(r"(?:.* )?(PASSED|FAILED|ERROR|SKIPPED)(?: +(?:\([^)]*\) +)?([0-9][0-9.hmsu ]*))?")
_SELECTED = re.compile(r"collected (\d+) items?(?: / (\d+) deselected)?.*")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "us": 0.000_001}


@dataclass
class Heard:
    """What pytest's lines have told: how many tests there are, which of them ended, and in how many seconds."""

    count: int = 0
    ended: dict[str, tuple[str, float]] = field(default_factory=dict)
    _at: str = ""

    def hear(self, line: str) -> bool:
        """Take a line; whether a test has ended with it."""
        text = line.strip()
        if found := _SELECTED.search(text):
            self.count = int(found[1]) - int(found[2] or 0)
        if begun := _BEGUN.fullmatch(text):
            self._at = begun[1].strip()
        ended = _ENDED.fullmatch(text)
        if ended is None or not self._at:
            return False
        self.ended[self._at] = (ended[1], seconds(ended[2] or ""))
        self._at = ""
        return True

    @property
    def passed(self) -> list[str]:
        return [name for name, (how, _time) in self.ended.items() if how == "PASSED"]


def heard(lines: Iterable[str]) -> Heard:
    """What a whole log told."""
    found = Heard()
    for line in lines:
        found.hear(line)
    return found


def seconds(text: str) -> float:
    """A time as pytest writes it: 4m 30s, 7.323s."""
    return sum(float(number) * _SECONDS[unit] for number, unit in re.findall(r"([0-9.]+)(ms|us|h|m|s)", text))


def to_go(run: Heard, known: Mapping[str, float], names: Iterable[str]) -> float:
    """Seconds of the tests that are still to come: as long as each took in a kept log, of the others as the mean."""
    coming = max(run.count - len(run.ended), 0)
    here = {name.partition("::")[0] for name in names}
    before = [time for name, time in known.items() if name.partition("::")[0] in here and name not in run.ended]
    before = sorted(before, reverse=True)[:coming]
    each = [time for _how, time in run.ended.values()] or before or [60.0]
    return sum(before) + (coming - len(before)) * sum(each) / len(each)


def unfinished(file: Path, commit: str) -> list[str]:
    """The tests that passed in a run that was broken off, if it was of this very commit."""
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    return heard(lines).passed if lines[:1] == [commit] and "not committed" not in commit else []


def kept_times(files: Iterable[Path]) -> dict[str, float]:
    """How long each test took that passed, by the newest log that has it."""
    found: dict[str, float] = {}
    for file in sorted(files):
        run = heard(file.read_text(encoding="utf-8").splitlines())
        found |= {name: run.ended[name][1] for name in run.passed}
    return found


def main(name: str, files: list[str]) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    log = FOLDER / f"{name}.unfinished.txt"
    known = kept_times(FOLDER.glob("20*.txt"))
    first = list(head())
    passed = unfinished(log, first[0])
    begun, run = time.time(), Heard()
    command = [sys.executable, "-m", "pytest", "--no-header", "-v", "-o", "console_output_style=times", "--tb", "short"]
    command += ["-m", "soak", "--timeout", "7200", *(f"--deselect={each}" for each in passed), *files]
    with (
        log.open("a" if passed else "w", encoding="utf-8") as kept,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process,
    ):
        assert process.stdout is not None
        for line in _opening(first, begun, passed):
            _say(line, kept)
        for line in process.stdout:
            _say(without_folders(line), kept)
            if run.hear(line) or (run.count and not run.ended and line.startswith("collecting")):
                minutes = to_go(run, known, files) / 60
                done = f"{len(run.ended)} of {run.count} done"
                print(f"  {done}, about {minutes:.0f} minutes to go", file=sys.stderr, flush=True)
        status = process.wait()
        _say(f"\nended    {clock(time.time())}, after {(time.time() - begun) / 60:.0f} minutes\n", kept)
    if len(run.ended) == run.count > 0:
        log.replace(FOLDER / f"{time.strftime('%F')}-{name}.txt")
    return status


def _opening(first: list[str], begun: float, passed: list[str]) -> Iterator[str]:
    if passed:
        yield f"\ngone on with {clock(begun)}, {len(passed)} tests have passed\n"
        return
    yield from (f"{line}\n" for line in first)
    yield f"begun    {clock(begun)}\n\n"


def _say(line: str, kept: TextIO) -> None:
    for to in (sys.stdout, kept):
        print(line, end="", file=to, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
