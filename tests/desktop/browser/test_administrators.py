"""What an administrator's rules keep from Preceptor is told with its cause and whom to ask for what.

The tables of extensions are what Chromium 150 did with each of these rules in /etc/chromium/policies/managed, where the
extension was loaded from its folder.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.browser import administrators, places
from desktop.browser.administrators import forbidden
from desktop.browser.hosts import EXTENSION_ID
from desktop.browser.places import Place, all_places
from desktop.flow.health import Finding
from tests.desktop.browser.chrome import EXTENSION

OTHER = "abcdefghijklmnopabcdefghijklmnop"
ALL_BLOCKED = {"*": {"installation_mode": "blocked"}}


@pytest.fixture
def chromium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setitem(places.POLICIES, "Chromium", str(tmp_path))
    return next(each for each in all_places(tmp_path, tmp_path, "linux") if each.label == "Chromium")


def told(place: Place, rules: object, *, name: str = "rules.json") -> list[Finding]:
    Path(places.POLICIES["Chromium"], name).write_text(json.dumps(rules))
    return list(forbidden(place, EXTENSION_ID))


@pytest.mark.parametrize(
    ("rules", "asked"),
    [
        ({"ExtensionInstallBlocklist": ["*"]}, "Ask for extensions to be allowed"),
        ({"ExtensionInstallBlocklist": [EXTENSION_ID]}, f"Ask for the extension {EXTENSION_ID}"),
        ({"ExtensionInstallBlocklist": ["*"], "ExtensionInstallAllowlist": [EXTENSION_ID]}, "even where"),
        ({"ExtensionSettings": ALL_BLOCKED}, "Ask for extensions to be allowed"),
        ({"ExtensionSettings": {**ALL_BLOCKED, EXTENSION_ID: {"installation_mode": "allowed"}}}, "even where"),
        ({"ExtensionSettings": {**ALL_BLOCKED, EXTENSION_ID: {"toolbar_pin": "force_pinned"}}}, "even where"),
        (
            {"ExtensionSettings": {f"{OTHER}, {EXTENSION_ID}": {"installation_mode": "removed"}}},
            "Ask for the extension",
        ),
        ({"ExtensionSettings": {"*": {"blocked_permissions": ["nativeMessaging"]}}}, "Ask for nativeMessaging to be"),
        ({"ExtensionSettings": {EXTENSION_ID: {"blocked_permissions": ["sidePanel"]}}}, "Ask for sidePanel to be"),
        ({"ExtensionSettings": {"*": {"allowed_types": ["theme"]}}}, "Ask for the type extension"),
        ({"ExtensionAllowedTypes": ["theme"]}, "Ask for the type extension"),
    ],
)
def test_an_extension_that_the_browser_does_not_run_is_told_with_what_to_ask_for(
    chromium: Place, rules: object, asked: str
) -> None:
    (found,) = told(chromium, rules)
    file = Path(places.POLICIES["Chromium"], "rules.json")
    assert found.text == f"Chromium is told by its administrator not to run Preceptor's extension ({file})."
    assert asked in found.way_out
    assert (found.name, found.state, found.repairable) == ("policy", "trouble", False)


@pytest.mark.parametrize(
    "rules",
    [
        {"ExtensionInstallBlocklist": [OTHER]},
        {"ExtensionInstallBlocklist": ["*"], "ExtensionSettings": {"*": {"installation_mode": "allowed"}}},
        {
            "ExtensionInstallBlocklist": [EXTENSION_ID],
            "ExtensionSettings": {EXTENSION_ID: {"installation_mode": "allowed"}},
        },
        {"ExtensionInstallBlocklist": ["*"], "ExtensionInstallForcelist": [f"{EXTENSION_ID};https://updates.example"]},
        {"ExtensionSettings": {**ALL_BLOCKED, EXTENSION_ID: {"installation_mode": "force_installed"}}},
        {"ExtensionSettings": {OTHER: {"installation_mode": "blocked"}, "*": {"blocked_permissions": ["history"]}}},
        {
            "ExtensionSettings": {
                "*": {"blocked_permissions": ["nativeMessaging"]},
                EXTENSION_ID: {"installation_mode": "allowed"},
            }
        },
        {"ExtensionAllowedTypes": ["theme", "extension"]},
        {"ExtensionDeveloperModeSettings": 0, "DeveloperToolsAvailability": 2},
        {"DeveloperToolsAvailability": 0},
        {"ExtensionSettings": "no object", "ExtensionInstallBlocklist": "*", "ExtensionAllowedTypes": "theme"},
        {"ExtensionSettings": {"*": [], EXTENSION_ID: 1}},
    ],
)
def test_of_an_extension_that_the_browser_runs_nothing_is_told(chromium: Place, rules: object) -> None:
    assert told(chromium, rules) == []


@pytest.mark.parametrize("rule", [{"ExtensionDeveloperModeSettings": 1}, {"DeveloperToolsAvailability": 2}])
def test_a_developer_mode_that_is_off_for_good_is_told(chromium: Place, rule: object) -> None:
    (found,) = told(chromium, rule)
    assert "to load no extension from a folder" in found.text
    assert found.way_out == "Ask for Developer mode to be allowed on the browser's page of extensions."


def test_each_cause_names_the_file_that_holds_its_rule_of_two_the_later_one(chromium: Place) -> None:
    told(chromium, {"ExtensionInstallBlocklist": []}, name="1.json")
    told(chromium, {"ExtensionInstallBlocklist": ["*"], "DeveloperToolsAvailability": 2}, name="2.json")
    found = told(chromium, {"NativeMessagingUserLevelHosts": False}, name="3.json")
    assert [each.text.rpartition("/")[2] for each in found] == ["3.json).", "2.json).", "2.json)."]


def test_what_the_extension_asks_for_is_what_its_manifest_says() -> None:
    assert list(administrators.PERMISSIONS) == json.loads((EXTENSION / "manifest.json").read_text())["permissions"]
