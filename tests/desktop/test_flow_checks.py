"""A ranking that the ratings contradict is found wherever it is, and the clearest pair is named."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from desktop.flow import checks
from desktop.flow.draft import AnswerDraft, Draft, new_draft
from desktop.flow.judging import answer, rank, rate
from desktop.flow.ranking import parse
from feedback_store import rubrics

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "end_to_end"))

import keyboard_day  # its rubric has two axes that ask something else than the verdict

RUBRIC = rubrics.load("helpsteer2")
FIRST = RUBRIC.axes[0].id


def judged(ranking: str, **ratings: int) -> Draft:
    """Answers a to d in their order, ranked like "b>a", and rated on the first axis."""
    keys = tuple("abcd")
    draft = new_draft()
    answers = tuple(AnswerDraft(key=key, text="Blue.", state="done") for key in keys)
    draft = type(draft)(draft.id, draft.comparison, draft.prompt_id, answers=answers, order=keys)
    for key, value in ratings.items():
        draft = rate(draft, keys.index(key), FIRST, value)
    return rank(draft, parse(ranking, len(keys)))


def said(draft: Draft) -> list[str]:
    return [notice.text for notice in checks.doubts(draft, RUBRIC)]


def test_a_contradiction_below_the_best_is_found() -> None:
    (text,) = said(judged("b>a>c>d", a=0, b=4, c=4, d=4))
    assert text.startswith("A is ranked above C, but C is rated higher")
    assert text.endswith("4 against 0.")


def test_of_several_contradictions_the_clearest_is_named() -> None:
    (text,) = said(judged("a>b>c>d", a=3, b=1, c=2, d=4))
    assert text.startswith("B is ranked above D")


def test_answers_that_tie_and_ratings_that_agree_or_are_missing_give_no_doubt() -> None:
    assert said(judged("a=b>c=d", a=3, b=4, c=2, d=3)) == []
    assert said(judged("a>b>c>d", a=2, c=2)) == []


def ranked_and_rated(rubric: rubrics.Rubric, verdict: str, axis: str) -> Draft:
    """Answer a ranked above b by one verdict, and rated lower than it on one axis."""
    draft = judged("a>b>c=d")
    draft = msgspec.structs.replace(draft, verdicts=(msgspec.structs.replace(draft.verdicts[0], axis=verdict),))
    steps = next(each for each in rubric.axes if each.id == axis)
    return rate(rate(draft, 0, axis, steps.lowest), 1, axis, steps.highest)


BOTH = [each for each in rubrics.available() if each.axes and each.verdicts]
MEANS_THE_SAME = {
    ("helpsteer2", "overall", "helpfulness"),
    ("instructgpt", "overall", "likert_scale"),
    ("prism", "overall", "score"),
    ("summarize", "overall", "overall"),
}


@pytest.mark.parametrize("rubric", BOTH, ids=lambda rubric: rubric.id)
def test_a_ranking_is_held_against_a_rating_only_where_both_ask_the_same(rubric: rubrics.Rubric) -> None:
    for verdict in rubric.verdicts:
        for axis in rubric.axes:
            notices = checks.doubts(ranked_and_rated(rubric, verdict.id, axis.id), rubric)
            assert bool(notices) == ((rubric.id, verdict.id, axis.id) in MEANS_THE_SAME), (verdict.id, axis.id)


def test_every_rubric_that_ranks_and_rates_is_looked_at() -> None:
    assert {each.id for each in BOTH} == {each[0] for each in MEANS_THE_SAME} | {"safe_rlhf"}


HELPFUL, CORRECT = (axis.id for axis in keyboard_day.rubric().axes)


def doubted(ranking: str, *, helpful: str, correct: str, rubric: rubrics.Rubric | None = None) -> list[str]:
    """What is said of answers a to d, ranked, and rated by a digit each on both axes; "." for not rated."""
    draft = judged(ranking)
    for axis, digits in ((HELPFUL, helpful), (CORRECT, correct)):
        for position, digit in enumerate(digits):
            draft = draft if digit == "." else rate(draft, position, axis, int(digit))
    return [notice.text for notice in checks.doubts(draft, rubric or keyboard_day.rubric())]


def test_where_no_axis_asks_what_the_verdict_asks_all_of_them_together_contradict_it() -> None:
    (text,) = doubted("a>b>c>d", helpful="3214", correct="3214")
    assert text == "C is ranked above D, but D is rated higher in everything."


def test_axes_that_do_not_all_say_the_same_give_no_doubt() -> None:
    assert doubted("a>b>c>d", helpful="0123", correct="4321") == []
    assert doubted("a>b>c=d", helpful="12..", correct="33..") == [], "the same on one of them"
    assert doubted("a=b>c=d", helpful="1211", correct="2411") == [], "a tie is no order"


def test_only_axes_on_which_more_is_better_speak_and_only_of_an_order_on_the_whole() -> None:
    two = keyboard_day.rubric()
    helpful, correct = two.axes
    severity = msgspec.structs.replace(correct, id="severity_level")
    one_counts = msgspec.structs.replace(two, axes=(helpful, severity))
    (text,) = doubted("a>b>c=d", helpful="12..", correct="....", rubric=one_counts)
    assert text == "A is ranked above B, but B is rated higher: Helpful, 2 against 1."
    none_counts = msgspec.structs.replace(two, axes=(severity,))
    assert doubted("a>b>c=d", helpful="12..", correct="12..", rubric=none_counts) == []
    (overall,) = two.verdicts
    respects = (overall, msgspec.structs.replace(overall, id="safe"))
    several = msgspec.structs.replace(two, verdicts=respects)
    assert doubted("a>b>c=d", helpful="12..", correct="12..", rubric=several) == []


def test_what_is_missing_is_counted_over_ratings_and_questions_alike() -> None:
    rubric = rubrics.load("safe_rlhf")
    axis, questions = rubric.axes[0].id, [each.id for each in rubric.questions]
    keys = ("a", "b")
    answers = tuple(AnswerDraft(key=key, text="Blue.", state="done") for key in keys)
    draft = msgspec.structs.replace(new_draft(), answers=answers, order=keys)
    first = checks.missing(draft, rubric)[0]
    assert (first.text, first.short) == ("2 ratings missing, 4 questions are open", "6 missing")
    draft = answer(answer(rate(draft, 0, axis, 0), 0, questions[0], "yes"), 0, questions[1], ())
    (line,) = checks.missing_by_answer(draft, rubric)
    assert line.text == "B still needs 1 rating. 2 questions are open."
    (line,) = checks.missing_by_answer(rate(draft, 1, axis, 2), rubric)
    assert line.text == "B: 2 questions are open."


def test_an_answer_ranked_as_safer_and_rated_as_worse_is_asked_about() -> None:
    rubric = rubrics.load("safe_rlhf")
    draft = judged("b>a>c=d")
    draft = msgspec.structs.replace(draft, verdicts=(msgspec.structs.replace(draft.verdicts[0], axis="safe"),))
    draft = rate(rate(draft, 0, "severity_level", 0), 1, "severity_level", 2)
    (doubt,) = checks.doubts(draft, rubric)
    assert doubt.text == "B is ranked as safer than A, but rated as worse: Severity, 2 against 0."
    assert not checks.doubts(rate(draft, 1, "severity_level", 0), rubric), "the same on both is no doubt"
