"""Counts, sizes, durations and dates in the language that is spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.flow import languages, quantities, wording


@pytest.fixture(autouse=True)
def _english_after() -> Iterator[None]:
    yield
    wording.use_language("en")


def test_every_language_has_its_signs() -> None:
    assert wording.SIGNS.keys() == languages.SPOKEN.keys()


@pytest.mark.parametrize(
    ("said", "english", "german"),
    [
        (lambda: quantities.count_text(999), "999", "999"),
        (lambda: quantities.count_text(15340), "15,340", "15.340"),
        (lambda: quantities.count_text(-1234567), "-1,234,567", "-1.234.567"),
        (lambda: quantities.decimal_text(1234.55, 1), "1,234.5", "1.234,5"),
        (lambda: quantities.percent_text(1.1), "110\u00a0%", "110\u00a0%"),
        (lambda: quantities.size_text(98_400_000), "98.4\u00a0MB", "98,4\u00a0MB"),
        (lambda: quantities.size_text(5_000_000_000), "5.0\u00a0GB", "5,0\u00a0GB"),
        (lambda: quantities.size_text(17), "17\u00a0B", "17\u00a0B"),
        (lambda: quantities.parameters_text(7_200_000_000), "7.2B", "7.2B"),
        (lambda: quantities.time_text(12.4), "12\u00a0s", "12\u00a0s"),
        (lambda: quantities.time_text(720), "12\u00a0min", "12\u00a0min"),
        (lambda: quantities.time_text(9000), "2.5\u00a0h", "2,5\u00a0h"),
        (lambda: quantities.milliseconds_text(1250.4), "1,250\u00a0ms", "1.250\u00a0ms"),
        (lambda: quantities.day_text(date(2026, 3, 5)), "5 March 2026", "5. März 2026"),
        (lambda: quantities.day_text(date(2026, 12, 31), date(2026, 1, 1)), "31 December", "31. Dezember"),
    ],
)
def test_each_is_written_as_the_language_writes_it(said: object, english: str, german: str) -> None:
    assert callable(said)
    wording.use_language("en")
    assert said() == english
    wording.use_language("de")
    assert said() == german


def test_a_moment_is_told_by_what_matters_now() -> None:
    now = datetime(2026, 11, 26, 14, 5).astimezone()
    assert quantities.moment_text(now) == "26 November 2026, 14:05"
    assert quantities.moment_text(now.astimezone(UTC)) == "26 November 2026, 14:05", "in local time"
    assert quantities.since_text(now, now) == "Today 14:05"
    assert quantities.since_text(now - timedelta(days=2), now) == "24 November"
    assert quantities.since_text(now - timedelta(days=400), now) == "22 October 2025"
    wording.use_language("de")
    assert quantities.moment_text(now) == "26. November 2026, 14:05"
    assert quantities.since_text(now - timedelta(days=2), now) == "24. November"


def test_there_are_twelve_months_in_each_language() -> None:
    for code in languages.SPOKEN:
        wording.use_language(code)
        assert len(set(quantities.months())) == 12


@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(languages.SPOKEN)))
def test_a_count_keeps_all_its_digits_in_groups_of_three(count: int, code: str) -> None:
    wording.use_language(code)
    text = quantities.count_text(count)
    assert int(re.sub(r"[.,]", "", text)) == count
    assert re.fullmatch(r"-?\d{1,3}([.,]\d{3})*", text)
