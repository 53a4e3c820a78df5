"""Says which rows of results fall short of their bar, and ends with 1 where one does: python bars.py RESULTS.md …

Every recipe that measures ends with it, so a bar that is missed is a recipe that failed. `just bars` reads what is
kept. A row is held to the last of its numbers before the bar; where rounds have a median and a highest, to the median,
or, where the bar begins with "each", to the highest. benchmarks/README.md says which is which.
"""

from __future__ import annotations

import operator
import re
import sys
from collections.abc import Iterator
from pathlib import Path

HOLDS = {"≥": operator.ge, "≤": operator.le, "<": operator.lt, ">": operator.gt}
_BAR = re.compile(r"(each )?([≥≤<>]) ([\d.]+)")
_NUMBER = re.compile(r"-?[\d.]+")


def short(text: str) -> Iterator[str]:
    """The rows of all tables of a Markdown text whose value does not hold against their bar."""
    heads: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            heads = []
        elif not heads:
            heads = cells
        elif (bar := _BAR.fullmatch(cells[-1])) is not None:
            held = "highest" if bar[1] else "median"
            value = cells[heads.index(held)] if held in heads else cells[-2]
            if not _NUMBER.fullmatch(value) or not HOLDS[bar[2]](float(value), float(bar[3])):
                yield f"{cells[0]}: {value}, must be {cells[-1]}"


def main(files: list[Path]) -> int:
    """Print what falls short in these files; the exit status."""
    found = [f"{file.name}: {row}" for file in files for row in short(file.read_text(encoding="utf-8"))]
    print("\n".join(found) or "Every bar is held.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main([Path(word) for word in sys.argv[1:]]))
