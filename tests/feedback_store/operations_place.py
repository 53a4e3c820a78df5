"""What the parts of try_operations.py share: the page and its blocks, the place where it is run, what is expected."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from joined_profile import Profile
from running_collector import Team

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "operations.md"
PATIENCE_S = 60


@dataclass
class Place:
    """A collector that runs twice behind nginx. `ports` are the processes', `address` is what trainers know."""

    folder: Path
    team: Team
    ports: tuple[int, int]
    address: str
    trust: Path

    def start(self, number: int) -> subprocess.Popen[bytes]:
        """One process as the unit starts it."""
        port = str(self.ports[number])
        serve = [sys.executable, "-m", "desktop", "collector", "serve", str(self.team.folder), "--port", port]
        with (self.folder / f"log-{number}.txt").open("ab") as log:
            process = subprocess.Popen([*serve, "--metrics-port", "0"], cwd=ROOT, stdout=log, stderr=log)
        wait_for(lambda: httpx.get(f"http://127.0.0.1:{port}/health", timeout=180).status_code == 200)
        return process

    def client(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.address, verify=ssl.create_default_context(cafile=str(self.trust)), timeout=180
        )


def judge_and_send(place: Place, what: str, words: str = "Name a bird.") -> None:
    """One more judgement of the trainer who uses the command line."""
    line = {"prompt": f"{words} {time.time_ns()}", "candidates": ["Kiwi", "Bat"], "verdict": "a>>b"}
    (place.folder / "one.jsonl").write_text(json.dumps(line) + "\n")
    preceptor(place, "records", "import", str(place.folder / "one.jsonl"), "--trainer", "me")
    for command in (["release", "--all"], ["seal"]):
        preceptor(place, "outbox", *command)
    sent = preceptor(place, "outbox", "send")
    expect("1 judgement arrived; every receipt was checked" in sent, what, sent)


def preceptor(place: Place, *words: str) -> str:
    """What a command of a trainer's prints."""
    told = {**os.environ, "PRECEPTOR_HOME": str(place.folder / "trainer")}
    command = [sys.executable, "-m", "desktop", *words]
    done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    expect(done.returncode == 0, "", done.stderr)
    return done.stdout


def block(start: str) -> str:
    """The page's code block whose first line begins so."""
    found_block = re.search(
        rf"^    {re.escape(start)}.*?(?=^\S)", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert found_block is not None, f"{PAGE.name} has no block that begins with {start!r}"
    return re.sub(r"^    ", "", found_block.group(), flags=re.MULTILINE)


def device_of(profile: Profile, project: str) -> str:
    return profile.key_for(project).key_id


def found(program: str) -> str | None:
    return shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(command: Sequence[str | Path]) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    expect(done.returncode == 0, "", done.stderr)


def wait_for(true: Callable[[], bool]) -> None:
    """Until `true()` is; errors of a server that is not there yet do not count."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with contextlib.suppress(httpx.HTTPError):
            if true():
                return
        time.sleep(0.05)
    raise SystemExit("It did not answer.")


def expect(true: bool, what: str, otherwise: object) -> None:
    if not true:
        raise SystemExit(f"NOT: {what}\n{otherwise}")
    if what:
        print(f"ok  {what}", flush=True)
