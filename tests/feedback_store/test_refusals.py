"""A refused value is named with its place, and with what belongs there, in words that are not a type checker's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_judgements import judgement

from feedback_store import canonical, records, rubrics
from feedback_store.batches.join import Join
from feedback_store.batches.manifest import Manifest
from feedback_store.batches.receipt import Receipt
from feedback_store.errors import CanonicalError, RecordError, RubricError
from feedback_store.record_parts import Record
from feedback_store.refusals import convert
from feedback_store.rubrics import Rubric

TYPES = (Record, Rubric, Manifest, Receipt, Join)
JARGON = ("`", "Expected", "regex", "null", "something else")
JUDGED = records.to_builtins(judgement("a>b"))


def refused(value: object, wanted: Any = Record) -> str:
    with pytest.raises(RecordError) as error:
        convert(RecordError, value, wanted)
    assert str(error.value).startswith(f"{error.value.values['path']}: ")
    return str(error.value)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"confidence": 9}, "$.confidence: 9 stands where a whole number from 1 to 5 belongs."),
        ({"rev": 0}, "$.rev: 0 stands where a whole number of 1 or more belongs."),
        ({"private": "yes"}, "$.private: 'yes' stands where true or false belongs."),
        ({"justification": ""}, "$.justification: '' stands where a text of 1 or more characters belongs."),
        ({"ratings": {}}, "$.ratings: An empty object stands where a list belongs."),
        ({"candidates": []}, "$.candidates: An empty list stands where a list of 1 to 26 entries belongs."),
        ({"created_at": "today"}, "$.created_at: 'today' stands where a time like 2026-11-22T12:34:56.789Z belongs."),
        ({"app": {"name": "x" * 201, "version": "1"}}, f"$.app.name: '{'x' * 39}…' stands where a text of 1 to 200 "),
        ({"app": {"name": "x"}}, "$.app: 'version' is missing."),
        ({"app": {"name": "x", "version": "1", "nmae": "1"}}, "$.app: Unknown key 'nmae'; did you mean 'name'?"),
        ({"app": {"zzz": 1}}, "$.app: Unknown key 'zzz'. Known: name, version."),
        ({"kind": "judgment"}, "$.kind: 'judgment' stands where 'judgement' or 'withdrawal' belongs."),
        ({"ratings": [{"candidate": "a", "axis": "x", "value": "4"}]}, "'4' stands where a whole number or 'na' bel"),
    ],
)  # fmt: skip
def test_a_misfit_is_told_in_plain_words(changed: dict[str, object], sentence: str) -> None:
    assert sentence in refused(JUDGED | changed)


def test_alternatives_with_a_tag_are_told_apart_by_it() -> None:
    page = {"origin": "x", "title": "", "captured_at": "2026-11-22T12:34:56.789Z", "complete": True}
    selector = {"type": "TextPositionSelector", "start": "0", "end": 1}
    context = {"source": "browser", "item_role": "normal", "page": page | {"selectors": [selector]}}
    assert "[0].start: '0' stands where a whole number of 0 or more belongs." in refused(JUDGED | {"context": context})


_json = st.recursive(
    st.booleans() | st.integers(-5, 2**60) | st.text("abc", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=5), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def broken(draw: st.DrawFn) -> Any:
    """A judgement with one part, at any depth, replaced, left out or added."""
    value: Any = records.to_builtins(judgement("a>b"))
    parent, path = value, list(draw(st.sampled_from(list(_paths(value)))))
    for step in path[:-1]:
        parent = parent[step]
    how = draw(st.sampled_from(["replace", "leave out", "add"]))
    if how == "add" and isinstance(parent, dict):
        parent[draw(st.text("abc", max_size=5))] = draw(_json)
    elif how == "leave out":
        del parent[path[-1]]
    else:
        parent[path[-1]] = draw(_json)
    return value


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in parts:
        yield from _paths(part, (*path, step))


@given(broken())
def test_whatever_breaks_the_types_is_told_without_their_jargon(value: Any) -> None:
    try:
        convert(RecordError, value, Record)
    except RecordError as error:
        assert not [word for word in JARGON if word in str(error)]


@given(st.sampled_from(TYPES), _json)
def test_no_value_breaks_the_teller(wanted: Any, value: Any) -> None:
    try:
        convert(RecordError, value, wanted)
    except RecordError as error:
        assert str(error).endswith((".", "?"))


def test_every_pattern_of_a_type_says_in_words_what_it_takes() -> None:
    def nodes(node: Any) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict):
            yield node
        for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from nodes(part)

    found = [node for wanted in TYPES for node in nodes(msgspec.json.schema(wanted)) if "pattern" in node]
    assert len(found) > 20
    assert [node["pattern"] for node in found if "description" not in node] == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This is not JSON: a value is missing (character 1)."),
        (b"{'a': 1}", "This is not JSON: a key in double quotes is missing (character 2)."),
        (b'{"a" 1}', "This is not JSON: a colon is missing (character 6)."),
        (b'{"a": "x\ny"}', "a line break or another control character stands in a text (character 9)."),
        (b'["a]', "This is not JSON: a text has no closing quote (character 2)."),
        (b"{} {}", "This is not JSON: something follows after its end (character 4)."),
        (b'["\\x"]', "This is not JSON: a backslash stands where it has no meaning (character 3)."),
        (b"\xef\xbb\xbf{}", "save the text as UTF-8 without one"),
        ("{}".encode("utf-16"), "Byte 1 is not valid UTF-8. Save the text as UTF-8."),
    ],
)
def test_what_is_not_json_is_told_in_plain_words_with_its_place(data: bytes, sentence: str) -> None:
    """Python's own words once gave "character at at"."""
    with pytest.raises(CanonicalError) as error:
        canonical.strict_loads(data)
    assert sentence in str(error.value)


@given(st.text(alphabet='{}[]:,"\\ue0a1 \n', max_size=12))
def test_no_broken_json_is_told_in_other_words_than_ours(text: str) -> None:
    try:
        canonical.strict_loads(text.encode())
    except CanonicalError as error:
        assert "it is broken" not in str(error)


def test_rubrics_are_refused_in_the_same_words() -> None:
    with pytest.raises(RubricError, match="'Nix' stands where an id"):
        rubrics.parse(b'{"id": "Nix"}')
