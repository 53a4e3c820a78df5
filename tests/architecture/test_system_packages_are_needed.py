"""Tests name the system packages that they need by the names of the list, and no package is on it in vain."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
LIST = TESTS.parent / "installers" / "system-packages.txt"


def _groups() -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {}
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            groups[line.strip("[]")] = set()
        elif line and not line.startswith("#"):
            list(groups.values())[-1].add(line.split()[0])
    return groups


def _needed() -> Iterator[str]:
    """Every name in a `needs(…)` mark."""
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "needs":
                yield from (str(name.value) for name in node.args if isinstance(name, ast.Constant))


def test_every_mark_names_a_package_of_the_list() -> None:
    assert set(_needed()) - _groups()["test"] == set()


def test_every_package_for_tests_is_needed_by_a_test_that_says_so() -> None:
    assert _groups()["test"] - set(_needed()) == set()
