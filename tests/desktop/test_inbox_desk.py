"""A capture on the bench: a draft with its page, its turns and one answer, and a record only by saving."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.flow import draft as drafts
from desktop.flow.draft import PromptDraft
from desktop.flow.inbox_desk import InboxDesk, draft_of, row_of
from desktop.flow.outcome import Frame, from_judgement, messages_of, to_judgement
from feedback_store import captures, records
from feedback_store.errors import NotFoundError
from feedback_store.inbox import Waiting
from feedback_store.records import App, Message, Verdict, Versioned
from feedback_store.store import Store

PAIRING = "0" * 32
PROJECT = "prj_" + "0" * 32
TURNS = [
    {"role": "system", "content": "Be short."},
    {"role": "user", "content": "Hello"},
    {"role": "assistant", "content": "Hi."},
    {"role": "user", "content": "Why is the sky blue?"},
]


def capture(**changes: object) -> bytes:
    whole = {
        "t": "capture.put",
        "id": records.new_id(),
        "created_at": "2026-11-27T12:00:00.000Z",
        "page": {
            "origin": "https://chat.example",
            "title": "A chat",
            "complete": True,
            "url": "https://chat.example/c/1",
        },
        "selectors": [{"type": "TextPositionSelector", "start": 3, "end": 9}],
        "messages": TURNS,
        "response": "Because of scattering.",
        **changes,
    }
    return json.dumps(whole).encode()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path, app=App("preceptor", "test"))
    yield opened
    opened.close()


def waiting(store: Store, **changes: object) -> Waiting:
    message = capture(**changes)
    store.inbox.put(message, PAIRING).result()
    return store.inbox.get(captures.read(message).id)


def test_the_turns_become_the_prompt_and_the_answer_the_only_one(store: Store) -> None:
    made = draft_of(waiting(store), PromptDraft(model="mine", domain="Medicine"))
    assert messages_of(made.prompt) == tuple(Message(turn["role"], turn["content"]) for turn in TURNS)  # type: ignore[arg-type]
    assert (made.prompt.model, made.prompt.domain) == ("mine", "Medicine")
    (answer,) = made.answers
    assert (answer.text, answer.origin.kind, answer.ready) == ("Because of scattering.", "page", True)
    assert (made.order, made.blind, made.asked == made.prompt) == (("a",), False, True)


@pytest.mark.parametrize("messages", [[], TURNS[:1], TURNS[1:3]])
def test_a_capture_without_a_question_waits_for_one(store: Store, messages: list[dict[str, str]]) -> None:
    made = draft_of(waiting(store, messages=messages), PromptDraft())
    assert made.prompt.text == ""
    assert len(made.prompt.turns) == len([turn for turn in messages if turn["role"] != "system"])


def test_a_saved_capture_says_where_it_came_from(store: Store) -> None:
    found = waiting(store)
    made = draft_of(found, PromptDraft())
    judged = drafts.from_bytes(drafts.to_bytes(made))
    verdict = Verdict(axis="overall", tiers=(("a",),), level="all_good")
    frame = Frame(PROJECT, store.trainer, App("preceptor", "1"), Versioned("overall_only", 1, "0" * 64))
    record = to_judgement(drafts.msgspec.structs.replace(judged, verdicts=(verdict,)), frame)
    again = records.decode(records.encode(record))
    assert again == record
    context = record.context
    assert (context.source, context.pairing) == ("browser", PAIRING)
    assert context.page is not None
    assert (context.page.origin, context.page.title, context.page.url) == (
        "https://chat.example",
        "A chat",
        "https://chat.example/c/1",
    )
    assert context.page.captured_at == "2026-11-27T12:00:00.000Z"
    assert [type(selector).__name__ for selector in context.page.selectors] == ["PositionSelector"]
    opened = from_judgement(record, "0" * 64, records.encode(record))
    assert to_judgement(opened, frame).context == context


def test_taking_one_puts_the_draft_in_its_place(store: Store) -> None:
    desk, found = InboxDesk(store, PROJECT), waiting(store)
    made, done = desk.take(found, PromptDraft())
    done.result()
    kept = store.drafts.get(f"{PROJECT}/{made.id}")
    assert kept is not None
    assert drafts.from_bytes(kept.data) == made
    assert desk.waiting() == []
    with pytest.raises(NotFoundError):
        desk.take(found, PromptDraft())[1].result()


def test_what_was_discarded_comes_back_step_by_step(store: Store) -> None:
    desk = InboxDesk(store, PROJECT)
    ids = [waiting(store).id for _ in range(3)]
    desk.discard((ids[0],)).result()
    desk.discard((ids[1], ids[2])).result()
    assert desk.waiting() == []
    for count, left in ((2, ids[1:]), (1, ids)):
        undone = desk.undo()
        assert undone is not None
        assert undone[0] == count
        undone[1].result()
        assert {each.id for each in desk.waiting()} == set(left)
    assert desk.undo() is None


def test_a_row_tells_page_age_question_and_what_is_missing(store: Store) -> None:
    now = datetime(2026, 11, 27, 12, 5, tzinfo=UTC)
    row = row_of(waiting(store), now)
    assert (row.place, row.question, row.answer, row.note) == (
        "A chat · https://chat.example",
        "Why is the sky blue?",
        "Because of scattering.",
        "",
    )
    page = {"origin": "https://chat.example", "title": "a\u202eb\nc", "complete": False}
    row = row_of(waiting(store, messages=[], page=page), now)
    assert "\u202e" not in row.place
    assert (row.question, row.note) == ("The prompt is missing", "The page showed only a part of the conversation.")
