"""What a key means in a cell of the ratings, for every kind of row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.qt_models.rating_typing import Typed, toggled, typed
from desktop.qt_models.ratings import Mark, RatingLine, Value

MARKS = tuple(Mark(key, f"v{key}", key, f"value {key}") for key in "ABCDE")
SEVERAL = RatingLine("Which?", marks=MARKS, several=True)
ONE = RatingLine("Which one?", marks=MARKS)


def test_one_choice_is_given_and_goes_on_whatever_the_case() -> None:
    assert typed(ONE, None, "", "b") == typed(ONE, None, "", "B") == Typed(sets=True, value="vB", goes_on=True)
    assert typed(ONE, None, "", "z") is None and typed(ONE, None, "", "0") is None


def test_several_choices_stay_until_enter_and_nought_is_none_of_them() -> None:
    assert typed(SEVERAL, ("vC",), "", "a") == Typed(sets=True, value=("vA", "vC"))
    assert typed(SEVERAL, ("vA", "vC"), "", "a") == Typed(sets=True, value=("vC",))
    assert typed(SEVERAL, ("vC",), "", "0") == Typed(sets=True, value=(), goes_on=True)


@given(st.lists(st.sampled_from(MARKS)))
def test_toggling_keeps_the_rubrics_order_and_is_its_own_inverse(marks: list[Mark]) -> None:
    now: Value = None
    for mark in marks:
        now = toggled(SEVERAL, now, mark.value)
        assert list(now) == sorted(now)
    for mark in reversed(marks):
        now = toggled(SEVERAL, now, mark.value)
    assert not now


@given(st.integers(0, 3), st.integers(1, 120), st.data())
def test_every_value_of_a_scale_can_be_typed(lowest: int, span: int, data: st.DataObject) -> None:
    line = RatingLine("Scale", lowest, lowest + span)
    wanted = data.draw(st.integers(line.lowest, line.highest))
    waiting, value = "", None
    for number, digit in enumerate(str(wanted), 1):
        made = typed(line, value, waiting, digit)
        assert made is not None
        assert number == len(str(wanted)) or not made.goes_on, "a number is not cut short"
        waiting = made.waiting
        value = made.value if made.sets else value
    assert value == wanted
