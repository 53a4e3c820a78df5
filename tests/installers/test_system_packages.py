"""System packages are probed by what they bring; as root they are installed, otherwise the line to type is told."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import system_packages
from setup_errors import SetupError
from system_packages import Package

REAL_LIST = system_packages.read(system_packages.LIST.read_text(encoding="utf-8"))

# Stands where apt-get stands: writes its calls down, wants an update before it installs, and installs a program.
APT_GET = """#!/bin/sh
here="$(dirname "$0")"
echo "$@" >> "$here/calls"
case "$1" in
  update) : > "$here/updated" ;;
  install)
    [ -e "$here/offline" ] && { echo "E: Failed to fetch x  Temporary failure resolving 'x'" >&2; exit 100; }
    if [ ! -e "$here/updated" ]; then echo "E: Unable to locate package tool" >&2; exit 100; fi
    [ -e "$here/refuse" ] && { echo "E: disk on fire" >&2; exit 100; }
    printf '#!/bin/sh\\n' > "$here/tool"; /bin/chmod +x "$here/tool" ;;
esac
"""

TOOL = Package("tool-package", "core", "program:tool")


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole path, with an apt-get in it, in the hands of root and without a terminal."""
    for name, text in {"apt-get": APT_GET, "dirname": '#!/bin/sh\nexec /usr/bin/dirname "$@"\n'}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "main_Packages.lz4").touch()
    monkeypatch.setattr(system_packages, "PACKAGE_LISTS", lists)
    return tmp_path


def test_every_package_of_the_list_has_a_group_and_a_known_probe() -> None:
    assert {package.group for package in REAL_LIST} == {"core", "window", "x11", "test"}
    assert {package.probe.partition(":")[0] for package in REAL_LIST} <= system_packages.PROBES.keys()
    assert len({package.name for package in REAL_LIST}) == len(REAL_LIST)


def test_every_library_of_the_list_that_can_be_loaded_is_loaded_by_its_exact_name() -> None:
    names = [package.probe.partition(":")[2] for package in REAL_LIST if package.probe.startswith("library:")]
    assert len(names) == 15
    assert all(".so." in name for name in names), "without a version only development packages would match"


@pytest.mark.parametrize(
    ("probe", "there"),
    [
        ("program:sh", True),
        ("program:no-such-program", False),
        ("module:json", True),
        ("module:no_such_module", False),
        ("library:libc.so.6", True),
        ("library:libno-such-library.so.1", False),
    ],
)
def test_a_probe_tells_whether_the_thing_can_be_used(probe: str, there: bool) -> None:
    assert Package("any", "core", probe).is_there() is there


def test_only_the_wanted_groups_are_missed_and_not_what_one_goes_without() -> None:
    packages = system_packages.read(
        "[core]\na program:no-a # why\n[test]\nb program:no-b\nc program:no-c\nd program:sh\n"
    )
    assert [p.name for p in system_packages.missing(packages, {"core"})] == ["a"]
    assert [p.name for p in system_packages.missing(packages, {"core", "test"}, {"b"})] == ["a", "c"]


def test_root_without_a_terminal_goes_ahead_says_so_and_updates_stale_lists(
    apt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    system_packages.see_to([TOOL])
    assert capsys.readouterr().out == "Installing system packages, as root: tool-package\n"
    install = "install -y -qq --no-install-recommends tool-package"
    calls = (apt / "calls").read_text().splitlines()
    assert calls[-1] == install
    assert "update -qq" in calls
    assert TOOL.is_there()


def test_root_at_a_terminal_is_asked(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    with pytest.raises(SetupError, match=r"\n  apt-get install --no-install-recommends tool-package$"):
        system_packages.see_to([TOOL])
    assert not (apt / "calls").exists()
    monkeypatch.setattr(sys, "stdin", Terminal("\n"))
    system_packages.see_to([TOOL])
    assert TOOL.is_there()


def test_a_refusing_apt_is_quoted_with_the_line_to_type(apt: Path) -> None:
    (apt / "refuse").touch()
    with pytest.raises(SetupError, match=r"E: disk on fire.*\n  apt-get install .* tool-package"):
        system_packages.see_to([TOOL])


def test_an_apt_without_network_says_so(apt: Path) -> None:
    (apt / "offline").touch()
    with pytest.raises(SetupError, match="Check the network"):
        system_packages.see_to([TOOL])


def test_who_is_not_root_gets_the_line_to_type(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SetupError, match=r"\n  sudo apt-get install --no-install-recommends tool-package$"):
        system_packages.see_to([TOOL])
    assert not (apt / "calls").exists()


def test_the_line_to_type_works_on_a_machine_that_has_no_package_lists_yet(
    apt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system_packages, "PACKAGE_LISTS", apt / "no lists")
    with pytest.raises(SetupError, match=r"\n  sudo apt-get update && sudo apt-get install .* tool-package$"):
        system_packages.see_to([TOOL])


def test_a_system_without_apt_is_told_what_to_look_for(apt: Path) -> None:
    (apt / "apt-get").unlink()
    with pytest.raises(SetupError, match=r"tool-package \(program:tool\)"):
        system_packages.see_to([TOOL])


@pytest.mark.skipif(not Path("/usr/bin/apt-cache").exists(), reason="this is no Debian")
def test_debian_knows_every_package_of_the_list() -> None:
    names = [package.name for package in REAL_LIST]
    said = subprocess.run(["/usr/bin/apt-cache", "pkgnames"], capture_output=True, text=True, check=True).stdout.split()
    if "g++" not in said:
        pytest.skip("this machine's package lists are empty")
    assert not set(names) - set(said)
