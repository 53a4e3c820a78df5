"""On every screen from 1× to 3× the bench is whole, its icons are sharp, and its lines are there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
PLACES = (HERE, HERE.parent, HERE.parents[1])


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.0])
def test_the_bench_is_whole_and_sharp_at_every_ratio_of_pixels(ratio: float, tmp_path: Path) -> None:
    there = {"QT_SCALE_FACTOR": str(ratio), "QT_QPA_PLATFORM": "offscreen", "LANGUAGE": "en"}
    there["PYTHONPATH"] = os.pathsep.join(map(str, PLACES))
    words = [sys.executable, str(HERE / "scaled_window.py"), str(tmp_path / "profile")]
    done = subprocess.run(words, env=os.environ | there, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["ratio"] == ratio
    assert told["pixels"] == [round(1024 * ratio), round(640 * ratio)]
    assert told["icons"] > 8 and told["cards"] >= 2
    assert ratio == 1 or 2 * told["blurred_if_coarse"] > told["icons"], "the check sees what is not sharp"
    assert (told["cut"], told["blurred"], told["without_edge"]) == ([], [], [])
