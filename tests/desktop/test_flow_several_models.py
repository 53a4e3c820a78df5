"""Several models answer one prompt in one comparison: who is asked, what is kept, each with its own provenance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from company import Company
from company_desk import WISH, ask, ended, judged, texts
from hypothesis import given
from hypothesis import strategies as st
from session_desk import Desk

from desktop.flow import answers_anew, failed_answers, judging, together
from desktop.flow.conversation import continue_with
from desktop.flow.draft import PromptDraft, from_bytes, to_bytes
from desktop.flow.prompt_settings import next_settings
from desktop.flow.together import with_models, without_gone


@pytest.fixture
def desk(tmp_path: Path, company: Company) -> Iterator[Desk]:
    made = Desk(tmp_path / "profile", engine=company)
    company.join(made.endpoints)
    yield made
    made.close()


def test_every_model_answers_as_often_as_was_asked_in_one_comparison(desk: Desk, company: Company) -> None:
    ask(desk)
    ended(desk)
    draft = desk.session.draft
    assert [answer.model for answer in draft.answers] == ["Moon", "Moon", "Sun", "Sun"]
    assert {answer.text.split()[1] for answer in draft.answers if answer.model == "Sun"} == {"sun"}
    assert company.asked == ["Moon", "Sun"], "one request a model"


def test_the_record_says_of_each_answer_which_model_preset_and_seed_it_is_from(desk: Desk) -> None:
    ask(desk, msgspec.structs.replace(WISH, model="smollm2", beside=("Sun",), preset="precise"))
    desk.settle(lambda: bool(desk.session.draft.answers))
    desk.session.cancel()
    ask(desk, msgspec.structs.replace(WISH, preset="precise"))
    ended(desk)
    made = judged(desk)
    found = {each.key: each.origin for each in made.candidates}
    assert [found[key].model.name for key in "abcd"] == ["moon", "moon", "sun", "sun"]  # type: ignore[union-attr]
    assert {origin.preset for origin in found.values()} == {"precise"}
    assert not made.shown.streamed, "nobody saw them grow"


def test_a_model_that_cannot_be_asked_says_so_in_its_place_and_the_rest_stands(desk: Desk) -> None:
    ask(desk, msgspec.structs.replace(WISH, beside=("Gone",), blind=False))
    ended(desk)
    session = desk.session
    gone = [answer for answer in session.draft.answers if answer.model == "Gone"]
    assert [answer.state for answer in gone] == ["failed", "failed"] and session.problem is None
    assert "Gone" in together.note(session.draft, "c")
    assert "C, D: nothing was written. Write again, or leave out" in [each.text for each in session.missing]
    for _ in gone:
        session.act(failed_answers.leave_out(session.draft, 2))
    assert [answer.model for answer in session.draft.answers] == ["Moon", "Moon"]
    judged(desk)


def test_where_no_model_can_be_asked_it_is_said_and_what_stood_there_stands(desk: Desk) -> None:
    ask(desk, PromptDraft(text="Who are you?", model="Moon", answers=2))
    ended(desk)
    before = desk.session.draft
    ask(desk, msgspec.structs.replace(WISH, model="Gone", beside=("Away",)))
    assert desk.session.draft.answers == before.answers
    assert desk.session.problem is not None and "Gone" in desk.session.problem.text


def test_an_answer_that_only_one_model_wrote_is_written_again_by_the_one_that_is_chosen_now(
    desk: Desk, company: Company
) -> None:
    ask(desk, PromptDraft(text="Who are you?", model="Moon", answers=2))
    ended(desk)
    desk.session.ask(with_models(desk.session.draft.prompt, ("Sun",)))
    answers_anew.again(desk.session, 0)
    ended(desk)
    assert company.asked == ["Moon", "Sun"]


def test_what_was_cut_off_is_gone_on_with_by_its_own_model(desk: Desk, company: Company) -> None:
    ask(desk, msgspec.structs.replace(WISH, max_tokens=2))
    ended(desk)
    place = next(p for p in range(4) if desk.session.draft.at(p).model == "Sun")
    desk.session.ask(with_models(desk.session.draft.prompt, ("Moon",)))
    answers_anew.go_on(desk.session, place)
    ended(desk)
    assert company.asked[-1] == "Sun" and desk.session.draft.at(place).text.startswith("The sunThe sun")


def test_one_more_of_each_model_comes_last_and_shuffled_and_takes_the_ranking_with_it(desk: Desk) -> None:
    ask(desk)
    ended(desk)
    session = desk.session
    session.act(judging.best(session.draft, 0))
    answers_anew.more(session)
    ended(desk)
    draft = session.draft
    assert sorted(draft.answer(key).model for key in draft.order[4:]) == ["Moon", "Sun"]
    assert draft.tiers is None
    session.undo()
    assert len(session.draft.order) == 4 and session.draft.tiers is not None


def test_a_model_chosen_late_adds_its_answers_to_those_that_stand(desk: Desk, company: Company) -> None:
    ask(desk)
    ended(desk)
    session = desk.session
    session.ask(with_models(session.draft.prompt, ("Moon", "Sun", "Star"), 2))
    answers_anew.more(session)
    ended(desk)
    assert [session.draft.answer(key).model for key in session.draft.order[4:]] == ["Star", "Star"]
    answers_anew.more(session)
    assert session.problem is not None and session.problem.text.startswith("More than 8 answers have no room")
    assert company.asked == ["Moon", "Sun", "Star"]


def test_stopping_reaches_every_model_and_what_came_stays(desk: Desk, company: Company) -> None:
    company.keep_waiting("Sun")
    ask(desk)
    session = desk.session
    desk.settle(lambda: sum(answer.ready for answer in session.draft.answers) == 2)
    session.cancel()
    company.let_go("Sun")
    ended(desk)
    states = {answer.model: answer.state for answer in session.draft.answers}
    assert states == {"Moon": "done", "Sun": "stopped"}
    assert "The moon says one." in texts(desk)


def test_stopping_one_answer_leaves_the_others(desk: Desk, company: Company) -> None:
    company.keep_waiting("Sun")
    ask(desk)
    session = desk.session
    session.cancel(session.draft.position("c"))
    company.let_go("Sun")
    ended(desk)
    assert [answer.state for answer in session.draft.answers] == ["done", "done", "stopped", "done"]


def test_equal_words_of_two_models_stay_two_answers(tmp_path: Path) -> None:
    company = Company({"Moon": ("Yes.", "Yes."), "Sun": ("Yes.", "No.")})
    desk = Desk(tmp_path / "profile", engine=company)
    company.join(desk.endpoints)
    ask(desk, msgspec.structs.replace(WISH, blind=False))
    ended(desk)
    assert [(answer.model, answer.text) for answer in desk.session.draft.answers][-2:] == [
        ("Sun", "Yes."),
        ("Sun", "No."),
    ]
    desk.close()


def test_the_choice_stays_in_the_kept_draft_and_for_the_next_prompt(desk: Desk) -> None:
    ask(desk)
    ended(desk)
    draft = desk.session.draft
    assert from_bytes(to_bytes(draft)) == draft
    assert next_settings(draft).models == ("Moon", "Sun")
    judged(desk)
    assert desk.session.draft.prompt.models == ("Moon", "Sun") and desk.session.draft.prompt.answers == 2


def test_after_a_kill_what_had_come_of_each_model_can_be_read(desk: Desk, company: Company) -> None:
    company.keep_waiting("Sun")
    ask(desk)
    session = desk.session
    desk.settle(lambda: sum(answer.ready for answer in session.draft.answers) == 2)
    kept = session.keep()
    assert kept is not None
    kept.result()
    assert session.restore()
    assert "The moon says one." in texts(desk)
    assert failed_answers.to_be_settled(session.draft), "what never came is written again, or left out"
    company.let_go("Sun")


def test_going_on_from_an_answer_asks_the_same_models_and_names_none(desk: Desk, company: Company) -> None:
    ask(desk)
    ended(desk)
    session = desk.session
    continue_with(session, "c")
    assert session.draft.prompt.models == ("Moon", "Sun")
    assert session.draft.prompt.turns[-1].content == "The sun says one."
    session.ask(msgspec.structs.replace(session.draft.prompt, text="And then?"))
    session.generate()
    ended(desk)
    assert company.asked == ["Moon", "Sun"] * 2


def test_models_that_are_gone_leave_the_choice_and_the_others_stay() -> None:
    assert without_gone(WISH, ("Sun", "Star")).models == ("Sun",)
    assert without_gone(WISH, ("Star",)).models == ("Star",)
    assert without_gone(WISH, ()).models == ("",)
    assert without_gone(WISH, ("Moon", "Sun")) == WISH


@given(
    st.lists(st.sampled_from("ABCDEF"), max_size=7), st.sampled_from((1, 2, 3, 4, 6, 8)), st.none() | st.integers(1, 9)
)
def test_whatever_is_chosen_it_is_at_most_four_models_and_eight_answers(
    models: list[str], answers: int, each: int | None
) -> None:
    made = with_models(PromptDraft(model="A", answers=answers), models, each)
    assert 1 <= len(made.models) <= 4 and len(set(made.models)) == len(made.models)
    assert made.answers in together.counts(len(made.models))
