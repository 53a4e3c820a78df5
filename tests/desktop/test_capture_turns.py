"""The turns of a capture put right: each step changes what it says and nothing else, and the answer stays last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.flow import capture_turns
from desktop.flow.capture_turns import Turn, Turns

TURNS: Turns = (Turn("user", "One"), Turn("assistant", "Two"), Turn("user", "Three"), Turn("assistant", "Four"))
SOME = st.lists(
    st.builds(Turn, st.sampled_from(capture_turns.ROLES), st.text(min_size=1, max_size=12)), min_size=1, max_size=6
).map(tuple)


def test_neighbours_become_one_by_whom_the_first_was() -> None:
    made = capture_turns.joined_with_next(TURNS, 1)
    assert made == (TURNS[0], Turn("assistant", "Two\n\nThree"), TURNS[3])
    assert capture_turns.joined_with_next(TURNS, 3) == TURNS


def test_a_turn_is_parted_where_the_cursor_stands() -> None:
    made = capture_turns.parted((Turn("user", "🙂 Why? Because."), Turn("assistant", "x")), 0, 7)
    assert made == (Turn("user", "🙂 Why?"), Turn("assistant", "Because."), Turn("assistant", "x"))
    last = capture_turns.parted((Turn("assistant", "Why? Because."),), 0, 5)
    assert last == (Turn("user", "Why?"), Turn("assistant", "Because."))
    for place in (0, 3):
        assert capture_turns.parted(TURNS, 0, place) == TURNS


@given(SOME, st.integers(0, 5), st.integers(0, 12))
def test_no_word_is_lost_by_parting_and_joining(turns: Turns, at: int, place: int) -> None:
    at = min(at, len(turns) - 1)
    made = capture_turns.parted(turns, at, place)
    again = capture_turns.joined_with_next(made, at) if made != turns else made
    assert "".join(each.text for each in again).split() == "".join(each.text for each in turns).split() or (
        " ".join(each.text for each in again).split() == " ".join(each.text for each in made).split()
    )


@given(SOME, SOME, SOME)
def test_what_two_parts_share_stands_in_the_whole_once(before: Turns, shared: Turns, after: Turns) -> None:
    whole = capture_turns.one_conversation((*before, *shared), (*shared, *after))
    assert whole[: len(before) + len(shared)] == (*before, *shared)
    assert whole[len(whole) - len(after) :] == after
    assert len(whole) <= len(before) + len(shared) + len(after)


@pytest.mark.parametrize(
    ("turns", "word"),
    [
        ((Turn("user", "x"),), "last turn"),
        ((Turn("assistant", " "),), "empty"),
        ((Turn("user", "x"), Turn("system", "y"), Turn("assistant", "z")), "system prompt"),
        ((*[Turn("user", "x")] * 1000, Turn("assistant", "z")), "1000"),
    ],
)
def test_what_cannot_be_judged_is_said(turns: Turns, word: str) -> None:
    assert word in capture_turns.problem(turns)
    assert capture_turns.problem(TURNS) == ""


def test_empty_turns_are_left_out_of_what_is_kept() -> None:
    edit = capture_turns.edit_of((Turn("user", " "), *TURNS), ("0" * 64,))
    assert [each.content for each in edit.messages] == ["One", "Two", "Three"]
    assert (edit.response, edit.joined) == ("Four", ("0" * 64,))
