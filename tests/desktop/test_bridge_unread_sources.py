"""What is imported after PySide6 is not read a second time as text."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import linecache, sys
from desktop.bridge.unread_sources import leave_sources_unread
assert leave_sources_unread()
before = set(linecache.cache)
import desktop.starting
print(len([name for name in set(linecache.cache) - before if "desktop" in name]), len(sys.modules))
"""
FEATURES = """
from desktop.bridge.unread_sources import leave_sources_unread
leave_sources_unread()
from PySide6.QtCore import QObject
import desktop.theme.theme
print(QObject.objectName is not None, hasattr(QObject, "object_name"))
"""


def said(script: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
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
