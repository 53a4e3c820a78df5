"""The pinned requirement files are complete, agree with each other, and name no place that packages come from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "installers" / "requirements"
PINNED = sorted(FOLDER.glob("*.txt"))


def _entries(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _pins(path: Path) -> dict[str, set[str]]:
    """Every distribution with its versions (one a Python, where they differ)."""
    pins: dict[str, set[str]] = {}
    for entry in _entries(path):
        name, _, rest = entry.partition("==")
        pins.setdefault(_normal(name), set()).add(rest.split()[0])
    return pins


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def test_there_is_a_pinned_file_for_every_wish() -> None:
    assert [path.stem for path in PINNED] == sorted(path.stem for path in FOLDER.glob("*.in"))
    assert {path.stem for path in PINNED} == {"build", "collector", "core", "dev", "exports", "postgres", "starter"}


@pytest.mark.parametrize("path", PINNED, ids=lambda path: path.stem)
def test_every_entry_is_one_version_with_hashes(path: Path) -> None:
    entry = re.compile(r"[A-Za-z0-9][\w.-]*==[\w.+!]+( ; [^\\]+?)?( +--hash=sha256:[0-9a-f]{64})+")
    assert [line for line in _entries(path) if not entry.fullmatch(line)] == []


@pytest.mark.parametrize("path", [*PINNED, *sorted(FOLDER.glob("*.in"))], ids=lambda path: path.name)
def test_no_file_names_a_place_that_packages_come_from(path: Path) -> None:
    assert not re.search(r"://|-index|find-links|-f |@ |trusted-host", path.read_text(encoding="utf-8"))


def test_all_files_pin_the_same_versions() -> None:
    everything = [(path.stem, name, versions) for path in PINNED for name, versions in _pins(path).items()]
    pinned: dict[str, set[frozenset[str]]] = {}
    for _, name, versions in everything:
        pinned.setdefault(name, set()).add(frozenset(versions))
    assert {name: versions for name, versions in pinned.items() if len(versions) > 1} == {}


def test_the_development_set_holds_all_that_the_program_needs() -> None:
    assert _pins(FOLDER / "core.txt").keys() <= _pins(FOLDER / "dev.txt").keys()
    assert _pins(FOLDER / "collector.txt").keys() <= _pins(FOLDER / "dev.txt").keys()
    assert _pins(FOLDER / "postgres.txt").keys() <= _pins(FOLDER / "dev.txt").keys()


def test_everything_that_the_project_depends_on_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(wish for extra in project["optional-dependencies"].values() for wish in extra),
    ]
    names = {_normal(found[0]) for wish in wanted if (found := re.match(r"[\w.-]+", wish))}
    pinned = {name for path in PINNED for name in _pins(path)}
    assert names - pinned == set()


def test_the_qt_that_loses_references_is_kept_from_older_pythons() -> None:
    entries = (entry.split(" --hash")[0].strip() for entry in _entries(FOLDER / "core.txt"))
    assert {entry for entry in entries if entry.startswith("pyside6-essentials")} == {
        "pyside6-essentials==6.11.3 ; python_full_version < '3.12'",
        "pyside6-essentials==6.12.0 ; python_full_version >= '3.12'",
    }
