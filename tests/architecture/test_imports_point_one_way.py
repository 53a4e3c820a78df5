"""Every rule of "imports point one way" is held by a contract, and every contract turns red when its rule is broken."""

from __future__ import annotations

import configparser
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from offences import OFFENCES, Offence

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def red(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The broken contracts of a copy of the source: by the rule that was broken, and of the clean copy under ""."""
    copy = tmp_path_factory.mktemp("copy of the source")
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc", "node_modules")
    for package in ("desktop", "local_models", "feedback_store", "tests/architecture"):
        shutil.copytree(ROOT / package, copy / package, ignore=unneeded)
    shutil.copy(ROOT / ".importlinter", copy)
    result = copy / "result.json"
    command = [sys.executable, "-X", "utf8", "tests/architecture/break_contracts.py", str(result)]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, list[str]] = json.loads(result.read_text())
    return found


def test_every_import_points_the_right_way(red: dict[str, list[str]]) -> None:
    assert red[""] == [], "run `just imports` to see which import it is"


@pytest.mark.parametrize("offence", OFFENCES, ids=lambda offence: offence.rule)
def test_breaking_a_rule_turns_exactly_its_contract_red(offence: Offence, red: dict[str, list[str]]) -> None:
    assert set(red[offence.rule]) - set(red[""]) == {offence.breaks}


def test_no_contract_is_without_an_offence_that_breaks_it() -> None:
    file = configparser.ConfigParser()
    file.read(ROOT / ".importlinter", encoding="utf-8")
    contracts = {name.rpartition(":")[2] for name in file.sections() if ":contract:" in name}
    assert contracts == {offence.breaks for offence in OFFENCES}
