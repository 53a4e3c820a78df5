"""Records: what is written is read back byte for byte, and everything that breaks the shape is refused by its path."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_store import canonical, records
from feedback_store.errors import CanonicalError, RecordError
from feedback_store.record_parts import (
    App,
    Candidate,
    Comparison,
    Context,
    Drafted,
    Edit,
    Flag,
    Judgement,
    Message,
    Origin,
    Prompt,
    Rating,
    Revision,
    Shown,
    Timing,
    Verdict,
    Versioned,
    Withdrawal,
)
from feedback_store.spans import span_at

TEXT = "At your age 😀 people fuss over every little symptom."
TIME = "2026-11-22T12:34:56.789Z"


def judgement(**changes: Any) -> Judgement:
    made = Judgement(
        v=1,
        id=records.new_id(),
        rev=1,
        nonce=records.new_nonce(),
        created_at=TIME,
        project=records.new_project_id(),
        trainer=records.new_trainer_id(),
        app=App("preceptor", "0.1.0"),
        comparison=Comparison(records.new_id()),
        context=Context(source="bench", item_role="normal"),
        prompt=Prompt(records.new_id(), 1, (Message("user", "Should I ask for antibiotics?"),)),
        candidates=(
            Candidate("a", TEXT, Origin("local"), finish="stop"),
            Candidate("b", "No.", Origin("human")),
        ),
        shown=Shown(("b", "a"), blind=True, streamed=True, masked=(), seed=7),
        verdicts=(Verdict("overall", tiers=(("b",), ("a",)), strength=2),),
        ratings=(Rating("a", "helpfulness", 1), Rating("b", "helpfulness", "na")),
        answers=(),
        flags=(Flag("a", "bias", 3, target_group="age", kind="stereotype", span=span_at(TEXT, 14, 30)),),
        revision=Revision("a", "Better.", ("Drop the remark.",), "", "hand", Edit(1, 9, 9)),
        justification="It patronises.",
        confidence=4,
        rubric=Versioned("helpsteer2", 1, "0" * 64),
        timing=Timing(TIME, TIME, 12),
    )
    return msgspec.structs.replace(made, **changes)


def altered(**fields: Any) -> bytes:
    """The canonical bytes of a judgement in which fields were changed behind the types' back."""
    return canonical.encode(records.to_builtins(judgement()) | fields)


def test_a_judgement_is_read_back_as_it_was_written() -> None:
    made = judgement()
    data = records.encode(made)
    assert records.decode(data) == made
    assert canonical.encode(canonical.strict_loads(data)) == data


def test_a_withdrawal_is_read_back_as_it_was_written() -> None:
    made = Withdrawal(
        v=1,
        id=records.new_id(),
        rev=2,
        supersedes="1" * 64,
        nonce=records.new_nonce(),
        created_at=TIME,
        project=records.new_project_id(),
        trainer=records.new_trainer_id(),
        app=App("preceptor", "0.1.0"),
        reason="erase",
    )
    assert records.decode(records.encode(made)) == made


def test_fields_left_unset_are_absent() -> None:
    assert b"private" not in records.encode(judgement())
    assert b"guideline" not in records.encode(judgement())


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"rev": 2}, "$.supersedes"),
        ({"supersedes": "1" * 64}, "$.supersedes"),
        ({"private": False}, "$.private"),
        ({"created_at": "2026-02-30T00:00:00.000Z"}, "$.created_at"),
        ({"candidates": (Candidate("a", TEXT, Origin("human")),) * 2}, "$.candidates"),
        (
            {"candidates": (Candidate("a", TEXT, Origin("local")), Candidate("b", "", Origin("human")))},
            "$.candidates[0].finish",
        ),
        (
            {
                "candidates": (
                    Candidate("a", TEXT, Origin("human"), finish="stop"),
                    Candidate("b", "", Origin("human")),
                )
            },
            "$.candidates[0].finish",
        ),
        ({"shown": Shown(("a",), True, True, (), 1)}, "$.shown.order"),
        ({"shown": Shown(("a", "b"), True, True, ("c",), 1)}, "$.shown.masked[0]"),
        ({"shown": Shown(("a", "b"), True, True, (), 1, revealed=False)}, "$.shown.revealed"),
        ({"shown": Shown(("a", "b"), False, True, (), 1, revealed=True)}, "$.shown.revealed"),
        ({"verdicts": (Verdict("overall", tiers=(("a",),)),)}, "$.verdicts[0].tiers"),
        ({"verdicts": (Verdict("overall", tiers=(("a", "b"), ())),)}, "$.verdicts[0].tiers"),
        ({"verdicts": (Verdict("overall", tiers=(("a", "b", "b"),)),)}, "$.verdicts[0].tiers"),
        ({"verdicts": (Verdict("overall"),)}, "$.verdicts[0].tiers"),
        ({"verdicts": (Verdict("overall", tiers=(("a", "b"),), strength=1),)}, "$.verdicts[0].strength"),
        ({"verdicts": (Verdict("overall", tiers=(("a",), ("b",)), strength=0),)}, "$.verdicts[0].strength"),
        ({"verdicts": (Verdict("overall", tiers=(("a",), ("b",)), level="all_good"),)}, "$.verdicts[0].level"),
        ({"verdicts": (Verdict("overall", tiers=(("a", "b"),), not_rankable="both off topic"),)}, "$.verdicts[0]"),
        ({"verdicts": (Verdict("overall", tiers=(("a", "b"),)),) * 2}, "$.verdicts"),
        ({"ratings": (Rating("c", "helpfulness", 1),)}, "$.ratings[0].candidate"),
        ({"ratings": (Rating("a", "helpfulness", 1), Rating("a", "helpfulness", 2))}, "$.ratings"),
        ({"flags": (Flag("a", "bias", 1, span=span_at("x" * 500, 400, 410)),)}, "$.flags[0].span"),
        ({"flags": (Flag("a", "bias", 1, span=span_at(TEXT.upper(), 0, 4)),)}, "$.flags[0].span.exact"),
        ({"revision": Revision("c", "x", (), "", "hand", Edit(0, 0, 0))}, "$.revision.of"),
    ],
)
def test_a_broken_reference_is_refused_by_its_path(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(RecordError) as refused:
        records.encode(judgement(**changes))
    assert refused.value.values["path"] == path
    assert str(refused.value).startswith(path)


@pytest.mark.parametrize(
    "fields",
    [
        {"extra": 1},
        {"v": 2},
        {"kind": "other"},
        {"id": "01A20E28-3DA0-7309-A2F9-6CBA5AA88CBA"},
        {"id": "01a20e28-3da0-7309-a2f9-6cba5aa88cba\n"},
        {"nonce": "8doWC5JNo3QPqPRU4/jPHh=="},
        {"created_at": "2026-11-22T12:34:56Z"},
        {"project": "prj_1"},
        {"confidence": 6},
        {"candidates": []},
    ],
)
def test_a_field_out_of_shape_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(RecordError):
        records.decode(altered(**fields))


def test_bytes_that_are_not_canonical_are_refused() -> None:
    data = records.encode(judgement())
    with pytest.raises(RecordError, match="canonical"):
        records.decode(b" " + data)


def test_a_record_over_one_mebibyte_is_refused_in_words() -> None:
    long = (Candidate("a", "x" * records.MAX_RECORD_BYTES, Origin("human")), Candidate("b", "", Origin("human")))
    with pytest.raises(RecordError, match="Shorten"):
        records.encode(judgement(candidates=long, flags=(), ratings=(), revision=None))


@settings(max_examples=300)
@given(st.data())
def test_a_mutated_record_is_refused_or_decodes_to_its_own_bytes(data: st.DataObject) -> None:
    good = bytearray(records.encode(judgement()))
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    try:
        record = records.decode(bytes(good))
    except (RecordError, CanonicalError):
        return
    assert records.encode(record) == bytes(good)


@st.composite
def nearly_a_record(draw: st.DrawFn) -> bytes:
    """A record's bytes with a number, a key or a value put where another stood."""
    good = records.encode(judgement())
    places = [match.span() for match in re.finditer(rb'(?<=[:,\[{])("[^"]*"|-?[0-9]+)(?=[:,\]}])', good)]
    begin, end = draw(st.sampled_from(places))
    number = st.integers(-(2**70), 2**70).map(lambda value: str(value).encode())
    odd = st.sampled_from(
        [b"null", b"1.0", b"1e2", b"-0", b"NaN", b"[]", b"{}", b"[[[]]]", b'"\\ud800"', b'"\\u0061"', b'""']
    )
    twice = st.just(good[begin:end] + b"," + good[begin:end])
    return good[:begin] + draw(number | odd | twice) + good[end:]


@settings(max_examples=500)
@given(nearly_a_record())
def test_the_fast_way_takes_only_what_the_strict_way_takes_and_takes_it_alike(data: bytes) -> None:
    fast = records._decode_fast(data)
    if fast is not None:
        assert fast == records._decode_strictly(data)


def test_a_record_as_it_is_written_is_read_the_fast_way() -> None:
    made = judgement()
    assert records._decode_fast(records.encode(made)) == made


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.data())
def test_a_span_counts_code_points_and_carries_its_quote(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = span_at(text, start, end)
    assert text[span.start : span.end] == span.exact
    assert text[: span.start].endswith(span.prefix) and text[span.end :].startswith(span.suffix)
    assert len(span.prefix) <= 32 and len(span.suffix) <= 32


def test_ids_are_uuid_7_and_rise_with_time() -> None:
    earlier, later = records.new_id(1_000), records.new_id(2_000)
    assert earlier < later
    assert earlier[14] == "7" and earlier[19] in "89ab"


DRAFT = Drafted("A draft.", Origin("local"), "rewrite-1", ("Drop the remark.",), Edit(1, 1, 1), "stop")
ASSISTED = Revision("a", "Better.", ("Drop the remark.",), "", "model_assisted", Edit(1, 9, 9), DRAFT, True)


def test_a_models_draft_stands_only_in_a_revision_that_is_marked_as_such() -> None:
    made = judgement(revision=ASSISTED)
    assert records.decode(records.encode(made)) == made
    by_hand = msgspec.structs.replace(ASSISTED, method="hand")
    by_nobody = msgspec.structs.replace(ASSISTED, drafted=msgspec.structs.replace(DRAFT, origin=Origin("human")))
    for broken, path in ((by_hand, "$.revision.drafted"), (by_nobody, "$.revision.drafted.origin.kind")):
        with pytest.raises(RecordError) as refused:
            records.encode(judgement(revision=broken))
        assert refused.value.values["path"] == path
