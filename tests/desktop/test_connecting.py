"""Connecting a browser, step by step, as a person goes through it, without a window."""

from __future__ import annotations

import pytest

from desktop.flow.connecting import Connecting, code_in, left_text, name_for


def test_it_goes_from_waiting_over_the_digits_to_allowed() -> None:
    now = Connecting()
    assert (now.step, now.may_allow) == ("waiting", False)
    now = now.asked(3, "Chromium")
    assert now.words == "Chromium asks to be connected. Type the six digits that its panel shows."
    now = now.answered("right", 3)
    assert now.may_allow
    assert (now.allowed().words, now.allowed().connection) == ("Chromium is connected.", 3)


def test_wrong_digits_begin_anew_until_the_tries_are_used_up() -> None:
    asked = Connecting().asked(1, "")
    assert asked.words.startswith("A browser asks")
    again = asked.answered("refused", 2)
    assert (again.step, again.problem) == (
        "waiting",
        "These were not the digits. Begin again in the browser; there are 2 more tries.",
    )
    assert asked.answered("refused", 1).problem.endswith("there is 1 more try.")
    assert asked.answered("refused", 0).problem.startswith("These were not the digits, and no try is left.")
    for over in (asked.answered("refused", 0), asked.answered("expired", 2)):
        assert (over.step, over.may_allow) == ("over", False)


def test_a_browser_that_goes_away_is_told_and_another_ones_end_changes_nothing() -> None:
    asked = Connecting().asked(1, "Brave")
    assert asked.gone(2) is asked
    assert asked.gone(1).step == "waiting"
    assert asked.answered("right", 3).gone(1).step == "waiting"
    done = asked.answered("right", 3).allowed()
    assert done.gone(1) is done


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123456", "123456"),
        ("123 456", "123456"),
        (" 123456", "123456"),
        ("12345", None),
        ("12345a", None),
        ("١٢٣٤٥٦", None),
    ],
)
def test_six_digits_are_a_code_with_a_space_or_without(typed: str, code: str | None) -> None:
    assert code_in(typed) == code


def test_time_and_name_are_said_in_words() -> None:
    assert left_text(101.6) == "1:42 left"
    assert (name_for("Chromium"), name_for("")) == ("Chromium on this computer", "Browser on this computer")
