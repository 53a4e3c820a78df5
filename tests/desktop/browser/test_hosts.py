"""How a browser finds the native host: what is written for it, by whom, and where."""

from __future__ import annotations

import json
import shutil
import stat
import sys
from pathlib import Path

import pytest

from desktop.browser import host_checks, hosts, places, registry
from desktop.browser.hosts import Program, install, is_installed, uninstall
from desktop.browser.places import HOST_NAME, Place, all_places, in_use_first

NOBODY = Path("/nowhere/preceptor")
PROFILE = Path("/nowhere/profile")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home of A'da"  # a space and a quote: paths are words of a shell script


@pytest.fixture
def chromium(home: Path) -> Place:
    return next(place for place in all_places(home, home / "data", "linux") if place.label == "Chromium")


@pytest.fixture
def program() -> Program:
    return Program(Path(sys.executable), PROFILE, NOBODY)


@pytest.fixture(autouse=True)
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an administrator's rules for Chromium lie, in place of /etc."""
    folder = tmp_path / "policies"
    folder.mkdir()
    monkeypatch.setitem(places.POLICIES, "Chromium", str(folder))
    return folder


def trouble(place: Place) -> tuple[str, str]:
    """The name and text of the one trouble, which is the last finding and has a way out."""
    found = list(host_checks.check(place, PROFILE))
    assert [finding.state for finding in found[:-1]] == ["well"] * (len(found) - 1)
    assert found[-1].state == "trouble", found
    assert found[-1].way_out
    return found[-1].name, found[-1].text


def test_what_was_installed_is_found_and_run_and_its_own_word_is_told(chromium: Place, program: Program) -> None:
    assert install(chromium, program) == "written"
    assert is_installed(chromium)
    assert [(finding.name, finding.state, finding.text) for finding in host_checks.check(chromium, PROFILE)] == [
        ("manifest", "well", "Chromium knows Preceptor."),
        ("host", "well", "The host runs. The window is not open."),
    ]
    assert stat.S_IMODE(chromium.launcher.stat().st_mode) == 0o700
    assert json.loads(chromium.manifest.read_text()) == {
        "name": HOST_NAME,
        "description": "Carries an answer from the browser to Preceptor's window.",
        "path": str(chromium.launcher),
        "type": "stdio",
        "allowed_origins": [hosts.ORIGIN],
    }


def test_installing_again_changes_nothing_and_mends_a_program_that_moved(chromium: Place, program: Program) -> None:
    install(chromium, program)
    assert install(chromium, program) == "as it was"
    chromium.launcher.write_text("#!/bin/sh\nexec /gone/python\n")
    assert trouble(chromium)[0] == "host"
    assert install(chromium, program) == "written"
    assert [finding.state for finding in host_checks.check(chromium, PROFILE)] == ["well", "well"]


def test_a_snap_is_told_and_nothing_is_written_for_it(home: Path, program: Program) -> None:
    (snap,) = [place for place in all_places(home, home / "data", "linux") if place.sandbox == "snap"]
    assert install(snap, program) == "not possible"
    assert not home.exists()
    assert "is a snap" in trouble(snap)[1]


def test_a_flatpaks_launcher_lies_where_the_app_can_see_it(home: Path, program: Program) -> None:
    flatpaks = [place for place in all_places(home, home / "data", "linux") if place.sandbox == "flatpak"]
    assert len(flatpaks) == 5
    for place in flatpaks:
        app = home / ".var" / "app"
        assert place.launcher.is_relative_to(app)
        assert install(place, program) == "written"
        assert "flatpak-spawn --host" in place.launcher.read_text()


class FakeRegistry:
    """Keys and their default values, as winreg has them: what is written for Windows, and not run there yet."""

    HKEY_CURRENT_USER = "HKCU"
    REG_SZ = 1

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    class _Key:
        def __init__(self, name: str) -> None:
            self.name = name

        def __enter__(self) -> FakeRegistry._Key:
            return self

        def __exit__(self, *_: object) -> None: ...

    def OpenKey(self, _root: str, key: str) -> _Key:
        if key not in self.values:
            raise FileNotFoundError(key)
        return self._Key(key)

    def CreateKey(self, _root: str, key: str) -> _Key:
        return self._Key(key)

    def QueryValueEx(self, key: _Key, _name: str) -> tuple[str, int]:
        return self.values[key.name], 1

    def SetValueEx(self, key: _Key, _name: str, _reserved: int, _kind: int, value: str) -> None:
        self.values[key.name] = value

    def DeleteKey(self, _root: str, key: str) -> None:
        del self.values[key]


def test_on_windows_nothing_is_written_as_long_as_there_is_no_launcher(home: Path, program: Program) -> None:
    chrome = all_places(home, home / "data", "win32")[0]
    assert install(chrome, program) == "not yet"
    assert not home.exists()
    found = next(finding for finding in host_checks.check(chrome, PROFILE) if finding.state == "trouble")
    assert (found.repairable, "not possible yet" in found.text) == (False, True)


def test_on_windows_the_registry_names_the_manifest(
    home: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "WINDOWS_LAUNCHER", True)  # what is to be once there is one
    known = FakeRegistry()
    monkeypatch.setattr(registry, "_registry", lambda: known)
    chrome, chromium = all_places(home, home / "data", "win32")[:2]
    assert install(chrome, program) == "written"
    assert known.values == {chrome.registry_key: str(chrome.manifest)}
    assert not is_installed(chromium)  # they share the manifest, and one is named
    assert "registry does not name" in trouble(chromium)[1]
    install(chromium, program)
    assert uninstall(chrome, [chrome, chromium])
    assert is_installed(chromium)
    assert uninstall(chromium, [chrome, chromium])
    assert known.values == {}
    assert not chromium.manifest.exists()


def test_the_id_is_that_of_the_public_key_in_the_extensions_manifest() -> None:
    import base64
    import hashlib

    manifest = json.loads((hosts.HOST.parents[1] / "extension" / "manifest.json").read_text())
    digits = hashlib.sha256(base64.b64decode(manifest["key"])).hexdigest()[:32]
    assert "".join(chr(ord("a") + int(digit, 16)) for digit in digits) == hosts.EXTENSION_ID


def test_a_shell_reads_the_launcher_as_it_was_meant(chromium: Place, program: Program) -> None:
    install(chromium, program)
    assert shutil.which("sh")
    assert str(program.profile) in chromium.launcher.read_text()


def test_a_browser_is_here_where_its_program_is_installed_though_it_was_never_started(tmp_path: Path) -> None:
    programs, snaps, apps = (tmp_path / name for name in ("bin", "snap", "flatpak"))
    for file in (
        programs / "google-chrome-stable",
        programs / "chromium-browser",
        snaps / "chromium",
        apps / "app" / "com.brave.Browser",
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    home = tmp_path / "home"

    def here(snaps: Path | None) -> list[str]:
        found = all_places(home, home / "data", "linux", installed=[programs], snaps=snaps, flatpaks=[apps])
        return [place.label for place in found if place.is_here]

    assert here(snaps) == ["Google Chrome", "Brave (Flatpak)", "Chromium (Snap)"], "the script that starts the snap"
    assert here(None) == ["Google Chrome", "Chromium", "Brave (Flatpak)"]
    (tmp_path / "Applications" / "Vivaldi.app").mkdir(parents=True)
    mac = all_places(home, home / "data", "darwin", installed=[tmp_path / "Applications"])
    assert [place.label for place in mac if place.is_here] == ["Vivaldi"]
    edge = tmp_path / "Files" / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    edge.parent.mkdir(parents=True)
    edge.touch()
    windows = all_places(home, home / "data", "win32", installed=[tmp_path / "Files"])
    assert [place.label for place in windows if place.is_here] == ["Microsoft Edge"]


def test_browsers_are_listed_by_use_what_is_installed_and_started_first_then_by_name(tmp_path: Path) -> None:
    """They stood in the program's own order: Chrome's left-over folder before the browser that is used."""
    programs, home = tmp_path / "bin", tmp_path / "home"
    programs.mkdir()
    for program in ("vivaldi", "brave-browser", "microsoft-edge"):
        (programs / program).touch()
    for folder in ("google-chrome", "vivaldi", "BraveSoftware/Brave-Browser"):
        (home / ".config" / folder).mkdir(parents=True)
    found = in_use_first(all_places(home, home / "data", "linux", installed=[programs]))
    assert [place.label for place in found] == ["Brave", "Vivaldi", "Microsoft Edge", "Google Chrome"]


def test_the_folder_that_a_browser_is_to_load_holds_the_extension() -> None:
    assert hosts.EXTENSION.is_absolute()
    assert json.loads((hosts.EXTENSION / "manifest.json").read_text())["key"]
