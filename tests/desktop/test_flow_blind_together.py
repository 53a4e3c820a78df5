"""Several models on one bench, blind: nothing is seen of one before all have ended, and no name before saving."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from company import DOWN, Company
from company_desk import WISH, ask, ended, judged, texts
from session_desk import Desk

from desktop.flow import answers_anew, judging, together
from desktop.flow.draft import PromptDraft
from desktop.flow.masking import covered_answer, hides_model
from desktop.flow.personal import spots
from desktop.flow.reveal import authors_text
from desktop.flow.telling import answer_words
from desktop.flow.together import as_seen, author, hidden, waiting_words


@pytest.fixture
def desk(tmp_path: Path, company: Company) -> Iterator[Desk]:
    made = Desk(tmp_path / "profile", engine=company)
    company.join(made.endpoints)
    yield made
    made.close()


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
    assert not any(spot.area == "answer" for spot in spots(session.draft)), "nor what would be found in them"
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
