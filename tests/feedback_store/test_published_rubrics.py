"""The shipped presets have the names and scales that were published: each row of published_names.py is a case.

A row has the kind of a part, its id, and behind bars its name and how it is answered. Everything that a rubric asks is
a row, so that a name which is changed, dropped or added turns a test red; the last test shows that for every one.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from made_judgements import judgement
from published_names import DEPARTURES, EMPTY_ANSWERS, FLAG_SETS, RUBRICS, SHIPPED, VOTES

from feedback_store import pairs, rubrics
from feedback_store.errors import RubricError
from feedback_store.pairs import Rules
from feedback_store.record_parts import Versioned
from feedback_store.rubric_check import check_judgement
from feedback_store.rubrics import FlagSet, Question, Rubric

ANSWERS = {"yes_no": "yes, no", "yes_no_unsure": "yes, no, unsure", "one": "one of these", "several": "any of these"}
OURS = {"help", "source", "licence", "version"}  # what is said about a part, by us


def asked(rubric: Rubric) -> Iterator[str]:
    """Everything that a rubric asks, a row each."""
    yield row("rubric", rubric.id, rubric.name, f"flags {rubric.flags.id}" if rubric.flags else "no flags")
    for axis in rubric.axes:
        yield row("axis", axis.id, axis.name, f"{axis.lowest} to {axis.highest}{' or N/A' if axis.na else ''}")
        yield from (row("level", f"{axis.id} {step.value}", step.name) for step in axis.steps if step.name)
    for question in rubric.questions:
        yield row("question", question.id, question.text, answers(question))
        yield from (row("choice", choice.id, choice.name) for choice in question.choices)
    yield from (row("verdict", each.id, each.name) for each in rubric.verdicts)
    if rubric.strength:
        yield row("strength", "", "-3 to 3")
    if rubric.asks_revision:
        yield row("rewriting", "", "of one answer")
    if rubric.justification_min_words:
        yield row("reason", "", f"{rubric.justification_min_words} words or more")


def marked(flags: FlagSet) -> Iterator[str]:
    """Everything that can be marked by a set of flags, a row each."""
    for each in flags.categories:
        group = ["of a target group"] if each.asks_target_group else []
        yield row("category", f"{each.letter} {each.id}", each.name, *group)
        yield from (row("kind", kind.id, kind.name) for kind in each.kinds)
    yield from (row("severity", each.name, each.weight) for each in flags.severities)
    yield from (row("group", each.id, each.name) for each in flags.target_groups)


def row(kind: str, part: str, *said: str) -> str:
    return " | ".join([f"{kind:<10}{part}".rstrip(), *said]) if part else f"{kind:<10}| {said[0]}"


def answers(question: Question) -> str:
    return ANSWERS.get(question.kind, question.kind)


def rows(table: str) -> list[str]:
    return table.strip().splitlines()


def cases(tables: dict[str, str]) -> list[object]:
    return [pytest.param(name, each, id=f"{name}: {each}") for name, table in tables.items() for each in rows(table)]


@pytest.mark.parametrize(("rubric", "expected"), cases(RUBRICS))
def test_what_was_published_is_asked(rubric: str, expected: str) -> None:
    assert expected in asked(rubrics.load(rubric))


@pytest.mark.parametrize(("flags", "expected"), cases(FLAG_SETS))
def test_what_was_published_can_be_flagged(flags: str, expected: str) -> None:
    assert expected in marked(rubrics.flag_set(flags))


@pytest.mark.parametrize("rubric", rubrics.newest(), ids=lambda rubric: rubric.id)
def test_a_rubric_asks_nothing_else_and_in_this_order(rubric: Rubric) -> None:
    assert list(asked(rubric)) == rows(RUBRICS[rubric.id])
    assert rubric.flags is not None and list(marked(rubric.flags)) == rows(FLAG_SETS[rubric.flags.id])


def test_every_shipped_rubric_and_set_of_flags_has_its_table() -> None:
    assert sorted(RUBRICS) == [rubric.id for rubric in rubrics.newest()]
    assert tuple(FLAG_SETS) == rubrics.FLAG_SETS


@pytest.mark.parametrize("vote", rows(VOTES))
def test_a_vote_of_the_arena_leaves_as_it_is_released(vote: str) -> None:
    _name, _words, said, winner = (word.strip() for word in vote.split("|"))
    arena = rubrics.load("arena")
    made = judgement(said, rubric=Versioned(arena.id, arena.version, arena.sha256))
    check_judgement(made, arena)
    (battle,) = pairs.battles(made, Rules()).rows
    assert battle.winner == winner


def test_every_version_that_was_shipped_is_at_hand_and_as_it_was() -> None:
    known = [f"{f'{each.id} {each.version}':<17}{each.sha256}" for each in rubrics.available()]
    assert known == rows(SHIPPED)


def test_what_is_offered_is_the_newest_version_and_an_earlier_one_is_found_by_its_number() -> None:
    assert [rubric.id for rubric in rubrics.newest()] == list(dict.fromkeys(each.id for each in rubrics.available()))
    assert rubrics.load("ultrafeedback") in rubrics.newest()
    earlier = rubrics.load("ultrafeedback", 1)
    assert earlier not in rubrics.newest() and rubrics.at_hand(earlier.sha256) == earlier


@pytest.mark.parametrize("departure", rows(DEPARTURES))
def test_where_the_notes_differ_from_the_source_the_name_is_the_sources(departure: str) -> None:
    rubric, noted, published = departure.split(" | ")
    names = [each.rpartition(" | ")[2] for each in asked(rubrics.load(rubric))]
    assert published in names and noted not in names


@pytest.mark.parametrize("empty", rows(EMPTY_ANSWERS))
def test_what_the_source_has_written_for_nothing_is_the_empty_answer_of_a_question_of_any_number(empty: str) -> None:
    rubric, question_id, word = empty.split(" | ")
    question = rubrics.load(rubric).question(question_id)
    assert question is not None and question.kind == "several" and "or none of them" in question.help
    assert word not in {choice.name for choice in question.choices}


def test_the_questions_of_dices_have_their_published_ids_and_the_roll_up_is_said_to_be_left_out() -> None:
    dices, before = rubrics.load("dices_bias"), rubrics.load("dices_bias", 1)
    assert [question.id[:8] for question in dices.questions] == ["Q3_bias_"] * 5
    assert dices.question("Q3_bias_overall") is None and "without the roll-up Q3_bias_overall" in dices.source
    assert [question.id.lower() for question in dices.questions] == [question.id for question in before.questions]


def test_a_rubric_that_is_a_part_of_what_was_published_says_what_it_leaves_out() -> None:
    prism, before = rubrics.load("prism"), rubrics.load("prism", 1)
    assert "without the choice attributes" in prism.source and "the open feedback" in prism.source
    assert msgspec.structs.replace(prism, version=1, source=before.source) == before, "what is asked is the same"


def published_parts(rubric: Rubric) -> dict[str, Any]:
    """A rubric as JSON, without the steps between the ends of a scale that have no name: they are helps of ours."""
    parts: dict[str, Any] = msgspec.to_builtins(rubric)
    for axis in parts.get("axes", ()):
        lowest, *between, highest = axis["steps"]
        axis["steps"] = [lowest, *(step for step in between if step.get("name")), highest]
    return parts


def changed(value: object) -> Iterator[object]:
    """The same JSON, each time with one text or number changed, one word turned round, or one entry left out."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str):
        yield value + "s"
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            yield [*value[:place], *value[place + 1 :]]
            yield from ([*value[:place], other, *value[place + 1 :]] for other in changed(entry))
    elif isinstance(value, dict):
        for name in value.keys() - OURS:
            yield from (value | {name: other} for other in changed(value[name]))


@pytest.mark.parametrize("rubric", rubrics.newest(), ids=lambda rubric: rubric.id)
def test_no_name_and_no_scale_can_be_changed_or_dropped_unseen(rubric: Rubric) -> None:
    flags = rubrics.flag_set("general")
    known = [*asked(rubric), *marked(rubric.flags or flags)]
    unseen = []
    for other in changed(published_parts(rubric)):
        with contextlib.suppress(RubricError):  # what the reader refuses never ships
            made = rubrics.parse(json.dumps(other).encode())
            if [*asked(made), *marked(made.flags or flags)] == known:
                unseen.append(other)
    assert unseen == []
