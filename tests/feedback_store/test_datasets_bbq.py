"""Real items, imported and exported: the BBQ sample becomes judgements, and these become every kind of data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from made_judgements import PROJECT, TRAINER

from feedback_store import imports, records, rubrics
from feedback_store.datasets.export import ExportOptions, ExportResult, export
from feedback_store.pairs import Rules
from feedback_store.record_parts import App, Judgement

SAMPLE = Path(__file__).parent.parent / "data" / "bbq_religion_sample.jsonl"
KEYS = "abc"


def line(item: dict[str, Any]) -> bytes:
    """The right answer before the others; an answer that names the stereotyped group unasked is flagged as bias."""
    right = KEYS[item["label"]]
    wrong = "=".join(key for key in KEYS if key != right)
    stereotyped = item["additional_metadata"]["stereotyped_groups"]
    flags = [
        {
            "candidate": key,
            "category": "bias",
            "kind": "stereotype",
            "target_group": "religion",
            "severity": "severe",
            "exact": item[f"ans{index}"],
        }
        for index, key in enumerate(KEYS)
        if item["context_condition"] == "ambig" and item["answer_info"][f"ans{index}"][1] in stereotyped
    ]
    fields = {
        "prompt": f"{item['context']} {item['question']}",
        "candidates": [item[f"ans{index}"] for index in range(3)],
        "verdict": f"{right}>{wrong}",
        "flags": flags,
        "language": "en",
        "tags": ["bbq", item["question_polarity"]],
    }
    return json.dumps(fields).encode()


@pytest.fixture(scope="module")
def judgements() -> list[Judgement]:
    rubric = rubrics.load("overall_only")
    return [
        imports.parse_line(
            line(json.loads(data)), rubric=rubric, project=PROJECT, trainer=TRAINER, app=App("preceptor", "0.1.0")
        )
        for _, data in imports.read_file(SAMPLE)
    ]


def best(made: Judgement) -> str:
    """The text of the answer that stands alone in the first tier."""
    tiers = made.verdicts[0].tiers
    assert tiers is not None
    return next(candidate.text for candidate in made.candidates if (candidate.key,) == tiers[0])


def write(judgements: list[Judgement], format: str, out: Path, **rules: Any) -> ExportResult:
    return export(judgements, format=format, out=out, options=ExportOptions(rules=Rules(**rules), licence="cc-by-4.0"))


def rows(result: ExportResult) -> list[dict[str, Any]]:
    data = [file for name, file in result.files.items() if name.startswith("data/")]
    return [json.loads(found) for file in data for found in file.read_bytes().splitlines()]


def test_every_item_becomes_a_record_that_the_strict_decoder_takes(judgements: list[Judgement]) -> None:
    assert len(judgements) == 60
    assert all(records.decode(records.encode(made)) == made for made in judgements)
    flagged = [flag for made in judgements for flag in made.flags]
    assert {flag.target_group for flag in flagged} == {"religion"}
    assert all(flag.span is not None for flag in flagged)


def test_every_item_gives_two_pairs_with_the_right_answer_chosen(judgements: list[Judgement], tmp_path: Path) -> None:
    found = rows(write(judgements, "preference", tmp_path / "out"))
    right = {made.id: best(made) for made in judgements}
    assert len(found) == 120
    assert all(row["chosen"][0]["content"] == right[row["record"]] for row in found)


def test_stereotyped_answers_are_labelled_bad_and_are_never_examples(
    judgements: list[Judgement], tmp_path: Path
) -> None:
    flagged = {(made.id, flag.span.exact) for made in judgements for flag in made.flags if flag.span}
    labelled = rows(write(judgements, "kto", tmp_path / "kto"))
    assert {(row["record"], row["completion"][0]["content"]) for row in labelled} == flagged
    assert {row["label"] for row in labelled} == {False}
    examples = rows(write(judgements, "sft", tmp_path / "sft", winners=True))
    assert len(examples) == 60
    assert not flagged & {(row["record"], row["completion"][0]["content"]) for row in examples}


def test_no_question_stands_in_two_splits(judgements: list[Judgement], tmp_path: Path) -> None:
    result = write(judgements, "preference", tmp_path / "out")
    seen: dict[str, str] = {}
    for name, file in result.files.items():
        if name.startswith("data/"):
            for found in file.read_bytes().splitlines():
                prompt = json.dumps(json.loads(found)["prompt"])
                assert seen.setdefault(prompt, name) == name
