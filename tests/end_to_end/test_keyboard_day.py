"""Twenty comparisons judged by real key events in the true window: no mouse, every record exactly what was typed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from keyboard_day import DIGITS, FLAGGED, judge, rubric

from desktop.profile import APP, Profile
from feedback_store.records import Judgement
from feedback_store.store import Store

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs" / "screenshots"))

from a_display import display

COMPARISONS = 20
MOST_KEYS = 20


@pytest.mark.needs("xvfb", "openbox", "xdotool")
def test_twenty_comparisons_are_judged_without_a_mouse_and_stored_as_typed(tmp_path: Path) -> None:
    profile = Profile.open(tmp_path / "profile")
    profile.store.projects.use(profile.new_project("By keys", rubric()).id).result()
    profile.close()
    with display("xcb") as variables:
        day = judge(tmp_path / "profile", variables, COMPARISONS)
    assert max(day.keys) <= MOST_KEYS, "ranking four, two axes on all four, save"
    store = Store.open(tmp_path / "profile", app=APP, readonly=True)
    found = [stored.record for stored in store.records.iter_newest(store.projects.list()[-1].id)]
    store.close()
    assert len(found) == COMPARISONS
    for number, record in enumerate(found):
        assert isinstance(record, Judgement)
        order = record.shown.order
        assert record.prompt.messages[-1].content == f"Question {number}?"
        (verdict,) = record.verdicts
        assert verdict.tiers == ((order[1],), tuple(sorted((order[0], order[2]))), (order[3],))
        typed = {(order[place // 2], ("helpful", "correct")[place % 2]): int(d) for place, d in enumerate(DIGITS)}
        assert {(rating.candidate, rating.axis): rating.value for rating in record.ratings} == typed
        (flag,) = record.flags
        assert (flag.candidate, flag.category, flag.severity) == (order[0], "wording", 1)
        text = next(candidate.text for candidate in record.candidates if candidate.key == order[0])
        assert flag.span is not None
        assert (flag.span.start, flag.span.end, flag.span.exact) == (0, FLAGGED, text[:FLAGGED])
        assert record.shown.blind
        assert record.justification == f"Because of {number}."
