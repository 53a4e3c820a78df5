"""Conversations: the next turn after any answer, branches, and what a record says of where it belongs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from session_desk import ANSWERS, Desk

from desktop.flow import conversation, judging
from desktop.flow.draft import RevisionDraft
from desktop.flow.outcome import messages_of
from feedback_store.records import Conversation, Judgement, Parent

replace = msgspec.structs.replace


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "profile")
    yield made
    made.close()


def saved(desk: Desk) -> Judgement:
    record = desk.store.records.history(desk.save())[-1].record
    assert isinstance(record, Judgement)
    return record


def ask(desk: Desk, text: str) -> None:
    session = desk.session
    session.ask(replace(session.draft.prompt, text=text))
    session.generate()
    desk.settle(lambda: session.draft.finished and not session.writing)


def test_the_next_turn_holds_what_was_asked_and_the_answer_gone_on_with(desk: Desk) -> None:
    desk.generate()
    first = desk.session.draft
    conversation.continue_with(desk.session, "b")
    turn = desk.session.draft
    assert [(m.role, m.content) for m in turn.prompt.turns] == [
        ("user", "Why is the sky blue?"), ("assistant", first.answer("b").text),
    ]  # fmt: skip
    assert turn.prompt.text == "" and not turn.answers and turn.comparison != first.comparison
    assert turn.conversation is not None and turn.conversation.parent is not None
    assert (turn.conversation.parent.comparison, turn.conversation.parent.answer) == (first.comparison, "b")


def test_a_turn_that_was_not_judged_is_one_undo_away(desk: Desk) -> None:
    desk.generate()
    before = desk.session.draft
    conversation.continue_with(desk.session, "a")
    desk.session.undo()
    assert desk.session.draft.answers == before.answers


def test_what_was_judged_is_set_aside_and_comes_back_after_the_next_turn_is_saved(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    judged = desk.session.draft
    conversation.continue_with(desk.session, judged.order[0])
    ask(desk, "And at night?")
    desk.judge()
    second = saved(desk)
    assert desk.session.draft.tiers == judged.tiers, "the first turn is back"
    first = saved(desk)
    assert first.conversation is None, "the conversation is named after it"
    assert second.conversation == Conversation(first.comparison.id, Parent(first.comparison.id, judged.order[0]))


def test_after_saving_the_conversation_goes_on_from_the_best_or_from_the_rewritten_answer(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    best = desk.session.draft.tiers
    assert best is not None
    text = desk.session.draft.answer(best[0][0]).text
    saved(desk)
    conversation.continue_saved(desk.session)
    assert desk.session.draft.prompt.turns[-1].content == text
    ask(desk, "And at night?")
    desk.judge()
    session = desk.session
    session.act(judging.revise(session.draft, RevisionDraft(of="a", text="Black, without the sun.")))
    saved(desk)
    conversation.continue_saved(session)
    assert session.draft.prompt.turns[-1].content == "Black, without the sun."
    assert session.draft.path[-1].answer == "revision"
    assert len(session.draft.prompt.turns) == 4


def test_every_turn_is_sent_to_the_model_and_stands_in_the_record(desk: Desk) -> None:
    desk.generate()
    conversation.continue_with(desk.session, "a")
    ask(desk, "And at night?")
    expected = ["user", "assistant", "user"]
    assert [message.role for message in messages_of(desk.session.draft.prompt)] == expected
    desk.judge()
    record = saved(desk)
    assert [message.role for message in record.prompt.messages] == expected
    assert record.prompt.messages[1].content in ANSWERS


def test_an_opened_record_knows_its_earlier_turns_and_keeps_its_place(desk: Desk) -> None:
    desk.generate()
    conversation.continue_with(desk.session, "a")
    ask(desk, "And at night?")
    desk.judge()
    record_id = desk.save()
    stored = desk.store.records.history(record_id)[-1]
    desk.session.open(stored)
    assert len(desk.session.draft.prompt.turns) == 2
    desk.session.act(judging.best(desk.session.draft, 0))
    again = saved(desk)
    assert isinstance(stored.record, Judgement)
    assert again.conversation == stored.record.conversation and again.prompt == stored.record.prompt


def test_a_turn_worded_otherwise_is_a_branch_beside_it_and_the_old_one_stays(desk: Desk) -> None:
    desk.generate()
    conversation.continue_with(desk.session, "a")
    ask(desk, "And at night?")
    before = desk.session.draft
    conversation.branch_here(desk.session)
    turn = desk.session.draft
    assert turn.prompt == before.prompt and not turn.answers
    assert turn.conversation == before.conversation and turn.path == before.path
    ask(desk, "And at noon?")
    tree = desk.session.tree
    assert [(row.glance.asked, row.number, row.branch, row.branches) for row in tree.turns] == [
        ("Why is the sky blue?", 1, 1, 1), ("And at night?", 2, 1, 2), ("And at noon?", 2, 2, 2),
    ]  # fmt: skip
    assert conversation.visit(desk.session, tree.turns[1])
    assert desk.session.draft.answers == before.answers and desk.session.draft.id == before.id
    assert conversation.branch_at(desk.session, desk.session.tree.turns[0])
    root = desk.session.draft
    assert (root.prompt.text, root.prompt.turns, root.path) == ("Why is the sky blue?", (), ())
    assert root.conversation == Conversation(before.path[0].comparison)


def test_the_next_prompt_after_a_conversation_starts_anew(desk: Desk) -> None:
    desk.generate()
    conversation.continue_with(desk.session, "a")
    ask(desk, "And at night?")
    desk.judge()
    saved(desk)
    assert desk.session.draft.prompt.turns == () and desk.session.draft.conversation is None
