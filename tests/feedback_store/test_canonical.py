"""Canonical bytes: RFC 8785 in our subset, and a parser that refuses whatever two parsers could read differently."""

from __future__ import annotations

import json

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from feedback_store import canonical
from feedback_store.errors import CanonicalError

text = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=127, exclude_categories=["Cs"]))
values = st.recursive(
    st.booleans() | st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER) | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_within_our_profile_the_encoder_writes_exactly_rfc_8785(value: object) -> None:
    assert canonical.encode(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(values)
def test_what_is_encoded_is_read_back(value: object) -> None:
    data = canonical.encode(value)
    assert canonical.strict_loads(data) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused_and_nothing_else_happens(data: bytes) -> None:
    try:
        canonical.strict_loads(data)
    except CanonicalError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # RFC 8785 3.2.2.2 (strings) and 3.2.3 (sorting), the parts that lie in our subset
        ({"s": '€$\x0f\nA\'B"\\\\"/'}, b'{"s":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'),
        ({"b": 2, "a": 1, "1": "One", "\r": "CR", "\x80"[:0]: 0}, b'{"":0,"\\r":"CR","1":"One","a":1,"b":2}'),
        (
            [56, {"d": True, "10": "", "1": [], "f": {"f": "hi", "F": 5}}],
            b'[56,{"1":[],"10":"","d":true,"f":{"F":5,"f":"hi"}}]',
        ),
        ("\x7f\x08\t\x0c", b'"\x7f\\b\\t\\f"'),
    ],
)
def test_published_vectors_of_rfc_8785_within_our_profile(value: object, expected: bytes) -> None:
    assert canonical.encode(value) == expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"x":1,"x":2}', "repeated_key"),
        (b'{"a":{"x":1,"x":1}}', "repeated_key"),
        (b"NaN", "constant"),
        (b"[-Infinity]", "constant"),
        (b"1.5", "fraction"),
        (b"1e3", "fraction"),
        (b"9007199254740992", "too_large"),
        (b"-9007199254740992", "too_large"),
        (b"9" * 5000, "too_large"),
        (b'"\\ud800"', "surrogate"),
        (b'{"\\ud800":1}', "key"),
        (b'"\xff"', "not_utf8"),
        (b"\xef\xbb\xbf{}", "not_json"),
        (b"{} {}", "not_json"),
        (b"", "not_json"),
        (b"null", "null"),
        (b'{"a":null}', "null"),
        (b"[" * 70 + b"]" * 70, "too_deep"),
        (b"[" * 100_000 + b"]" * 100_000, "too_deep"),
        ('{"ä":1}'.encode(), "key"),
    ],
)
def test_t11_what_parsers_read_differently_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(CanonicalError) as refused:
        canonical.strict_loads(data)
    assert refused.value.code == code
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("data", [b'{"b":1,"a":2}', b'{"a": 1}', b'"\\u0041"', b"-0", b"01"])
def test_another_spelling_of_the_same_value_is_not_canonical(data: bytes) -> None:
    try:
        value = canonical.strict_loads(data)
    except CanonicalError:
        return
    assert canonical.encode(value) != data


def test_a_record_hash_is_kept_apart_from_every_other_hash() -> None:
    assert canonical.record_hash(b"x") == canonical.sha256_hex(b"\x00x") != canonical.sha256_hex(b"x")


class Small(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    number: int
    text: str = ""
    more: tuple[int, ...] = ()


@given(st.integers(), st.text(), st.lists(st.integers(-(2**60), 2**60)))
def test_the_fast_way_reads_what_the_strict_way_reads_and_never_more(number: int, text: str, more: list[int]) -> None:
    data = json.dumps({"more": more, "number": number, "text": text}, ensure_ascii=False, separators=(",", ":"))
    fast = canonical.decode_fast(data.encode("utf-8", "surrogatepass"), Small)
    if fast is not None:
        assert canonical.strict_loads(data.encode()) == {"more": more, "number": number, "text": text}
        assert (fast.number, fast.text, list(fast.more)) == (number, text, more)


@given(
    st.integers(-(2**62), 2**62),
    st.text(st.characters(exclude_categories=())),
    st.lists(st.integers(-(2**60), 2**60)),
)
def test_the_fast_way_writes_what_the_strict_way_writes_and_never_more(number: int, text: str, more: list[int]) -> None:
    value = Small(number=number, text=text, more=tuple(more))
    fast = canonical.encode_fast(value)
    if fast is not None:
        assert fast == canonical.encode(value)


@pytest.mark.parametrize("number", [2**53, -(2**53)])
def test_the_fast_way_leaves_what_has_no_canonical_form_to_the_strict_way(number: int) -> None:
    assert canonical.encode_fast(Small(number=number)) is None
    assert canonical.encode_fast(Small(number=1, text="\ud800")) is None


@pytest.mark.parametrize(
    "data",
    [
        b'{"number":1,"number":1}',
        b'{"number": 1}',
        b'{"number":1}\n',
        b'{"number":1.0}',
        b'{"number":9007199254740992}',
        b'{"number":1,"text":null}',
        b'{"number":1,"text":"\\u0041"}',
        b'{"number":1,"text":"\\ud800"}',
        b'{"number":1,"text":"\xff"}',
        b'{"number":true}',
        b'{"text":"a","number":1}',
        b'{"number":1,"other":1}',
        b'{"number":1,"text":""}',  # a default that is spelled out is left to the strict way
    ],
)
def test_the_fast_way_leaves_every_other_spelling_to_the_strict_way(data: bytes) -> None:
    assert canonical.decode_fast(data, Small) is None
