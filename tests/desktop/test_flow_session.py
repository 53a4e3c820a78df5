"""The bench without a window: a scripted engine, the real store, every act and its way back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from session_desk import ANSWERS, Desk

from desktop.flow import judging
from desktop.flow.draft import FeedbackPoint, PromptDraft
from desktop.flow.judging import FlagChoice
from desktop.flow.outcome import from_judgement, to_judgement
from desktop.flow.ranking import parse
from feedback_store import canonical, records
from feedback_store.records import Judgement


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "profile")
    yield made
    made.close()


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
    assert judging.replace(session.draft, active_ms=0) == judging.replace(states[0], active_ms=0)
    steps = 0
    while session.history.can_redo:
        session.redo()
        steps += 1
    assert session.draft == last
    assert steps == 1 + 20 + 1 + 1  # ranking, ratings, level, and typing as one step


def test_the_undone_save_is_a_withdrawal_and_the_draft_is_back(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    before = desk.session.draft
    saved = desk.save()
    desk.session.undo_save()
    desk.settle(lambda: bool(desk.session.draft.answers))
    assert [s.kind for s in desk.store.records.history(saved)] == ["judgement", "withdrawal"]
    assert desk.session.draft.tiers == before.tiers
    desk.save()
    assert [s.rev for s in desk.store.records.history(saved)] == [1, 2, 3]


def test_an_opened_record_is_superseded_by_the_next_save(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    saved = desk.save()
    stored = desk.store.records.newest(saved)
    desk.session.open(stored)
    desk.session.act(judging.best(desk.session.draft, 0))
    assert desk.save() == saved
    first, second = desk.store.records.history(saved)
    assert (second.rev, second.record.supersedes) == (2, first.sha256)
    assert second.record.comparison == first.record.comparison  # type: ignore[union-attr]


def test_a_draft_is_kept_and_comes_back_in_another_process_of_the_same_profile(tmp_path: Path) -> None:
    first = Desk(tmp_path / "profile")
    first.generate()
    first.judge()
    kept = first.session.draft
    future = first.session.keep()
    assert future is not None
    future.result()
    first.close()
    second = Desk(tmp_path / "profile")
    assert second.session.restore()
    assert second.session.draft == kept
    second.close()


def test_each_project_finds_its_own_draft_and_never_anothers(tmp_path: Path) -> None:
    first = Desk(tmp_path / "profile")
    first.generate()
    kept = first.session.draft
    future = first.session.keep()
    assert future is not None
    future.result()
    home = first.project
    other = first.store.projects.create("Other", rubric="arena").result()
    first.store.projects.use(other.id).result()
    first.close()
    second = Desk(tmp_path / "profile")
    assert second.project.id == other.id and not second.session.restore()
    second.generate()
    second.judge()
    second.save()
    second.store.projects.use(home.id).result()
    second.close()
    third = Desk(tmp_path / "profile")
    assert third.session.restore() and third.session.draft == kept
    third.close()


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
    session.again(0)
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


def test_a_draft_that_cannot_be_kept_is_said_and_tried_again_until_it_is(desk: Desk) -> None:
    session, database = desk.session, desk.store._database
    pages = database.write(lambda c: c.execute("PRAGMA page_count").fetchone()[0]).result()
    database.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages}")).result()
    session.ask(PromptDraft(text="Half a thought. " * 10_000))
    assert session.keep() is not None
    desk.settle(lambda: session.problem is not None)
    assert session.problem is not None and session.problem.while_doing == "draft"
    assert session.problem.text.startswith("The disk is full.") and "Draft kept" not in session.status
    database.write(lambda c: c.execute("PRAGMA max_page_count = 1000000")).result()
    assert session.keep() is not None
    desk.settle(lambda: session.draft_kept)
    assert session.problem is None and session.status == ("Draft kept", "Models idle")


def test_answers_are_saved_under_the_prompt_that_they_were_written_for_and_no_other(desk: Desk) -> None:
    desk.generate()
    session = desk.session
    desk.judge()
    assert session.can_save
    session.ask(msgspec.structs.replace(session.draft.prompt, text="What is the capital of France?"))
    assert [notice.place for notice in session.missing] == ["prompt"] and session.save() is None
    session.put_prompt_back()
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
    session.again(0)
    desk.settle(lambda: session.draft.finished and not session.writing)
    assert desk.asked[-1] == "Why is the sky blue?"


def test_what_was_begun_before_a_save_was_undone_comes_back_after_it(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    saved = desk.save()
    session = desk.session
    session.ask(PromptDraft(text="The next question", model="smollm2"))
    future = session.undo_save()
    assert future is not None
    desk.settle(lambda: session.draft.supersedes is not None)
    assert session.draft.prompt.text == "Why is the sky blue?"
    assert desk.save() == saved
    assert session.draft.prompt.text == "The next question"


def test_what_was_begun_before_a_record_was_opened_comes_back_after_it(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    stored = desk.store.records.history(desk.save())[-1]
    desk.generate()
    desk.session.act(judging.best(desk.session.draft, 1))
    begun = desk.session.draft
    desk.session.open(stored)
    desk.save()
    assert desk.session.draft == begun


def test_superseding_changes_only_what_was_judged_anew(desk: Desk) -> None:
    """Opened and saved: what the bench does not show (what a candidate was asked, masks) is as it was."""
    desk.generate()
    desk.judge()
    first = desk.store.records.history(desk.save())[-1]
    made: dict[str, Any] = json.loads(first.data)
    made |= {"id": records.new_id(), "comparison": {"id": records.new_id()}}
    made["candidates"][0]["asked"] = {
        "prompt": records.new_id(), "version": 1, "messages": [{"role": "user", "content": "Why blue?"}]
    }  # fmt: skip
    made["shown"]["masked"] = ["b"]
    made["revision"] = {
        "of": "a", "text": "Better.", "feedback": ["shorter"], "change_summary": "Shorter", "method": "model_assisted",
        "edit": {"inserted": 1, "deleted": 5, "distance": 5},
    }  # fmt: skip
    record = records.decode(canonical.encode(made))
    assert isinstance(record, Judgement)
    stored = desk.store.records.save(record).result()
    desk.session.open(stored)
    desk.session.act(judging.be_sure(desk.session.draft, 2))
    desk.save()
    found = json.loads(desk.store.records.history(stored.id)[1].data)
    assert (found.pop("rev"), found.pop("supersedes"), found.pop("confidence")) == (2, stored.sha256, 2)
    anew = ("rev", "nonce", "created_at", "timing")
    assert {k: v for k, v in found.items() if k not in anew} == {k: v for k, v in made.items() if k not in anew}


def test_superseding_keeps_verdicts_on_axes_that_the_bench_does_not_show(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    made: dict[str, Any] = json.loads(desk.store.records.history(desk.save())[-1].data)
    made["verdicts"].append({"axis": "coherence", "tiers": [["a", "b"], ["c", "d"]]})
    data = canonical.encode(made)
    record = records.decode(data)
    assert isinstance(record, Judgement)
    draft = from_judgement(record, "0" * 64, data)
    assert to_judgement(draft, desk.session.frame).verdicts == record.verdicts
    assert to_judgement(judging.best(draft, 0), desk.session.frame).verdicts[1:] == record.verdicts[1:]
    more = judging.edit_own(judging.write_own(draft), 4, "My own.")
    assert to_judgement(more, desk.session.frame).verdicts == (), "they do not speak of the new answer"


def test_a_prompt_that_was_emptied_does_not_come_back(desk: Desk) -> None:
    session = desk.session
    session.ask(PromptDraft(text="Half a thought"))
    session.keep()
    session.ask(PromptDraft(text=" "))
    kept = session.keep()
    assert kept is not None
    kept.result()
    assert desk.store.drafts.list() == []


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
    session.go_on(position)
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
    assert len(judging.fold_equal(three).answers) == 2
    judged = judging.rate(three, 2, "helpfulness", 1)
    assert judging.fold_equal(judged) is judged
    desk.session.act(judging.rank(draft, parse("a>>b", 2, with_strength=True)))
    for position in range(2):
        for axis in desk.session.rubric.axes:
            desk.session.act(judging.rate(desk.session.draft, position, axis.id, 3))
    record = desk.store.records.history(desk.save())[-1].record
    assert isinstance(record, Judgement)
    assert sorted(len(c.origin.equal_seeds or ()) for c in record.candidates) == [0, 2]


def test_a_record_opened_again_is_the_one_draft_that_was_begun_of_it(desk: Desk) -> None:
    saved = []
    for _ in range(2):
        desk.generate()
        desk.judge()
        saved.append(desk.store.records.history(desk.save())[-1])
    first, second = saved
    session = desk.session
    session.open(first)
    session.act(judging.justify(session.draft, "New words."))
    session.open(first)
    assert session.draft.justification == "New words.", "it stands on the bench already"
    session.open(second)
    session.open(first)
    assert session.draft.justification == "New words.", "it was set aside"
    desk.save()
    record = desk.store.records.history(first.id)[-1].record
    assert isinstance(record, Judgement) and (record.rev, record.justification) == (2, "New words.")


def test_a_draft_of_a_record_that_got_a_newer_version_meanwhile_is_the_next_one_after_it(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    stored = desk.store.records.history(desk.save())[-1]
    desk.session.open(stored)
    desk.session.act(judging.justify(desk.session.draft, "New words."))
    kept = desk.session.keep()
    assert kept is not None
    kept.result()
    desk.store.records.withdraw(stored.id, "mistake").result()
    assert desk.session.restore()
    desk.save()
    assert [each.kind for each in desk.store.records.history(stored.id)] == ["judgement", "withdrawal", "judgement"]
