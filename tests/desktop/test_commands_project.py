"""Projects of one's own by command: a rubric from a file, and a guideline with versions."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from command_line import here
from running_collector import Team, running

OWN = {
    "id": "kindness", "version": 1, "name": "Kindness", "source": "us", "licence": "CC0-1.0",
    "axes": [{"id": "kind", "name": "Kind", "steps": [{"value": 1}, {"value": 3}]}],
}  # fmt: skip


def test_a_project_is_judged_by_a_rubric_of_ones_own_from_a_file(tmp_path: Path) -> None:
    profile, file = tmp_path / "profile", tmp_path / "kindness.json"
    file.write_text(json.dumps(OWN))
    made = json.loads(here("project", "new", "Ours", "--rubric", file, "--use", "--json", profile=profile).out)
    assert made["rubric"]["id"] == "kindness"
    file.unlink()  # the project has it
    (listed,) = (each for each in json.loads(here("project", "list", "--json", profile=profile).out) if each["in_use"])
    assert listed["rubric"] == made["rubric"]


def test_a_broken_rubric_is_refused_by_its_place_and_no_project_is_made(tmp_path: Path) -> None:
    profile, file = tmp_path / "profile", tmp_path / "broken.json"
    file.write_text(json.dumps(OWN | {"axes": [{"id": "kind", "name": "Kind", "steps": []}]}))
    assert "broken.json, axes[0].steps: " in here("project", "new", "Ours", "--rubric", file, profile=profile).sentence
    assert here("project", "new", "Ours", "--rubric", tmp_path / "none.json", profile=profile).status == 1
    assert "Ours" not in here("project", "list", profile=profile).out


def test_a_guideline_is_set_printed_and_counted_in_versions(tmp_path: Path) -> None:
    profile, file = tmp_path / "profile", tmp_path / "guide.md"
    here("project", "new", "Ours", "--use", profile=profile)
    assert "has no guideline" in here("project", "guideline", profile=profile).sentence
    file.write_bytes("\ufeff# Judge\n\nTruth first. Öl.\n".encode())
    assert "version 1" in here("project", "guideline", "--set", file, profile=profile).out
    assert here("project", "guideline", profile=profile).out.startswith("# Judge\n\nTruth first. Öl.")
    assert "version 1" in here("project", "guideline", "--set", file, profile=profile).out, "the same text again"
    file.write_text("# Judge\n\nTruth last.\n")
    assert "version 2" in here("project", "guideline", "--set", file, profile=profile).out


def test_a_guideline_that_is_no_text_is_refused_with_what_to_do(tmp_path: Path) -> None:
    profile, file = tmp_path / "profile", tmp_path / "guide.md"
    here("project", "new", "Ours", "--use", profile=profile)
    file.write_bytes(b"\xff\xfe\x00")
    assert "no text in UTF-8 (byte 0)" in here("project", "guideline", "--set", file, profile=profile).sentence
    file.write_bytes(b" \n")
    assert "A guideline is a text" in here("project", "guideline", "--set", file, profile=profile).sentence
    file.write_bytes(b"a" * 300_000)
    assert "262,144 bytes" in here("project", "guideline", "--set", file, profile=profile).sentence


def test_a_second_project_of_one_name_is_made_only_when_that_is_meant(tmp_path: Path) -> None:
    """It was made without a word, and from then on the name led to neither."""
    first = json.loads(here("project", "new", "First steps", "--json", profile=tmp_path).out)
    refused = here("project", "new", "First steps", "--use", profile=tmp_path)
    assert refused.status == 1
    assert f"A project is called First steps already: {first['id']}." in refused.sentence
    assert "--again" in refused.sentence
    assert here("project", "rubric", "--project", "First steps", profile=tmp_path).status == 0
    second = json.loads(here("project", "new", "First steps", "--again", "--json", profile=tmp_path).out)
    assert second["id"] != first["id"]


TERMS = "Version 1 (CC-BY-4.0)\n\n# Use\n\nIt may train models.\n"


def test_a_teams_terms_are_read_and_accepted_before_it_is_joined_by_command_too(tmp_path: Path) -> None:
    """They were shown only once it was joined; in the window they come before."""
    team = Team.made(tmp_path / "collector", "Night shift", terms="# Use\n\nIt may train models.")
    profile, code = tmp_path / "profile", team.invite(name="Berg")
    with running(team.folder) as collector:
        words = ("project", "join", collector.address, code, "--name", "Ada", "--insecure-key-file")
        unasked = here(*words, profile=profile)
        assert (unasked.status, unasked.out) == (1, "") and unasked.err.startswith(TERMS)
        assert unasked.err.endswith("read them above, and add --accept-terms\n")
        said_no, told = at_a_terminal(*words, profile=profile, typed="n\n")
        assert said_no == 1 and TERMS in told and "Do you accept them, and join?" in told
        assert told.endswith("preceptor: Nothing was joined. The code can still be used.\n")
        assert [p["name"] for p in json.loads(here("project", "list", "--json", profile=profile).out)] == ["My project"]
        joined = here(*words, "--accept-terms", profile=profile)
        assert joined.status == 0 and joined.err == f"{TERMS}\n", "they are shown all the same"
        other = (*words[:3], team.invite(), "--insecure-key-file", "--json")
        said_yes, out = at_a_terminal(*other, profile=tmp_path / "other", typed="y\n", stderr=False)
        assert said_yes == 0 and json.loads(out)["name"] == "Night shift", "JSON and nothing else"
        again = here(*words[:3], team.invite(), "--insecure-key-file", profile=profile)
        assert again.status == 0 and again.err == "", "who has accepted them is not asked again"
    assert "as Berg: the team has you by this name, and Ada was not taken over." in joined.out
    assert "To read them again: preceptor project terms" in joined.out
    printed = here("project", "terms", "--project", "Night shift", profile=profile).out
    assert printed == TERMS
    as_json = json.loads(here("project", "terms", "--project", "Night shift", "--json", profile=profile).out)
    assert (as_json["version"], as_json["text"]) == (1, "# Use\n\nIt may train models.")
    here("project", "new", "Ours", "--use", profile=profile)
    assert here("project", "terms", profile=profile).sentence == "Ours has no terms."
    assert here("project", "terms", "--json", profile=profile).out == "null\n"


def test_a_collector_that_was_set_up_without_terms_asks_nothing_unless_a_licence_is_named(tmp_path: Path) -> None:
    for named, status in ((), 0), (("--licence", "CC-BY-4.0"), 1):
        folder, profile = tmp_path / f"collector{status}", tmp_path / f"profile{status}"
        here("collector", "init", folder, "--project", "Team", *named, profile=profile)
        code = json.loads(here("collector", "invite", folder, "--json", profile=profile).out)["code"]
        with running(folder) as collector:
            done = here("project", "join", collector.address, code, "--insecure-key-file", profile=profile)
        assert (done.status, "--accept-terms" in done.err) == (status, bool(status)), done.err


def at_a_terminal(*words: str, profile: Path, typed: str, stderr: bool = True) -> tuple[int, str]:
    """Somebody types at a command's question: how it ended, and what it wrote on one of its two outputs."""
    keyboard, terminal = pty.openpty()
    os.write(keyboard, typed.encode())
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "--profile", str(profile), *words],
        stdin=terminal,
        capture_output=True,
        check=False,
        timeout=180,
        env={**os.environ, "LANGUAGE": "en"},
    )
    for end in (keyboard, terminal):
        os.close(end)
    return done.returncode, (done.stderr if stderr else done.stdout).decode()
