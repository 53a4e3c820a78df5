"""`--min-rating`: the axis that counts is named or the only one, and never one on which more is worse (SafeRLHF)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dataset_files import rows, write
from made_judgements import judgement

from feedback_store.errors import StoreError
from feedback_store.pairs import Rules
from feedback_store.record_parts import Judgement, Rating


def test_a_least_rating_counts_the_axis_that_is_named_and_never_guesses(tmp_path: Path) -> None:
    rated = (Rating("a", "helpfulness", 3), Rating("a", "coherence", 4), Rating("b", "helpfulness", 1))
    made = judgement("a>b", ratings=rated)

    def answers(name: str, *made: Judgement, **rules: Any) -> tuple[list[str], object]:
        _, told = write(list(made), tmp_path / name, "sft", rules=Rules(min_rating=3, **rules))
        return [row["completion"][0]["content"] for row in rows(tmp_path / name)], told["options"]["rating_axis"]

    assert answers("named", made, rating_axis="helpfulness") == (["text of a"], "helpfulness")
    only = judgement("a>b", ratings=rated[:1])
    assert answers("only one", only) == (["text of a"], "helpfulness")
    assert answers("the verdict's", made, axis="coherence") == (["text of a"], "coherence")
    for rules, sentence in (
        (Rules(min_rating=3), "there are several. Name one with --rating-axis: coherence, helpfulness."),
        (Rules(min_rating=3, rating_axis="beauty"), "No judgement is rated on 'beauty'."),
    ):
        with pytest.raises(StoreError) as refused:
            write([made], tmp_path / "none", "sft", rules=rules)
        assert sentence in str(refused.value)
    with pytest.raises(StoreError, match="No judgement has ratings"):
        write([judgement("a>b")], tmp_path / "none", "sft", rules=Rules(min_rating=3))
    assert not (tmp_path / "none").exists()


def test_where_more_is_worse_no_least_rating_is_counted(tmp_path: Path) -> None:
    """SafeRLHF has one axis, how bad the harm is: its worst answers would have left as examples."""
    harm = (Rating("a", "severity_level", 0), Rating("b", "severity_level", 3))
    for rules in (Rules(min_rating=2), Rules(min_rating=2, rating_axis="severity_level")):
        with pytest.raises(StoreError, match="On 'severity_level' more is worse"):
            write([judgement("a>b", ratings=harm)], tmp_path / "none", "sft", rules=rules)
    assert not (tmp_path / "none").exists()
    both = judgement("a>b", ratings=(*harm, Rating("a", "helpfulness", 3), Rating("b", "helpfulness", 1)))
    _, told = write([both], tmp_path / "helpful", "sft", rules=Rules(min_rating=3))
    assert told["options"]["rating_axis"] == "helpfulness"
    assert [row["completion"][0]["content"] for row in rows(tmp_path / "helpful")] == ["text of a"]
