"""The README's command lines, run as they are printed by a shell, by somebody who has nothing but a home folder."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from feedback_store.records import App
from feedback_store.store import Store

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PORT = "8470"

# What takes minutes here is shown elsewhere.
ELSEWHERE = {
    "python3 installers/bootstrap.py run": "test_bootstrap_whole.py",
    "python3 installers/bootstrap.py test": "test_bootstrap_whole.py",
    "preceptor try": "test_try.py",
}


def printed(heading: str) -> list[str]:
    """The command lines below a heading, up to the next heading."""
    part = README.split(f"\n{heading}\n", 1)[1]
    return re.findall(r"^ {4}(\S.*)$", re.split(r"^#", part, maxsplit=1, flags=re.MULTILINE)[0], re.MULTILINE)


class Newcomer:
    """A shell in a home folder, with `preceptor` on the path and nothing of ours in the environment."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
            "HOME": str(home),
            "PRECEPTOR_PASSPHRASE": "a passphrase of mine",  # as the README says of machines without a keyring
        }

    def type(self, line: str) -> str:
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self.home,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"
        return done.stdout

    @contextmanager
    def terminal(self, line: str) -> Iterator[None]:
        """A second terminal in which a command goes on, until Ctrl+C is pressed."""
        with subprocess.Popen(["sh", "-c", f"exec {line}"], cwd=self.home, env=self.environment) as running:
            try:
                _wait_for_port(running)
                yield
            finally:
                running.send_signal(2)
                running.wait(60)
        assert running.returncode in (0, 130)


def _wait_for_port(running: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and running.poll() is None:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", int(PORT))) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"Nothing listens on port {PORT}.")


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    return Newcomer(tmp_path)


@pytest.mark.long
def test_the_first_five_minutes_go_as_they_are_printed(newcomer: Newcomer) -> None:
    own = [line for line in printed("## The first five minutes, on the command line") if line not in ELSEWHERE]
    assert len(own) == 7
    said = {line: newcomer.type(line) for line in own}
    assert "smollm2" in said["preceptor models list"]
    assert "Name a noble gas." in said["preceptor records list"]
    (written,) = (newcomer.home / "first-pairs" / "data").glob("*.jsonl")  # in which split, its ids decide
    assert len(written.read_text().splitlines()) == 1

    init, serve, invite, join, *rest = printed("### Delivering to a team")
    newcomer.type(init)
    with newcomer.terminal(serve):
        code = re.search(r"Code: (\S+)", newcomer.type(invite))
        assert code is not None
        joined = newcomer.type(join.replace("CODE", code[1]))
        said = {line: newcomer.type(line) for line in rest}
    assert "delivered" in said["preceptor outbox status"].lower()

    said = {}
    for line in printed("### Handing over by file, and checking"):  # typed in the folder of Preceptor
        said[line] = last = newcomer.type(line.replace(" docs/", f" {ROOT}/docs/"))
    assert "so nothing is new" in said["preceptor collector import team-data delivery.preceptor"]
    assert said["preceptor bundle receipts delivery.receipts"] == "1 receipt was here before.\n"
    keys = newcomer.home / "team-data" / "keys"
    whose = newcomer.type(f"preceptor collector fingerprint {keys}/*.key").strip()
    assert whose in joined, "the key that joining showed is the one that the collector holds"
    assert json.loads((newcomer.home / "device-key.json").read_text()).keys() == {"device", "public_key"}
    assert json.loads(last)["records"] == 1, "a stranger's check"


def test_a_command_that_writes_waits_for_the_window_as_the_readme_says(newcomer: Newcomer, tmp_path: Path) -> None:
    newcomer.type("preceptor project new First --use")
    newcomer.environment["PRECEPTOR_HOME"] = str(tmp_path / "kept")
    newcomer.type("preceptor project new First --use")
    (tmp_path / "judged.jsonl").write_text('{"prompt": "A", "candidates": ["B", "C"], "verdict": "a>b"}\n')
    window = Store.open(tmp_path / "kept", app=App("preceptor", "test"))
    try:
        newcomer.type("preceptor records list")
        refused = newcomer.type("preceptor records import judged.jsonl --trainer me 2>&1 || true")
    finally:
        window.close()
    assert refused.startswith("preceptor: Another Preceptor is writing"), refused
    assert refused.count("\n") == 1
    newcomer.type("preceptor records import judged.jsonl --trainer me")


def test_a_key_without_protection_is_asked_for_and_doctor_says_so(newcomer: Newcomer) -> None:
    del newcomer.environment["PRECEPTOR_PASSPHRASE"]
    newcomer.type("preceptor keys show --insecure-key-file")
    assert "unprotected" in newcomer.type("preceptor doctor").lower()


def test_every_command_line_of_the_readme_is_run_by_a_test() -> None:
    headings = re.findall(r"^(##+ .*)$", README, re.MULTILINE)
    lines = {line for heading in headings for line in printed(heading)}
    run = {
        line
        for heading in headings
        if heading.startswith(("## The first five minutes, on", "### Delivering", "### Handing over"))
        for line in printed(heading)
    }
    assert lines - run - ELSEWHERE.keys() == set()
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert set(ELSEWHERE.values()) <= there
