"""No dialog is larger than a screen of 1024 × 640 in German with text of twice its size; its buttons stay in sight."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

HERE = Path(__file__).resolve().parent
PLACES = (HERE, HERE.parent, HERE.parents[1])
SCREEN = HERE.parent / "low_screen.json"
DIALOGS = (
    "projectDialog", "exportDialog", "restoreDialog", "statementDialog", "keysDialog", "receiptDialog", "besideDialog",
    "confirmRelease", "guideline, edited", "guideline, gone on with", "joining, its terms", "connecting, elsewhere",
)  # fmt: skip


def test_every_dialog_stands_on_a_low_screen_with_its_buttons(tmp_path: Path) -> None:
    there = {"QT_QPA_PLATFORM": f"offscreen:configfile={SCREEN}", "XDG_CONFIG_HOME": str(tmp_path / "config")}
    there["PYTHONPATH"] = os.pathsep.join(map(str, PLACES))
    words = [sys.executable, str(HERE / "low_screen_window.py"), str(tmp_path / "profiles"), *DIALOGS]
    done = subprocess.run(words, env=os.environ | there, capture_output=True, text=True, timeout=550, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [told["scene"] for told in found] == list(DIALOGS)
    for told in found:
        assert told["room"] == [1024 - 16, 640 - 48]
        assert told["size"][0] <= told["room"][0] and told["size"][1] <= told["room"][1], told
        assert (told["cut"], told["hidden"]) == ([], []), told["scene"]
