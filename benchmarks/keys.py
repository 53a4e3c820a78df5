"""How soon keys are seen and saves are safe, written to benchmarks/results/keys.md.

    just bench-keys

The true window on X11 (Xvfb, openbox), keys through the X server by xdotool, scripted answers: ranking of four, two
axes on all four, a flag, a reason, save, twenty times. From the X server's reading of a key to the end of the painting
that follows it, whatever the window was busy with; from Ctrl+S to the record's acknowledgement, which is a commit with
a full sync.
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
# Counted from what the others document of their keys, not measured: neither program was run for it.
BESIDE = """
## The same work beside others, by the keys that they document

Ranking four answers, two axes on all four, save. Counted, not measured: neither program was run here.

| program | keys |
|---|---|
| Preceptor | 19 |
| Argilla | 24 |
| Label Studio | not by keys |

- Preceptor: `V b>a=c>d Enter` 9, `Enter` and a digit a rating 9, `Ctrl+S` 1; ties included.
- Argilla: a ranking question takes the number of a slot for each of four and Tab between them, 7; an axis on four
  answers is four rating questions, since a rating is of a record, so eight times Shift+Down and a digit, 16; submit 1.
- Label Studio: its Ranker is drag and drop and documents no hotkey. A Rating documents one hotkey, which changes its
  value by a step, so eight ratings of 3 are 24 presses; submit is Ctrl+Enter.

Sources: Argilla's pull requests 3268 and 3473 (shortcuts of feedback tasks) and its annotation guide; Label Studio's
pages on hotkeys, Rating and Ranker.
"""


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def main() -> None:
    painted, highest, saved, keys = [], [], [], []
    places: dict[str, list[float]] = {}
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder, display("xcb") as variables:
            profile = Profile.open(Path(folder) / "profile", insecure_key_file=True)
            profile.store.projects.use(profile.new_project("By keys", rubric()).id).result()
            profile.close()
            day = judge(Path(folder) / "profile", variables, COMPARISONS)
        painted.append(p95([ms for _place, ms in day.painted_ms]))
        highest.append(max(ms for _place, ms in day.painted_ms))
        for place, ms in day.painted_ms:
            places.setdefault(place, []).append(ms)
        saved.append(p95(day.saved_ms))
        keys += day.keys
        print(f"round {number + 1}: painted p95 {painted[-1]:.1f} ms, saved p95 {saved[-1]:.1f} ms", flush=True)
    rows = (
        ("keys for ranking four, two axes on all four, and save", f"{max(keys)}", "≤ 20"),
        ("key to painted, p95, ms", f"{statistics.median(painted):.1f}", "≤ 50"),
        ("the longest one of a round, ms", f"{statistics.median(highest):.1f}", ""),
        ("Ctrl+S to saved, p95, ms", f"{statistics.median(saved):.1f}", "≤ 100"),
        *(
            (f"key to painted, p95 of {len(found)}, the keyboard at: {place or 'none'}, ms", f"{p95(found):.1f}", "")
            for place, found in sorted(places.items())
        ),
    )
    table = "\n".join(f"| {what} | {found} | {bar} |" for what, found, bar in rows)
    RESULTS.write_text(
        f"# Keys\n\n{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Xvfb and openbox, medians of {ROUNDS} rounds "
        f"of {COMPARISONS} comparisons.\n\n| measure | found | bar |\n|---|---|---|\n{table}\n{BESIDE}",
        encoding="utf-8",
    )
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
