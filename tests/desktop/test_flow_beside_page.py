"""Own models beside a page's answer: it stays what it was, nothing tells it from theirs, and the record names both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from session_desk import Desk
from test_inbox_desk import capture

from desktop.flow import answers_anew, judging
from desktop.flow.draft import PromptDraft
from desktop.flow.inbox_desk import InboxDesk
from desktop.flow.masking import hidden_names, masks
from desktop.flow.page_address import hidden_because, page_of
from desktop.flow.reveal import authors_text
from desktop.flow.together import as_seen, hidden
from feedback_store.records import Judgement

WISH = PromptDraft(model="smollm2", answers=3)
SAID = "I am ChatGPT and say: because of scattering."
CHAT = {"origin": "https://chatgpt.com", "title": "A chat", "complete": True}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def on_the_bench(desk: Desk, wish: PromptDraft = WISH) -> None:
    """A page's answer, taken from the inbox."""
    desk.store.inbox.put(capture(response=SAID, page=CHAT), "0" * 32).result()
    inbox = InboxDesk(desk.store, desk.project.id)
    (found,) = inbox.waiting()
    draft, done = inbox.take(found, wish)
    done.result()
    desk.session.go_to(draft)


def written(desk: Desk) -> None:
    desk.session.generate()
    desk.settle(lambda: desk.session.draft.finished and not desk.session.writing)


def test_models_write_beside_the_pages_answer_and_all_are_saved_with_where_they_are_from(desk: Desk) -> None:
    on_the_bench(desk)
    written(desk)
    draft = desk.session.draft
    assert len(draft.answers) == 4
    assert draft.answer("a").text == SAID
    desk.judge_all("b>a=c>d")
    desk.save()
    assert desk.session.saved is not None
    stored = desk.session.saved.stored
    record = stored.record
    assert isinstance(record, Judgement)
    assert [each.origin.kind for each in record.candidates] == ["page", "local", "local", "local"]
    assert record.context.page is not None
    assert (record.context.source, record.context.page.origin) == ("browser", "https://chatgpt.com")
    assert record.candidates[1].origin.model is not None
    assert record.candidates[1].origin.sampling is not None
    assert [message.role for message in record.prompt.messages] == ["system", "user", "assistant", "user"]
    assert (record.shown.blind, record.shown.revealed) == (True, True), "the page had been read"


def test_blind_the_pages_answer_stands_among_the_others_and_is_seen_with_them(tmp_path: Path) -> None:
    places = set()
    for seed in range(6):
        desk = Desk(tmp_path / str(seed), seed=seed, pause=0.01)
        on_the_bench(desk)
        assert not desk.session.draft.blind
        desk.session.generate()
        desk.settle(lambda: any(each.text for each in desk.session.draft.answers if each.key != "a"))  # noqa: B023
        draft = desk.session.draft
        assert draft.blind
        if not draft.finished:
            assert hidden(draft) == set("abcd")
            assert as_seen(draft, "a") == msgspec.structs.replace(as_seen(draft, "a"), text="", state="waiting")
        desk.settle(lambda: desk.session.draft.finished and not desk.session.writing)  # noqa: B023
        places.add(desk.session.draft.position("a"))
        assert authors_text(desk.session.draft).count("chatgpt.com") == 1
        desk.close()
    assert len(places) > 1


def test_what_the_page_calls_itself_is_covered(desk: Desk) -> None:
    on_the_bench(desk)
    written(desk)
    page = desk.session.draft.answer("a")
    assert [SAID[slice(*span)] for span in hidden_names(page, ("chatgpt.com", "smollm2"))] == ["ChatGPT"]
    assert masks("As ChatGPT would say: yes.", ("chatgpt.com",)), "also where it does not speak of itself"


def test_open_the_pages_answer_comes_first(desk: Desk) -> None:
    on_the_bench(desk, msgspec.structs.replace(WISH, blind=False))
    written(desk)
    assert (desk.session.draft.order, desk.session.draft.blind) == (("a", "b", "c", "d"), False)


def test_what_was_said_of_the_pages_answer_stays_and_undo_takes_the_others_away(desk: Desk) -> None:
    on_the_bench(desk)
    desk.session.act(judging.rate(desk.session.draft, 0, "helpfulness", 3))
    written(desk)
    assert desk.session.draft.rating("a", "helpfulness") == 3
    desk.session.undo()
    assert [each.key for each in desk.session.draft.answers] == ["a"]
    assert desk.session.draft.rating("a", "helpfulness") == 3


@pytest.mark.parametrize(("wanted", "beside", "written_each"), [(8, (), 6), (4, ("moon",), 3), (2, ("a", "b", "c"), 1)])
def test_the_bench_has_room_for_eight(desk: Desk, wanted: int, beside: tuple[str, ...], written_each: int) -> None:
    on_the_bench(desk, msgspec.structs.replace(WISH, answers=wanted, beside=beside))
    desk.session.generate()
    assert len(desk.session.draft.order) == 1 + written_each * (1 + len(beside))
    desk.settle(lambda: not desk.session.writing)


def test_no_model_writes_over_the_pages_answer(desk: Desk) -> None:
    on_the_bench(desk)
    answers_anew.again(desk.session, 0)
    assert desk.session.problem is not None
    assert "The page wrote this answer" in desk.session.problem.text
    assert desk.session.draft.answer("a").text == SAID


def test_another_prompt_is_asked_anew_and_the_page_comes_back_by_undo(desk: Desk) -> None:
    on_the_bench(desk)
    desk.session.ask(msgspec.structs.replace(desk.session.draft.prompt, text="Why is grass green?"))
    written(desk)
    assert all(each.origin.kind == "local" for each in desk.session.draft.answers)
    assert desk.session.draft.context is None
    desk.session.undo()
    assert desk.session.draft.answer("a").text == SAID


def test_the_page_is_not_opened_from_blind_answers_of_which_it_would_tell_one(desk: Desk) -> None:
    on_the_bench(desk)
    page = {"url": "https://chatgpt.com/c/1", **CHAT}
    assert "was not kept" in hidden_because(desk.session.draft)
    context = desk.session.draft.context
    assert context is not None
    assert context.page is not None
    kept = msgspec.structs.replace(context.page, url=page["url"])
    desk.session.go_to(msgspec.structs.replace(desk.session.draft, context=msgspec.structs.replace(context, page=kept)))
    assert hidden_because(desk.session.draft) == ""
    written(desk)
    assert "would tell" in hidden_because(desk.session.draft)
    desk.judge_all("b>a=c>d")
    desk.save()
    assert desk.session.saved is not None
    desk.session.open(desk.session.saved.stored)
    assert page_of(desk.session.draft) == kept
