"""What other profiles, programs and browsers have where a host is installed: it stays theirs, and is told by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.browser import host_checks, hosts
from desktop.browser.hosts import Program, install, uninstall
from desktop.browser.places import HOST_NAME, Place, all_places
from tests.desktop.browser.test_hosts import NOBODY, PROFILE, chromium, home, program, rules, trouble

__all__ = ["chromium", "home", "program", "rules"]


def test_what_another_program_wrote_is_left_as_it_is(chromium: Place, program: Program) -> None:
    chromium.manifest.parent.mkdir(parents=True)
    theirs = chromium.manifest.with_name("other-host")
    theirs.touch()
    chromium.manifest.write_text(
        json.dumps({"name": HOST_NAME, "path": str(theirs), "allowed_origins": [hosts.ORIGIN]})
    )
    assert install(chromium, program) == "not ours"
    found = next(finding for finding in host_checks.check(chromium, PROFILE) if finding.state == "trouble")
    assert (found.repairable, "delete that file" in found.way_out) == (False, True)
    assert not uninstall(chromium)
    assert "other" in chromium.manifest.read_text()


def _no_program(folder: Path) -> Path:
    (folder / "notes.txt").touch(mode=0o600)
    return folder / "notes.txt"


def _marking(folder: Path) -> Path:
    """A program that says it was run, and then says nothing and does not end."""
    made = folder / "marks"
    made.write_text(f"#!/bin/sh\ntouch '{folder / 'was run'}'\nexec sleep 600\n")
    made.chmod(0o700)
    return made


def _copied(folder: Path) -> Path:
    """Our own launcher under another name, for another profile."""
    made = folder / "copied"
    made.write_text(Program(Path("/usr/bin/python3"), folder, NOBODY).launcher())
    made.chmod(0o700)
    return made


@pytest.mark.parametrize(
    "theirs", [lambda _: Path("/bin/true"), lambda _: Path("/bin/cat"), _no_program, _marking, _copied]
)
def test_a_manifest_that_names_a_file_of_anothers_is_told_as_that_and_its_repair_leads_on(
    chromium: Place, program: Program, tmp_path: Path, theirs: Callable[[Path], Path]
) -> None:
    install(chromium, program)
    named = theirs(tmp_path)
    chromium.manifest.write_text(json.dumps(hosts.manifest(named)))
    found = next(finding for finding in host_checks.check(chromium, PROFILE, usual=True) if finding.state == "trouble")
    assert found.text == f"The program that {chromium.manifest} names is not Preceptor's: {named}."
    assert found.way_out == (
        f"Another program may need {chromium.manifest}. If not, delete that file, then: preceptor browser install"
    )
    assert not found.repairable, "the window would offer what it does not do"
    assert not (tmp_path / "was run").exists()
    assert install(chromium, program) == "not ours"
    chromium.manifest.unlink()
    assert install(chromium, program) == "written"
    assert [finding.state for finding in host_checks.check(chromium, PROFILE)] == ["well", "well"]


def test_the_launcher_goes_with_the_last_browser_that_needs_it(home: Path, program: Program) -> None:
    known = all_places(home, home / "data", "linux")
    chrome, chromium = (next(each for each in known if each.label == name) for name in ("Google Chrome", "Chromium"))
    install(chrome, program)
    install(chromium, program)
    assert uninstall(chrome, known)
    assert not chrome.manifest.exists()
    assert [finding.state for finding in host_checks.check(chromium, PROFILE)] == ["well", "well"]
    assert uninstall(chromium, known)
    assert not chromium.launcher.exists()
    assert not uninstall(chromium, known)


def test_a_browser_that_reaches_another_profile_is_trouble_and_not_well(
    chromium: Place, program: Program, tmp_path: Path
) -> None:
    """Every check said ✓ while the browser opened another profile's window."""
    other = tmp_path / "my 'other' profile"
    install(chromium, Program(program.python, other, NOBODY))
    found = list(host_checks.check(chromium, PROFILE))
    assert [(each.name, each.state) for each in found] == [("manifest", "well"), ("profile", "trouble")]
    assert found[-1].text == (
        f"In Chromium Preceptor's extension leads to another profile, in {other}, not to this one, in {PROFILE}."
    )
    assert found[-1].way_out == f"Take it over: preceptor --profile {PROFILE} browser install"
    assert found[-1].repairable
    assert [each.state for each in host_checks.check(chromium, other)] == ["well", "well"]
    assert hosts.profile_of(chromium) == other
    install(chromium, program)
    assert [each.state for each in host_checks.check(chromium, PROFILE)] == ["well", "well"]


def test_one_folder_by_two_names_is_one_profile(chromium: Place, program: Program, tmp_path: Path) -> None:
    (tmp_path / "true").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "true")
    install(chromium, Program(program.python, tmp_path / "true", NOBODY))
    assert [each.state for each in host_checks.check(chromium, tmp_path / "link")] == ["well", "well"]
    assert hosts.taken_over(chromium, tmp_path / "link", [chromium]) is None


def test_what_another_profile_would_lose_are_all_browsers_that_share_its_launcher(
    home: Path, program: Program, tmp_path: Path
) -> None:
    known = all_places(home, home / "data", "linux")
    chrome, chromium = (next(each for each in known if each.label == name) for name in ("Google Chrome", "Chromium"))
    flatpak = next(each for each in known if each.label == "Chromium (Flatpak)")
    other = tmp_path / "other"
    theirs = Program(program.python, other, NOBODY)
    for place in (chrome, flatpak):
        install(place, theirs)
    assert hosts.taken_over(chrome, PROFILE, known) is None, "its folder is gone, so it loses nothing"
    other.mkdir()
    assert hosts.taken_over(chromium, PROFILE, known) == hosts.Takeover(other, ("Google Chrome",))
    assert hosts.taken_over(flatpak, PROFILE, known) == hosts.Takeover(other, ("Chromium (Flatpak)",))
    assert hosts.taken_over(chrome, other, known) is None
    install(chromium, program)
    assert hosts.taken_over(chrome, PROFILE, known) is None
    assert hosts.taken_over(chrome, other, known) is None, "the profile that has it now has no folder"


@pytest.mark.parametrize(
    "text", ["", "#!/bin/sh\nexec /other\n", f"{hosts.WRITTEN_BY}\nfi\nexec 'a", f"{hosts.WRITTEN_BY}\nfi\nexec a b"]
)
def test_a_launcher_whose_profile_cannot_be_told_is_judged_by_what_it_says(
    chromium: Place, program: Program, text: str
) -> None:
    install(chromium, program)
    chromium.launcher.write_text(text)
    assert hosts.profile_of(chromium) is None
    assert trouble(chromium)[0] == "host"
