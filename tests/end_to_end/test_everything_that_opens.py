"""Whatever can open in front of the window is opened by a scene, so that the walks and the hostile texts come to it.

Read from the code: which classes are dialogs and menus, under what names they are made, and that nothing opens in
another way. A dialog without a scene turns this red.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from every_scene import DIALOGS, OPENED, ROOMS, SCENES, opened
from PySide6.QtWidgets import QDialog, QMenu

import desktop

ROOT = Path(desktop.__file__).parent
# Made under many names, by those who use them; never opened as they are.
MADE_UNDER_A_NAME = {"HouseDialog", "HouseMenu", "Confirmation", "DifferencesDialog"}
QTS_OWN = {"QMenu", "QComboBox", "QDialog", "QMessageBox", "QInputDialog", "QErrorMessage", "QColorDialog", "QWizard"}
THE_PROGRAMS_LOOP = "application.exec"


@pytest.fixture(scope="module")
def code() -> dict[str, ast.Module]:
    """Every module, by its path; let go after these tests: garbage is looked for in what stays."""
    files = sorted(ROOT.rglob("*.py"))
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def opening_classes() -> dict[str, type]:
    """Every class of ours that is a dialog or a menu."""
    found: dict[str, type] = {}
    for module in pkgutil.walk_packages(desktop.__path__, "desktop."):
        if module.name.endswith("__main__"):
            continue
        for name, each in vars(importlib.import_module(module.name)).items():
            if inspect.isclass(each) and issubclass(each, QDialog | QMenu) and each.__module__.startswith("desktop."):
                found[name] = each
    return found


@pytest.fixture(scope="module")
def made_names(code: dict[str, ast.Module]) -> set[tuple[str, str]]:
    """Pairs of a class that opens and a name it is made under, as the code has them."""
    return set(_made_names(code))


def _made_names(code: dict[str, ast.Module]) -> Iterator[tuple[str, str]]:
    classes = opening_classes()
    for tree in code.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name in classes:
                for call in (each for each in ast.walk(node) if isinstance(each, ast.Call)):
                    if ast.unparse(call.func) in ("super().__init__", "self.setObjectName"):
                        yield from ((node.name, text) for text in _first(call))
            if isinstance(node, ast.Call) and ast.unparse(node.func) in MADE_UNDER_A_NAME:
                yield from ((ast.unparse(node.func), text) for text in _first(node))


def _first(call: ast.Call) -> list[str]:
    """The first argument, if it is a text that is written out."""
    first = call.args[0] if call.args else None
    return [first.value] if isinstance(first, ast.Constant) and isinstance(first.value, str) else []


def test_every_dialog_and_menu_is_opened_by_a_scene(made_names: set[tuple[str, str]]) -> None:
    shown = {opened(scene) for scene in SCENES}
    assert {(each, name) for each, name in made_names if name not in shown} == set()


def test_every_class_of_a_dialog_or_menu_says_its_name_where_it_is_made(made_names: set[tuple[str, str]]) -> None:
    """Else the test above would not know of it."""
    assert set(opening_classes()) - {each for each, _name in made_names} == {"HouseDialog"}


def test_a_scene_is_about_something_that_the_program_has(made_names: set[tuple[str, str]]) -> None:
    windows = {"mainWindow", "welcome"}
    assert {opened(scene) for scene in SCENES} - {name for _each, name in made_names} - windows == {"filterValues"}
    assert len(SCENES) == len(ROOMS) + len(DIALOGS) + len(OPENED), "no scene is called like another"


def test_nothing_opens_in_another_way(code: dict[str, ast.Module]) -> None:
    """Nothing of Qt's own, whose parts have no names, or come too late, nor what runs a loop of its own meanwhile.

    The question for a file is the system's, and not walked.
    """
    found = []
    for path, tree in code.items():
        for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
            name = ast.unparse(call.func)
            runs_a_loop = name.endswith((".exec", ".exec_")) and name != THE_PROGRAMS_LOOP
            if name.partition(".")[0] in QTS_OWN or runs_a_loop:
                found.append(f"{path}: {name}")
    assert found == []
