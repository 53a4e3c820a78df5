"""`preceptor browser test`: each cause by which a browser does not reach the host, and its repair."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from command_line import named as here

from desktop.browser import hosts, places
from desktop.browser.places import Place
from desktop.commands.asking import Caller
from desktop.commands.program import program

REPAIR = "Repair it: preceptor --profile {profile} browser install"


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile, and a home in which Chromium was started once; an administrator's rules are looked for below it."""
    home = tmp_path / "home"
    (home / ".config" / "chromium").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(home / "bin"))  # whatever is installed on this computer
    monkeypatch.setattr(places, "_SNAPS", home / "snaps")
    monkeypatch.setattr(places, "_FLATPAKS", home / "flatpaks")
    monkeypatch.setitem(places.POLICIES, "Chromium", str(home / "policies"))
    return tmp_path / "profile"


def chromium() -> Place:
    return next(place for place in places.places() if place.label == "Chromium")


def no_manifest(place: Place) -> None:
    place.manifest.unlink()


def wrong_path(place: Place) -> None:
    place.launcher.rename(place.launcher.with_name("elsewhere"))


def wrong_id(place: Place) -> None:
    found = json.loads(place.manifest.read_text())
    place.manifest.write_text(json.dumps({**found, "allowed_origins": ["chrome-extension://" + "a" * 32 + "/"]}))


def anothers(place: Place) -> None:
    place.manifest.write_text(json.dumps({**json.loads(place.manifest.read_text()), "path": "/bin/cat"}))


def not_executable(place: Place) -> None:
    place.launcher.chmod(0o600)


def blocked(_place: Place) -> None:
    folder = Path(places.POLICIES["Chromium"])
    folder.mkdir()
    (folder / "rules.json").write_text(json.dumps({"NativeMessagingBlocklist": ["*"]}))


def only_a_snap(place: Place) -> None:
    for file in (place.manifest, place.launcher):
        file.unlink()
    place.manifest.parent.rmdir()
    place.configuration.rmdir()
    (Path.home() / "snap" / "chromium" / "common" / "chromium").mkdir(parents=True)


CAUSES = [
    pytest.param(no_manifest, "Chromium does not know Preceptor: {manifest} is missing.", REPAIR, id="no manifest"),
    pytest.param(wrong_path, "The program that {manifest} names is not there: {launcher}.", REPAIR, id="wrong path"),
    pytest.param(wrong_id, "{manifest} lets in another extension, not Preceptor's.", REPAIR, id="wrong id"),
    pytest.param(
        anothers,
        "The program that {manifest} names is not Preceptor's: /bin/cat.",
        "Another program may need {manifest}. If not, delete that file, then: " + REPAIR.removeprefix("Repair it: "),
        id="another's program",
    ),
    pytest.param(
        not_executable, "The program that {manifest} names may not be run: {launcher}.", REPAIR, id="not executable"
    ),
    pytest.param(
        blocked,
        "Chromium is told by its administrator not to start this host ({policies}/rules.json).",
        "Ask for app.preceptor.bridge to be allowed.",
        id="policy",
    ),
    pytest.param(
        only_a_snap,
        "Chromium (Snap) is a snap: it may not start programs outside of itself, so it cannot be connected.",
        "Take a browser that is no snap: Google Chrome, Edge, Brave or Vivaldi as a package from its maker, or "
        "Chromium as a Flatpak. Until then, copy answers and paste them into the window.",
        id="snap",
    ),
]


@pytest.mark.parametrize(("breaks", "text", "repair"), CAUSES)
def test_browser_test_names_the_cause_and_its_repair_and_ends_with_1(
    profile: Path, breaks: Callable[[Place], None], text: str, repair: str
) -> None:
    assert here("browser", "install", profile=profile).status == 0
    well = here("browser", "test", profile=profile)
    assert (well.status, "✗" in well.out) == (0, False)
    place = chromium()
    breaks(place)
    cause = text.format(manifest=place.manifest, launcher=place.launcher, policies=places.POLICIES["Chromium"])
    repair = repair.format(
        profile=profile, manifest=place.manifest
    )  # without it another profile's window would be reached
    told = here("browser", "test", profile=profile)
    label = "Chromium (Snap)" if breaks is only_a_snap else "Chromium"
    assert (told.status, told.err) == (1, "")
    assert told.out.splitlines()[-2:] == [f"✗ {label}: {cause}", f"  {repair}"]
    assert told.out.count("✗") == 1
    in_json = here("browser", "test", "--json", profile=profile)
    assert in_json.status == 1
    (found,) = [each for each in json.loads(in_json.out) if each["state"] == "trouble"]
    assert (found["browser"], found["text"], found["way_out"]) == (label, cause, repair)


@pytest.mark.parametrize("breaks", [no_manifest, wrong_path, wrong_id, not_executable])
def test_the_repair_that_browser_test_names_mends_it(profile: Path, breaks: Callable[[Place], None]) -> None:
    here("browser", "install", profile=profile)
    breaks(chromium())
    assert here("browser", "test", profile=profile).status == 1
    assert here("browser", "install", profile=profile).status == 0
    mended = here("browser", "test", profile=profile)
    assert (mended.status, mended.out.splitlines()[-1]) == (
        0,
        "✓ Chromium: The host runs. The window is not open.",
    )


def test_what_is_another_programs_is_left_to_be_deleted_and_the_profile_is_named_for_what_comes_then(
    profile: Path,
) -> None:
    here("browser", "install", profile=profile)
    chromium().manifest.write_text(json.dumps({"name": "org.other", "path": "/opt/other", "type": "stdio"}))
    told = here("browser", "test", profile=profile)
    way = (
        f"Another program may need {chromium().manifest}. If not, delete that file, then: "
        f"preceptor --profile {profile} browser install"
    )
    assert told.out.splitlines()[-1] == f"  {way}"


def test_a_folder_that_others_can_enter_is_named_with_what_to_do(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory() as runtime:  # as short a path as a socket's has to be
        folder = Path(runtime) / "preceptor"
        folder.mkdir()
        folder.chmod(0o755)
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        here("browser", "install", profile=profile)
        told = here("browser", "test", profile=profile)
    assert told.status == 1
    assert told.out.splitlines()[-2:] == [
        f"✗ Chromium: What the browser and the window meet by is not this user's alone, so it is not used: {folder}.",
        "  Restart the computer. If that does not help, close Preceptor, remove the folder, and open Preceptor again.",
    ]


def test_where_no_profile_was_named_the_repair_names_none(profile: Path) -> None:
    found = CliRunner().invoke(program, ["browser", "test"], obj=Caller(), env={"LANGUAGE": "en"})
    assert "  Repair it: preceptor browser install\n" in found.stdout


def test_a_browser_that_is_only_installed_is_listed_and_where_none_is_it_says_what_to_do(profile: Path) -> None:
    (Path.home() / ".config" / "chromium").rmdir()
    told = here("browser", "status", profile=profile)
    assert (told.status, told.sentence) == (
        1,
        "No browser was found here. Install one, start one that lies in a folder of your own, or name it by --browser: "
        "--browser Chromium",
    )
    (Path.home() / "bin").mkdir()
    (Path.home() / "bin" / "google-chrome").touch()
    assert "Google Chrome" in here("browser", "status", profile=profile).out
    assert here("browser", "install", profile=profile).out.splitlines() == [
        "Google Chrome finds Preceptor now.",
        "Next, in the browser: open chrome://extensions, switch on Developer mode (top right), choose Load unpacked "
        "and this folder:",
        str(hosts.EXTENSION),
    ]


def test_where_nothing_was_installed_no_folder_is_named(profile: Path) -> None:
    here("browser", "install", profile=profile)
    anothers(chromium())
    told = here("browser", "install", profile=profile)
    assert (told.status, str(hosts.EXTENSION) in told.out) == (1, False)


def test_a_browser_of_another_profile_is_named_by_test_and_not_taken_over_unasked(profile: Path) -> None:
    """It was taken over silently, and `browser test` said ✓ whichever profile asked."""
    mine, other = profile.resolve(), profile.with_name("other").resolve()
    other.mkdir()
    assert here("browser", "install", profile=other).status == 0
    told = here("browser", "test", profile=mine)
    assert (told.status, told.out.splitlines()) == (
        1,
        [
            "✓ Chromium: Chromium knows Preceptor.",
            "✗ Chromium: In Chromium Preceptor's extension leads to another profile, "
            f"in {other}, not to this one, in {mine}.",
            f"  Take it over: preceptor --profile {mine} browser install",
        ],
    )
    assert here("browser", "test", profile=other).status == 0
    before = chromium().launcher.read_text()
    refused = here("browser", "install", profile=mine)
    assert refused.status == 1
    assert refused.err.splitlines() == [
        f"To the profile in {other} until now: Chromium. From now on to the one in {mine}.",
        "preceptor: Nobody can be asked here, so nothing was changed. "
        "To take the browsers over all the same, add --yes.",
    ]
    assert chromium().launcher.read_text() == before
    (listed,) = json.loads(here("browser", "status", "--json", profile=mine).out)
    assert listed["profile"] == str(other)
    taken = here("browser", "install", "--yes", profile=mine)
    assert (taken.status, str(other) in taken.err) == (0, True)
    assert here("browser", "test", profile=mine).status == 0
    assert here("browser", "test", profile=other).status == 1


def test_one_browser_that_cannot_be_written_to_keeps_no_other_from_being_connected_or_left(profile: Path) -> None:
    """The first that the system refused ended it: the others were passed over, and nothing was said of those before."""
    home = Path.home()
    (home / ".config" / "google-chrome").mkdir()
    (home / ".config" / "google-chrome" / "NativeMessagingHosts").write_text("in the way")
    told = here("browser", "install", profile=profile)
    assert told.status == 1
    first, second, *_next, folder = told.out.splitlines()
    assert first.startswith("Google Chrome could not be told of Preceptor: ")
    assert (second, folder) == ("Chromium finds Preceptor now.", str(hosts.EXTENSION))
    assert told.err == "preceptor: Not connected: Google Chrome.\n"
    assert hosts.is_installed(chromium())


def anothers_entry() -> str:
    """Another program's entry in Google Chrome."""
    (Path.home() / ".config" / "google-chrome").mkdir()
    chrome = next(place for place in places.places() if place.label == "Google Chrome")
    chrome.manifest.parent.mkdir()
    chrome.manifest.write_text(json.dumps({"name": chrome.manifest.stem, "path": "/opt/other", "type": "stdio"}))
    return chrome.label


def a_snap() -> str:
    (Path.home() / "snap" / "chromium" / "common" / "chromium").mkdir(parents=True)
    return "Chromium (Snap)"


@pytest.mark.parametrize(
    ("beside", "state", "reason"),
    [(anothers_entry, "other_program", "may be another program's"), (a_snap, "snap", "is a snap")],
)
def test_a_browser_that_was_left_as_it_was_ends_an_install_with_1_and_is_named(
    profile: Path, beside: Callable[[], str], state: str, reason: str
) -> None:
    """Beside one that was connected it ended with 0, so that a script took both for connected."""
    left = beside()
    told = here("browser", "install", profile=profile)
    assert (told.status, told.err) == (1, f"preceptor: Not connected: {left}.\n")
    assert "Chromium finds Preceptor now." in told.out and told.out.endswith(f"{hosts.EXTENSION}\n")
    in_json = here("browser", "install", "--json", profile=profile)
    assert (in_json.status, in_json.err) == (1, f"preceptor: Not connected: {left}.\n")
    found = {each.pop("browser"): each for each in json.loads(in_json.out)}
    assert found["Chromium"] == {"state": "connected_before", "manifest": str(chromium().manifest)}
    assert found[left]["state"] == state and reason in found[left]["reason"]
    only = here("browser", "install", "--browser", "Chromium", "--json", profile=profile)
    assert (only.status, [each["browser"] for each in json.loads(only.out)]) == (0, ["Chromium"])
    none = here("browser", "install", "--browser", left, "--json", profile=profile)
    assert (none.status, none.err) == (1, "preceptor: No browser was connected.\n")
    assert [each["state"] for each in json.loads(none.out)] == [state]


def test_what_cannot_be_taken_away_is_said_and_keeps_nothing_else(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (Path.home() / ".config" / "google-chrome").mkdir()
    here("browser", "install", profile=profile)
    unlink = Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if "google-chrome" in path.parts:
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refused)
    told = here("browser", "uninstall", profile=profile)
    assert (told.status, told.out) == (1, "Preceptor is not found any more by: Chromium.\n")
    assert told.sentence.startswith("Google Chrome: This may not be read or written (")
    assert not chromium().manifest.exists()


def test_a_folder_of_the_search_path_that_cannot_be_looked_into_holds_no_browser(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that only root may enter, or with too long a name: every command was refused because of it."""
    monkeypatch.setenv("PATH", f"/{'x' * 300}:{Path.home() / 'bin'}")
    assert "Chromium" in here("browser", "status", profile=profile).out
    assert here("browser", "install", profile=profile).status == 0
    assert here("browser", "test", profile=profile).status == 0


def test_a_data_folder_without_its_whole_path_counts_for_nothing(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser takes no relative path for a program; the profile ignored the same word, and no repair mended it."""
    monkeypatch.setenv("XDG_DATA_HOME", "data")
    assert here("browser", "install", profile=profile).status == 0
    assert here("browser", "test", profile=profile).status == 0


def test_a_profile_whose_path_is_no_utf8_is_found_and_a_home_of_that_kind_is_refused_in_a_sentence(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both broke it: what is written was taken for UTF-8."""
    old = profile.with_name(os.fsdecode(b"profil\xe9"))
    assert here("browser", "install", profile=old).status == 0
    assert here("browser", "test", profile=old).status == 0
    assert hosts.profile_in(chromium().launcher) == old.resolve()
    monkeypatch.setenv("HOME", str(old))
    (old / ".config" / "chromium").mkdir(parents=True)
    told = here("browser", "install", profile=profile)
    assert (told.status, told.err) == (1, "preceptor: No browser was connected.\n")
    assert told.out.startswith("Chromium could not be told of Preceptor: The system refused: ")
