"""A flag on an answer of one's own goes with its words; where these are gone it waits, and nothing is saved without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from session_desk import Desk

from desktop.flow import judging, personal
from desktop.flow.draft import Draft
from desktop.flow.flag_places import moved, stands
from desktop.flow.judging import FlagChoice
from desktop.views.bench_values import flag_row
from feedback_store.records import Judgement, span_at

TEXT = "It is blue, people say, and blue it is."
LETTERS = st.text(alphabet="ab 😀", max_size=12)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "profile")
    yield made
    made.close()


def flagged(desk: Desk, quote: str) -> Draft:
    """A fifth answer, by hand, with a flag on one of its quotes; everything else is judged."""
    desk.generate()
    session = desk.session
    session.act(judging.write_own(session.draft))
    session.act(judging.edit_own(session.draft, 4, TEXT), "own 4")
    start = TEXT.index(quote)
    session.act(judging.flag(session.draft, 4, (start, start + len(quote)), FlagChoice("bias", 3, "age", "stereotype")))
    desk.judge_all("a>b>c>d>e")
    return session.draft


def edit(desk: Desk, text: str) -> None:
    desk.session.act(judging.edit_own(desk.session.draft, 4, text), "own 4")


def test_a_flag_goes_with_its_words_when_letters_are_typed_before_and_behind_it(desk: Desk) -> None:
    flagged(desk, "people say")
    edit(desk, "T" + TEXT)
    edit(desk, "T" + TEXT + " Yes.")
    flag = desk.session.draft.flags[0]
    assert flag.span is not None and flag.span.start == TEXT.index("people") + 1
    stored = desk.store.records.newest(desk.save()).record
    assert isinstance(stored, Judgement)
    assert stored.flags[0].span is not None and stored.flags[0].span.exact == "people say"


def test_a_flag_whose_words_are_gone_is_kept_shown_and_stops_the_save(desk: Desk) -> None:
    flagged(desk, "people say")
    session = desk.session
    assert session.can_save
    edit(desk, TEXT.replace("people say", "peple say"))
    assert flag_row(session.draft, 0, session.rubric.flags).gone
    assert [(n.place, n.text) for n in session.missing] == [
        ("flags", "The words of a flag on E are gone. Remove the flag, or write them again.")
    ]
    assert session.save() is None
    edit(desk, TEXT)
    assert not flag_row(session.draft, 0, session.rubric.flags).gone and session.can_save
    edit(desk, "")
    assert len(session.draft.flags) == 1
    session.act(judging.remove_flag(session.draft, 0))
    session.undo()
    session.undo()
    assert session.draft.at(4).text == TEXT and session.can_save


def test_the_same_words_elsewhere_are_not_the_marked_ones() -> None:
    span = span_at(TEXT, TEXT.index("blue"), TEXT.index("blue") + 4)
    assert not stands(moved(span, TEXT, TEXT.replace("blue", "red", 1)), TEXT.replace("blue", "red", 1))


@given(LETTERS, LETTERS, LETTERS, LETTERS, LETTERS)
def test_an_edit_beside_the_words_never_loses_them(before: str, quote: str, after: str, new: str, end: str) -> None:
    quote += "!"
    text = before + quote + after
    span = span_at(text, len(before), len(before) + len(quote))
    for edited in (new + quote + after, before + quote + end):
        found = moved(span, text, edited)
        assert stands(found, edited) and found.exact == quote
        assert found == span_at(edited, found.start, found.end)


@given(st.lists(LETTERS, min_size=1, max_size=6))
def test_whatever_is_typed_the_quote_is_kept_and_found_when_all_is_as_it_was(texts: list[str]) -> None:
    span = found = span_at("a b!", 2, 4)
    now = "a b!"
    for text in (*texts, "a b!"):
        found, now = moved(found, now, text), text
        assert found.exact == span.exact and found.end - found.start == 2
    assert found == span


def test_blacking_out_leaves_a_flag_whose_words_are_gone_as_it_is(desk: Desk) -> None:
    flagged(desk, "people say")
    edit(desk, TEXT.replace("people say", "Ann says"))
    before = desk.session.draft.flags
    desk.session.act(personal.black_out(desk.session.draft, "Ann", "name"))
    assert desk.session.draft.flags == before
