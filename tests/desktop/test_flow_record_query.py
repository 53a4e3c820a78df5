"""The search of records: whatever is typed is a search, filters are words, and a wrong one is said and left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.flow.record_query import FIELDS, Filter, toggled, understand
from feedback_store.records import App
from feedback_store.search import SearchQuery
from feedback_store.store import Store

filters = st.builds(
    Filter,
    st.sampled_from(["tag", "model", "domain", "flag"]),
    st.text("abc ü:'", min_size=1).map(str.strip).filter(bool),
)


def test_words_and_filters_are_told_apart() -> None:
    asked = understand('sky tag:physics model:"llama 3" blue since:2026-11 state:delivered', "prj")
    assert asked.query == SearchQuery(
        text="sky   blue  ",
        project="prj",
        tags=("physics",),
        models=("llama 3",),
        since="2026-11",
        states=("delivered",),
    )
    assert asked.problem == ""


def test_several_values_of_one_filter_widen_it_and_the_state_beside_the_field_gives_way() -> None:
    asked = understand("tag:a tag:b state:held", "prj", state="saved")
    assert (asked.query.tags, asked.query.states) == (("a", "b"), ("held",))
    assert understand("sky", "prj", state="saved").query.states == ("saved",)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("since:yesterday", "since:yesterday is no date. Write one like since:2026-11-22."),
        ("state:lost", "There is no state lost. Known: saved,"),
    ],
)
def test_a_filter_that_says_nothing_is_left_out_and_said(typed: str, said: str) -> None:
    asked = understand(typed, "prj")
    assert said in asked.problem
    assert asked.query == SearchQuery(project="prj")


@pytest.mark.parametrize("typed", ["https://example.org/tag:x", "a:b", "tags:x", "etag:3"])
def test_what_only_looks_like_a_filter_is_searched_for(typed: str) -> None:
    asked = understand(typed, "prj")
    assert (asked.query.text, asked.filters) == (typed, ())


@given(st.text(), filters)
def test_a_filter_is_put_in_and_taken_out_again(typed: str, wanted: Filter) -> None:
    before = understand(typed, "").filters
    once = toggled(typed, wanted)
    assert (wanted in understand(once, "").filters) is (wanted not in before)
    assert wanted not in understand(toggled(once, wanted) if wanted not in before else once, "").filters


@given(st.text() | st.lists(st.sampled_from([*(f"{field}:" for field in FIELDS), '"', "a", " ", "2026"])).map("".join))
def test_whatever_is_typed_can_be_searched(typed: str) -> None:
    understand(typed, "prj")


def test_the_store_takes_every_query(tmp_path: Path) -> None:
    store = Store.open(tmp_path, app=App("preceptor", "test"))
    for typed in (
        'tag:"',
        "since:2026 until:2027-01-01 x",
        "rubric:helpsteer2 flag:bias ( ",
        "state:withdrawn state:erased",
    ):
        assert not store.search(understand(typed, "prj").query)
    store.close()
