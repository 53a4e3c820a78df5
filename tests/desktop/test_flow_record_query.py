"""The search of records: whatever is typed is a search, filters are words, and a wrong one is said and left out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.flow.record_query import FIELDS, Filter, Scope, toggled, understand, without_filters
from feedback_store.records import App
from feedback_store.search import SearchQuery
from feedback_store.store import Store

ME, SHE = "trn_" + "a" * 32, "trn_" + "b" * 32
SCOPE = Scope(ME, "prj", (("prj", "First steps"), ("other", "The other")))
filters = st.builds(Filter, st.sampled_from(["tag", "model", "domain", "flag"]), st.text(min_size=1))


def test_words_and_filters_are_told_apart() -> None:
    asked = understand('sky tag:physics model:"llama 3" blue since:2026-11 state:delivered', SCOPE)
    assert asked.query == SearchQuery(
        text="sky   blue  ",
        projects=("prj",),
        tags=("physics",),
        models=("llama 3",),
        since="2026-11",
        states=("delivered",),
    )
    assert asked.problem == ""


def test_several_values_of_one_filter_widen_it_typed_or_given_beside_the_words() -> None:
    asked = understand("tag:a tag:b state:held", SCOPE, also=[Filter("tag", "c"), Filter("tag", "a")])
    assert (asked.query.tags, asked.query.states) == (("a", "b", "c"), ("held",))


def test_trainers_are_oneself_the_others_or_told_by_how_their_id_begins() -> None:
    assert understand("trainer:me", SCOPE).query.trainers == (ME,)
    assert understand("trainer:others", SCOPE).query == SearchQuery(projects=("prj",), not_by=ME)
    assert understand(f"trainer:7c41D0 trainer:{SHE}", SCOPE).query.trainers == ("trn_7c41d0", SHE)


def test_a_project_is_named_by_name_or_id_and_all_is_every_project() -> None:
    assert understand('project:"the OTHER"', SCOPE).query.projects == ("other",)
    assert understand("project:other project:prj", SCOPE).query.projects == ("other", "prj")
    assert understand("project:all", SCOPE).query.projects == ()
    named = Scope(ME, "prj", (("prj", "First steps"), ("x", "All")))
    assert understand("project:all", named).query.projects == ("x",), "a project may be called so"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("since:yesterday", "since:yesterday is no date. Write one like since:2026-11-22."),
        ("state:lost", "There is no state lost. Known: saved,"),
        ("trainer:Zoe", "Zoe is no trainer. Write trainer:me, trainer:others, or how an id begins."),
        ("project:nix", "There is no project nix. Known: First steps, The other."),
    ],
)
def test_a_filter_that_says_nothing_is_left_out_and_said(typed: str, said: str) -> None:
    asked = understand(typed, SCOPE)
    assert said in asked.problem
    assert asked.query == SearchQuery(projects=("prj",))


@pytest.mark.parametrize("typed", ["https://example.org/tag:x", "a:b", "tags:x", "etag:3", '"see tag:x"', '"tag:x'])
def test_what_only_looks_like_a_filter_is_searched_for(typed: str) -> None:
    asked = understand(typed, SCOPE)
    assert (asked.query.text, asked.filters) == (typed, ())


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ('tag:"two words"', "two words"),
        ('tag:"never closed', "never closed"),
        ('tag:"5"" disk"', '5" disk'),
        ("tag:a", "a"),
    ],
)
def test_a_value_in_quotes_is_read_whole(typed: str, value: str) -> None:
    assert understand(typed, SCOPE).query.tags == (value,)


@given(filters)
def test_every_value_can_be_asked_for(wanted: Filter) -> None:
    assert understand(wanted.text, SCOPE).filters == (wanted,)


@given(st.text(), filters)
def test_a_filter_is_put_in_and_taken_out_again(typed: str, wanted: Filter) -> None:
    before = understand(typed, SCOPE).filters
    once = toggled(typed, wanted)
    assert (wanted in understand(once, SCOPE).filters) is (wanted not in before)
    assert wanted not in understand(toggled(once, wanted) if wanted not in before else once, SCOPE).filters


@given(st.text() | st.lists(st.sampled_from(["tag:a", 'model:"b c"', "sky", '"a phrase"', '"tag:x"'])).map(" ".join))
def test_without_filters_only_the_words_are_left(typed: str) -> None:
    left = understand(without_filters(typed), SCOPE)
    assert left.filters == ()
    assert left.query.text.split() == understand(typed, SCOPE).query.text.split()


TYPED = st.text() | st.lists(
    st.sampled_from([*(f"{field}:" for field in FIELDS), '"', "a", " ", "2026", "me", "others", "\ud800", "\0", "("])
).map("".join)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store.open(tmp_path_factory.mktemp("store"), app=App("preceptor", "test"))
    yield opened
    opened.close()


@given(TYPED)
def test_whatever_is_typed_is_a_search_that_the_store_takes(store: Store, typed: str) -> None:
    assert not store.search(understand(typed, SCOPE).query)
