"""Splits: nothing related stands in two of them, and records added later move nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_judgements import candidate, judgement

from feedback_store import records
from feedback_store.datasets.splits import Shares, assign
from feedback_store.errors import StoreError
from feedback_store.record_parts import Asked, Comparison, Conversation, Judgement, Message, Parent, Prompt

HALVES = Shares(validation=30, test=30)


def numbered(number: int, ask: str | None = None, **changes: Any) -> Judgement:
    """A judgement whose id is the `number`-th in time."""
    made = judgement("a>b", ask=ask if ask is not None else f"question {number}", **changes)
    return msgspec.structs.replace(made, id=records.new_id(1_700_000_000_000 + number))


def test_judgements_hang_together_by_comparison_prompt_conversation_and_first_question() -> None:
    first = numbered(1)
    talk = records.new_id()
    other = Asked(records.new_id(), 1, (Message("user", "Elsewhere?"),))
    related = [
        numbered(2, comparison=first.comparison),
        numbered(3, prompt=Prompt(first.prompt.id, 2, (Message("user", "Reworded?"),))),
        numbered(4, ask=" Question\n1 ", conversation=Conversation(talk)),
        numbered(5, conversation=Conversation(talk)),
        numbered(6, conversation=Conversation(records.new_id(), Parent(first.comparison.id, "a"))),
        numbered(10, conversation=Conversation(first.comparison.id)),  # a branch of the first turn names it so
    ]
    asked = numbered(7)
    asked = msgspec.structs.replace(
        asked, candidates=(candidate("a", asked=other), candidate("b")), comparison=first.comparison
    )
    through_asked = numbered(8, ask="elsewhere?")
    stranger = numbered(9)
    group = assign([stranger, through_asked, asked, *related, first], HALVES).group
    assert {group[each.id] for each in (first, *related, asked, through_asked)} == {first.id}
    assert group[stranger.id] == stranger.id


def test_empty_questions_do_not_hang_together() -> None:
    one, two = numbered(1, ask=" "), numbered(2, ask=" ")
    assert len(set(assign([one, two], HALVES).group.values())) == 2


def test_all_of_a_group_stands_in_one_split() -> None:
    made = [numbered(n, ask=f"question {n % 50}") for n in range(200)]
    groups = assign(made, HALVES)
    for member in set(groups.group.values()):
        assert len({groups.split[record] for record, of in groups.group.items() if of == member}) == 1


def test_the_shares_are_about_what_was_asked_for() -> None:
    made = [numbered(n) for n in range(2000)]
    split = list(assign(made, Shares(validation=20, test=10)).split.values())
    assert abs(split.count("validation") - 400) < 100
    assert abs(split.count("test") - 200) < 80


def test_everything_may_train_and_another_salt_draws_another_lot() -> None:
    made = [numbered(n) for n in range(50)]
    assert set(assign(made, Shares(0, 0)).split.values()) == {"train"}
    assert set(assign(made, Shares(0, 100)).split.values()) == {"test"}
    assert assign(made, Shares(50, 0, "one")).split != assign(made, Shares(50, 0, "two")).split


@pytest.mark.parametrize("shares", [(60, 50), (-1, 0), (0, -5)])
def test_shares_that_do_not_fit_are_refused(shares: tuple[int, int]) -> None:
    with pytest.raises(StoreError, match="do not fit into 100 %"):
        Shares(*shares)


_links = st.tuples(st.integers(0, 4), st.integers(0, 4))


@settings(max_examples=50)
@given(st.lists(_links, min_size=1, max_size=12), st.integers(0, 12))
def test_a_record_added_later_moves_no_group_unless_it_joins_two(links: list[tuple[int, int]], count: int) -> None:
    comparisons = [Comparison(records.new_id()) for _ in range(5)]
    made = [
        numbered(n, ask=f"topic {topic}", comparison=comparisons[shared]) for n, (topic, shared) in enumerate(links)
    ]
    for size in range(min(count, len(made) - 1), len(made)):
        before, after = assign(made[:size], HALVES), assign(made[: size + 1], HALVES)
        oldest = {group: min(r for r, of in after.group.items() if of == group) for group in after.group.values()}
        for record, split in before.split.items():
            joined = before.group[record] != after.group[record]
            assert joined or after.split[record] == split
            assert not joined or after.group[record] == oldest[after.group[record]] < before.group[record]
