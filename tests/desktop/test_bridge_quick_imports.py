"""The window is imported without reading sources, and without looking for garbage that is not there."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import linecache, sys
from desktop.bridge.quick_imports import import_quickly
assert import_quickly()
before = set(linecache.cache)
import desktop.starting
print(len([name for name in set(linecache.cache) - before if "desktop" in name]), len(sys.modules))
"""
FEATURES = """
from desktop.bridge.quick_imports import import_quickly
import_quickly()
from PySide6.QtCore import QObject
import desktop.theme.theme
print(QObject.objectName is not None, hasattr(QObject, "object_name"))
"""


def said(script: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=180)
    return done.stdout.split()


def test_no_source_of_the_windows_modules_is_read_while_they_are_imported() -> None:
    read, modules = map(int, said(SCRIPT))
    assert modules > 400
    assert read == 0


def test_qts_methods_have_their_names_afterwards() -> None:
    assert said(FEATURES) == ["True", "False"]


def test_the_window_starts_without_what_compares_texts() -> None:
    names = "import desktop.starting, sys; print(any(name.startswith('rapidfuzz') for name in sys.modules))"
    assert said(names) == ["False"]


def test_garbage_is_looked_for_again_once_a_window_is_opened() -> None:
    script = """
import gc, sys
from desktop.bridge.quick_imports import import_quickly
import_quickly()
looked = []
gc.callbacks.append(lambda phase, info: looked.append(info["generation"]) if phase == "start" else None)
from desktop.starting import favour_window
from PySide6.QtWidgets import QApplication
print(len(looked))
favour_window(QApplication(["x"]))
print(looked)
"""
    assert said(script) == ["0", "[2]"]
