"""Several models answer one prompt on one bench: in one comparison, blind together, each with its own provenance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from company import DOWN, Company
from hypothesis import given
from hypothesis import strategies as st
from session_desk import Desk

from desktop.flow import answers_anew, failed_answers, judging, together
from desktop.flow.conversation import continue_with
from desktop.flow.draft import PromptDraft, from_bytes, to_bytes
from desktop.flow.masking import covered_answer, hides_model
from desktop.flow.prompt_settings import next_settings
from desktop.flow.reveal import authors_text
from desktop.flow.telling import answer_words
from desktop.flow.together import as_seen, author, hidden, waiting_words, with_models, without_gone
from feedback_store.records import Judgement

WISH = PromptDraft(text="Who are you?", model="Moon", beside=("Sun",), answers=2)


@pytest.fixture
def company() -> Iterator[Company]:
    made = Company()
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path, company: Company) -> Iterator[Desk]:
    made = Desk(tmp_path / "profile", engine=company)
    company.join(made.endpoints)
    yield made
    made.close()


def ask(desk: Desk, wish: PromptDraft = WISH) -> None:
    desk.session.ask(wish)
    desk.session.generate()


def ended(desk: Desk) -> None:
    desk.settle(lambda: desk.session.draft.finished and not desk.session.writing)


def judged(desk: Desk) -> Judgement:
    session = desk.session
    for position in range(len(session.draft.order)):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 3))
    session.act(judging.all_equal(session.draft, "all_good"))
    desk.save()
    assert desk.session.saved is not None and isinstance(desk.session.saved.stored.record, Judgement)
    return desk.session.saved.stored.record


def texts(desk: Desk) -> set[str]:
    """What can be read of the answers."""
    draft = desk.session.draft
    return {as_seen(draft, key).text for key in draft.order}


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


def test_the_cards_are_shuffled_by_the_seed_whoever_ends_first(tmp_path: Path) -> None:
    orders = set()
    for first in ("Moon", "Sun"):
        company = Company()
        company.keep_waiting(first)
        desk = Desk(tmp_path / first, seed=5, engine=company)
        company.join(desk.endpoints)
        ask(desk)
        other = next(name for name in ("Moon", "Sun") if name != first)
        desk.settle(lambda: all(a.ready for a in desk.session.draft.answers if a.model == other))  # noqa: B023
        company.let_go(first)
        ended(desk)
        orders.add(desk.session.draft.order)
        desk.close()
    assert len(orders) == 1 and orders != {("a", "b", "c", "d")}


def test_blind_no_text_is_seen_before_the_last_model_has_ended(desk: Desk, company: Company) -> None:
    company.keep_waiting("Sun")
    ask(desk)
    session = desk.session
    desk.settle(lambda: sum(answer.ready for answer in session.draft.answers) == 2)
    assert texts(desk) == {""} and hidden(session.draft) == set("abcd")
    assert waiting_words(session.draft).startswith("2 of 4 answers are written.")
    for position, key in enumerate(session.draft.order):
        assert as_seen(session.draft, key).state == "waiting", "which of them is ready is not seen either"
        assert covered_answer(session.draft, position) == ""
        assert "being written" in answer_words(session.draft, session.rubric, position)
    assert not any(spot.area == "answer" for spot in _spots(desk)), "nor what would be found in them"
    company.let_go("Sun")
    ended(desk)
    assert "" not in texts(desk) and not waiting_words(session.draft)


def test_asked_for_they_are_shown_at_once_and_that_is_not_undone(desk: Desk, company: Company) -> None:
    company.keep_waiting("Sun")
    ask(desk)
    session = desk.session
    desk.settle(lambda: sum(answer.ready for answer in session.draft.answers) == 2)
    session.act(judging.justify(session.draft, "Before they were shown."))
    answers_anew.show_now(session)
    assert len(texts(desk)) == 3 and session.draft.streamed
    session.undo()
    assert len(texts(desk)) == 3 and session.draft.justification == ""
    company.let_go("Sun")
    ended(desk)


def test_a_vote_before_the_end_is_taken_and_stands(desk: Desk, company: Company) -> None:
    company.keep_waiting("Sun")
    ask(desk)
    session = desk.session
    session.act(judging.best(session.draft, 0))
    company.let_go("Sun")
    ended(desk)
    assert session.draft.tiers is not None and session.draft.tiers[0] == (session.draft.order[0],)


def test_reading_begins_when_the_texts_are_seen_not_when_the_first_model_writes(desk: Desk, company: Company) -> None:
    company.keep_waiting("Sun")
    ask(desk)
    session = desk.session
    desk.settle(lambda: sum(answer.ready for answer in session.draft.answers) == 2)
    desk.now += 100
    company.let_go("Sun")
    ended(desk)
    desk.now += 2
    session.act(judging.best(session.draft, 0))
    assert session.draft.shown_ms == 2000


def test_in_the_open_they_stream_beside_their_names_in_the_order_of_the_models(desk: Desk, company: Company) -> None:
    company.keep_waiting("Sun")
    ask(desk, msgspec.structs.replace(WISH, blind=False))
    session = desk.session
    assert [author(session.draft.at(position)) for position in range(4)] == ["Moon", "Moon", "Sun", "Sun"]
    desk.settle(lambda: "The moon says one." in texts(desk))
    assert not hidden(session.draft)
    company.let_go("Sun")
    ended(desk)


def test_one_model_streams_as_ever_also_blind(desk: Desk) -> None:
    ask(desk, PromptDraft(text="Who are you?", model="Moon", answers=4))
    assert not desk.session.draft.held and desk.session.draft.streamed
    ended(desk)


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


def test_a_model_that_fails_on_its_way_says_why_only_where_names_are_seen(desk: Desk) -> None:
    ask(desk, msgspec.structs.replace(WISH, beside=("Mars",)))
    ended(desk)
    session = desk.session
    failed = [answer.key for answer in session.draft.answers if answer.model == "Mars"]
    assert session.problem is None, "no bar names it either"
    assert [as_seen(session.draft, key).problem for key in failed] == ["", ""]
    session.act(judging.show_blind(session.draft, False))
    assert [together.note(session.draft, key) for key in failed] == [DOWN, DOWN]


def test_a_failure_is_seen_at_once_while_the_others_are_still_waited_for(desk: Desk, company: Company) -> None:
    company.keep_waiting("Sun")
    ask(desk, msgspec.structs.replace(WISH, model="Sun", beside=("Mars",)))
    session = desk.session
    desk.settle(lambda: any(answer.ready for answer in session.draft.answers))
    states = {answer.model: as_seen(session.draft, answer.key).state for answer in session.draft.answers}
    assert states == {"Sun": "waiting", "Mars": "failed"}
    company.let_go("Sun")
    ended(desk)


def test_where_no_model_can_be_asked_it_is_said_and_what_stood_there_stands(desk: Desk) -> None:
    ask(desk, PromptDraft(text="Who are you?", model="Moon", answers=2))
    ended(desk)
    before = desk.session.draft
    ask(desk, msgspec.structs.replace(WISH, model="Gone", beside=("Away",)))
    assert desk.session.draft.answers == before.answers
    assert desk.session.problem is not None and "Gone" in desk.session.problem.text


def test_a_model_that_cannot_be_asked_again_is_not_named_beside_blind_answers(desk: Desk) -> None:
    ask(desk)
    ended(desk)
    session = desk.session
    desk.endpoints.remove("Sun")
    place = next(p for p in range(4) if session.draft.at(p).model == "Sun")
    answers_anew.again(session, place)
    assert session.problem is not None and session.problem.text.startswith("The model of this answer cannot be asked")
    assert session.draft.at(place).text.startswith("The sun"), "and the answer stands"


def test_written_again_it_is_by_its_own_model_and_not_seen_before_it_ends(desk: Desk, company: Company) -> None:
    ask(desk)
    ended(desk)
    session = desk.session
    place = next(p for p in range(4) if session.draft.at(p).model == "Sun")
    company.keep_waiting("Sun")
    answers_anew.again(session, place)
    key = session.draft.order[place]
    assert hidden(session.draft) == {key} and len(texts(desk)) == 4
    assert waiting_words(session.draft).startswith("This answer appears once it is written")
    company.let_go("Sun")
    ended(desk)
    assert session.draft.answer(key).model == "Sun" and company.asked == ["Moon", "Sun", "Sun"]


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


def test_what_was_stopped_says_so_and_appears_with_the_others(desk: Desk, company: Company) -> None:
    company.keep_waiting("Sun")
    ask(desk)
    session = desk.session
    desk.settle(lambda: sum(answer.ready for answer in session.draft.answers) == 2)
    stopped = tuple(
        msgspec.structs.replace(answer, state="stopped", text="The moon") if answer.key == "a" else answer
        for answer in session.draft.answers
    )
    draft = msgspec.structs.replace(session.draft, answers=stopped)
    assert as_seen(draft, "a").text == "" and together.note(draft, "a") == "Stopped. It appears with the others."
    assert together.note(draft, "b") == ""
    company.let_go("Sun")
    ended(desk)


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


def test_saved_every_letter_is_named_and_until_then_no_chosen_model_is(desk: Desk) -> None:
    ask(desk)
    ended(desk)
    draft = desk.session.draft
    assert hides_model(draft, "Moon") and hides_model(draft, "Sun") and not hides_model(draft, "Star")
    judged(desk)
    assert desk.session.saved is not None
    named = dict(part.split(": ")[::-1] for part in authors_text(desk.session.saved.draft).split(" · "))
    assert set(named) == {"Moon", "Sun"}
    assert {letter for each in named.values() for letter in each.split(", ")} == set("ABCD")


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


def _spots(desk: Desk) -> list[object]:
    from desktop.flow.personal import spots

    return list(spots(desk.session.draft))
