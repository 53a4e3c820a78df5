"""Every cause by which a browser does not find the native host, each told by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.browser import host_checks
from desktop.browser.hosts import Program, install
from desktop.browser.manifest_files import MAX_MANIFEST
from desktop.browser.places import HOST_NAME, Place, all_places
from tests.desktop.browser.test_hosts import PROFILE, chromium, home, program, rules, trouble

__all__ = ["chromium", "home", "program", "rules"]


def test_a_missing_manifest_is_named(chromium: Place) -> None:
    assert trouble(chromium) == ("manifest", f"Chromium does not know Preceptor: {chromium.manifest} is missing.")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"allowed_origins": ["chrome-extension://" + "a" * 32 + "/"]}, "lets in another extension"),
        ({"type": "pipe"}, "is the manifest of another program"),
        ({"name": "org.other"}, "is the manifest of another program"),
        ({"path": "preceptor-native-host"}, "names a program without its whole path"),
        ({"path": None}, "names a program without its whole path"),
        ({"allowed_origins": None}, "lets in another extension"),
    ],
)
def test_a_manifest_with_a_wrong_part_is_told_by_that_part(
    chromium: Place, program: Program, change: dict[str, Any], text: str
) -> None:
    install(chromium, program)
    chromium.manifest.write_text(json.dumps({**json.loads(chromium.manifest.read_text()), **change}))
    name, told = trouble(chromium)
    assert name == "manifest"
    assert text in told


@pytest.mark.parametrize("content", ["", "no json", "[]", "[" * 5000, '"' + "x" * MAX_MANIFEST + '"'])
def test_a_manifest_that_is_none_is_told(chromium: Place, program: Program, content: str) -> None:
    install(chromium, program)
    chromium.manifest.write_text(content)
    assert trouble(chromium)[1] == f"{chromium.manifest} is no manifest that Chromium can read."


def test_a_program_that_is_gone_or_may_not_be_run_is_told(chromium: Place, program: Program) -> None:
    install(chromium, program)
    chromium.launcher.chmod(0o600)
    assert "may not be run" in trouble(chromium)[1]
    chromium.launcher.unlink()
    assert "is not there" in trouble(chromium)[1]


def test_a_host_that_prints_something_else_is_told_with_its_last_words(chromium: Place, program: Program) -> None:
    install(chromium, program)
    chromium.launcher.write_text("#!/bin/sh\necho hello\necho broken >&2\n")
    assert trouble(chromium) == ("host", "The host says nothing that a browser understands. broken")


def test_a_host_that_does_not_end_is_ended_and_told(
    chromium: Place, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_checks, "ANSWER_S", 0.5)
    install(chromium, program)
    chromium.launcher.write_text("#!/bin/sh\nexec sleep 3600\n")
    name, told = trouble(chromium)
    assert (name, told.partition(":")[0]) == ("host", "The host could not be run")


@pytest.mark.parametrize(
    ("rule", "blocked"),
    [
        ({"NativeMessagingBlocklist": ["*"]}, True),
        ({"NativeMessagingBlocklist": [HOST_NAME]}, True),
        ({"NativeMessagingUserLevelHosts": False}, True),
        ({"NativeMessagingBlocklist": ["*"], "NativeMessagingAllowlist": [HOST_NAME]}, False),
        ({"NativeMessagingBlocklist": ["org.other"]}, False),
        ({"NativeMessagingUserLevelHosts": True}, False),
        ({"NativeMessagingBlocklist": None, "NativeMessagingAllowlist": None}, False),
        ({"NativeMessagingBlocklist": "*"}, False),
        ([], False),
    ],
)
def test_an_administrators_rule_is_told(
    chromium: Place, program: Program, rules: Path, rule: object, blocked: bool
) -> None:
    install(chromium, program)
    (rules / "rules.json").write_text(json.dumps(rule))
    if blocked:
        assert trouble(chromium)[0] == "policy"
    else:
        assert [finding.state for finding in host_checks.check(chromium, PROFILE)] == ["well", "well"]


@pytest.mark.parametrize(
    ("first", "second", "blocked"),
    [
        ({"NativeMessagingBlocklist": ["*"]}, {"NativeMessagingAllowlist": [HOST_NAME]}, False),
        ({"NativeMessagingAllowlist": [HOST_NAME]}, {"NativeMessagingBlocklist": ["*"]}, False),
        ({"NativeMessagingBlocklist": ["*"]}, {"NativeMessagingBlocklist": []}, False),
        ({"NativeMessagingAllowlist": ["org.other"]}, {"NativeMessagingBlocklist": ["*"]}, True),
        ({"NativeMessagingUserLevelHosts": False}, {"NativeMessagingAllowlist": [HOST_NAME]}, True),
    ],
)
def test_the_files_of_an_administrator_are_read_as_one(
    chromium: Place, program: Program, rules: Path, first: object, second: object, blocked: bool
) -> None:
    install(chromium, program)
    (rules / "1.json").write_text(json.dumps(first))
    (rules / "2.json").write_text(json.dumps(second))
    found = [finding.name for finding in host_checks.check(chromium, PROFILE) if finding.state == "trouble"]
    assert found == (["policy"] if blocked else [])


def _without_rights(chromium: Place) -> None:
    chromium.launcher.chmod(0o600)


def _to_nowhere(chromium: Place) -> None:
    chromium.launcher.unlink()


def _for_another(chromium: Place) -> None:
    kept = json.loads(chromium.manifest.read_text())
    kept["allowed_origins"] = ["chrome-extension://" + "a" * 32 + "/"]
    chromium.manifest.write_text(json.dumps(kept))


def _with(**changes: object) -> Callable[[Place], None]:
    """The manifest says something else there."""

    def broken(chromium: Place) -> None:
        chromium.manifest.write_text(json.dumps({**json.loads(chromium.manifest.read_text()), **changes}))

    return broken


def _at_a_folder(chromium: Place) -> None:
    folder = chromium.manifest.parent / "folder"
    folder.mkdir()
    _with(path=str(folder))(chromium)


CAUSES: dict[str, Callable[[Place], None]] = {
    "no manifest": lambda chromium: chromium.manifest.unlink(),
    "no such program": _to_nowhere,
    "a path to nowhere": _with(path="/opt/gone/host"),
    "a path to a folder": _at_a_folder,
    "no path": _with(path=None),
    "half a path": _with(path="host"),
    "another name": _with(name="org.other"),
    "another kind": _with(type="pipe"),
    "wrong id": _for_another,
    "no ids": _with(allowed_origins=None),
    "not executable": _without_rights,
    "no json": lambda chromium: chromium.manifest.write_text("no json") and None,
}


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_has_its_repair_in_a_sentence_and_the_repair_mends_it(
    chromium: Place, program: Program, cause: str
) -> None:
    install(chromium, program)
    CAUSES[cause](chromium)
    found = next(finding for finding in host_checks.check(chromium, PROFILE) if finding.state == "trouble")
    assert found.way_out == f"Repair it: preceptor --profile {PROFILE} browser install"
    assert found.repairable
    assert install(chromium, program) == "written"
    assert [finding.state for finding in host_checks.check(chromium, PROFILE)] == ["well", "well"]


def test_what_no_program_can_repair_says_who_can_or_what_else_there_is(
    chromium: Place, home: Path, program: Program, rules: Path
) -> None:
    install(chromium, program)
    (rules / "rules.json").write_text(json.dumps({"NativeMessagingBlocklist": ["*"]}))
    blocked = next(finding for finding in host_checks.check(chromium, PROFILE) if finding.state == "trouble")
    assert "administrator" in blocked.text
    assert not blocked.repairable
    assert blocked.way_out == "Ask for app.preceptor.bridge to be allowed."
    (snap,) = [place for place in all_places(home, home / "data", "linux") if place.sandbox == "snap"]
    kept_away = next(finding for finding in host_checks.check(snap, PROFILE) if finding.state == "trouble")
    assert kept_away.text
    assert "Flatpak. Until then, copy answers" in kept_away.way_out
    assert "package of your system" not in kept_away.way_out, "on Ubuntu that one starts the snap"
    assert not kept_away.repairable
