"""The extension's own tests, which Node runs."""

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
