"""docs/record.schema.json is what the types say: it takes what they take and refuses what they refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from made_judgements import PROJECT, TRAINER, candidate, drafted_revision, judgement
from test_datasets_bbq import SAMPLE, line

from feedback_store import imports, record_schema, records, rubrics
from feedback_store.record_parts import (
    Adapter,
    Answer,
    App,
    Asked,
    Context,
    Conversation,
    Dry,
    Engine,
    Flag,
    Message,
    Milliseconds,
    Model,
    Origin,
    Page,
    Parent,
    PositionSelector,
    Prompt,
    QuoteSelector,
    RangeSelector,
    Rating,
    Record,
    Redaction,
    Sampling,
    Shown,
    Tokens,
    Variable,
    Versioned,
)
from feedback_store.spans import span_at

DOCS = Path(__file__).resolve().parents[2] / "docs"
FILE = DOCS / "record.schema.json"
VALIDATOR = Draft202012Validator(json.loads(FILE.read_text(encoding="utf-8")))
DECODER = msgspec.json.Decoder(Record)
HASH, ID, TIME = "a" * 64, "01a20e28-3da0-7309-a2f9-6cba5aa88cba", "2026-11-22T12:34:56.789Z"

# Every field that a record can have, each set somewhere.
FULL = judgement(
    "b>a",
    candidate(
        "a",
        "a flagged text",
        origin=Origin(
            "local",
            preset="careful",
            adapters=(Adapter(HASH, "0.5"),),
            template_sha256=HASH,
            model=Model("m", HASH, HASH, 1, "llama", "Q4_1", 135, "apache-2.0"),
            sampling=Sampling(
                "0.8", 40, "0.95", "0.05", "1.1", 64, "0", "0", Dry("0.8", "1.75", 2, -1), HASH, HASH, ("\n",), 256, 1
            ),
            engine=Engine("llama-cpp-python", "0.3.36", "b1", "cpu", 4, reused_prefix=True),
            equal_seeds=(1, 2),
        ),
        reasoning="hm",
        asked=Asked(ID, 1, (Message("user", "Why?"),)),
        tokens=Tokens(3, 4),
        time_ms=Milliseconds(5, 6),
    ),
    candidate("b", "by [name]", kind="human"),
    rev=2,
    supersedes=HASH,
    private=True,
    shown=Shown(("a", "b"), blind=True, streamed=False, masked=("a",), seed=0, revealed=True),
    context=Context(
        "browser",
        "gold",
        queue="q",
        page=Page(
            "https://chat.example",
            "",
            TIME,
            complete=True,
            selectors=(QuoteSelector("x", "", ""), PositionSelector(0, 1), RangeSelector("p", 0, "p", 1)),
            url="https://chat.example/1",
            edited=True,
            captured=("0" * 64,),
        ),
        pairing="b" * 32,
    ),
    conversation=Conversation(ID, Parent(ID, "revision")),
    basis=(HASH,),
    prompt=Prompt(ID, 2, (Message("system", ""), Message("user", "Why?")), (Variable("n", "1"),), ("t",), "law", "en"),
    ratings=(Rating("a", "helpfulness", 3), Rating("b", "helpfulness", "na")),
    answers=(Answer("a", "q", "yes"), Answer("b", "q", ("one", "two"))),
    flags=(
        Flag("a", "bias", 2, "stereotype", "age", span_at("a flagged text", 2, 9), "note", "suggestion"),
        Flag("b", "x", 0),
    ),
    revision=msgspec.structs.replace(drafted_revision("a"), only_feedback=True),
    justification="because",
    confidence=5,
    redactions=(Redaction("answer", "name", 1, "b"),),
    guideline=Versioned("g", 1, HASH),
)


def _json(record: Record) -> dict[str, Any]:
    made = json.loads(records.encode(record))
    assert isinstance(made, dict)
    return made


def _vectors() -> Iterator[Any]:
    for file in sorted((DOCS / "vectors").glob("*.preceptor")):
        values = [json.loads(data) for data in file.read_bytes().splitlines() if data]
        yield from (value for value in values if "kind" in value)


def _verdicts() -> Iterator[Any]:
    for said in (None, "a>b", "a=b", "a>>>b", "good ab", "bad ab", "not rankable"):
        yield _json(judgement(said))


def _imported() -> Iterator[Any]:
    owner = {"project": PROJECT, "trainer": TRAINER, "app": App("preceptor", "0.1.0")}
    for _, data in imports.read_file(SAMPLE):
        yield _json(imports.parse_line(line(json.loads(data)), rubric=rubrics.load("overall_only"), **owner))


EXAMPLES = [_json(FULL), *_vectors(), *_verdicts(), *_imported()]


def test_the_file_is_what_the_code_makes() -> None:
    how = "make it anew: python -m feedback_store.record_schema > docs/record.schema.json"
    assert FILE.read_text(encoding="utf-8") == record_schema.text(), how


def test_the_file_is_a_schema() -> None:
    Draft202012Validator.check_schema(VALIDATOR.schema)


def test_every_example_is_taken() -> None:
    assert len(EXAMPLES) > 10
    assert {example["kind"] for example in EXAMPLES} == {"judgement", "withdrawal"}
    for example in EXAMPLES:
        assert [error.message for error in VALIDATOR.iter_errors(example)] == []


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every value below `node`."""
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, part in parts:
        yield (*path, name)
        yield from _places(part, (*path, name))


def test_the_full_example_sets_every_field_of_the_schema() -> None:
    def fields(node: Any) -> set[str]:
        return {str(path[-1]) for path in _places(node) if isinstance(path[-1], str)}

    parts = {name: part for name, part in VALIDATOR.schema["$defs"].items() if name != "Withdrawal"}
    named = {field for part in parts.values() for field in part["properties"]}
    assert named - fields(_json(FULL)) - {"level", "not_rankable", "strength"} == set()


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("v",), 2),
        (("v",), None),
        (("kind",), "other"),
        (("extra",), 1),
        (("private",), None),
        (("id",), ID.upper()),
        (("id",), ID + "\n"),
        (("nonce",), "8doWC5JNo3QPqPRU4/jPHh=="),
        (("created_at",), "2026-11-22T12:34:56Z"),
        (("confidence",), 6),
        (("confidence",), "5"),
        (("candidates",), []),
        (("candidates", 0, "origin", "kind"), "elsewhere"),
        (("candidates", 0, "origin", "sampling", "temperature"), 0.8),
        (("candidates", 0, "origin", "sampling", "seed"), 2**32 - 1),
        (("flags", 0, "span", "surprise"), ""),
        (("ratings", 0, "value"), "none"),
        (("context", "page", "selectors", 0, "type"), "CssSelector"),
        (("justification",), ""),
    ],
)
def test_what_is_out_of_shape_is_refused(place: tuple[Any, ...], value: Any) -> None:
    assert not VALIDATOR.is_valid(_with(place, value))


@pytest.mark.parametrize("field", ["v", "kind", "id", "nonce", "prompt", "candidates", "shown", "rubric", "timing"])
def test_what_must_be_there_is_missed(field: str) -> None:
    broken = _json(FULL)
    del broken[field]
    assert not VALIDATOR.is_valid(broken)


def _with(place: tuple[Any, ...], value: Any) -> Any:
    """The full example with another value at `place`."""
    changed = _json(FULL)
    at: Any = changed
    for name in place[:-1]:
        at = at[name]
    at[place[-1]] = value
    return changed


VALUES = st.sampled_from(
    [
        "",
        "x",
        "a",
        "na",
        "local",
        "1",
        "0.50",
        "-0.5",
        HASH,
        ID,
        TIME,
        "x" * 201,
        0,
        1,
        -1,
        2,
        27,
        2**40,
        True,
        False,
        [],
        ["a"],
        [[]],
        {},
    ]
)


@given(st.sampled_from(list(_places(_json(FULL)))), VALUES)
def test_schema_and_decoder_agree_on_every_changed_field(place: tuple[Any, ...], value: Any) -> None:
    changed = _with(place, value)
    try:
        DECODER.decode(json.dumps(changed).encode())
        taken = True
    except msgspec.ValidationError:
        taken = False
    assert VALIDATOR.is_valid(changed) == taken
