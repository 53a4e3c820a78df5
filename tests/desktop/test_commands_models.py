"""`models` and `generate`: exact JSON, the same command twice, and every bad model or prompt in one sentence."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import here, preceptor
from gguf_files import tiny_model

from local_models.model_files.catalog import starter_model
from local_models.model_files.gguf import read_header

STARTER = starter_model()
assert STARTER is not None


def generated(profile: Path, *more: str) -> list[dict[str, object]]:
    done = preceptor(
        "generate", "--model", "smollm2", "-n", "3", "--seed", "1", "--max-tokens", "12", "--json", *more,
        "How do tides work?", profile=profile,
    )  # fmt: skip
    cut = "preceptor: 3 answers were cut off at 12 tokens. Ask for longer ones with --max-tokens.\n"
    assert (done.status, done.err) == (0, cut)
    return [json.loads(line) for line in done.out.splitlines()]


def test_generate_prints_a_json_line_an_answer_and_a_summary_and_repeats_itself(tmp_path: Path) -> None:
    lines = generated(tmp_path)
    *answers, last = lines
    assert [answer["candidate"] for answer in answers] == [0, 1, 2]
    assert len({answer["text"] for answer in answers}) == 3
    assert len({answer["seed"] for answer in answers}) == 3
    for answer in answers:
        assert answer.keys() == {"candidate", "text", "finish", "tokens", "time_ms", "seed"}
        assert answer["finish"] == "length"
        assert answer["tokens"] == {"prompt": answer["tokens"]["prompt"], "completion": 12}  # type: ignore[index]
        assert answer["time_ms"].keys() == {"first", "total"}  # type: ignore[union-attr]
    summary = last["summary"]
    assert isinstance(summary, dict)
    assert summary.keys() == {"completion_tokens", "prompt_tokens", "seconds", "tokens_per_second"}
    assert summary["completion_tokens"] == 36
    assert summary["tokens_per_second"] == pytest.approx(36 / summary["seconds"], rel=0.02, abs=0.05)  # told to a tenth
    assert [line.get("text") for line in generated(tmp_path)] == [line.get("text") for line in lines]


def test_generate_reads_its_prompt_from_standard_input(tmp_path: Path) -> None:
    done = preceptor(
        "generate", "-n", "1", "--max-tokens", "4", "-", profile=tmp_path, stdin="Bär \xff".encode("latin1")
    )
    assert done.status == 0
    assert "Answer 1" in done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["generate", "--model", "nix", "Hello"], "There is no model 'nix'. Known: smollm2."),
        (["generate", "--model", "nix.gguf", "Hello"], "nix.gguf"),
        (["generate", ""], "The prompt is empty."),
        (["generate", " \n\t "], "The prompt is empty."),
        (["generate", "-n", "1", "--context", "64", "word " * 200], "prompt"),
        (["models", "add", "nix"], "nix"),
        (["models", "remove", "nix"], "nix"),
        (["models", "inspect", "nix"], "There is no model 'nix'."),
    ],
)
def test_a_wrong_model_or_prompt_is_refused_in_one_sentence(arguments: list[str], said: str, tmp_path: Path) -> None:
    assert said in here(*arguments, profile=tmp_path).sentence


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--temperature", "nan"),
        ("--temperature", "inf"),
        ("--max-tokens", "1000001"),
        ("--max-tokens", "100000000000000000000"),
        ("--max-tokens", "-1"),
        ("--max-tokens", "0"),
        ("-n", "-4"),
        ("-n", "17"),
        ("--seed", "4294967295"),
        ("--seed", "-1"),
        ("--top-k", "-1"),
        ("--top-p", "-0.1"),
        ("--min-p", "1.1"),
        ("--repeat-penalty", "0"),
        ("--repeat-penalty", "-1"),
        ("--dry", "-1"),
        ("--context", "-5"),
        ("--stop", ""),
        ("--stop", "x" * 1001),
        ("--adapter", "nix.gguf"),
        ("--grammar", "nix.gbnf"),
        ("--json-schema", "nix.json"),
    ],
)
def test_a_number_that_cannot_be_asked_for_is_wrong_usage(option: str, value: str, tmp_path: Path) -> None:
    """Some reached the worker's decoder, whose words were shown."""
    done = here("generate", option, value, "Hello", profile=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert f"Invalid value for '{option}'" in done.err


@pytest.mark.parametrize("command", ["generate", "add", "inspect"])
def test_a_file_that_is_no_whole_model_is_refused_in_one_sentence(command: str, tmp_path: Path) -> None:
    text = tmp_path / "text.gguf"
    text.write_text("This is a text.\n" * 100)
    header = tmp_path / "header.gguf"
    header.write_bytes(STARTER.read_bytes()[:5000])
    cut = tmp_path / "cut.gguf"
    with STARTER.open("rb") as whole:
        cut.write_bytes(whole.read(read_header(STARTER).file_size // 8))
    for file in (text, header, cut):
        arguments = ["generate", "--model", str(file), "Hello"] if command == "generate" else ["models", command, file]
        assert file.name in here(*arguments, profile=tmp_path / "profile").sentence


def test_models_are_listed_added_inspected_and_forgotten(tmp_path: Path) -> None:
    profile, folder = tmp_path / "profile", tmp_path / "models"
    folder.mkdir()
    (folder / "other.gguf").symlink_to(STARTER)
    assert "no usable model" not in here("models", "add", folder, profile=profile).out
    listed = json.loads(here("models", "list", "--json", profile=profile).out)
    assert [card["name"] for card in listed] == ["smollm2", "other"]
    assert listed[1]["licence"] == "apache-2.0"
    seen = json.loads(here("models", "inspect", "other", "--json", profile=profile).out)
    assert seen["architecture"] == "llama"
    assert "im_start" in seen["template"]
    assert "Header SHA-256" in here("models", "inspect", "other", profile=profile).out
    assert here("models", "remove", str(folder), profile=profile).status == 0
    assert "other" not in here("models", "list", profile=profile).out


def test_what_was_listed_before_is_not_said_to_be_added(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    model = tiny_model(tmp_path / "models" / "tiny.gguf")
    assert here("models", "add", model, profile=tmp_path / "profile").out == "Added 1 model: tiny\n"
    assert here("models", "add", model, profile=tmp_path / "profile").out == "Listed before: tiny\n"
    assert here("models", "add", model.parent, profile=tmp_path / "profile").out == "Listed before: tiny\n"


def test_an_endpoint_is_not_removed_as_a_model_and_the_way_is_told(tmp_path: Path) -> None:
    here("endpoints", "add", "lab", "http://127.0.0.1:9", "--model", "m", profile=tmp_path)
    refused = here("models", "remove", "lab", profile=tmp_path)
    assert refused.status == 1 and "preceptor endpoints remove lab" in refused.sentence


def test_ctrl_c_while_answers_are_written_is_quiet_and_leaves_no_worker(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop", "--profile", str(tmp_path), "generate", "--max-tokens", "4000", "Hello"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    worker = _child_of(process.pid)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=180)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert not Path(f"/proc/{worker}").exists()


def _child_of(pid: int) -> int:
    """The first child of a process, waited for."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        found += [c for task in Path(f"/proc/{pid}/task").iterdir() for c in (task / "children").read_text().split()]
        if found:
            return int(found[0])
        time.sleep(0.02)
    raise AssertionError("no child was started")


@pytest.mark.long
def test_a_models_speed_is_measured_with_exactly_the_tokens_asked(tmp_path: Path) -> None:
    asked = (
        "models",
        "bench",
        "--model",
        "smollm2",
        "--prompt-tokens",
        "64",
        "--new-tokens",
        "6",
        "-k",
        "3",
        "--threads",
        "1",
    )
    done = preceptor(*asked, "--json", profile=tmp_path / "new")
    assert (done.status, done.err) == (0, "")
    found = json.loads(done.out)
    assert list(found) == [
        "k", "threads", "prompt_tokens_per_second", "generation_tokens_per_second", "tokens_per_second",
        "first_token_ms",
    ]  # fmt: skip
    assert (found["k"], found["threads"], len(found["first_token_ms"])) == (3, 1, 3)
    assert min(found["tokens_per_second"], found["generation_tokens_per_second"], *found["first_token_ms"]) > 0
    assert "tokens a second" in here(*asked, profile=tmp_path / "new").out


def test_a_prompt_too_short_for_the_models_template_is_refused(tmp_path: Path) -> None:
    done = here("models", "bench", "--prompt-tokens", "3", profile=tmp_path / "new")
    assert done.status == 1 and "No prompt of exactly 3 tokens" in done.err


@pytest.mark.long
def test_several_models_answer_one_after_the_other_and_each_line_names_its_own(tmp_path: Path) -> None:
    tiny = str(tiny_model(tmp_path / "tiny.gguf"))
    done = preceptor(
        "generate", "--model", "smollm2", "--model", tiny, "--model", "smollm2", "-n", "2", "--seed", "3",
        "--max-tokens", "6", "--json", "How?", profile=tmp_path,
    )  # fmt: skip
    assert done.status == 0
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert [line["model"] for line in lines] == ["smollm2"] * 3 + ["tiny"] * 3
    assert ["summary" in line for line in lines] == [False, False, True] * 2
    assert lines[0]["seed"] == lines[3]["seed"] == 3, "the same draw for each"


def test_one_of_several_models_that_fails_is_named_and_the_next_answers_all_the_same(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    away = ("endpoints", "add", "away", "http://127.0.0.1:9", "--model", "moon")
    assert here(*away, profile=profile).status == 0
    done = preceptor(
        "generate", "--model", "away", "--model", "smollm2", "-n", "1", "--max-tokens", "4", "How?", profile=profile
    )
    assert done.status == 1 and "Answer 1" in done.out and "smollm2" in done.out
    assert "away: " in done.err and "1 of 2 models failed." in done.err
