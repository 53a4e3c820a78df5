"""The phrases by which an answer speaks of itself: each row can be read, and the shorthand says what it says."""

from __future__ import annotations

import re

import pytest

from desktop.flow.self_phrases import AROUND_A_NAME, BEGINNINGS, INTRODUCTIONS, LANGUAGES, SIGNS, WORDS, rows

TABLES = {"signs": SIGNS, "around": AROUND_A_NAME, "introductions": INTRODUCTIONS}


@pytest.mark.parametrize("table", TABLES)
def test_each_row_is_a_phrase_of_one_of_the_languages_and_stands_once(table: str) -> None:
    found = rows(TABLES[table])
    assert {language for language, _phrase in found} <= {*LANGUAGES, "--"} and len(set(found)) == len(found)
    for _language, phrase in found:
        assert re.compile(phrase).groups == 0 and not re.search(r"\{[a-z_]+\}", phrase), phrase


def test_every_language_has_signs_and_stands_in_one_piece() -> None:
    assert tuple(dict.fromkeys(language for language, _phrase in rows(SIGNS))) == LANGUAGES
    assert BEGINNINGS.keys() < set(LANGUAGES)


def test_each_row_around_a_name_says_where_the_name_is() -> None:
    assert [phrase for _language, phrase in rows(AROUND_A_NAME) if phrase.count("⟨⟩") != 1] == []


def test_every_word_is_used_in_a_phrase() -> None:
    named = {line.split(maxsplit=1)[0] for line in WORDS.strip().splitlines()}
    assert set(re.findall(r"\{([a-z_]+)\}", SIGNS + AROUND_A_NAME + INTRODUCTIONS)) == named


@pytest.mark.parametrize(
    ("written", "reads", "not_this"),
    [
        ("i’m (now )?here", ("i'm here", "i’m now here"), "im here"),
        (r"he\(re\)(?!s)", ("he(re)",), "he(re)s"),
        (r"\w{2,3}\b", ("abc",), "abcd"),
        ("{greeting} you", ("hi you", "guten tag you", "hoi you"), "ho you"),
    ],
)
def test_the_shorthand_says_what_it_says(written: str, reads: tuple[str, ...], not_this: str) -> None:
    ((language, phrase),) = rows(f"en  {written}\n")
    assert language == "en" and re.compile(phrase).groups == 0
    assert all(re.fullmatch(phrase, each) for each in reads) and not re.fullmatch(phrase, not_this)
