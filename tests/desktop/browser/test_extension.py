"""The extension's own tests, which Node runs, and the types of its JavaScript, which TypeScript checks."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent / "extension"


@pytest.mark.needs("nodejs")
def test_what_the_extension_does_without_a_browser_is_right() -> None:
    node = shutil.which("node")
    assert node is not None, "Node runs these tests: apt-get install nodejs"
    ran = subprocess.run([node, "--test", str(FOLDER)], capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout
    assert "\n# fail 0\n" in ran.stdout
    assert "\n# skipped 0\n" in ran.stdout


@pytest.mark.needs("npm")
def test_the_types_of_the_extensions_javascript_fit() -> None:
    npm = shutil.which("npm")
    assert npm is not None, "npm fetches TypeScript, which checks the extension's types: apt-get install npm"
    types = FOLDER / "types"
    if not (types / "node_modules" / ".bin" / "tsc").exists():  # else it was fetched before
        fetch = [npm, "ci", "--silent", "--no-audit", "--no-fund"]
        fetched = subprocess.run(fetch, cwd=types, capture_output=True, text=True, timeout=300, check=False)
        assert fetched.returncode == 0, f"TypeScript could not be fetched: {fetched.stderr}"
    tsc = [str(types / "node_modules" / ".bin" / "tsc"), "-p", "jsconfig.json"]
    ran = subprocess.run(tsc, cwd=types, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout
