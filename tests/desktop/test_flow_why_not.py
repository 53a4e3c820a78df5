"""Why what a button or an entry of a menu does cannot be done just now, in a sentence."""

from __future__ import annotations

import pytest

from desktop.flow import why_not
from feedback_store.record_table import Way


@pytest.mark.parametrize("way", ["saved", "held", "released"])
def test_a_judgement_that_nobody_is_sending_can_be_released_and_held(way: Way) -> None:
    assert why_not.released(way, judged=True) == ""
    assert why_not.held(way, judged=True) == ""


def test_a_record_that_waits_anew_is_released_by_sending_it_again() -> None:
    assert why_not.released("waiting", judged=True) == "It was on its way. “Send again” releases it."
    assert why_not.held("waiting", judged=True) == ""


def test_a_record_that_came_back_is_mended_first() -> None:
    said = "It came back. Mend it on the bench and save it first."
    assert why_not.released("returned", judged=True) == said
    assert why_not.held("returned", judged=True) == said


@pytest.mark.parametrize("way", ["saved", "waiting", "returned"])
def test_a_withdrawal_leaves_by_itself(way: Way) -> None:
    said = "A withdrawal leaves with the next delivery, and is not held back."
    assert why_not.held(way, judged=False) == said
    assert why_not.released(way, judged=False) == said
    assert why_not.blacked_out(judged=False, selected=True) == "There are no words to black out."


def test_without_a_record_that_is_what_is_said() -> None:
    for judged in (True, False):
        assert why_not.released(None, judged=judged) == why_not.held(None, judged=judged) == "No record is chosen."


def test_sending_says_the_first_thing_that_is_missing() -> None:
    unjoined = why_not.sent(joined=False, waits=True, sending=False)
    assert unjoined == why_not.again(joined=False, sending=False) and "No collector is joined" in unjoined
    neither = why_not.sent(joined=False, waits=False, sending=False)
    assert "nothing is released yet" in neither and "It can be saved" not in neither, "as a file it cannot be saved yet"
    assert why_not.sent(joined=True, waits=True, sending=True) == "It is being sent."
    assert why_not.sent(joined=True, waits=False, sending=False) == "Nothing is released yet."
    assert why_not.sent(joined=True, waits=True, sending=False) == ""


def test_what_is_not_clean_is_told_from_what_is_not_there() -> None:
    assert "places to be looked at" in why_not.released_clean(clean=False, undecided=True)
    assert why_not.released_clean(clean=False, undecided=False) == "Nothing waits to be released."
    assert why_not.released_clean(clean=True, undecided=True) == ""


def test_another_trainers_record_and_a_withdrawn_one_say_each_why_nothing_is_blacked_out() -> None:
    counts = "That is for a judgement that counts: its newest version, not withdrawn."
    assert why_not.record_blacked_out(there=True, judged=False, own=False) == counts
    theirs = "Another trainer judged it, and only they change it."
    assert why_not.record_blacked_out(there=True, judged=True, own=False) == theirs
    assert why_not.record_blacked_out(there=True, judged=True, own=True) == ""
    gone = why_not.more_of_record(there=False)
    assert gone and why_not.judgement_used(there=False, judged=False) == gone


def test_two_captures_are_joined_and_no_other_number() -> None:
    assert [bool(why_not.captures_joined(marked=count)) for count in range(4)] == [True, True, False, True]


def test_turns_say_why_they_stay_as_they_are() -> None:
    assert why_not.turn_joined(last=True) and not why_not.turn_joined(last=False)
    assert why_not.turn_removed(only=True) and not why_not.turn_removed(only=False)
    assert why_not.turns_put_back(changed=False) and not why_not.turns_put_back(changed=True)
