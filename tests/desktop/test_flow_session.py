"""The bench without a window: a scripted engine, the real store, every act and its way back."""

from __future__ import annotations

import msgspec
from session_desk import ANSWERS, Desk

from desktop.flow import answers_anew, judging
from desktop.flow.draft import FeedbackPoint, PromptDraft, prompt_put_back
from desktop.flow.equal_answers import fold_equal
from desktop.flow.judging import FlagChoice
from desktop.flow.ranking import parse
from feedback_store import records
from feedback_store.records import Judgement


def test_a_judgement_is_saved_with_all_its_parts_and_reads_back(desk: Desk) -> None:
    desk.generate()
    session = desk.session
    desk.judge()
    position = session.draft.position("a")
    span = (ANSWERS[0].index("people"), ANSWERS[0].index(" listen"))
    session.act(judging.flag(session.draft, position, span, FlagChoice("bias", 3, "age", "stereotype", "about age")))
    session.act(judging.start_revision(session.draft, position))
    revision = session.draft.revision
    assert revision is not None and revision.points[0].text == "about age"
    done = judging.replace(
        revision, text="People rarely listen.", points=(FeedbackPoint("about age", done=True),), summary="no age"
    )
    session.act(judging.revise(session.draft, done))
    session.act(judging.justify(session.draft, "B is right."))
    order = session.draft.order
    record = desk.store.records.newest(desk.save())
    assert record is not None
    judgement = record.record
    assert isinstance(judgement, Judgement)
    assert judgement.verdicts[0].tiers == ((order[1],), tuple(sorted((order[0], order[2]))), (order[3],))
    assert judgement.flags[0].span is not None and judgement.flags[0].span.exact == "people never"
    assert judgement.revision is not None and judgement.revision.feedback == ("about age",)
    assert judgement.revision.edit.distance == 4
    assert len(judgement.ratings) == 20 and judgement.prompt.domain == "Physics"
    assert {c.origin.model.name for c in judgement.candidates if c.origin.model} == {"smollm2"}
    assert records.decode(record.data) == judgement


def test_save_says_what_is_missing_and_stores_nothing(desk: Desk) -> None:
    assert [n.place for n in desk.session.missing] == ["prompt"]
    desk.generate()
    assert [n.text for n in desk.session.missing] == ["20 ratings missing", "The ranking is missing"]
    assert desk.session.save() is None
    assert desk.store.records.count(desk.project.id) == 0


def test_every_act_is_undone_and_redone_step_by_step(desk: Desk) -> None:
    desk.generate()
    session = desk.session
    states = [session.draft]
    desk.judge()
    session.act(judging.all_equal(session.draft, "all_good"))
    session.act(judging.justify(session.draft, "w"), "why")
    session.act(judging.justify(session.draft, "wh"), "why")
    last = session.draft
    while session.history.can_undo:
        session.undo()
    assert judging.replace(session.draft, active_ms=0, shown_ms=0) == states[0]
    steps = 0
    while session.history.can_redo:
        session.redo()
        steps += 1
    assert session.draft == last
    assert steps == 1 + 20 + 1 + 1  # ranking, ratings, level, and typing as one step


def test_an_answer_by_ones_own_hand_is_a_candidate_like_any(desk: Desk) -> None:
    desk.generate(count=2)
    session = desk.session
    session.act(judging.write_own(session.draft))
    assert "Your own answer is empty" in [n.text for n in session.missing]
    session.act(judging.edit_own(session.draft, 2, "Rayleigh scattering."))
    session.act(judging.rank(session.draft, parse("c>a>b", 3)))
    for position in range(3):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 2))
    stored = desk.store.records.newest(desk.save())
    assert stored.record.candidates[2].origin.kind == "human"  # type: ignore[union-attr]


def test_writing_one_answer_again_drops_what_was_judged_of_it_and_nothing_else(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    session = desk.session
    again = session.draft.order[0]
    answers_anew.again(session, 0)
    desk.settle(lambda: session.draft.finished and not session.writing)
    assert {r.candidate for r in session.draft.ratings} == set(session.draft.order) - {again}
    assert session.draft.tiers is None


def test_an_unknown_model_and_an_empty_prompt_are_sentences(desk: Desk) -> None:
    desk.session.generate()
    assert desk.session.problem is not None and "empty" in desk.session.problem.text
    desk.session.ask(PromptDraft(text="Hello", model="nonsense"))
    desk.session.generate()
    assert "nonsense" in desk.session.problem.text


def test_two_answers_ask_for_a_strength(desk: Desk) -> None:
    desk.generate(count=2)
    session = desk.session
    session.act(judging.best(session.draft, 1))
    assert "Say how much better, like a>>b" in [n.text for n in session.missing]
    session.act(judging.rank(session.draft, parse("a>>b", 2, with_strength=True)))
    assert session.draft.strength == 2


def test_generating_again_is_one_undo_away_from_what_was_judged(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    judged = desk.session.draft
    desk.session.generate()
    desk.settle(lambda: desk.session.draft.finished and not desk.session.writing)
    assert desk.session.draft.tiers is None
    desk.session.undo()
    assert (desk.session.draft.id, desk.session.draft.tiers) == (judged.id, judged.tiers)
    assert desk.session.draft.ratings == judged.ratings
    desk.session.redo()
    assert desk.session.draft.finished and desk.session.draft.id != judged.id


def test_answers_are_saved_under_the_prompt_that_they_were_written_for_and_no_other(desk: Desk) -> None:
    desk.generate()
    session = desk.session
    desk.judge()
    assert session.can_save
    session.ask(msgspec.structs.replace(session.draft.prompt, text="What is the capital of France?"))
    assert [notice.place for notice in session.missing] == ["prompt"] and session.save() is None
    session.act(prompt_put_back(session.draft))
    assert session.draft.prompt.text == "Why is the sky blue?"
    session.ask(msgspec.structs.replace(session.draft.prompt, domain="Optics"))  # about the prompt, not of it
    record = desk.store.records.history(desk.save())[-1]
    assert isinstance(record.record, Judgement)
    assert [m.content for m in record.record.prompt.messages] == ["Why is the sky blue?"]
    assert record.record.prompt.domain == "Optics"


def test_one_answer_written_anew_answers_the_prompt_of_the_others(desk: Desk) -> None:
    desk.generate()
    session = desk.session
    session.ask(msgspec.structs.replace(session.draft.prompt, text="What is the capital of France?"))
    answers_anew.again(session, 0)
    desk.settle(lambda: session.draft.finished and not session.writing)
    assert desk.asked[-1] == "Why is the sky blue?"


def test_nothing_is_taken_between_saving_and_being_saved(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    session = desk.session
    future = session.save()
    assert future is not None
    before = session.draft
    session.act(judging.justify(before, "Too late for this record."))
    assert session.draft == before


def test_an_answer_that_was_cut_off_goes_on_and_what_was_judged_of_it_stands(desk: Desk) -> None:
    desk.session.ask(PromptDraft(text="Why is the sky blue?", model="smollm2", answers=2, max_tokens=2))
    session = desk.session
    session.generate()
    desk.settle(lambda: session.draft.finished and not session.writing)
    position = session.draft.position("a")
    assert session.draft.at(position).was_cut and session.draft.at(position).text == "Older 😀"
    session.act(judging.rate(session.draft, position, "helpfulness", 3))
    answers_anew.go_on(session, position)
    desk.settle(lambda: session.draft.finished and not session.writing)
    answer = session.draft.at(position)
    assert answer.text == "Older 😀Older 😀"  # the scripted model begins anew, wherever it is asked to go on
    assert session.draft.rating("a", "helpfulness") == 3
    assert answer.tokens is not None and answer.tokens.completion == 4
    assert answer.origin.sampling is not None and answer.origin.sampling.max_tokens == 4
    assert desk.asked[-1] == "Older 😀", "the model was given what it had written"


def test_equal_answers_are_one_with_the_seeds_of_all_and_a_judged_one_is_left_alone(desk: Desk) -> None:
    desk.answers = ("Blue.", "Blue.", "Red.", "Blue.")
    desk.generate()
    draft = desk.session.draft
    assert sorted(answer.text for answer in draft.answers) == ["Blue.", "Red."] and len(draft.order) == 2
    blue = next(answer for answer in draft.answers if answer.text == "Blue.")
    assert blue.times == 3 and blue.origin.sampling is not None
    seeds = {blue.origin.sampling.seed, *(blue.origin.equal_seeds or ())}
    assert len(seeds) == 3
    twin = msgspec.structs.replace(blue, key="z")
    three = msgspec.structs.replace(draft, answers=(*draft.answers, twin), order=(*draft.order, "z"))
    assert len(fold_equal(three).answers) == 2
    judged = judging.rate(three, 2, "helpfulness", 1)
    assert fold_equal(judged) is judged
    desk.session.act(judging.rank(draft, parse("a>>b", 2, with_strength=True)))
    for position in range(2):
        for axis in desk.session.rubric.axes:
            desk.session.act(judging.rate(desk.session.draft, position, axis.id, 3))
    record = desk.store.records.history(desk.save())[-1].record
    assert isinstance(record, Judgement)
    assert sorted(len(c.origin.equal_seeds or ()) for c in record.candidates) == [0, 2]
