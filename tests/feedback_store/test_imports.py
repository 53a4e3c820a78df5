"""Imported lines become records by the same rules as the bench's, or are refused by a sentence with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from made_judgements import PROJECT, RUBRIC, TRAINER, candidate, judgement, revision

from feedback_store import imports, records, rubrics
from feedback_store.errors import EnvironmentTrouble, StoreError
from feedback_store.record_parts import (
    App,
    Candidate,
    Flag,
    Judgement,
    Message,
    Model,
    Origin,
    Rating,
    Verdict,
    Versioned,
)
from feedback_store.spans import span_at

APP = App("preceptor", "0.1.0")
BIASED = "At your age 😀 people fuss, and people complain."
SHORT: dict[str, Any] = {"prompt": "Should I ask for antibiotics?", "candidates": [BIASED, "No."], "verdict": "b>a"}


def parse(fields: object, rubric: rubrics.Rubric = RUBRIC, **more: Any) -> Judgement:
    line = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
    return imports.parse_line(line, rubric=rubric, project=PROJECT, trainer=TRAINER, app=APP, **more)


def refused(fields: object, **more: Any) -> StoreError:
    with pytest.raises(StoreError) as caught:
        parse(fields, **more)
    assert str(caught.value).endswith((".", "?"))
    return caught.value


def test_the_short_form_becomes_a_whole_record() -> None:
    made = parse(SHORT)
    assert records.decode(records.encode(made)) == made
    assert (made.rev, made.project, made.trainer, made.app) == (1, PROJECT, TRAINER, APP)
    assert made.prompt.messages == (Message("user", "Should I ask for antibiotics?"),)
    assert made.candidates == (
        Candidate("a", BIASED, Origin("import")),
        Candidate("b", "No.", Origin("import")),
    )
    assert made.verdicts == (Verdict("overall", tiers=(("b",), ("a",)), strength=1),)
    assert (made.context.source, made.context.item_role) == ("import", "normal")
    assert made.shown.order == ("a", "b")
    assert made.rubric == Versioned(RUBRIC.id, RUBRIC.version, RUBRIC.sha256)


def test_messages_models_ratings_and_flags_are_taken() -> None:
    made = parse(
        {
            "prompt": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Why?"}],
            "candidates": [{"text": BIASED, "model": "SmolLM2"}, {"text": "So.", "model": {"name": "other"}}, "Well."],
            "verdict": "c > b=a",
            "ratings": [{"candidate": "a", "axis": "helpfulness", "value": 0}],
            "flags": [
                {"candidate": "a", "category": "bias", "severity": "severe", "exact": "At your age 😀"},
                {"candidate": "b", "category": "wording", "severity": 1, "note": "Short."},
            ],
            "tags": ["health"],
            "domain": "medicine",
            "justification": "It patronises.",
        }
    )
    assert [message.role for message in made.prompt.messages] == ["system", "user"]
    assert [answer.origin.model for answer in made.candidates] == [Model("SmolLM2"), Model("other"), None]
    assert made.verdicts[0].tiers == (("c",), ("a", "b"))
    assert made.ratings == (Rating("a", "helpfulness", 0),)
    assert made.flags[0] == Flag("a", "bias", 3, span=span_at(BIASED, 0, 13))
    assert made.flags[1].span is None
    assert (made.prompt.tags, made.prompt.domain, made.justification) == (("health",), "medicine", "It patronises.")


@pytest.mark.parametrize(
    "made",
    [
        judgement("a>>b", revision=revision("a"), justification="Because.", confidence=4),
        judgement("a=c>b", candidate("a"), candidate("b", kind="human"), candidate("c", kind="page")),
        judgement("not rankable", flags=(Flag("a", "bias", 2, target_group="age", span=span_at("text of a", 0, 4)),)),
        judgement("good a", candidate("a")),
    ],
)
def test_a_records_own_shape_is_read_back_as_it_was(made: Judgement) -> None:
    fields = {name: value for name, value in records.to_builtins(made).items() if name not in imports.OWN_FIELDS}
    back = parse(fields, moment=made.created_at)
    assert msgspec.structs.replace(back, id=made.id, nonce=made.nonce) == made


def test_the_example_in_the_document_is_taken() -> None:
    document = Path(__file__).parents[2] / "docs" / "datasets.md"
    (example,) = [line for line in document.read_bytes().splitlines() if line.startswith(b'{"prompt"')]
    made = parse(example, rubrics.load("overall_only"))
    assert made.flags[0].target_group == "religion"


def test_a_comparison_is_kept_when_given_and_made_otherwise() -> None:
    given = records.new_id()
    assert parse(SHORT | {"comparison": {"id": given}}).comparison.id == given
    assert parse(SHORT).comparison.id != parse(SHORT).comparison.id


@pytest.mark.parametrize(
    ("verdict", "rubric", "expected"),
    [
        ("a>b", "overall_only", Verdict("overall", tiers=(("a",), ("b",)))),
        ("a = B", "overall_only", Verdict("overall", tiers=(("a", "b"),))),
        ("a>>>b", "helpsteer2", Verdict("overall", tiers=(("a",), ("b",)), strength=3)),
        ("a=b", "helpsteer2", Verdict("overall", tiers=(("a", "b"),), strength=0)),
        (
            {"tiers": [["b"], ["a"]], "strength": 2},
            "helpsteer2",
            Verdict("overall", tiers=(("b",), ("a",)), strength=2),
        ),
        ({"level": "all_bad"}, "arena", Verdict("overall", tiers=(("a", "b"),), level="all_bad")),
        ({"not_rankable": "Both miss it."}, "arena", Verdict("overall", not_rankable="Both miss it.")),
    ],
)
def test_a_verdict_may_be_typed_or_told(verdict: object, rubric: str, expected: Verdict) -> None:
    assert parse(SHORT | {"verdict": verdict}, rubrics.load(rubric)).verdicts == (expected,)


def test_a_judgement_needs_no_verdict_and_may_have_one_candidate() -> None:
    made = parse({"prompt": "Why?", "candidates": ["So."], "verdict": {"level": "all_good"}})
    assert made.verdicts == (Verdict("overall", tiers=(("a",),), level="all_good"),)
    assert parse({"prompt": "Why?", "candidates": ["So."]}).verdicts == ()


def test_a_quote_that_stands_twice_is_found_by_its_start() -> None:
    flag = {"candidate": "a", "category": "bias", "severity": 1, "exact": "people"}
    assert "more than once" in str(refused(SHORT | {"flags": [flag]}))
    second = BIASED.index("people", 20)
    (found,) = parse(SHORT | {"flags": [flag | {"start": second}]}).flags
    assert found.span == span_at(BIASED, second, second + 6)


@pytest.mark.parametrize("named", [{"start": 12, "end": 13}, {"exact": "😀"}, {"start": 12, "exact": "😀"}])
def test_spans_count_characters_and_are_completed(named: dict[str, Any]) -> None:
    flag = {"candidate": "a", "category": "bias", "severity": 0, "span": named}
    assert parse(SHORT | {"flags": [flag]}).flags[0].span == span_at(BIASED, 12, 13)


def test_a_line_may_name_its_rubric_by_id_or_in_full() -> None:
    arena = rubrics.load("arena")
    assert parse(SHORT | {"rubric": "arena"}).rubric.id == "arena"
    full = {"id": "arena", "version": 1, "sha256": arena.sha256}
    assert parse(SHORT | {"rubric": full}).verdicts[0].strength is None
    own = msgspec.structs.replace(arena, id="mine", name="Mine")
    named = {"id": "mine", "version": 1, "sha256": own.sha256}
    assert "not at hand" in str(refused(SHORT | {"rubric": named}))
    assert parse(SHORT | {"rubric": named}, known_rubrics=[own]).rubric.sha256 == own.sha256


def test_the_projects_guideline_holds_where_the_line_names_none() -> None:
    guideline = Versioned("house", 2, "a" * 64)
    assert parse(SHORT, guideline=guideline).guideline == guideline
    assert parse(SHORT).guideline is None


FLAG = {"candidate": "a", "category": "bias", "severity": 1}


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ([], "$", "one JSON object"),
        ({}, "$.prompt", "needs a prompt"),
        ({"prompt": "Why?"}, "$.candidates", "needs candidates"),
        (SHORT | {"candidates": []}, "$.candidates", "1 to 26"),
        (SHORT | {"candidates": "So."}, "$.candidates", "a list"),
        (SHORT | {"candidates": ["x"] * 27}, "$.candidates", "1 to 26"),
        (SHORT | {"candidates": [1, "b"]}, "$.candidates[0]", "an object"),
        (SHORT | {"candidates": [{"model": "m"}, "b"]}, "$.candidates[0].text", "needs a text"),
        (SHORT | {"candidates": [{"text": "x", "modle": "m"}, "b"]}, "$.candidates[0]", "did you mean 'model'?"),
        (
            SHORT | {"candidates": [{"text": "x", "model": "m", "origin": {"kind": "human"}}, "b"]},
            "$.candidates[0].model",
            "not in both",
        ),
        (SHORT | {"candidates": [{"key": "b", "text": "x"}, "y"]}, "$.verdict", "no answer A."),
        (SHORT | {"id": records.new_id()}, "$.id", "leave it out"),
        (SHORT | {"verdcit": "a>b"}, "$", "did you mean 'verdict'?"),
        (SHORT | {"verdicts": []}, "$.verdict", "not both"),
        (SHORT | {"verdict": "a>"}, "$.verdict", "Put > or ="),
        (SHORT | {"verdict": ""}, "$.verdict", "Type the letters"),
        (SHORT | {"verdict": "a<b"}, "$.verdict", "Put > or ="),
        (SHORT | {"verdict": "a>c"}, "$.verdict", "no answer C."),
        (SHORT | {"verdict": "a"}, "$.verdict", "B is missing. Use each of A, B once."),
        (SHORT | {"verdict": "a>a=b"}, "$.verdict", "A stands twice."),
        (SHORT | {"verdict": "a>>>>b"}, "$.verdict", "at most >>>"),
        (SHORT | {"verdict": "a>>b", "rubric": "arena"}, "$.verdict", "one > between"),
        (SHORT | {"verdict": {"tears": [["a"]]}}, "$.verdict", "did you mean 'tiers'?"),
        (SHORT | {"verdict": {"tiers": [["a"]]}}, "$.verdicts[0].tiers", "exactly one tier"),
        (SHORT | {"verdict": 3}, "$.verdict", "an object"),
        (SHORT | {"prompt": 3}, "$.prompt", "an object"),
        (SHORT | {"prompt": ""}, "$.prompt", "The prompt is empty"),
        (SHORT | {"prompt": " \n\t\u00a0"}, "$.prompt", "The prompt is empty"),
        (SHORT | {"prompt": [{"role": "system", "content": "Be kind."}]}, "$.prompt", "The prompt is empty"),
        (SHORT | {"prompt": []}, "$.prompt.messages", "a list of 1 or more entries"),
        (SHORT | {"prompt": [{"role": "human", "content": "x"}]}, "$.prompt.messages[0].role", "'human' stands"),
        (
            SHORT | {"prompt": [{"role": "user", "contents": "x"}]},
            "$.prompt.messages[0]",
            "did you mean 'content'?",
        ),
        (SHORT | {"ratings": [{"candidate": "a", "axis": "beauty", "value": 1}]}, "$.ratings[0].axis", "no axis"),
        (
            SHORT | {"ratings": [{"candidate": "c", "axis": "coherence", "value": 1}]},
            "$.ratings[0].candidate",
            "no cand",
        ),
        (SHORT | {"flags": [FLAG | {"candidate": "z"}]}, "$.flags[0].candidate", "a, b"),
        (SHORT | {"flags": [FLAG | {"severity": "dire"}]}, "$.flags[0].severity", "note, minor, moderate, severe"),
        (SHORT | {"flags": [FLAG | {"severity": 9}]}, "$.flags[0].severity", "from 0 to 3"),
        (SHORT | {"flags": [FLAG | {"exact": "nowhere"}]}, "$.flags[0].exact", "does not hold"),
        (SHORT | {"flags": [FLAG | {"exact": ""}]}, "$.flags[0].exact", "one character or more"),
        (SHORT | {"flags": [FLAG | {"exact": "age", "span": {}}]}, "$.flags[0].span", "not both"),
        (SHORT | {"flags": [FLAG | {"span": {"start": 3}}]}, "$.flags[0].span.end", "start and end"),
        (SHORT | {"flags": [FLAG | {"span": {"start": 3, "end": 999}}]}, "$.flags[0].span", "outside the text"),
        (SHORT | {"flags": [FLAG | {"span": {"start": 3, "exact": "wrong"}}]}, "$.flags[0].span.exact", "differently"),
        (SHORT | {"flags": [FLAG | {"sevirity": 1}]}, "$.flags[0]", "did you mean 'severity'?"),
        (SHORT | {"rubric": "nobodys"}, "$.rubric", "not at hand"),
        (SHORT | {"rubric": 3}, "$.rubric", "an object with named fields"),
        (SHORT | {"domain": "law", "prompt": {"messages": [], "domain": "law"}}, "$.domain", "keep one"),
        (SHORT | {"comparison": {"id": "1"}}, "$.comparison.id", "UUID of version 7"),
    ],
)
def test_a_broken_line_is_refused_by_its_path(fields: object, path: str, words: str) -> None:
    error = refused(fields)
    assert error.values["path"] == path
    assert words in str(error)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"not json", "not JSON"),
        (b"\xff\xfe{", "UTF-8"),
        (b'{"prompt": "a", "prompt": "b"}', "twice"),
        (b'{"prompt": null}', "leave it out"),
        (b'{"prompt": 0.5}', "not an integer"),
        (b"[" * 5000, "nested too deeply"),
        (b'{"prompt": "\\ud800", "candidates": ["x"]}', "half a character"),
        (b" " * (imports.MAX_LINE_BYTES + 1), "longer than 1,048,576 bytes"),
    ],
)
def test_a_line_that_is_not_strict_json_is_refused(line: bytes, words: str) -> None:
    assert words in str(refused(line))


def test_a_record_that_is_too_large_is_refused_though_its_line_fits() -> None:
    fields = {"prompt": "Why?", "candidates": ["x" * (imports.MAX_LINE_BYTES - 60)]}
    assert len(json.dumps(fields)) <= imports.MAX_LINE_BYTES
    assert "Shorten an answer" in str(refused(fields))


def test_two_lines_are_the_same_whatever_their_spaces_and_order_of_keys() -> None:
    line = json.dumps(SHORT).encode()
    turned = json.dumps(dict(reversed(SHORT.items())), indent=1, ensure_ascii=False).encode()
    assert imports.import_key(line) == imports.import_key(turned)
    assert imports.import_key(line) != imports.import_key(json.dumps(SHORT | {"verdict": "a>b"}).encode())


def test_a_file_is_read_line_by_line_with_its_numbers(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b"\xef\xbb\xbf{}\r\n\n   \n[1]\nlast")
    assert list(imports.read_file(path)) == [(1, b"{}"), (4, b"[1]"), (5, b"last")]


def test_a_line_that_is_too_long_is_skipped_in_bounded_pieces_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    just = b'"' + b"x" * (imports.MAX_LINE_BYTES - 2) + b'"'
    path.write_bytes(just + b"\n" + b" " * (3 * imports.MAX_LINE_BYTES) + b"\n{}\n")
    lines = list(imports.read_file(path))
    assert [(number, len(line)) for number, line in lines] == [
        (1, imports.MAX_LINE_BYTES),
        (2, imports.MAX_LINE_BYTES + 1),
        (3, 2),
    ]
    assert "longer than" in str(refused(lines[1][1]))


def test_a_file_that_cannot_be_read_is_the_environments_trouble(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentTrouble, match="cannot be read: No such file"):
        list(imports.read_file(tmp_path / "none.jsonl"))
    with pytest.raises(EnvironmentTrouble, match="cannot be read: Is a directory"):
        list(imports.read_file(tmp_path))


_scalars = st.none() | st.booleans() | st.integers(-5, 2**60) | st.floats() | st.text(max_size=5)
_names = st.sampled_from(
    [
        "text",
        "model",
        "key",
        "origin",
        "kind",
        "candidate",
        "axis",
        "value",
        "category",
        "severity",
        "exact",
        "start",
        "end",
        "span",
        "tiers",
        "level",
        "strength",
        "id",
        "messages",
        "role",
        "content",
        "order",
        "not_rankable",
    ]
)
_json = st.recursive(
    _scalars | st.sampled_from(["a", "b", "overall", "bias", "import", "a>b", "b=a", "level", "all_good"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(imports.FIELDS), _json), st.booleans())
@example({"candidates": ["x"], "prompt": {"messages": [{"role": "user", "content": "x"}]}, "flags": [{}]}, False)
@example({"flags": [{"candidate": "a", "category": "bias", "severity": 1, "span": {"start": True, "end": 5}}]}, True)
def test_a_line_becomes_a_record_or_a_refusal_and_nothing_else(fields: dict[str, Any], filled: bool) -> None:
    line = json.dumps((SHORT if filled else {}) | fields).encode()
    try:
        made = parse(line)
    except StoreError as error:
        assert str(error)
        return
    assert records.decode(records.encode(made)) == made


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader(line: bytes) -> None:
    with pytest.raises(StoreError):
        parse(line)
