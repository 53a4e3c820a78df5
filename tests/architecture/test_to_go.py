"""A measurement says how far it is, and how long it will take by what it took so far."""

from __future__ import annotations

import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from to_go import ToGo


def test_what_is_left_takes_as_long_as_what_was_done() -> None:
    moments = iter([100.0, 160.0, 400.0, 500.0])
    out = io.StringIO()
    told = ToGo(1000, clock=lambda: next(moments), out=out)
    told.done(100)  # a minute for a tenth
    told.done(400)  # 300 seconds for the half
    told.done(600)  # more than was foreseen
    assert out.getvalue().splitlines() == [
        "  10 % sent, about 9 minutes to go",
        "  50 % sent, about 5 minutes to go",
        "  100 % sent, about 0 minutes to go",
    ]
