"""A command that a sentence offers can be typed as it stands: with what it needs, and with what was typed before."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from command_line import here, named
from test_commands_delivery import judged

from desktop.commands.program import program
from desktop.commands.reference import every_command
from desktop.flow.typed_commands import OF_A_KEY, OF_A_PROJECT, typed, with_options

ROOT = Path(__file__).resolve().parents[2]
EVERY_COMMAND = {" ".join(path): command for path, command in every_command(program, click.Context(program))}
# What stands between marks is spoken of.
OFFERED = re.compile(
    r"(?<![`“„])\bpreceptor (?P<words>[a-z]+(?: [a-z-]+)?)"
    r"(?P<rest>(?: (?:--[a-z-]+|\{\w+\}|[A-Z][A-Z_]*\b(?:\|[A-Z]+)?(?:\.[a-z]+)?))*)"
)


def texts(file: Path) -> Iterator[str]:
    """What a file's words may say, the parts of those that are put together with braces between them."""
    nodes = list(ast.walk(ast.parse(file.read_bytes())))
    joined = [each for each in nodes if isinstance(each, ast.JoinedStr)]
    parts = {id(part) for each in joined for part in each.values}
    for each in joined:
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{x}" for part in each.values)
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value


def offered() -> Iterator[tuple[str, str, str]]:
    """Each command that a sentence names: where, its words, and what stands behind them."""
    for package in ("desktop", "feedback_store", "local_models"):
        for file in sorted((ROOT / package).rglob("*.py")):
            for text in texts(file):
                for found in OFFERED.finditer(" ".join(text.split())):
                    words = found["words"] if found["words"] in EVERY_COMMAND else found["words"].partition(" ")[0]
                    yield file.name, words, found["rest"]


def test_every_command_that_a_sentence_offers_names_what_it_needs() -> None:
    """`collector devices` was offered without its folder, `bundle receipts` without a file."""
    lacking = []
    for file, words, rest in offered():
        needed = [each for each in EVERY_COMMAND[words].params if each.required]
        places = sum(isinstance(each, click.Argument) for each in needed)
        options = [each.opts[0] for each in needed if isinstance(each, click.Option)]
        given = rest.split()
        if "--help" in given:
            continue
        if len([each for each in given if not each.startswith("--")]) < places or not set(options) <= set(given):
            lacking.append((file, f"preceptor {words}{rest}"))
    assert lacking == []


def test_what_takes_a_project_is_known_where_sentences_are_made() -> None:
    takes = {
        words
        for words, command in EVERY_COMMAND.items()
        if any("--project" in each.opts and each.name != "project_name" for each in command.params)
    }
    assert takes - {"open"} == OF_A_PROJECT  # the window goes to other projects


def test_what_takes_how_keys_are_kept_is_known_where_sentences_are_made() -> None:
    takes = {
        words
        for words, command in EVERY_COMMAND.items()
        if any("--insecure-key-file" in each.opts for each in command.params)
    }
    assert takes - {"try"} == OF_A_KEY  # it makes a profile of its own


def test_a_command_that_is_offered_keeps_keys_as_it_was_typed() -> None:
    """Without the option it asked for a passphrase where the first command had made no file yet."""
    typed_by_hand = typed(insecure=True)
    assert with_options("That is: preceptor keys recover CODE", typed_by_hand) == (
        "That is: preceptor keys recover --insecure-key-file CODE"
    )
    assert with_options("See: preceptor outbox list", typed_by_hand) == "See: preceptor outbox list"


@pytest.mark.parametrize("text", ["preceptor outbox seal", "preceptor keys recover CODE", "preceptor records list"])
def test_the_options_stand_once_however_often_a_sentence_is_worded(text: str) -> None:
    """What was worded where it was raised got the project twice."""
    for one in (typed(project="Night shift"), typed(insecure=True), typed(project="P", insecure=True)):
        once = with_options(f"See: {text}", one)
        assert with_options(once, one) == once


def test_a_project_stands_once_in_what_an_error_offers(tmp_path: Path) -> None:
    here("project", "new", "Night shift", "--use", profile=tmp_path)
    said = here("records", "share", tmp_path / "file", "x", "--project", "Night shift", profile=tmp_path).sentence
    assert said.endswith("See: preceptor records list --project 'Night shift'")


@pytest.mark.parametrize("place", ["a profile", "plain"])
def test_a_command_that_is_offered_names_the_profile_and_the_project_that_were_typed(
    tmp_path: Path, place: str
) -> None:
    """It named neither, so that it acted on other judgements, in the usual profile."""
    profile = tmp_path / place
    judged(profile)
    made = named("project", "new", "Night shift", "--json", profile=profile)
    assert made.status == 0
    typed = f"preceptor --profile {shlex.quote(str(profile))} outbox"
    assert named("outbox", "send", profile=profile).out == ""
    nothing = named("outbox", "seal", profile=profile).out
    assert nothing == f"Nothing is released. To release all that waits: {typed} release --all\n"
    assert named(*shlex.split(nothing.partition(": preceptor ")[2])[2:], profile=profile).status == 0
    other = named("bundle", "export", tmp_path / "x.preceptor", "--project", "Night shift", profile=profile)
    assert other.sentence.endswith(f"sign them: {typed} seal --project 'Night shift'")
    assert named(*shlex.split(other.sentence.partition(": preceptor ")[2])[2:], profile=profile).status == 0
    assert here("outbox", "seal", profile=profile).out.startswith("Delivery 1 signed"), "of the project in use"
    done = here("outbox", "seal", profile=profile).out
    assert done == "Nothing is released. To send what is signed: preceptor outbox send\n"


def test_a_collectors_commands_are_offered_with_its_folder_as_a_shell_takes_it(tmp_path: Path) -> None:
    """The folder was left out, or stood there in two words."""
    folder, profile = tmp_path / "our team", tmp_path / "profile"
    quoted = shlex.quote(str(folder))
    no = here("collector", "devices", folder, profile=profile).sentence
    assert no.endswith(f"Make one: preceptor collector init {quoted} --project NAME")
    made = here("collector", "init", folder, "--project", "Team", profile=profile)
    assert made.out.endswith(f"Next: preceptor collector serve {quoted}\n")
    project = json.loads(here("collector", "init", folder, "--project", "Two", "--json", profile=profile).out)[
        "project"
    ]
    again = here("collector", "init", folder, "--project", "Two", profile=profile).sentence
    assert f"Invite to it with preceptor collector invite {quoted} --project {project}, or" in again
    of_it = (folder, "--project", project)
    empty = here("collector", "devices", *of_it, profile=profile).out.strip()
    assert empty.endswith(f"Invite a trainer: preceptor collector invite {quoted} --project {project}")
    unknown = here("collector", "revoke", folder, "ed25519:1234567890", "--project", project, profile=profile).sentence
    assert unknown.endswith(f"See: preceptor collector devices {quoted} --project {project}")
    fork = here("collector", "resolve", folder, "abc", "drop", "--project", project, profile=profile).sentence
    assert fork == f"There is no one fork abc. See: preceptor collector forks {quoted} --project {project}"
    for told in (empty, unknown, fork):
        words = shlex.split(told.rpartition(": preceptor ")[2])
        assert here(*words, profile=profile).status == 0, words
    invited = named("collector", "invite", *of_it, profile=profile).out
    assert "The trainer types: preceptor project join ADDRESS" in invited, "in a profile of the trainer's own"


def test_a_name_that_no_sentence_can_hold_as_it_is_is_left_out() -> None:
    for odd in ("{a}", "a\nb", "a\x1b[0m"):
        assert with_options("Try: preceptor outbox send", typed(profile=Path(odd), project=odd)) == (
            "Try: preceptor outbox send"
        )
