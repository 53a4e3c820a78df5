"""How long `preceptor --help` takes, as a whole process, beside a bare Python that imports click.

    python benchmarks/help.py

Prints the medians of five in milliseconds and their ratio. The bar: under 300 ms on two quiet cores.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5


def median_ms(command: list[str]) -> float:
    """The median wall time of five runs after one that is not counted."""
    times = []
    for _ in range(RUNS + 1):
        started = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, cwd=ROOT)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times[1:])


def main() -> None:
    ours = median_ms([sys.executable, "-m", "desktop", "--help"])
    bare = median_ms([sys.executable, "-c", "import click"])
    print(f"preceptor --help {ours:.0f} ms, bare Python with click {bare:.0f} ms, ratio {ours / bare:.2f}")


if __name__ == "__main__":
    main()
