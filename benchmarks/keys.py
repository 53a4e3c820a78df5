"""How soon keys are seen and saves are safe, written to benchmarks/results/keys.md.

    just bench-keys

The true window on X11 (Xvfb, openbox), keys through the X server by xdotool, scripted answers: ranking of four, two
axes on all four, a flag, a reason, save, twenty times. From a key's arrival in the program to the end of the painting
that follows it; from Ctrl+S to the record's acknowledgement, which is a commit with a full sync.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "end_to_end"), str(ROOT / "docs" / "screenshots")]

from a_display import display  # noqa: E402  (they lie beside the tests and beside what takes the pictures)
from keyboard_day import judge, rubric  # noqa: E402

from desktop.profile import Profile  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "keys.md"
ROUNDS = 5
COMPARISONS = 20


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def main() -> None:
    painted, saved, keys = [], [], []
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder, display("xcb") as variables:
            profile = Profile.open(Path(folder) / "profile", insecure_key_file=True)
            profile.store.projects.use(profile.new_project("By keys", rubric()).id).result()
            profile.close()
            day = judge(Path(folder) / "profile", variables, COMPARISONS)
        painted.append(p95(day.painted_ms))
        saved.append(p95(day.saved_ms))
        keys += day.keys
        print(f"round {number + 1}: painted p95 {painted[-1]:.1f} ms, saved p95 {saved[-1]:.1f} ms", flush=True)
    rows = (
        ("keys for ranking four, two axes on all four, and save", f"{max(keys)}", "≤ 20"),
        ("key to painted, p95, ms", f"{statistics.median(painted):.1f}", "≤ 50"),
        ("Ctrl+S to saved, p95, ms", f"{statistics.median(saved):.1f}", "≤ 100"),
    )
    table = "\n".join(f"| {what} | {found} | {bar} |" for what, found, bar in rows)
    RESULTS.write_text(
        f"# Keys\n\n{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Xvfb and openbox, medians of {ROUNDS} rounds "
        f"of {COMPARISONS} comparisons.\n\n| measure | found | bar |\n|---|---|---|\n{table}\n",
        encoding="utf-8",
    )
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
