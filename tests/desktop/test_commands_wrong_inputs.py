"""Every command says what it does and, given something wrong, in one sentence what is wrong, where, and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from command_line import here

from desktop.commands.program import program

LINE = {"prompt": "Name a bird.", "candidates": ["Kiwi", "Bat"], "verdict": "a>>b"}


def commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command by its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from commands(found, (*before, name))
        else:
            yield (*before, name)


EVERY = tuple(commands(program))


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile with a key and a judgement, and beside it what commands may be given by mistake."""
    place = tmp_path_factory.mktemp("wrong")
    assert here("keys", "show", "--insecure-key-file", profile=place / "profile").status == 0
    (place / "some.jsonl").write_text(json.dumps(LINE) + "\n")
    assert here("records", "import", place / "some.jsonl", "--trainer", "me", profile=place / "profile").status == 0
    assert here("collector", "init", place / "collector", "--project", "Night", profile=place / "profile").status == 0
    (place / "empty.jsonl").touch()
    (place / "text.txt").write_text("hello")
    (place / "folder").mkdir()
    return place / "profile"


@pytest.mark.parametrize("command", EVERY, ids=" ".join)
def test_every_command_says_what_it_does(profile: Path, command: tuple[str, ...]) -> None:
    asked = here(*command, "--help", profile=profile)
    assert (asked.status, asked.err) == (0, "")
    assert asked.out.startswith(f"Usage: preceptor {' '.join(command)}")


@pytest.mark.parametrize("command", EVERY, ids=" ".join)
def test_an_option_that_there_is_not_is_named_with_the_way_to_those_there_are(
    profile: Path, command: tuple[str, ...]
) -> None:
    done = here(*command, "--nosuch", profile=profile)
    assert (done.status, done.out) == (2, "")
    assert f"Try 'preceptor {' '.join(command)} --help' for help." in done.err
    assert "No such option '--nosuch'" in done.err and "Traceback" not in done.err


REFUSED = (
    ("records import {}/gone.jsonl", "There is no such file ({}/gone.jsonl). Check its name."),
    ("records import {}/folder --trainer me", "This is a folder ({}/folder). Name a file."),
    ("records import {}/empty.jsonl --trainer me", "{}/empty.jsonl is empty. It takes one JSON object a line."),
    ("records withdraw nope", "There is no judgement nope. See: preceptor records list"),
    ("records reinstate nope", "There is no judgement nope. See: preceptor records list"),
    ("records share {}/s.preceptor nope", "There is no judgement nope in this project. See: preceptor records list"),
    ("records list --until 2026-13-01", "until:2026-13-01 is no date. Write one like until:2026-11-22."),
    ("outbox hold nope", "There is no judgement nope. See: preceptor outbox list"),
    ("models add {}/gone.gguf", "There is no file gone.gguf. Check its name."),
    ("project new X --rubric {}/text.txt", "text.txt is no rubric: This is not JSON"),
    ("project join http://127.0.0.1:9 ''", "Type the code that the project's operator gave you."),
    ("keys revoke", "Revoking cannot be undone. Say --yes if it is meant."),
    ("keys devices", "Name a team's project with --project, or join one: preceptor project join ADDRESS CODE"),
    ("browser rename A B", "No browser called A is connected. Connected are: none."),
    ("export --as sft --out {}/out", "nothing says that an answer is good. Choose another format, or judge further."),
    ("export --as preference --out /proc/x", "Name another folder."),
    ("collector devices {}/text.txt", "There is no collector in {}/text.txt. Make one: preceptor collector init"),
    ("collector export {}/collector ''", "No place is named to export to. Name a folder, or an address such as"),
    ("collector export {}/collector {}/text.txt", "{}/text.txt is a file. Name a folder."),
)


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[given for given, _said in REFUSED])
def test_what_is_refused_is_said_in_one_sentence_with_what_to_do(profile: Path, given: str, said: str) -> None:
    words = [word.replace("{}", str(profile.parent)).strip("'") for word in given.split(" ")]
    assert said.replace("{}", str(profile.parent)) in here(*words, profile=profile).sentence


def test_a_shared_file_is_no_bundle_and_says_what_reads_it(profile: Path) -> None:
    file = profile.parent / "shared.preceptor"
    assert here("records", "share", file, profile=profile).status == 0
    said = here("bundle", "verify", file, profile=profile).sentence
    assert said.endswith("not deliveries. To read them: preceptor records import FILE")


def test_a_period_that_ends_before_it_begins_is_wrong_usage(profile: Path) -> None:
    done = here("project", "statement", "--from", "2026-12-01", "--to", "2026-11-01", profile=profile)
    assert done.status == 2
    assert "No day is between 2026-12-01 and 2026-11-01: --from comes first." in done.err


@pytest.mark.parametrize("name", ["--certificate", "--certificate-key"])
def test_a_collector_that_is_given_half_of_a_certificate_serves_nobody_in_the_clear(profile: Path, name: str) -> None:
    """It served plain HTTP then, without a word."""
    folder, file = profile.parent / "collector", profile.parent / "text.txt"
    done = here("collector", "serve", folder, "--port", "0", name, file, profile=profile)
    assert done.sentence.startswith("A certificate and its private key are given together")


def test_files_that_are_no_certificate_are_named(profile: Path) -> None:
    folder, file = profile.parent / "collector", profile.parent / "text.txt"
    pair = ("--certificate", file, "--certificate-key", file)
    assert "no certificate with its private key" in here("collector", "serve", folder, *pair, profile=profile).sentence
    gone = ("--certificate", profile / "gone.pem", "--certificate-key", file)
    said = here("collector", "serve", folder, "--port", "0", *gone, profile=profile).sentence
    assert said == f"There is no file {profile / 'gone.pem'}. Check its name."


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("collector", "import", "collector", "."), "is a folder. Wanted is a file that ends in .preceptor"),
        (("bundle", "receipts", "."), "is a folder. Wanted is the file that ends in .receipts"),
        (("project", "statement", "."), "ends with none of .pdf, .csv, .receipts"),
    ],
)
def test_a_folder_that_is_named_by_a_dot_is_called_by_its_path(
    profile: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    """The sentence began with a blank: such a path has no last name."""
    monkeypatch.chdir(profile.parent)
    assert here(*words, profile=profile).sentence.startswith(f"{profile.parent} {told}")
