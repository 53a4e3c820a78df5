"""A capture on the bench: a draft with its page, its turns and one answer, and a record only by saving."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from threading import Event

import pytest

from desktop.flow import capture_turns
from desktop.flow import draft as drafts
from desktop.flow.draft import PromptDraft
from desktop.flow.inbox_desk import Accepting, InboxDesk, Undone, cannot_join, draft_of, row_of
from desktop.flow.outcome import Frame, from_judgement, messages_of, to_judgement
from feedback_store import captures, records
from feedback_store.errors import NotFoundError
from feedback_store.inbox import Waiting
from feedback_store.records import App, Message, Verdict, Versioned
from feedback_store.store import Store

replace = drafts.msgspec.structs.replace
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


def undo(desk: InboxDesk) -> Undone:
    """Take back what was done last, and wait until it is."""
    undone, done = desk.undo(), Event()
    assert undone is not None
    undone.then(done.set)
    assert done.wait(60)
    return undone


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


def test_a_capture_of_the_longest_host_that_there_can_be_becomes_a_record(store: Store) -> None:
    """One of over 192 characters was refused as a message that nobody can read, for good."""
    host = ".".join(["a" * 63] * 3 + ["b" * 61])
    origin = f"https://{host}:65535"
    assert len(host) == 253
    found = waiting(store, page={"origin": origin, "title": "", "complete": True})
    verdict = Verdict(axis="overall", tiers=(("a",),), level="all_good")
    frame = Frame(PROJECT, store.trainer, App("preceptor", "1"), Versioned("overall_only", 1, "0" * 64))
    record = to_judgement(replace(draft_of(found, PromptDraft()), verdicts=(verdict,)), frame)
    store.records.save(record).result()
    again = records.decode(records.encode(record))
    assert isinstance(again, records.Judgement)
    assert again.context.page is not None
    assert again.context.page.origin == origin


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
    for left in (ids[1:], ids):
        undo(desk)
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
    assert (row.question, row.note) == ("The prompt is missing", "Not all of the conversation was read from the page.")


def accepted(accepting: Accepting, after: int = 1000) -> int:
    """Let it come to its end, or be cancelled after so many; how often it told of itself."""
    works: SimpleQueue[Callable[[], None]] = SimpleQueue()
    told: list[int] = []

    def tell() -> None:
        told.append(len(accepting.taken))
        if len(accepting.taken) == after:
            accepting.cancel()

    accepting.begin(works.put, tell)
    while not accepting.ended:
        works.get(timeout=180)()
    return len(told)


def test_all_go_onto_the_bench_the_oldest_to_come_up_first_and_all_come_back(store: Store) -> None:
    desk = InboxDesk(store, PROJECT)
    for number in range(4):
        waiting(store, response=f"Answer {number}.")
    shown = desk.waiting()
    accepting = desk.accepting(shown, PromptDraft(model="mine"))
    accepted(accepting)
    assert desk.waiting() == []
    kept = [drafts.from_bytes(each.data) for each in store.drafts.list()]
    assert [each.answers[0].text for each in kept] == [each.capture.response for each in shown]
    assert undo(desk).stayed == 0
    assert desk.waiting() == shown
    assert store.drafts.list() == []


def test_what_was_cancelled_on_the_way_waits_and_what_is_judged_already_stays(store: Store) -> None:
    desk = InboxDesk(store, PROJECT)
    for number in range(5):
        waiting(store, response=f"Answer {number}.")
    shown = desk.waiting()
    accepting = desk.accepting(shown, PromptDraft())
    accepted(accepting, after=2)
    taken = len(accepting.taken)
    assert taken in (2, 3)  # one may be on its way
    assert [each.id for each in desk.waiting()] == [each.id for each in shown[: 5 - taken]]
    _, judged = accepting.taken[0]
    store.drafts.save(f"{PROJECT}/{judged.id}", drafts.to_bytes(replace(judged, justification="Good."))).result()
    assert undo(desk).stayed == 1
    assert len(desk.waiting()) == 4


def test_another_window_that_was_faster_stops_nothing(store: Store) -> None:
    desk = InboxDesk(store, PROJECT)
    waiting(store), waiting(store)
    shown = desk.waiting()
    store.inbox.discard([shown[1].id]).result()
    accepting = desk.accepting(shown, PromptDraft())
    accepted(accepting)
    assert (accepting.gone, len(accepting.taken), accepting.error) == (1, 1, None)


def test_edited_turns_are_judged_and_the_record_says_so_and_what_came_is_kept(store: Store) -> None:
    desk, found = InboxDesk(store, PROJECT), waiting(store)
    turns = capture_turns.changed(capture_turns.turns_of(found.capture), 3, text="Why is it blue?")
    desk.edit(found, turns).result()
    (now,) = desk.waiting()
    assert now.capture.messages[3].content == "Why is it blue?"
    assert now.original == found.original
    assert row_of(now, datetime.now(UTC)).note == "Edited here; its record will say so."
    made, done = desk.take(now, PromptDraft())
    done.result()
    assert made.context is not None
    assert made.context.page is not None
    assert (made.context.page.edited, made.context.page.captured) == (True, (found.sha256,))
    assert made.prompt.text == "Why is it blue?"
    assert store.inbox.as_it_came(made.comparison) == found.original
    store.inbox.forget().result()
    assert store.inbox.as_it_came(made.comparison) == found.original


def test_what_was_not_edited_says_nothing_of_it(store: Store) -> None:
    desk, found = InboxDesk(store, PROJECT), waiting(store)
    desk.edit(found, capture_turns.turns_of(found.capture)).result()
    (now,) = desk.waiting()
    assert now == found
    context = draft_of(now, PromptDraft()).context
    assert context is not None
    assert context.page is not None
    assert (context.page.edited, context.page.captured) == (None, None)


def test_two_parts_of_a_conversation_become_one_and_part_again(store: Store) -> None:
    desk = InboxDesk(store, PROJECT)
    first = waiting(store, messages=TURNS[1:2], response="Hi.", created_at="2026-11-27T11:00:00.000Z")
    last = waiting(store, messages=[TURNS[2], TURNS[3]], response="Because of scattering.")
    assert cannot_join(first, last) == ""
    desk.join(last, first).result()
    (one,) = desk.waiting()
    assert [each.text for each in capture_turns.turns_of(one.capture)] == [
        "Hello",
        "Hi.",
        "Why is the sky blue?",
        "Because of scattering.",
    ]
    assert one.id == last.id
    assert one.hashes == (last.sha256, first.sha256)
    undo(desk)
    assert sorted(desk.waiting(), key=lambda each: each.id) == sorted((first, last), key=lambda each: each.id)


def test_parts_of_other_pages_are_no_conversation(store: Store) -> None:
    other = waiting(store, page={"origin": "https://other.example", "title": "", "complete": True})
    assert "different pages" in cannot_join(waiting(store), other)
