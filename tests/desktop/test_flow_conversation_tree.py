"""The tree of a conversation: what is drawn of turns that are kept, of those that are not, and of what cannot be."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from session_desk import Desk

from desktop.flow import answers_anew, conversation, judging, turn_words
from desktop.flow.conversation_tree import Glance, Tree, build, glance_at_judgement
from desktop.flow.draft import REVISION, RevisionDraft
from feedback_store.records import Judgement, Parent

replace = msgspec.structs.replace


def glance(name: str, *path: tuple[str, str], asked: str = "", state: str = "unjudged") -> Glance:
    """A turn whose comparison is called `name`, after (comparison, answer) pairs."""
    steps = tuple(Parent(comparison, answer) for comparison, answer in path)
    earlier = tuple(f"asked in {step.comparison}" for step in steps)
    order = ("c", "a", "b", "d")
    return Glance(name, steps, asked or f"asked in {name}", earlier, order, (), state)  # type: ignore[arg-type]


def drawn(tree: Tree) -> list[str]:
    return [f"{'  ' * turn.lane}{'+' if turn.hangs else '|'} {turn.number} {turn.comparison}" for turn in tree.turns]


def test_a_straight_conversation_stays_in_one_lane_and_branches_hang_beside_the_longest_line() -> None:
    one, two, three = ("1", "a"), ("2", "b"), ("3", "c")
    straight = build([glance("1"), glance("2", one), glance("3", one, two)], here="2")
    assert drawn(straight) == ["| 1 1", "| 2 2", "| 3 3"]
    assert straight.straight and straight.here == 1
    branchy = build([*(turn.glance for turn in straight.turns), glance("4", one, two, three), glance("5", one)])
    assert drawn(branchy) == ["| 1 1", "  + 2 5", "| 2 2", "| 3 3", "| 4 4"]
    assert [turn.branch for turn in branchy.turns] == [1, 2, 1, 1, 1], "branches are counted as they were begun"


def test_left_and_right_go_to_the_branches_of_the_nearest_place_that_has_any() -> None:
    tree = build([glance("1"), glance("2", ("1", "a")), glance("3", ("1", "a"), ("2", "a")), glance("4", ("1", "a"))])
    three, two, four = (tree.row(name) for name in "324")
    assert tree.beside(three, 1) == four and tree.beside(four, -1) == two
    assert tree.beside(three, -1) == three, "there is no branch before"
    assert tree.beside(tree.row("1"), 1) == tree.row("1")


def test_a_turn_that_is_not_kept_stands_in_the_tree_by_the_words_that_later_ones_know() -> None:
    tree = build([glance("4", ("1", "a"), ("2", "b"), ("3", REVISION)), glance("1")])
    assert [(turn.comparison, turn.glance.asked, turn.glance.state) for turn in tree.turns] == [
        ("1", "asked in 1", "unjudged"), ("2", "asked in 2", "gone"), ("3", "asked in 3", "gone"),
        ("4", "asked in 4", "unjudged"),
    ]  # fmt: skip
    assert turn_words.from_text(tree.turns[1]) == "from B" and turn_words.from_text(tree.turns[2]) == "from an answer"
    assert turn_words.from_text(tree.turns[3]) == "from a rewritten answer"


def test_a_turn_is_said_with_its_level_its_branch_where_it_comes_from_and_its_state() -> None:
    first = Glance("1", (), "Why?", (), ("c", "a"), ("a",), "judged", revised="c")
    turns = [first, glance("2", ("1", "a")), glance("3", ("1", REVISION), asked="And then?", state="begun")]
    tree = build(turns, here="3")
    spoken = {turn.comparison: turn_words.spoken(turn) for turn in tree.turns}
    assert spoken == {
        "1": "Turn 1: Why?; Judged",
        "2": "Turn 2, branch 1 of 2, from B, the best: asked in 2; Not judged",
        "3": "Turn 2, branch 2 of 2, from A, rewritten: And then?; Being judged; on the bench now",
    }
    assert turn_words.place_text(tree) == "from A, rewritten, branch 2 of 2"
    assert turn_words.count_text(tree) == "2 branches, 1 of 3 turns judged"
    beside_the_first = build([first, glance("4")])
    assert turn_words.count_text(beside_the_first) == "2 branches, 1 of 2 turns judged"
    straight = build([first, glance("2", ("1", "a"))])
    assert turn_words.count_text(straight) == "2 turns, 1 judged"


def test_the_same_words_asked_again_are_tries_and_no_branches() -> None:
    again = [glance(name, asked="Why?") for name in "1234"]
    tree = build(again, here="4")
    assert [turn_words.branch_text(turn) for turn in sorted(tree.turns, key=lambda turn: turn.branch)] == [
        f"try {number} of 4" for number in range(1, 5)
    ]
    assert turn_words.place_text(tree) == "try 4 of 4"
    assert turn_words.count_text(tree) == "4 tries, 0 of 4 judged"
    mixed = build([*again, glance("5", asked="Why not?")])
    assert {turn_words.branch_text(turn) for turn in mixed.turns} == {f"branch {n} of 5" for n in range(1, 6)}
    first = Glance("1", (), "Why?", (), ("c", "a"), ("a",), "judged")
    after = build([first, glance("2", ("1", "a"), asked="And?"), glance("3", ("1", "c"), asked="And?")])
    assert [turn.again for turn in after.turns] == [False] * 3, "they go on from different answers"


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=80))
def test_whatever_records_say_of_their_parents_every_turn_stands_once_and_lanes_are_few(
    ties: list[tuple[int, int]],
) -> None:
    """Circles too, which only records of others could make."""
    named = {f"{turn:02}": f"{parent:02}" for turn, parent in ties}
    tree = build([glance(turn, (parent, "a")) for turn, parent in named.items()])
    listed = [turn.comparison for turn in tree.turns]
    assert sorted(listed) == sorted({*named, *named.values()})
    for row, turn in enumerate(tree.turns):
        assert turn.parent == "" or listed.index(turn.parent) < row
        assert turn.lane <= math.log2(len(listed)) + 1
        assert tree.way(turn.comparison)[-1] is turn


@pytest.fixture
def long_talk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "profile")


def test_a_root_that_was_saved_before_it_was_gone_on_from_names_the_conversation(long_talk: Desk) -> None:
    desk = long_talk
    desk.generate()
    desk.judge()
    record = desk.store.records.newest(desk.save())
    assert record is not None and isinstance(record.record, Judgement) and record.record.conversation is None
    conversation.continue_saved(desk.session)
    assert [turn.glance.state for turn in desk.session.tree.turns] == ["judged", "unasked"]
    desk.session.undo()
    desk.session.open(record)
    conversation.continue_with(desk.session, "c")
    assert [turn.glance.state for turn in desk.session.tree.turns] == ["judged", "unasked"]
    assert desk.session.tree.turns[1].glance.path == (Parent(record.record.comparison.id, "c"),)
    desk.close()


def test_a_withdrawn_turn_is_said_to_be_and_stands_again_once_it_is_saved(long_talk: Desk) -> None:
    desk = long_talk
    desk.generate()
    desk.judge()
    record_id = desk.save()
    conversation.continue_saved(desk.session)
    desk.store.records.withdraw(record_id, "mistake").result()
    desk.session.turns.look_again()
    root = desk.session.tree.turns[0]
    assert root.glance.state == "withdrawn"
    assert conversation.visit(desk.session, root)
    assert desk.session.draft.judged and desk.session.tree.turns[0].glance.state == "begun"
    assert desk.save() == record_id
    assert [each.kind for each in desk.store.records.history(record_id)] == ["judgement", "withdrawal", "judgement"]
    desk.close()


def test_an_erased_turn_leaves_its_words_in_later_turns_only(long_talk: Desk) -> None:
    desk = long_talk
    desk.generate()
    desk.judge()
    record_id = desk.save()
    conversation.continue_saved(desk.session)
    session = desk.session
    session.ask(replace(session.draft.prompt, text="And at night?"))
    session.generate()
    desk.settle(lambda: session.draft.finished and not session.writing)
    desk.judge()
    later = desk.save()
    found = desk.store.records.erase(record_id).result()
    assert found.same_text == (later,), "later turns hold the text of the first one and are offered"
    record = desk.store.records.newest(later)
    assert record is not None
    session.open(record)
    assert [turn.glance.state for turn in session.tree.turns] == ["gone", "judged"]
    assert not conversation.visit(session, session.tree.turns[0])
    desk.close()


def test_going_on_from_a_turn_takes_its_rewriting_then_its_best_then_what_was_taken_before(long_talk: Desk) -> None:
    desk, session = long_talk, long_talk.session
    desk.generate()
    assert not conversation.continue_at(session, session.tree.turns[0]), "nothing was preferred"
    session.act(judging.best(session.draft, 1))
    best = session.draft.order[1]
    assert conversation.continue_at(session, session.tree.turns[0])
    assert session.draft.path[-1].answer == best
    assert conversation.visit(session, session.tree.turns[0])
    session.act(judging.revise(session.draft, RevisionDraft(of="c", text="Better.", summary="")))
    assert conversation.meant_by(session.draft, "c") == REVISION and conversation.meant_by(session.draft, "a") == "a"
    assert conversation.continue_at(session, session.tree.turns[0])
    assert session.draft.path[-1].answer == REVISION and session.draft.prompt.turns[-1].content == "Better."
    desk.close()


def test_what_the_conversation_goes_on_from_is_neither_written_anew_nor_replaced(long_talk: Desk) -> None:
    desk, session = long_talk, long_talk.session
    desk.generate()
    first = session.draft
    conversation.continue_with(session, "a")
    session.ask(replace(session.draft.prompt, text="And at night?"))
    assert conversation.visit(session, session.tree.turns[0])
    answers_anew.again(session, first.position("a"))
    assert session.problem is not None and "goes on from this answer" in session.problem.text
    assert session.draft.answers == first.answers
    session.generate()
    desk.settle(lambda: session.draft.finished and not session.writing)
    states = [(turn.number, turn.branch, turn.glance.state) for turn in session.tree.turns]
    assert states == [(1, 2, "unjudged"), (1, 1, "unjudged"), (2, 1, "unasked")]
    desk.close()


def test_a_glance_at_a_judgement_is_that_at_its_draft(long_talk: Desk) -> None:
    desk = long_talk
    desk.generate()
    desk.judge()
    record = desk.store.records.newest(desk.save())
    assert record is not None
    seen = glance_at_judgement(record.data)
    desk.session.open(record)
    assert desk.session.tree.turns[0].glance == seen
    desk.close()
