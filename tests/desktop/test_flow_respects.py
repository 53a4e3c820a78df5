"""Verdicts in several respects, and questions about each answer, from the draft to the record and back."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.flow import checks, judging
from desktop.flow.draft import AnswerDraft, Draft, RevisionDraft, from_bytes, new_draft, to_bytes
from desktop.flow.equal_answers import fold_equal
from desktop.flow.outcome import Frame, from_judgement, to_judgement
from desktop.flow.ranking import Ranking, parse
from desktop.views.parts.strength_choice import ranking_of, step_of
from feedback_store import records, rubrics
from feedback_store.records import App, Judgement, Origin, Versioned
from feedback_store.rubric_check import check_judgement

replace = msgspec.structs.replace
SAFE = rubrics.load("safe_rlhf")
FRAME = Frame(
    records.new_project_id(), records.new_trainer_id(), App("preceptor", "test"),
    Versioned(SAFE.id, SAFE.version, SAFE.sha256),
)  # fmt: skip


def draft(count: int = 2) -> Draft:
    keys = tuple("abcdefgh"[:count])
    answers = tuple(AnswerDraft(key, f"answer {key}", state="done", origin=Origin("human")) for key in keys)
    return replace(new_draft(), answers=answers, order=keys[::-1], axis="helpful")


def judged() -> Draft:
    made = judging.rank(draft(), parse("a>b", 2))
    made = judging.rank(judging.turn_to(made, "safe"), parse("b>a", 2))
    for position in range(2):
        made = judging.rate(made, position, "severity_level", position)
        made = judging.answer(made, position, "is_safe", "no" if position else "yes")
        made = judging.answer(made, position, "harm_category", ("drugs", "violence") if position else ())
    return made


def test_what_is_ranked_by_one_respect_leaves_the_other_alone() -> None:
    made = judged()
    assert {verdict.axis: verdict.tiers for verdict in made.verdicts} == {
        "helpful": (("b",), ("a",)),
        "safe": (("a",), ("b",)),
    }
    assert made.tiers == (("a",), ("b",)), "the respect that stands here"
    back = judging.turn_to(made, "helpful")
    assert back.tiers == (("b",), ("a",))
    level = judging.all_equal(back, "all_bad")
    assert (level.level, judging.turn_to(level, "safe").tiers) == ("all_bad", (("a",), ("b",)))
    assert judging.all_equal(level, "all_bad").tiers is None


def test_nothing_is_missing_once_every_respect_and_question_has_its_answer() -> None:
    assert [notice.text for notice in checks.missing(draft(), SAFE)] == [
        "2 ratings missing, 4 questions are open",
        "Not ranked yet: More helpful",
        "Not ranked yet: Safer",
    ]
    assert checks.missing(judged(), SAFE) == ()


def test_answers_that_cannot_be_ranked_in_one_respect_are_not_asked_about() -> None:
    made = judging.not_rankable(draft(), "both are empty")
    assert [notice.text for notice in checks.missing(made, SAFE)] == ["Not ranked yet: Safer"]


def test_a_record_of_two_respects_keeps_to_its_rubric_and_comes_back_whole() -> None:
    made = judged()
    record = to_judgement(made, FRAME)
    check_judgement(record, SAFE)
    data = records.encode(record)
    stored = records.decode(data)
    assert isinstance(stored, Judgement)
    again = from_judgement(stored, "0" * 64, data)
    assert (again.verdicts, set(again.ratings), set(again.answered)) == (
        made.verdicts, set(made.ratings), set(made.answered),
    )  # fmt: skip
    assert from_bytes(to_bytes(made)) == made


def test_an_answer_written_anew_loses_what_was_said_of_it_and_all_rankings() -> None:
    made = judging.forget_answer(judged(), "a", "run", "m")
    assert made.verdicts == ()
    assert {said.candidate for said in made.answered} == {rating.candidate for rating in made.ratings} == {"b"}


def test_an_answer_that_was_asked_about_is_not_folded_into_an_equal_one() -> None:
    same = replace(draft(), answers=tuple(replace(each, text="same") for each in draft().answers))
    assert fold_equal(judging.answer(same, 0, "is_safe", "yes")).order == same.order


def test_the_rest_is_answered_without_touching_what_was_said() -> None:
    made = judging.answer(draft(), 0, "is_safe", "yes")
    made = judging.answer_rest(made, 0, ("is_safe", "other"), "no")
    assert [(said.question, said.value) for said in made.answered] == [("is_safe", "yes"), ("other", "no")]
    assert judging.answer(made, 0, "is_safe", None).answered_with(made.order[0], "is_safe") is None


def test_a_rubric_that_asks_for_a_rewriting_is_not_saved_without_one() -> None:
    rubric = replace(rubrics.load("overall_only"), asks_revision=True)
    made = judging.best(replace(draft(), axis="overall"), 0)
    assert [notice.place for notice in checks.missing(made, rubric)] == ["revision"]
    done = judging.revise(made, RevisionDraft(of="a", text="better"))
    assert checks.missing(done, rubric) == ()


@pytest.mark.parametrize(
    ("step", "typed"), [(-3, "a>>>b"), (-2, "a>>b"), (-1, "a>b"), (0, "a=b"), (1, "b>a"), (2, "b>>a"), (3, "b>>>a")]
)
def test_each_step_between_two_letters_is_what_could_be_typed(step: int, typed: str) -> None:
    assert ranking_of(step) == parse(typed, 2, with_strength=True)


@given(st.integers(-3, 3))
def test_a_step_comes_back_from_its_ranking(step: int) -> None:
    assert step_of(ranking_of(step)) == step


def test_a_ranking_without_strength_has_no_step() -> None:
    assert step_of(Ranking(((0,), (1,)))) is None
