"""On every screen from 1× to 3× the bench is whole, its icons are sharp, and its lines are there; each room is too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.long

HERE = Path(__file__).resolve().parent
PLACES = (HERE, HERE.parent, HERE.parents[1])


BENCH = "bench, judged"
ROOMS = ("models", "records", "inbox", "outbox", "settings, appearance")


def looked_at(ratio: float, folder: Path, *scenes: str) -> list[dict[str, Any]]:
    """What is told of these scenes at a ratio of pixels, with what holds for all of them."""
    there = {"QT_SCALE_FACTOR": str(ratio), "QT_QPA_PLATFORM": "offscreen", "LANGUAGE": "en"}
    there["PYTHONPATH"] = os.pathsep.join(map(str, PLACES))
    there["XDG_CONFIG_HOME"] = str(folder / "config")
    words = [sys.executable, str(HERE / "scaled_window.py"), str(folder / "profiles"), *scenes]
    done = subprocess.run(words, env=os.environ | there, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [told["scene"] for told in found] == list(scenes)
    for told in found:
        assert told["ratio"] == ratio
        assert told["pixels"] == [round(1024 * ratio), round(640 * ratio)]
        least = told["icons"] / 2 if told["scene"] == BENCH else 1
        assert ratio == 1 or told["blurred_if_coarse"] >= least, "the check sees what is not sharp"
        assert (told["cut"], told["blurred"]) == ([], []), told["scene"]
    return found


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_the_bench_is_whole_and_sharp_at_every_ratio_of_pixels(ratio: float, tmp_path: Path) -> None:
    (told,) = looked_at(ratio, tmp_path, BENCH)
    assert told["icons"] > 8 and told["cards"] >= 2 and told["without_edge"] == []


@pytest.mark.parametrize("ratio", [1.25, 3.0])
def test_every_room_is_whole_and_sharp_at_a_broken_and_at_the_highest_ratio(ratio: float, tmp_path: Path) -> None:
    bench, *_rooms = looked_at(ratio, tmp_path, BENCH, *ROOMS)
    assert bench["icons"] > 8 and bench["cards"] >= 2 and bench["without_edge"] == []
