"""A guideline by command: every version is printed, listed and compared; the next one comes from a file or a pipe."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from command_line import Ended, here

from feedback_store.project_table import CollectorAddress
from feedback_store.store import Store

FIRST, SECOND, THIRD = "# Judge\n\nTruth first.\n", "# Judge\n\nTruth first, then length.\n", "# Be kind\n"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A profile whose project has had three guidelines."""
    folder = tmp_path / "profile"
    here("project", "new", "Ours", "--use", profile=folder)
    for text in (FIRST, SECOND, THIRD):
        assert here("project", "guideline", "--edit", "-", profile=folder, stdin=text.encode()).status == 0
    return folder


def guideline(profile: Path, *words: str | Path) -> Ended:
    return here("project", "guideline", *words, profile=profile)


def test_the_version_in_use_or_a_named_one_is_printed(profile: Path) -> None:
    assert guideline(profile).out == f"{THIRD}\n"
    assert guideline(profile, "--version", "2").out == f"{SECOND}\n"
    assert guideline(profile, "--version", "9").sentence == "There is no version 9 here. There are: 1, 2, 3."
    said = json.loads(guideline(profile, "--version", "1", "--json").out)
    assert (said["version"], said["text"], said["in_use"], said["source"]) == (1, FIRST, False, None)
    assert said["since"].startswith("20") and len(said["sha256"]) == 64


def test_versions_are_listed_the_newest_first(profile: Path) -> None:
    said = json.loads(guideline(profile, "--list", "--json").out)
    assert [(each["version"], each["in_use"]) for each in said] == [(3, True), (2, False), (1, False)]
    assert all("text" not in each for each in said)
    lines = guideline(profile, "--list").out.splitlines()
    assert len(lines) == 4 and lines[1].startswith("*  3  ") and lines[1].endswith(said[0]["sha256"][:12])


def test_two_versions_are_compared_the_one_before_or_any_other(profile: Path) -> None:
    out = guideline(profile, "--diff", "--version", "2").out
    assert out.splitlines()[0] == "3 words are new, 1 is gone"
    assert "--- version 1" in out and "+++ version 2" in out
    assert "-Truth first." in out and "+Truth first, then length." in out
    said = json.loads(guideline(profile, "--diff", "--against", "1", "--json").out)
    assert (said["against"], said["version"]) == (1, 3)
    assert said["diff"].startswith("--- version 1\n+++ version 3")
    backwards = json.loads(guideline(profile, "--diff", "--version", "1", "--against", "3", "--json").out)
    assert (backwards["inserted"], backwards["deleted"]) == (said["deleted"], said["inserted"])
    assert "nothing to compare it with" in guideline(profile, "--diff", "--version", "1").sentence
    assert "no version 7" in guideline(profile, "--diff", "--against", "7").sentence


@pytest.mark.parametrize(
    "words",
    [
        ("--set", "-", "--list"),
        ("--edit", "-", "--version", "1"),
        ("--list", "--diff"),
        ("--against", "1"),
        ("--version", "0"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage_and_changes_nothing(profile: Path, words: tuple[str, ...]) -> None:
    assert guideline(profile, *words).status == 2
    assert len(json.loads(guideline(profile, "--list", "--json").out)) == 3


def test_what_comes_in_is_refused_where_it_is_no_guideline(profile: Path) -> None:
    def edit(data: bytes) -> str:
        return here("project", "guideline", "--edit", "-", profile=profile, stdin=data).sentence

    assert "What came in is no text in UTF-8 (byte 2)" in edit(b"ab\xff")
    assert "A guideline is a text" in edit(b"\n")
    assert "this one has 600,000" in edit("ä".encode() * 300_000)
    made = json.loads(here("project", "guideline", "--edit", "-", "--json", profile=profile, stdin=FIRST.encode()).out)
    assert (made["version"], made["in_use"]) == (4, True), "an earlier text is the next version"


def test_a_teams_guideline_is_read_but_not_written(profile: Path) -> None:
    with_hidden = "# Theirs\u202e\u001b[31m\n"
    store = Store.open(profile)
    project = store.projects.current()
    assert project is not None
    project = store.projects.set_guideline(project, with_hidden).result()
    there = CollectorAddress("https://example.org", "k", "House")
    store.projects.update(msgspec.structs.replace(project, collector=there)).result()
    store.close()
    refused = here("project", "guideline", "--set", "-", profile=profile, stdin=b"# Mine")
    assert "comes from its collector" in refused.sentence
    assert guideline(profile).out == "# Theirs[31m\n\n", "nothing in it steers the terminal"
    assert "\u001b" not in guideline(profile, "--diff").out


def test_a_project_without_a_guideline_is_refused_by_the_way_to_one(tmp_path: Path) -> None:
    here("project", "new", "Ours", "--use", profile=tmp_path)
    for words in ((), ("--list",), ("--diff",), ("--version", "1", "--json")):
        assert "has no guideline. Give it one" in guideline(tmp_path, *words).sentence
