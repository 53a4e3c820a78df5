"""A captured page is opened by the address that was kept, with the words of its answer, and by no other."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.flow.page_address import WORDS, address
from feedback_store.record_parts import PositionSelector, QuoteSelector

PAGE = "https://chat.example/c/1?x=1"


def quoted(text: str) -> tuple[PositionSelector, QuoteSelector]:
    return PositionSelector(0, 1), QuoteSelector(text, "before ", " after")


def test_the_first_and_the_last_words_are_looked_for() -> None:
    text = "One two, three four five six\nseven - eight & nine ten twelve 🙂 — end"
    found = address(PAGE, quoted(text))
    assert found.startswith(f"{PAGE}#:~:text=One%20two%2C%20three%20four%20five%20six,")
    start, _, end = found.partition("#:~:text=")[2].partition(",")
    assert (unquote(start), unquote(end)) == ("One two, three four five six", "eight & nine ten twelve 🙂 — end")


def test_of_a_quote_that_was_cut_only_whole_words_of_its_beginning_are_looked_for() -> None:
    cut = (PositionSelector(0, 99), QuoteSelector("Take two tablets now and nev", "", "er more"))
    assert address(PAGE, cut).endswith("text=Take%20two%20tablets%20now%20and")
    assert address(PAGE, cut, ("Take two tablets now and never more.",)).endswith(
        "text=Take%20two%20tablets%20now%20and"
    )


def test_words_of_two_blocks_are_never_looked_for_together() -> None:
    """A quote does not say where its blocks end: nothing was found."""
    found = address(PAGE, quoted("DosageTake two tablets.Rest"), ("## Dosage\n\nTake **two** tablets.\n\n- Rest",))
    assert found.endswith("text=Take%20two%20tablets.,Rest")


def test_a_short_answer_is_looked_for_whole() -> None:
    assert address(PAGE, quoted("It is 16-18 kg.")) == f"{PAGE}#:~:text=It%20is%2016%2D18%20kg."


@pytest.mark.parametrize("selectors", [(), (PositionSelector(0, 1),), quoted("  \n ")])
def test_without_words_the_page_is_opened_as_it_is(selectors: tuple[object, ...]) -> None:
    assert address("https://chat.example/c#there", selectors) == "https://chat.example/c"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "chat.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://chat.example/",
        "https://",
        "https://[x",
        "https://a b.example/",
        "https://chat.example/\nx",
        "https://chat.example/\u202e",
        "vbscript:x",
        "HTTPS:chat.example",
    ],
)
def test_t2_nothing_but_a_page_of_the_web_is_opened(url: str | None) -> None:
    assert address(url, quoted("Words.")) == ""


@given(st.text(max_size=400))
def test_no_text_of_a_page_gets_out_of_the_fragment(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    found = address(PAGE, quoted(text))
    assert found.startswith(PAGE)
    rest = found.removeprefix(PAGE).removeprefix("#:~:text=")
    assert rest.count(",") <= 1
    assert not set(rest) & set("&#-:/? ")
    assert len(rest) < 12 * 2 * 2 * 120 + WORDS
