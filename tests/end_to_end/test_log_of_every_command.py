"""T21: the whole life of a profile and its collector by commands, each as talkative as it can be made: what they and
the collector write down is searched for texts, keys, passes, codes, passphrases and passwords."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from forked_commands import Forked
from storages import USER, cluster
from test_send_killed import ENVIRONMENT, ROOT

from desktop.profile import Profile

pytestmark = pytest.mark.long

TALKATIVE = Path(__file__).with_name("talkative_command.py")
MARKER, NAME = "MARKERxq7", "MARKERxq7mann"
FOUND = ("jane.doe@uni-mainz.de", "+49 30 5550 142", "sk-proj-Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z")
PASSPHRASE = "correct horse battery staple"
PASSWORD = "hunter-2-of-the-database"
TALKS = ENVIRONMENT | {"PRECEPTOR_PASSPHRASE": PASSPHRASE, "RUST_LOG": "trace", "PYTHONPATH": str(ROOT)}
GROUPS = "records|keys|outbox|bundle|backup|collector|project"
ELSEWHERE = {  # nothing leaves by them, and what they print is what they are asked to show
    *("records check", "records search", "records show", "outbox hold", "outbox list", "outbox show"),
    *("project guideline", "project list", "project new", "project rubric", "project use"),
    *("keys unlock", "collector resolve"),
}
SHOWN_ONCE = {("collector", "invite"), ("collector", "recover")}  # what they print is the code


@dataclass
class Life:
    """One profile and one collector in `home`, and all that was written down about them."""

    home: Path
    environment: dict[str, str]
    commands: Forked
    said: list[tuple[str, str]] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    secrets: dict[str, bytes] = field(default_factory=dict)

    @property
    def profile(self) -> Path:
        return self.home / "profile"

    @property
    def collector(self) -> Path:
        return self.home / "collector"

    def run(self, *words: str | Path, stdin: str = "", shows: bool = False, ends: int = 0) -> str:
        """Standard output; it is searched unless what it `shows` is asked for."""
        given = [str(word) for word in words]
        done = self.commands.run(
            "--profile", self.profile, *given, env=self.environment, stdin=stdin.encode(), script=TALKATIVE
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert done.returncode == ends, (given, err[-3000:])
        shows = shows or tuple(given[:2]) in SHOWN_ONCE
        self.said.append((" ".join(given[:2]), err + ("" if shows else out)))
        self.done.add(" ".join(given[:2]))
        return out

    def asked(self, *words: str | Path) -> Any:
        """What a command shows with --json, which is not searched."""
        return json.loads(self.run(*words, "--json", shows=True))

    @contextlib.contextmanager
    def serving(self) -> Iterator[str]:
        """The address of the collector in a process of its own, as talkative as the commands."""
        words = ["--profile", str(self.profile), "collector", "serve", str(self.collector)]
        started = [sys.executable, str(TALKATIVE), *words, "--port", "0", "--json", "--stop-with-input"]
        log = self.home / f"log-{len(list(self.home.glob('log-*')))}"
        with (
            log.open("w") as errors,
            subprocess.Popen(
                started, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=self.environment, cwd=ROOT
            ) as process,
        ):
            assert process.stdin is not None and process.stdout is not None
            try:
                yield str(json.loads(process.stdout.readline())["address"])
            finally:
                process.stdin.close()
                assert process.wait(60) == 0

    def judge(self, *texts: str) -> list[str]:
        """One judgement for each text; their ids."""
        before = {each["id"] for each in self.listed()}
        lines = [
            {"prompt": f"{MARKER} {text}?", "candidates": [f"{MARKER} a", "b"], "verdict": "a>b"} for text in texts
        ]
        (self.home / "judged.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        self.run("records", "import", self.home / "judged.jsonl", "--trainer", "me")
        return [each["id"] for each in reversed(self.listed()) if each["id"] not in before]

    def listed(self) -> list[dict[str, Any]]:
        printed = self.run("records", "list", "--json", shows=True)
        return [json.loads(line) for line in printed.splitlines()]

    def seal(self) -> None:
        self.run("outbox", "release", "--all", "--kept-as-is")
        self.run("outbox", "seal")

    def deliver(self) -> None:
        self.seal()
        self.run("outbox", "send")

    def remember(self, when: str) -> None:
        """The keys and the pass that hold now, the collector's too."""
        opened = Profile.open(self.profile, passphrase=lambda _new: PASSPHRASE)
        try:
            self.secrets[f"key {when}"] = opened.device_key(opened.project).seed
            kept = opened.secrets.get(f"token/{opened.project.id}")
            assert kept is not None
            self.secrets[f"pass {when}"] = kept
        finally:
            opened.close()
        (key,) = (self.collector / "keys").iterdir()
        self.secrets[f"collector's key {when}"] = bytes.fromhex(key.read_text())

    @property
    def device(self) -> str:
        return str(self.asked("keys", "show")["device"])


def spellings(secret: bytes) -> set[bytes]:
    """In every spelling in which somebody could have written it."""
    return {
        secret,
        secret.hex().encode(),
        base64.b64encode(secret),
        base64.urlsafe_b64encode(secret),
        repr(secret)[2:-1].encode(),
    }


@pytest.fixture
def commands() -> Iterator[Forked]:
    with Forked(TALKS) as started:
        yield started


def test_t21_no_command_of_a_whole_life_writes_down_what_must_not_be(tmp_path: Path, commands: Forked) -> None:
    life = Life(tmp_path, TALKS, commands)
    run, collector, stick = life.run, life.collector, tmp_path / "stick.preceptor"
    run("collector", "init", collector, "--project", "Team")
    with life.serving() as address:
        code = life.asked("collector", "invite", collector)["code"]
        run("project", "join", address, code, "--use", "--name", "Ada")
        run("project", "terms")
        life.remember("at first")
        named, taken_back, erased, erased_there, kept = life.judge(
            f"of {NAME}", "two", "three", "four", f"five, {', '.join(FOUND)}"
        )
        run("outbox", "release", "--all", ends=1)
        run("outbox", "release", kept, ends=1)
        run("records", "share", tmp_path / "refused.jsonl", kept, ends=1)
        life.deliver()
        run("black-out", named, stdin=NAME)
        run("records", "withdraw", taken_back)
        run("records", "reinstate", taken_back)
        run("records", "withdraw", taken_back, "--reason", "private")
        run("records", "erase", erased, "--yes")
        life.deliver()
        run("collector", "erase", collector, erased_there, "--yes")
        life.judge("on a stick")
        life.seal()
        run("bundle", "export", stick)
        run("bundle", "verify", stick)
        run("collector", "import", collector, stick)
        run("bundle", "receipts", stick.with_suffix(".receipts"))
        run("keys", "rotate", "--reason", "a drill")
        life.judge("after a rotation")
        life.deliver()
        life.remember("after a rotation")
        recovery = life.asked("collector", "recover", collector, life.device)["code"]
        run("keys", "recover", recovery[:-1] + ("A" if recovery[-1] != "A" else "B"), ends=1)
        run("keys", "recover", recovery)
        run("outbox", "send", "--again")
        life.judge("after a recovery")
        life.deliver()
        life.remember("after a recovery")
        run("collector", "bundle", collector, life.device, tmp_path / "proof.preceptor")
        run("bundle", "verify", tmp_path / "proof.preceptor")
        run("collector", "rotate-key", collector)
        run("collector", "fingerprint", next((collector / "keys").iterdir()))
        life.judge("after the collector's rotation")
        life.deliver()
        life.remember("after the collector's rotation")
        run("records", "share", tmp_path / "shared.jsonl", kept, "--kept-as-is")
        run("export", "--as", "preference", "--out", tmp_path / "dataset")
        run("collector", "export", collector, tmp_path / "parquet")
        run("project", "statement", tmp_path / "statement.csv")
    with cluster() as database:
        url = database.new().replace(f"{USER}@", f"{USER}:{PASSWORD}@")
        life.environment["PRECEPTOR_COLLECTOR_DATABASE"] = url
        run("collector", "move", collector)
        with life.serving() as address:
            run("project", "move", address)
            (once_more,) = life.judge("on PostgreSQL")
            life.deliver()
            run("collector", "erase", collector, once_more, "--yes")
            run("backup", "make")
            life.judge("after a copy")
            run("backup", "restore", life.asked("backup", "list")[0]["name"])
            life.judge("after a restore")
            life.deliver()
            run("outbox", "send", "--look")
            life.remember("at last")
            for words in (("outbox", "status"), ("keys", "list"), ("keys", "devices"), ("doctor",)):
                run(*words)
            for command in ("devices", "forks"):
                run("collector", command, collector)
            device = life.device
            run("keys", "revoke", "--yes", "--reason", "stolen")
            run("collector", "revoke", collector, device)
    known = re.findall(
        rf"^### `preceptor ((?:{GROUPS}) \S+)`", (ROOT / "docs" / "commands.md").read_text(), re.MULTILINE
    )
    assert set(known) - life.done - {"collector serve"} == ELSEWHERE, "a command is to be run here, or to stand there"
    texts = {"passphrase": PASSPHRASE, "password": PASSWORD, "marker": MARKER, "name": NAME}
    texts |= {f"what was found, {number}": each for number, each in enumerate(FOUND)}
    for which, each in (("invitation", code), ("recovery", recovery)):
        texts |= {which: each, f"{which} without its dashes": each.replace("-", ""), f"{which} in small": each.lower()}
    searched = {f"{number}: {command}": said for number, (command, said) in enumerate(life.said)}
    searched |= {path.name: path.read_text() for path in tmp_path.glob("log-*")}
    assert sum("DEBUG" in said for said in searched.values()) > 10, "they were to say all that they can"
    assert {"log-0", "log-1"} <= set(searched)
    found = [
        (where, what)
        for where, said in searched.items()
        for what, spelled in [
            *((what, {text.encode()}) for what, text in texts.items()),
            *((what, spellings(secret)) for what, secret in life.secrets.items()),
        ]
        if any(each in said.encode() for each in spelled)
    ]
    assert not found
    assert len(set(life.secrets.values())) >= 3 + 2 + 2, "three keys of the device, two of the collector, two passes"
    assert not [where for where, said in searched.items() if "Traceback" in said]
