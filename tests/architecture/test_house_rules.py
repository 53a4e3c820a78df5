"""Rules about files that no tool knows: names, sizes, docstrings, and nothing of the machine they were written on."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400

# Files that may be longer, each with the reason.
LONGER: dict[str, str] = {}

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base"}

# Written apart, so that this file does not find itself.
MACHINE_PATHS = re.compile(r"(?<![\w.~$}-])/(?:" + "|".join(("root", "work", "tmp")) + r")/[\w.-]")
REGISTRIES = re.compile(
    r"(?i)(?:files\.)?python" + r"hosted\.org|py" + r"pi\.(?:org|python)|registry\.np" + r"mjs\.org"
)


def files(*endings: str) -> list[Path]:
    """What git tracks, or would track if it were added now; with one of `endings`, if any are given."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in sorted(set(listed.split("\0"))) if name]
    return [path for path in paths if path.is_file() and (not endings or path.suffix in endings)]


PYTHON_FILES = files(".py")
# A test file lists one case a rule and is looked things up in, not read through.
PRODUCT_FILES = [path for path in PYTHON_FILES if path.relative_to(ROOT).parts[0] != "tests"]
EXTENSION_FILES = [path for path in files(".js", ".css", ".html") if path.relative_to(ROOT).parts[0] == "desktop"]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _text(path: Path) -> str:
    """The file's text; nothing for pictures and other bytes."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [_name(path) for path in files() if FORBIDDEN_NAMES & {path.stem, path.parent.name}] == []


def test_every_python_file_says_first_what_it_is_for() -> None:
    silent = [path for path in PYTHON_FILES if not ast.get_docstring(ast.parse(path.read_bytes()))]
    assert [_name(path) for path in silent] == []


def test_every_file_of_the_product_can_be_read_in_one_go() -> None:
    read = [*PRODUCT_FILES, *EXTENSION_FILES]
    long = {_name(path): count for path in read if (count := _text(path).count("\n")) > MOST_LINES}
    assert {name: count for name, count in long.items() if name not in LONGER} == {}
    assert LONGER.keys() <= long.keys(), "these are short again and need no exception"


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    found = [f"{_name(path)}: {match[0]}" for path in files() for match in MACHINE_PATHS.finditer(_text(path))]
    assert found == []


def test_no_file_names_a_package_registry() -> None:
    found = [f"{_name(path)}: {match[0]}" for path in files() for match in REGISTRIES.finditer(_text(path))]
    assert found == []


def test_no_test_file_has_the_name_of_another() -> None:
    names = [path.name for path in PYTHON_FILES if path.name.startswith("test_")]
    assert sorted(names) == sorted(set(names)), "without packages, two tests of one name hide each other"


@pytest.mark.parametrize("suffix", [".orig", ".rej", ".pyc", ".db", ".sqlite", ".gguf"])
def test_no_leftover_is_kept(suffix: str) -> None:
    assert [_name(path) for path in files(suffix)] == []


def test_no_layout_is_asked_for_its_items() -> None:
    """Why stands in desktop/views/parts/layouts."""
    asked = re.compile(r"\.(?:itemAt|takeAt|itemAtPosition)\(")
    assert [_name(path) for path in PYTHON_FILES if asked.search(_text(path))] == []
