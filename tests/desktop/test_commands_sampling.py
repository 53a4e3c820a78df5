"""How answers are drawn, as `generate` takes it: grammars, stop texts, adapters, and each bad one in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import here, preceptor
from gguf_files import tiny_adapter, tiny_model


@pytest.mark.long
def test_an_adapters_strength_is_a_number(tmp_path: Path) -> None:
    adapter = tiny_adapter(tmp_path / "a.gguf")
    done = here("generate", "--adapter", f"{adapter}:much", "Hello", profile=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert "Invalid value for '--adapter': 'much' is not a valid float range." in " ".join(done.err.split())


@pytest.mark.long
def test_what_answers_may_be_and_what_they_are_drawn_with_is_refused_in_one_sentence(tmp_path: Path) -> None:
    bad, empty, binary = tmp_path / "bad.gbnf", tmp_path / "empty.gbnf", tmp_path / "binary.gbnf"
    schema = tmp_path / "schema.json"
    bad.write_text("root := what")
    empty.write_text("\n")
    binary.write_bytes(b"\xff\xfe")
    schema.write_text('{"type": ')
    other = tiny_adapter(tmp_path / "other.gguf")

    def said(*options: str | Path) -> str:
        return here("generate", "-n", "1", "--max-tokens", "4", *options, "Hello", profile=tmp_path).sentence

    assert said("--grammar", bad).startswith("The grammar cannot be read.")
    assert said("--grammar", empty) == f"{empty} is empty."
    assert said("--grammar", binary) == f"{binary} is not UTF-8 text."
    assert said("--json-schema", schema) == (
        "The JSON schema cannot be turned into a grammar: it is no JSON (line 1, column 10). "
        "Simplify it, or leave it out."
    )
    schema.write_text("false")
    assert "it is no JSON object" in said("--json-schema", schema)
    assert said("--grammar", bad, "--json-schema", schema) == (
        "Answers follow a grammar or a JSON schema, not both. Leave one of them out."
    )
    assert said("--adapter", other).startswith("other.gguf is no adapter for this model. ")
    assert said("--adapter", bad).startswith("bad.gbnf is not a GGUF model file.")
    assert said(*[word for number in range(9) for word in ("--adapter", f"{other}:{number}")]) == (
        "At most 8 adapters can be used at once."
    )
    assert said(*["--stop", "x"] * 17) == "At most 16 stop texts can be given."
    assert said("--context", "64", "--max-tokens", "64") == (
        "An answer of 64 tokens does not fit in a context of 64. Ask for fewer."
    )


@pytest.mark.long
def test_answers_follow_a_schema_end_at_a_stop_text_and_say_how_likely_they_were(tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text('{"type": "object", "properties": {"colour": {"enum": ["red", "blue"]}}, "required": ["colour"]}')
    done = preceptor("generate", "-n", "2", "--json-schema", schema, "--json", "A colour?", profile=tmp_path)
    answers = [json.loads(line) for line in done.out.splitlines()][:-1]
    assert [json.loads(answer["text"])["colour"] in ("red", "blue") for answer in answers] == [True, True]
    assert "--max-tokens" not in done.err, "none was cut off"
    options = ("--stop", "e", "--temperature", "0", "--log-probabilities", "--json", "--max-tokens", "200")
    done = preceptor("generate", "-n", "1", *options, "Say: a letter.", profile=tmp_path)
    answer = json.loads(done.out.splitlines()[0])
    assert answer["finish"] == "stop" and "e" not in answer["text"]
    assert all(0 <= place < len(answer["text"]) and likely <= 0 for place, likely in answer["log_probabilities"])
    assert answer["log_probabilities"]


def test_answers_that_are_cut_off_name_the_option_for_longer_ones(tmp_path: Path) -> None:
    words = ("generate", "--model", tiny_model(tmp_path / "tiny.gguf"), "-n", "2", "--max-tokens")
    cut = preceptor(*words, "4", "--json", "Hello", profile=tmp_path)
    finishes = [json.loads(line).get("finish") for line in cut.out.splitlines()]
    assert finishes[:2] == ["length", "length"]
    said = "preceptor: 2 answers were cut off at 4 tokens. Ask for longer ones with --max-tokens.\n"
    assert said in cut.err


@pytest.mark.long
def test_an_adapter_changes_what_a_model_writes(tmp_path: Path) -> None:
    model, adapter = tiny_model(tmp_path / "tiny.gguf"), tiny_adapter(tmp_path / "a.gguf")

    def text(*options: str | Path) -> str:
        options = ("--model", model, "--temperature", "0", "--max-tokens", "24", "-n", "1", "--json", *options)
        done = preceptor("generate", *options, "Hello", profile=tmp_path)
        return str(json.loads(done.out.splitlines()[0])["text"])

    plain = text()
    assert text("--adapter", f"{adapter}:0") == plain
    assert text("--adapter", f"{adapter}:50") != plain
