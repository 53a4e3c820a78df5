"""A judgement is held to its rubric: what the rubric does not ask for or allow is refused by its path."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from feedback_store import records, rubrics
from feedback_store.errors import RubricError
from feedback_store.record_parts import (
    Answer,
    App,
    Candidate,
    Comparison,
    Context,
    Flag,
    Judgement,
    Message,
    Origin,
    Prompt,
    Rating,
    Shown,
    Timing,
    Verdict,
    Versioned,
)
from feedback_store.rubric_check import check_judgement

TIME = "2026-11-22T12:34:56.789Z"
RUBRIC = msgspec.structs.replace(
    rubrics.load("helpsteer2"),
    questions=(
        rubrics.Question("refuses", "Does it refuse?", "yes_no"),
        rubrics.Question(
            "wrong", "What is wrong?", "several", (rubrics.Choice("fact", "A fact"), rubrics.Choice("logic", "Logic"))
        ),
    ),
)
KEPT: dict[str, Any] = {
    "verdicts": (Verdict("overall", tiers=(("b",), ("a",)), strength=2),),
    "ratings": (Rating("a", "helpfulness", 0), Rating("b", "helpfulness", 4)),
    "answers": (Answer("a", "refuses", "no"), Answer("a", "wrong", ("fact", "logic")), Answer("b", "wrong", ())),
    "flags": (Flag("a", "bias", 3, kind="stereotype", target_group="religion"), Flag("b", "wording", 0)),
}


def judgement(rubric: rubrics.Rubric = RUBRIC, **parts: Any) -> Judgement:
    return Judgement(
        v=1,
        id=records.new_id(),
        rev=1,
        nonce=records.new_nonce(),
        created_at=TIME,
        project=records.new_project_id(),
        trainer=records.new_trainer_id(),
        app=App("preceptor", "0.1.0"),
        comparison=Comparison(records.new_id()),
        context=Context("bench", "normal"),
        prompt=Prompt(records.new_id(), 1, (Message("user", "Why?"),)),
        candidates=(Candidate("a", "Because.", Origin("human")), Candidate("b", "So.", Origin("human"))),
        shown=Shown(("a", "b"), blind=True, streamed=False, masked=(), seed=0),
        rubric=Versioned(rubric.id, rubric.version, rubric.sha256),
        timing=Timing(TIME, TIME, 0),
        **({"verdicts": (), "ratings": (), "answers": (), "flags": ()} | parts),
    )


def test_a_judgement_within_its_rubric_passes() -> None:
    check_judgement(judgement(**KEPT), RUBRIC)


@pytest.mark.parametrize(
    ("parts", "path", "words"),
    [
        ({"verdicts": (Verdict("safe", tiers=(("a", "b"),)),)}, "$.verdicts[0].axis", "no verdict 'safe'"),
        ({"ratings": (Rating("a", "beauty", 1),)}, "$.ratings[0].axis", "no axis 'beauty'"),
        ({"ratings": (Rating("a", "coherence", 5),)}, "$.ratings[0].value", "from 0 to 4"),
        ({"ratings": (Rating("a", "coherence", -1),)}, "$.ratings[0].value", "from 0 to 4"),
        ({"ratings": (Rating("a", "coherence", "na"),)}, "$.ratings[0].value", "always applies"),
        ({"answers": (Answer("a", "rude", "no"),)}, "$.answers[0].question", "no question 'rude'"),
        ({"answers": (Answer("a", "refuses", "unsure"),)}, "$.answers[0].value", "Choose from yes, no"),
        ({"answers": (Answer("a", "refuses", ("no",)),)}, "$.answers[0].value", "one choice, not a list"),
        ({"answers": (Answer("a", "wrong", "fact"),)}, "$.answers[0].value", "a list of choices"),
        ({"answers": (Answer("a", "wrong", ("fact", "fact")),)}, "$.answers[0].value", "stands twice"),
        ({"flags": (Flag("a", "rudeness", 1),)}, "$.flags[0].category", "no flag category"),
        ({"flags": (Flag("a", "bias", 4),)}, "$.flags[0].severity", "from 0 to 3"),
        ({"flags": (Flag("a", "bias", 1, kind="sly"),)}, "$.flags[0].kind", "Bias has no kind 'sly'"),
        ({"flags": (Flag("a", "factual", 1, kind="other"),)}, "$.flags[0].kind", "Factual error has no kind"),
        ({"flags": (Flag("a", "bias", 1, target_group="cats"),)}, "$.flags[0].target_group", "no target group 'cats'"),
        ({"flags": (Flag("a", "wording", 1, target_group="age"),)}, "$.flags[0].target_group", "has no target group"),
    ],
)
def test_what_the_rubric_does_not_allow_is_refused_by_its_path(parts: dict[str, Any], path: str, words: str) -> None:
    with pytest.raises(RubricError) as refused:
        check_judgement(judgement(**parts), RUBRIC)
    assert refused.value.values["path"] == path
    assert words in str(refused.value)


def test_a_strength_is_refused_where_the_rubric_does_not_ask_for_it() -> None:
    arena = rubrics.load("arena")
    with pytest.raises(RubricError, match=r"\$\.verdicts\[0\]\.strength"):
        check_judgement(judgement(arena, verdicts=KEPT["verdicts"]), arena)


def test_flags_are_refused_where_the_rubric_has_none() -> None:
    plain = msgspec.structs.replace(RUBRIC, flags=None)
    with pytest.raises(RubricError, match=r"\$\.flags\[0\]: HelpSteer2 has no flags"):
        check_judgement(judgement(plain, flags=KEPT["flags"]), plain)


def test_another_rubric_or_another_version_of_it_is_told_apart() -> None:
    with pytest.raises(RubricError, match=r"\$\.rubric"):
        check_judgement(judgement(), rubrics.load("helpsteer2"))
