"""How soon keys are seen and saves are safe, written to benchmarks/results/keys.md.

    just bench-keys

The true window on X11 (Xvfb, openbox), keys through the X server by xdotool, scripted answers: ranking of four, two
axes on all four, a flag, a reason, save, twenty times. From the X server's reading of a key to the end of the painting
that follows it, whatever the window was busy with and however late; from Ctrl+S to the record's acknowledgement, which
is a commit with a full sync.
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
from keyboard_day import DIGITS, LATE_MS, RANKING, Day, judge, rubric  # noqa: E402
from rounds import HEAD, row, share  # noqa: E402

from desktop.profile import Profile  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "keys.md"
ROUNDS = 5
COMPARISONS = 20
# Ours is pressed. The others' are counted from the pages that say which keys they have: neither program was run.
RATINGS = 8  # two axes on four answers
ARGILLA = ("Tab", "2", "Tab", "1", "Tab", "2", "Tab", "4", *("Down", "3") * RATINGS, "Enter")
LABEL_STUDIO_RATINGS = ("hotkey",) * 3 * RATINGS
COUNTED = """\
What is counted: from the X server's reading of a key to the end of the first painting of the window that has the
keyboard, however late that is; a key that no painting follows counts until the window is closed. What a key does at
once is seen in that painting. What a timer does later is not told apart, nor a painting for something else, as the
cursor that blinks, that comes after a key that changes nothing.

"""
BESIDE = """
## The same work beside others, by the keys that they document

Ranking four answers, two axes on all four, save. Ours was pressed above; neither other program was run here.

| program | keys |
|---|---|
| Preceptor | {ours} |
| Argilla | {argilla} |
| Label Studio | not by keys |

- Preceptor: {typed}; ties included. A chord, as Shift for `>`, counts as one.
- Argilla: Tab activates the form; a ranking question takes the number of a place for each of four and Tab between them;
  an axis on four answers is four rating questions, since a rating is of a record, so Down and a digit {ratings} times;
  Enter submits. Its source goes on by itself after a rating, and after a rank: then it takes 15 to 18, fewer than ours.
- Label Studio: its Ranker is drag and drop and documents no hotkey. A Rating documents one hotkey, which changes its
  value, so {ratings} ratings of 3 by steps are {rated} presses.

Sources: Argilla, "Annotate your dataset", its table of shortcuts, https://docs.argilla.io/latest/how_to_guides/annotate/;
Label Studio, "Hotkeys", https://labelstud.io/guide/hotkeys, "Ranker", https://labelstud.io/tags/ranker, and "Rating",
https://labelstud.io/tags/rating.
"""


def main() -> None:
    days: list[Day] = []
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder, display("xcb") as variables:
            profile = Profile.open(Path(folder) / "profile", insecure_key_file=True)
            profile.store.projects.use(profile.new_project("By keys", rubric()).id).result()
            profile.close()
            days.append(judge(Path(folder) / "profile", variables, COMPARISONS))
        painted = {place: share(days[-1].painted_at(place), 0.95) for place in sorted(days[-1].places)}
        print(f"round {number + 1}: painted {painted}, saved {share(days[-1].saved_ms, 0.95):.1f} ms", end="")
        print(f", {days[-1].late} late, {days[-1].unpainted} of them never painted", flush=True)
    keys = [max(day.keys) for day in days]
    everywhere = [share([ms for _place, ms in day.painted_ms], 0.95) for day in days]
    longest = [max(ms for _place, ms in day.painted_ms) for day in days]
    places = sorted(set.union(*(day.places for day in days)) - {"generate"})
    RESULTS.write_text(
        f"# Keys\n\n{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Xvfb and openbox, {ROUNDS} rounds of "
        f"{COMPARISONS} comparisons, {round(statistics.median(len(day.painted_ms) for day in days))} keys "
        "pressed in a round.\n\n"
        + COUNTED
        + HEAD
        + row("keys for ranking four, two axes on all four, and save", keys, "each ≤ 20", digits=0)
        + row("key to painted, p95, ms", everywhere, "≤ 50")
        + row("the longest one, ms", longest)
        + row(f"keys painted after {LATE_MS:,} ms or later, or never", [day.late for day in days], "each ≤ 0", digits=0)
        + row("of these never, until the window was closed", [day.unpainted for day in days], digits=0)
        + row("Ctrl+Enter to painted answers, p95, ms", _painted(days, "generate"), "≤ 50")
        + row(
            "the longest of these, the first one after the start, ms", [max(day.painted_at("generate")) for day in days]
        )
        + row("Ctrl+S to saved, p95, ms", [share(day.saved_ms, 0.95) for day in days], "≤ 100")
        + "".join(
            row(f"key to painted, p95, the keyboard at: {place or 'none'}, ms", _painted(days, place), "≤ 50")
            for place in places
        )
        + BESIDE.format(
            ours=max(keys),
            argilla=len(ARGILLA),
            typed=f"`V {RANKING} Enter` {len(RANKING) + 2}, `Enter` and a digit a rating {len(DIGITS) + 1}, `Ctrl+S` 1",
            ratings=RATINGS,
            rated=len(LABEL_STUDIO_RATINGS),
        ),
        encoding="utf-8",
    )
    print(RESULTS.read_text(encoding="utf-8"))


def _painted(days: list[Day], place: str) -> list[float]:
    """The p95 of each round that has keys at this place."""
    return [share(day.painted_at(place), 0.95) for day in days if place in day.places]


if __name__ == "__main__":
    main()
