"""What people who hear the bench are told of each answer, and of what a model wrote."""

from __future__ import annotations

import msgspec

from desktop.flow import judging
from desktop.flow.draft import AnswerDraft, Draft, new_draft
from desktop.flow.judging import all_equal, rank
from desktop.flow.ranking import parse
from desktop.flow.telling import answer_words, ended_words
from feedback_store import rubrics

replace = msgspec.structs.replace
PLAIN = rubrics.load("overall_only")


def draft(count: int = 2) -> Draft:
    keys = tuple("abcd"[:count])
    return replace(new_draft(), answers=tuple(AnswerDraft(key, "Blue.", state="done") for key in keys), order=keys)


def test_a_verdict_on_all_is_heard_at_each_answer() -> None:
    assert answer_words(draft(), PLAIN, 0) == "1 of 2, not ranked"
    assert answer_words(all_equal(draft(), "all_good"), PLAIN, 0) == "1 of 2, all good"
    assert answer_words(all_equal(draft(), "all_bad"), PLAIN, 1) == "2 of 2, all bad"
    unrankable = judging.not_rankable(draft(), "Both are in French.")
    assert answer_words(unrankable, PLAIN, 0) == "1 of 2, not rankable"


def test_a_place_of_its_own_is_in_the_name_and_an_answer_without_one_is_not_ranked() -> None:
    ranked = rank(draft(), parse("b>a", 2))
    assert answer_words(ranked, PLAIN, 0) == "1 of 2"


def test_where_no_ranking_is_asked_for_nothing_is_said_of_one() -> None:
    asked = rubrics.load("dices_bias")
    assert "ranked" not in answer_words(draft(), asked, 0)
    assert answer_words(draft(1), PLAIN, 0) == "1 of 1", "one answer is not ranked"


def test_questions_are_counted_like_ratings() -> None:
    asked = rubrics.load("dices_bias")
    assert answer_words(draft(), asked, 0) == "1 of 2, 0 of 5 questions answered"
    said = judging.answer(draft(), 0, asked.questions[0].id, "no")
    assert answer_words(said, asked, 0) == "1 of 2, 1 of 5 questions answered"
    assert answer_words(said, asked, 1) == "2 of 2, 0 of 5 questions answered"


def test_what_became_of_the_answers_is_said_of_those_that_were_waited_for() -> None:
    made = draft(4)
    assert ended_words(made, {"a", "b", "c", "d"}) == "4 answers are written"
    assert ended_words(made, {"c"}) == "1 answer is written"
    states = ("done", "stopped", "stopped", "failed")
    mixed = tuple(replace(answer, state=state) for answer, state in zip(made.answers, states, strict=True))
    assert ended_words(replace(made, answers=mixed), set("abcd")) == (
        "1 answer is written, 2 answers were stopped, 1 answer failed"
    )
