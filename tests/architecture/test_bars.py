"""A measure that falls short of its bar is told, whatever the table's columns."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from bars import main, short  # noqa: E402  (the benchmarks lie side by side in their folder)
from rounds import HEAD, row, share  # noqa: E402

RATIOS = "| measure | ours | theirs | ratio | bar |\n|---|---|---|---|---|\n| k = 1 | 292.1 | 318.9 | {} | ≥ 0.95 |\n"
MEDIANS = (
    "| measure | median | highest | bar |\n|---|---|---|---|\n| pause | {} | 80.0 | < 50 |\n| beside it | 11 | 13 | |\n"
)


EACH = "| measure | median | highest | bar |\n|---|---|---|---|\n| pause | 12.0 | {} | each < 50 |\n"


@pytest.mark.parametrize(
    ("table", "held", "missed"), [(RATIOS, "0.95", "0.94"), (MEDIANS, "49.9", "50"), (EACH, "49.9", "50")]
)
def test_a_value_is_held_to_its_bar(table: str, held: str, missed: str) -> None:
    assert list(short(table.format(held))) == []
    assert len(list(short(table.format(missed)))) == 1
    assert len(list(short(table.format("not measured")))) == 1, "what has a bar and no number falls short"


def test_a_table_of_rounds_is_held_as_its_bars_say() -> None:
    rounds = [20.0, 22.0, 68.0]
    table = HEAD + row("usual", rounds, "< 50") + row("every one", rounds, "each < 50") + row("told only", rounds)
    assert list(short(table)) == ["every one: 68.0, must be each < 50"]
    assert (share(rounds, 0.5), share(rounds, 0.99), share([7.0], 0.95)) == (22.0, 68.0, 7.0)


def test_a_missed_bar_ends_with_one(tmp_path: Path) -> None:
    results = tmp_path / "results.md"
    results.write_text(RATIOS.format("0.92"), encoding="utf-8")
    assert main([results]) == 1
    results.write_text(RATIOS.format("0.97"), encoding="utf-8")
    assert main([results]) == 0


def test_every_kept_table_has_rows_with_bars() -> None:
    for file in (BENCHMARKS / "results").glob("*.md"):
        impossible = re.sub(r"([≤<]) [\d.]+", r"\1 0", file.read_text(encoding="utf-8"))
        impossible = re.sub(r"≥ [\d.]+", "≥ 1000000", impossible)
        assert list(short(impossible)), f"{file.name} has no bar that is understood"
