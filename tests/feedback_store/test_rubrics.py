"""Rubrics: the shipped ones are the published scales, and a broken file is refused by a sentence with its place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_store import canonical, rubrics
from feedback_store.errors import RubricError, StoreError

SMALLEST: dict[str, Any] = {"id": "mine", "version": 1, "name": "Mine", "source": "me", "licence": "CC0-1.0"}


def parse(**fields: Any) -> rubrics.Rubric:
    return rubrics.parse(json.dumps(SMALLEST | fields).encode())


@pytest.mark.parametrize("rubric", rubrics.available(), ids=lambda rubric: rubric.id)
def test_everything_a_trainer_meets_is_explained(rubric: rubrics.Rubric) -> None:
    assert rubric.licence
    assert all(verdict.help for verdict in rubric.verdicts)
    assert all(question.help or len(question.text.split()) > 1 for question in rubric.questions)
    assert all(axis.help and all(step.help for step in axis.steps) for axis in rubric.axes)
    assert rubric.flags is not None
    assert all(category.help and all(kind.help for kind in category.kinds) for category in rubric.flags.categories)
    assert all(severity.help for severity in rubric.flags.severities)


@pytest.mark.parametrize("rubric", rubrics.available(), ids=lambda rubric: rubric.id)
def test_a_rubric_written_and_read_again_is_the_same_with_the_same_hash(rubric: rubrics.Rubric) -> None:
    data = rubrics.encode(rubric)
    again = rubrics.parse(data)
    assert again == rubric
    assert again.sha256 == rubric.sha256 == canonical.sha256_hex(data)


def test_the_hash_covers_the_flag_set_that_is_only_named_in_the_file() -> None:
    assert parse(flags="general").sha256 != parse().sha256
    spelled_out = json.loads(rubrics.encode(parse(flags="general")))["flags"]
    assert parse(flags=spelled_out).sha256 == parse(flags="general").sha256


def test_a_slider_takes_every_value_between_its_named_ends() -> None:
    ends = [{"value": 1, "name": "Terrible"}, {"value": 100, "name": "Perfect"}]
    (axis,) = parse(axes=[{"id": "quality", "name": "Quality", "steps": ends, "na": True}]).axes
    assert axis.allows(1)
    assert axis.allows(57)
    assert axis.allows("na")
    assert not axis.allows(0)
    assert not axis.allows(101)


def test_a_rubric_may_rank_in_two_respects_or_in_none() -> None:
    safe = [{"id": "helpful", "name": "More helpful"}, {"id": "safe", "name": "Safer"}]
    assert parse(verdicts=safe).verdict_axes == ("helpful", "safe")
    assert parse(verdicts=[]).verdict_axes == ()
    assert parse().verdict_axes == ("overall",)


def test_questions_answer_yes_no_unsure_or_by_their_choices() -> None:
    choices = [{"id": "factual", "name": "Wrong fact"}, {"id": "logic", "name": "Contradiction"}]
    found = parse(
        questions=[
            {"id": "moral", "text": "Does it judge?", "kind": "yes_no"},
            {"id": "harm", "text": "Does it harm?", "kind": "yes_no_unsure"},
            {"id": "why", "text": "What is wrong?", "kind": "several", "choices": choices},
        ]
    )
    assert [question.values for question in found.questions] == [
        ("yes", "no"),
        ("yes", "no", "unsure"),
        ("factual", "logic"),
    ]


STEPS = [{"value": 1}, {"value": 2}]
AXIS = {"id": "one", "name": "One", "steps": STEPS}
CHOICES = [{"id": "x", "name": "X"}, {"id": "x", "name": "Y"}]
CATEGORY = {"id": "c", "letter": "C", "name": "C"}
FLAGS = {"id": "f", "categories": [CATEGORY], "severities": [{"name": "bad", "weight": "1"}]}


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ({"version": 0}, "$.version", "0 stands where a whole number of 1 or more"),
        ({"id": "Not an id"}, "$.id", "an id: a letter a to z"),
        ({"axis": []}, "$", "did you mean 'axes'?"),
        ({"axes": [AXIS, AXIS]}, "$.axes[1].id", "“one” stands twice"),
        ({"axes": [AXIS | {"steps": STEPS[:1]}]}, "$.axes[0].steps", "a list of 2 or more entries"),
        ({"axes": [AXIS | {"steps": STEPS[::-1]}]}, "$.axes[0].steps", "higher than the one before"),
        (
            {"questions": [{"id": each, "text": "Is it?", "kind": "yes_no"} for each in ("Q3_bias", "q3_bias")]},
            "$.questions[1].id",
            "“q3_bias” stands twice, with other capitals",
        ),
        ({"verdicts": [{"id": "x", "name": "X"}] * 2}, "$.verdicts[1].id", "stands twice"),
        ({"questions": [{"id": "q", "text": "Q", "kind": "one"}]}, "$.questions[0].choices", "two or more"),
        (
            {"questions": [{"id": "q", "text": "Q", "kind": "one", "choices": CHOICES}]},
            "$.questions[0].choices[1].id",
            "stands twice",
        ),
        (
            {"questions": [{"id": "q", "text": "Q", "kind": "yes_no", "choices": CHOICES[:1]}]},
            "$.questions[0].choices",
            "no choices of its own",
        ),
        ({"flags": "special"}, "$.flags", "Known: general, mlcommons_hazards, mqm_style"),
        ({"flags": "../../pyproject"}, "$.flags", "There is no flag set"),
        ({"flags": FLAGS | {"severities": []}}, "$.flags.severities", "a list of 1 or more entries"),
        (
            {"flags": FLAGS | {"categories": [CATEGORY, CATEGORY | {"id": "d"}]}},
            "$.flags.categories[1].letter",
            "“C” stands twice",
        ),
        (
            {"flags": FLAGS | {"categories": [CATEGORY | {"asks_target_group": True}]}},
            "$.flags.target_groups",
            "none is named",
        ),
        (
            {"flags": FLAGS | {"severities": [{"name": "bad", "weight": "1.50"}]}},
            "$.flags.severities[0].weight",
            "a decimal number as a text",
        ),
    ],
)
def test_a_broken_rubric_is_refused_by_its_path(fields: dict[str, Any], path: str, words: str) -> None:
    with pytest.raises(RubricError) as refused:
        parse(**fields)
    assert refused.value.values["path"] == path
    assert words in str(refused.value)
    assert str(refused.value).endswith((".", "?"))


def test_the_usual_rubric_is_named_in_one_place() -> None:
    root = Path(__file__).parents[2]
    files = [file for package in ("desktop", "feedback_store") for file in (root / package).rglob("*.py")]
    named = [file.name for file in files for _ in re.findall(f'"{rubrics.DEFAULT}"', file.read_text(encoding="utf-8"))]
    assert named == ["reading.py"]
    assert rubrics.load(rubrics.DEFAULT)


def test_an_unknown_rubric_or_version_is_refused_with_what_is_known() -> None:
    with pytest.raises(RubricError, match=r"Known: arena, .*, overall_only, "):
        rubrics.load("helpsteer9")
    with pytest.raises(RubricError, match="no version 7"):
        rubrics.load("helpsteer2", 7)
    assert rubrics.load("helpsteer2", 1) == rubrics.load("helpsteer2")


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b'{"id": "a", "id": "b"}', b" " * 300_000, b"[" * 9999])
def test_what_is_no_rubric_at_all_is_refused(data: bytes) -> None:
    with pytest.raises(RubricError):
        rubrics.parse(data)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["id", "version", "name", "axes", "questions", "verdicts", "flags", "strength", "what"]), _json
    )
)
def test_no_rubric_file_breaks_the_reader(fields: dict[str, Any]) -> None:
    try:
        parse(**fields)
    except StoreError as refused:
        assert str(refused)
