"""A draft whose rubric becomes another: what means the same is carried over, nothing is lost, and it can be saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from session_desk import Desk

from desktop.flow import answers_anew, checks, judging, personal
from desktop.flow import rubric_edits as edits
from desktop.flow.carrying import carried, put_aside_words
from desktop.flow.draft import AnswerDraft, Draft, new_draft
from desktop.flow.judging import FlagChoice
from desktop.flow.outcome import Frame, from_judgement, to_judgement, untouched
from desktop.flow.ranking import parse
from desktop.flow.session import BenchSession
from feedback_store import records, rubrics
from feedback_store.records import Judgement, Origin, Versioned
from feedback_store.rubric_check import check_judgement
from feedback_store.rubrics import Rubric, Severity, VerdictAxis

replace = msgspec.structs.replace
SHIPPED = rubrics.available()
HELPSTEER = rubrics.load("helpsteer2")


def versioned(rubric: Rubric) -> Versioned:
    return Versioned(rubric.id, rubric.version, rubric.sha256)


def judged(rubric: Rubric) -> Draft:
    """A draft on which everything is said that the rubric asks."""
    answers = tuple(AnswerDraft(key, text=f"Answer {key}", state="done", origin=Origin("human")) for key in "ab")
    draft = Draft(records.new_id(), records.new_id(), records.new_id(), answers=answers, order=("b", "a"))
    draft = replace(draft, rubric=rubric.sha256)
    for axis in rubric.verdict_axes:
        strength = ">>" if rubric.strength else ">"
        draft = judging.rank(judging.turn_to(draft, axis), parse(f"a{strength}b", 2, with_strength=rubric.strength))
    for position in range(2):
        for rated in rubric.axes:
            draft = judging.rate(draft, position, rated.id, rated.highest)
        for question in rubric.questions:
            value = question.values[:1] if question.kind == "several" else question.values[0]
            draft = judging.answer(draft, position, question.id, value)
    for category in rubric.flags.categories if rubric.flags is not None else ():
        draft = judging.flag(draft, 0, (0, 3), FlagChoice(category.id, 1))
    return draft


def said(draft: Draft) -> tuple[set[object], ...]:
    return set(draft.verdicts), set(draft.ratings), set(draft.answered), set(draft.flags)


@given(st.sampled_from(SHIPPED), st.sampled_from(SHIPPED))
def test_under_any_other_rubric_a_draft_says_only_what_may_be_said_and_back_again_it_says_what_it_did(
    before: Rubric, after: Rubric
) -> None:
    draft = judged(before)
    there = carried(draft, before, after)
    frame = Frame("prj_" + "0" * 32, "trn_" + "0" * 32, records.App("preceptor", "test"), versioned(after))
    check_judgement(to_judgement(there, frame), after)
    back = carried(there, after, before)
    assert said(back) == said(draft)
    assert back.rubric == before.sha256 and back.unasked == ()


def test_an_answer_written_anew_is_not_rated_or_flagged_by_what_lay_aside() -> None:
    bare = replace(HELPSTEER, id="mine", axes=HELPSTEER.axes[:1], flags=None)
    there = carried(judged(HELPSTEER), HELPSTEER, bare)
    back = carried(judging.forget_answer(there, "b", "run", "m"), bare, HELPSTEER)
    assert {rating.candidate for rating in back.ratings} == {"a"}
    assert back.flags == () and back.verdicts == ()


def test_an_answer_of_ones_own_takes_back_the_ranking_that_lay_aside() -> None:
    there = carried(judged(HELPSTEER), HELPSTEER, mine(axes=2))
    assert there.unasked[0].verdicts
    back = carried(judging.write_own(there), mine(axes=2), HELPSTEER)
    assert back.verdicts == () and len(back.ratings) == 10


def test_a_flag_that_lay_aside_goes_with_the_words_of_ones_own_answer_that_it_stood_at() -> None:
    bare = replace(HELPSTEER, id="mine", flags=None)
    there = carried(judged(HELPSTEER), HELPSTEER, bare)
    assert carried(judging.edit_own(there, 0, "Answer b"), bare, HELPSTEER).flags
    assert carried(judging.edit_own(there, 0, "Another"), bare, HELPSTEER).flags == ()


def written_anew(draft: Draft, position: int) -> Draft:
    """The draft once a model has written one answer anew."""
    key = draft.order[position]
    draft = judging.forget_answer(draft, key, "run", "m")
    done = AnswerDraft(key, text="Ans", state="done", origin=Origin("human"))
    return replace(draft, answers=tuple(done if answer.key == key else answer for answer in draft.answers))


ACTS: dict[str, Callable[[Draft], Draft]] = {
    "again": lambda draft: written_anew(draft, 0),
    "own": lambda draft: judging.write_own(draft) if len(draft.order) < 5 else draft,
    "edited": lambda draft: judging.edit_own(draft, len(draft.order) - 1, "An answer edited"),
    "shorter": lambda draft: judging.edit_own(draft, 0, "A"),
    "blacked out": lambda draft: personal.black_out(draft, "Answer", "name"),
    "equal": lambda draft: judging.all_equal(draft, "all_good"),
    "not rankable": lambda draft: judging.not_rankable(draft, "Both are empty."),
    "best": lambda draft: judging.best(draft, 0),
    "unflagged": lambda draft: judging.remove_flag(draft, 0),
}
RANKING = ("equal", "not rankable", "best")


@given(
    st.lists(st.sampled_from([*ACTS, *range(len(SHIPPED))]), max_size=8),
    st.sampled_from(range(len(SHIPPED))),
    st.sampled_from(range(len(SHIPPED))),
)
def test_whatever_is_done_under_whichever_rubric_what_can_be_saved_is_a_record(
    steps: list[str | int], first: int, last: int
) -> None:
    rubric = SHIPPED[first]
    draft = judged(rubric)
    for step in (*steps, last, "filled"):
        if isinstance(step, int):
            draft, rubric = carried(draft, rubric, SHIPPED[step]), SHIPPED[step]
            draft = judging.ranked_in(draft, rubric.verdict_axes)
        elif rubric.verdict_axes or step not in RANKING:  # without a verdict the bench has no ranking
            draft = filled(draft, rubric) if step == "filled" else ACTS[step](draft)
        if not checks.missing(draft, rubric):
            frame = Frame("prj_" + "0" * 32, "trn_" + "0" * 32, records.App("preceptor", "test"), versioned(rubric))
            made = to_judgement(draft, frame)
            check_judgement(made, rubric)
            records.decode(records.encode(made))


def filled(draft: Draft, rubric: Rubric) -> Draft:
    """Said whatever is not said yet."""
    for axis in checks.missing_axes(draft, rubric):
        draft = judging.all_equal(judging.turn_to(draft, axis), "all_bad")
    for position, key in enumerate(draft.order):
        for axis in rubric.axes:
            if draft.rating(key, axis.id) is None:
                draft = judging.rate(draft, position, axis.id, axis.lowest)
    return draft


def test_what_is_taken_out_of_a_rubric_is_put_aside_and_said() -> None:
    after = replace(HELPSTEER, id="mine", axes=HELPSTEER.axes[:3])
    there = carried(judged(HELPSTEER), HELPSTEER, after)
    assert {rating.axis for rating in there.ratings} == {"helpfulness", "correctness", "coherence"}
    assert put_aside_words(there) == "The rubric does not ask this any more, so it is put aside: 4 ratings."
    assert put_aside_words(judged(HELPSTEER)) == ""


def test_a_renamed_axis_keeps_its_ratings_and_one_with_another_scale_is_rated_anew() -> None:
    renamed = replace(HELPSTEER.axes[0], name="Usefulness")
    wider = edits.rescaled(HELPSTEER.axes[1], 0, 9)
    there = carried(judged(HELPSTEER), HELPSTEER, replace(HELPSTEER, axes=(renamed, wider, *HELPSTEER.axes[2:])))
    assert there.rating("a", "helpfulness") == 4
    assert there.rating("a", "correctness") is None, "4 of 4 is not 4 of 9"


def test_a_flag_keeps_its_severity_by_name_when_a_milder_step_comes_before_it() -> None:
    assert HELPSTEER.flags is not None
    steps = (Severity("hint", "0"), *HELPSTEER.flags.severities)
    after = replace(HELPSTEER, flags=replace(HELPSTEER.flags, id="own", severities=steps))
    there = carried(judged(HELPSTEER), HELPSTEER, after)
    assert {flag.severity for flag in there.flags} == {2} and there.unasked == ()
    fewer = replace(HELPSTEER, flags=replace(HELPSTEER.flags, id="own", severities=HELPSTEER.flags.severities[2:]))
    assert carried(judged(HELPSTEER), HELPSTEER, fewer).flags == ()


def test_what_was_rated_anew_is_not_displaced_by_what_was_put_aside_before() -> None:
    wider = replace(HELPSTEER, axes=(edits.rescaled(HELPSTEER.axes[0], 0, 9), *HELPSTEER.axes[1:]))
    there = judging.rate(carried(judged(HELPSTEER), HELPSTEER, wider), 0, "helpfulness", 9)
    back = carried(there, wider, HELPSTEER)
    assert back.rating("a", "helpfulness") == 4, "as it was rated by this scale"
    again = carried(back, HELPSTEER, wider)
    assert again.rating("b", "helpfulness") == 9


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def session_by(desk: Desk, rubric: Rubric) -> BenchSession:
    """The bench as it opens once the project is judged by another rubric."""
    project = desk.store.projects.set_rubric(desk.project, rubric).result()
    used = project.rubric_body or rubrics.load(project.rubric.id)
    return BenchSession(
        store=desk.store,
        answering=desk.answering,
        rubric=used,
        frame=replace_frame(desk.session.frame, project.rubric),
        seed=lambda: 5,
        post=desk._posted.put,
        listen=desk.heard.append,
    )


def replace_frame(frame: Frame, rubric: Versioned) -> Frame:
    return Frame(frame.project, frame.trainer, frame.app, rubric, frame.guideline)


def mine(axes: int) -> Rubric:
    """A copy of HelpSteer2 with fewer axes and another ranking."""
    copy = edits.copied(HELPSTEER, "Mine", [HELPSTEER.id])
    return replace(copy, axes=HELPSTEER.axes[:axes], verdicts=(VerdictAxis("safer", "Safer"),))


def test_a_draft_on_the_bench_is_carried_over_saved_by_the_new_version_and_old_judgements_keep_naming_theirs(
    desk: Desk,
) -> None:
    desk.generate()
    desk.judge()
    first = desk.save()
    desk.generate()
    desk.judge()
    kept = desk.session.keep()
    assert kept is not None
    kept.result()
    after = mine(axes=2)
    session = session_by(desk, after)
    assert session.restore()
    assert session.draft.axis == "safer" and session.draft.tiers is None, "its axis has vanished"
    assert {rating.axis for rating in session.draft.ratings} == {"helpfulness", "correctness"}
    assert "1 ranking, 12 ratings" in put_aside_words(session.draft)
    assert [notice.text for notice in session.missing] == ["The ranking is missing"]
    session.act(judging.rank(session.draft, parse("a>b>c>d", 4)))
    desk.session = session
    second = desk.save()
    by = {id: stored.record for id in (first, second) if (stored := desk.store.records.newest(id)) is not None}
    assert isinstance(by[first], Judgement) and isinstance(by[second], Judgement)
    assert by[first].rubric == versioned(HELPSTEER)
    assert by[second].rubric == versioned(after)
    check_judgement(by[second], after)


def test_an_old_judgement_is_judged_by_the_version_that_it_names_and_by_the_newest_when_that_is_wanted(
    desk: Desk,
) -> None:
    desk.generate()
    desk.judge()
    first = desk.save()
    after = replace(HELPSTEER, id="mine", name="Mine", axes=HELPSTEER.axes[:2])
    session = session_by(desk, after)
    stored = desk.store.records.newest(first)
    assert stored is not None
    session.open(stored)
    assert session.rubric == HELPSTEER and session.judged_by.earlier
    assert len(session.draft.ratings) == 20 and session.draft.unasked == () and session.can_save
    session.judge_by_newest()
    assert session.rubric == after and not session.judged_by.earlier
    session.undo()
    assert session.rubric == HELPSTEER and len(session.draft.ratings) == 20
    session.redo()
    assert session.draft.tiers is not None and len(session.draft.ratings) == 8
    assert session.draft.unasked[0].rubric == HELPSTEER.sha256
    assert isinstance(stored.record, Judgement)
    assert len(from_judgement(stored.record, stored.sha256, stored.data).ratings) == 20
    desk.session = session
    desk.save()
    newest = desk.store.records.newest(first)
    assert newest is not None and isinstance(newest.record, Judgement)
    assert newest.rev == 2 and newest.record.rubric == versioned(after)
    old = desk.store.records.history(first)[0].record
    assert isinstance(old, Judgement) and old.rubric == versioned(HELPSTEER)


def test_an_old_judgement_is_saved_again_by_the_version_that_it_names_without_being_asked_anything_new(
    desk: Desk,
) -> None:
    desk.generate()
    desk.judge()
    first = desk.save()
    asks_more = edits.copied(HELPSTEER, "More", [HELPSTEER.id])
    more = replace(asks_more, axes=(*HELPSTEER.axes, replace(HELPSTEER.axes[0], id="tone", name="Tone")))
    session = session_by(desk, more)
    stored = desk.store.records.newest(first)
    assert stored is not None
    session.open(stored)
    assert untouched(session.draft) and [turn.glance.state for turn in session.tree.turns] == ["judged"]
    session.act(judging.justify(session.draft, "Because."))
    desk.session = session
    desk.save()
    newest = desk.store.records.newest(first)
    assert newest is not None and isinstance(newest.record, Judgement)
    assert newest.rev == 2 and newest.record.rubric == versioned(HELPSTEER)
    assert session.rubric == more, "the next draft is judged by the project's"


def test_a_record_that_is_only_looked_at_does_not_wait_also_where_its_rubric_is_not_at_hand(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    first = desk.save()
    session = session_by(desk, mine(axes=2))
    session.judged_by._find = lambda _sha256: None
    stored = desk.store.records.newest(first)
    assert stored is not None
    session.open(stored)
    assert session.draft.unasked and untouched(session.draft)
    session.go_to(new_draft(replace(session.draft.prompt, text="")))
    assert session._drafts.waiting() == []


def test_another_rubric_while_models_write_cuts_nothing_off_and_leaves_what_can_be_undone(desk: Desk) -> None:
    session = desk.session
    desk.generate()
    desk.judge()
    before = said(session.draft)
    answers_anew.again(session, 0)
    desk.store.projects.set_rubric(desk.project, mine(axes=2)).result()
    session.judge_by(mine(axes=2))
    assert session.writing
    desk.settle(lambda: session.draft.finished and not session.writing)
    assert {answer.finish for answer in session.draft.answers} == {"stop"}
    session.undo()
    session.judge_by(HELPSTEER)
    assert said(session.draft) == before


def test_going_back_to_the_earlier_version_brings_back_what_was_put_aside(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    kept = desk.session.keep()
    assert kept is not None
    kept.result()
    before = said(desk.session.draft)
    session = session_by(desk, mine(axes=4))
    assert session.restore() and said(session.draft) != before
    session.act(judging.justify(session.draft, "Because."))
    again = session.keep()
    assert again is not None
    again.result()
    back = session_by(desk, HELPSTEER)
    assert back.restore() and said(back.draft) == before


def test_answers_to_dices_stay_where_the_ids_of_its_questions_get_their_capitals() -> None:
    earlier, newest = rubrics.load("dices_bias", 1), rubrics.load("dices_bias")
    draft = judged(earlier)
    there = carried(draft, earlier, newest)
    assert draft.answered and not there.unasked
    assert [(each.candidate, each.question.lower(), each.value) for each in there.answered] == [
        (each.candidate, each.question, each.value) for each in draft.answered
    ]
    assert all(newest.question(each.question) for each in there.answered)
    assert carried(there, newest, earlier).answered == draft.answered
