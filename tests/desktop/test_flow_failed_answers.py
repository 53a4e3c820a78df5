"""Answers that came to nothing: nothing is saved over them, they are left out or written again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from session_desk import Desk

from desktop.flow import checks, judging
from desktop.flow.draft import Draft
from desktop.flow.failed_answers import cannot_be_left_out, leave_out, to_be_settled
from desktop.flow.judging import FlagChoice, replace
from desktop.flow.ranking import parse
from feedback_store import records
from feedback_store.records import Verdict


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.generate()
    yield desk
    desk.close()


def nothing_in(draft: Draft, *positions: int) -> Draft:
    """The draft as it is when the model failed at these answers before the first word."""
    keys = {draft.order[position] for position in positions}
    failed = {
        key: replace(draft.answer(key), text="", state="failed", finish="error", problem="The model is gone.")
        for key in keys
    }
    return replace(draft, answers=tuple(failed.get(each.key, each) for each in draft.answers))


def first_missing(desk: Desk) -> str:
    return desk.session.missing[0].text if desk.session.missing else ""


def test_four_failed_answers_could_be_ranked_rated_and_saved(desk: Desk) -> None:
    desk.session.act(nothing_in(desk.session.draft, 0, 1, 2, 3))
    desk.judge()
    assert desk.session.save() is None
    assert first_missing(desk) == "A, B, C, D: nothing was written. Write again, or leave out"


def test_ratings_of_an_answer_that_came_to_nothing_are_not_asked_for(desk: Desk) -> None:
    desk.session.act(nothing_in(desk.session.draft, 1))
    asked = [each.text for each in desk.session.missing]
    assert asked[:2] == ["B: nothing was written. Write again, or leave out", "15 ratings missing"]
    assert not any(
        each.text.startswith("B ") for each in checks.missing_by_answer(desk.session.draft, desk.session.rubric)
    )


def test_left_out_it_is_in_no_record_and_the_ranking_of_the_others_stands(desk: Desk) -> None:
    session = desk.session
    gone = session.draft.order[1]
    session.act(nothing_in(session.draft, 1))
    desk.judge()
    session.act(judging.flag(session.draft, 1, None, FlagChoice("factual", 1)))
    session.act(leave_out(session.draft, 1))
    assert judging.written(session.draft) == "a=b>c"  # b>a=c>d, without b
    desk.save()
    assert session.saved is not None
    record = session.saved.stored.record
    assert isinstance(record, records.Judgement)
    assert gone not in {candidate.key for candidate in record.candidates}
    assert len(record.candidates) == len(record.shown.order) == 3
    assert not record.flags


def test_undo_brings_it_back_with_all_that_was_said(desk: Desk) -> None:
    desk.session.act(nothing_in(desk.session.draft, 3))
    desk.judge()
    before = desk.session.draft
    desk.session.act(leave_out(before, 3))
    desk.session.undo()
    assert desk.session.draft == before


def test_a_ranking_of_one_goes_and_so_does_a_strength(desk: Desk) -> None:
    draft = nothing_in(desk.session.draft, 3)
    draft = leave_out(leave_out(nothing_in(draft, 2), 3), 2)
    draft = judging.rank(nothing_in(draft, 1), parse("a>>b", 2, with_strength=True))
    assert leave_out(draft, 1).verdicts == ()
    equal = leave_out(judging.all_equal(draft, "all_bad"), 1)
    assert equal.verdicts == (Verdict("overall", tiers=((draft.order[0],),), level="all_bad"),)


def test_the_last_one_stays_and_so_does_what_says_something(desk: Desk) -> None:
    draft = nothing_in(desk.session.draft, 3)
    assert cannot_be_left_out(draft, 0).startswith("This answer says something")
    assert not cannot_be_left_out(draft, 3)
    for _ in range(3):
        draft = leave_out(nothing_in(draft, 0), 0)
    assert cannot_be_left_out(nothing_in(draft, 0), 0) == "It is the only answer. Write it again, or generate."


def test_what_a_model_said_counts_even_when_it_is_nothing_or_broke_off(desk: Desk) -> None:
    draft = desk.session.draft
    silent = replace(draft.at(0), text="", state="done", finish="stop")
    broken = replace(draft.at(1), text="Because", state="failed", finish="error")
    told = {each.key: each for each in (silent, broken)}
    draft = replace(draft, answers=tuple(told.get(each.key, each) for each in draft.answers))
    assert to_be_settled(draft) == ()
    assert to_be_settled(nothing_in(draft, 2)) == (2,)
