"""Real processes, from a key to a stranger: a file of several keys; a chain that begins by itself, said by `send`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import Ended
from forked_commands import Forked
from test_commands_delivery import LINE, serving

from feedback_store.batches.keys import key_id

STANDALONE = Path(__file__).parents[2] / "docs" / "verify_bundle.py"
TO_COME = "; from the next one on its deliveries are numbered from 1."
NOTHING_SENT = {"batches": 0, "again": 0, "held": 0, "restored": False, "arrived": 0, "returned": 0, "waiting": 0}
LEFT = {
    "put back": f"This profile was put back from an earlier copy{TO_COME}",
    "elsewhere": f"This profile was copied or restored{TO_COME}",
}
BEGAN = "This profile was put back from an earlier copy, so its deliveries are numbered from 1 again."


class Trainer:
    """Somebody who types commands, with a collector of a team beside; every command is a process."""

    def __init__(self, folder: Path, address: str, commands: Forked) -> None:
        self.profile, self.collector, self.address = folder / "profile", folder / "collector", address
        self.commands = commands
        self.state = folder / "state"
        self.count = 0

    def type(self, *arguments: str | Path) -> Ended:
        places = {"PRECEPTOR_HOME": str(self.profile), "XDG_STATE_HOME": str(self.state)}
        done = self.commands.run(*arguments, env=places)
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def ask(self, *arguments: str | Path) -> Any:
        ended = self.type(*arguments, "--json")
        assert ended.status == 0, (arguments, ended.err)
        return json.loads(ended.out)

    def seal(self) -> None:
        """Another judgement, released and signed."""
        self.count += 1
        file = self.profile.with_name("some.jsonl")
        file.write_text(json.dumps(LINE | {"tags": [str(self.count)]}) + "\n")
        for command in (["records", "import", file, "--trainer", "me"], ["outbox", "release", "--all"]):
            assert self.type(*command).status == 0
        assert [each["seq"] for each in self.ask("outbox", "seal")], "a batch was sealed"

    def deliver(self, *, stopped: int = 0) -> None:
        """Another judgement arrives, while so many wait for `--again`."""
        self.seal()
        sent = self.type("outbox", "send", "--json")
        counts = json.loads(sent.out)
        assert (counts["arrived"], counts["waiting"], sent.status) == (1, stopped, int(stopped > 0)), sent.err

    def join(self, *invited: str) -> None:
        code = self.ask("collector", "invite", self.collector, *invited)["code"]
        joined = self.type("project", "join", self.address, code, "--use")
        assert joined.status == 0, joined.err

    def device(self) -> dict[str, str]:
        """The one that is active, as the collector lists it."""
        (found,) = [each for each in self.ask("collector", "devices", self.collector) if each["state"] == "active"]
        return dict(found)


@pytest.fixture(scope="module")
def commands() -> Iterator[Forked]:
    with Forked({**os.environ, "LANGUAGE": "en"}) as started:
        yield started


@pytest.fixture
def trainer(tmp_path: Path, commands: Forked) -> Iterator[Trainer]:
    begun = Trainer(tmp_path, "", commands)
    assert begun.type("collector", "init", begun.collector, "--project", "Team").status == 0
    with serving(begun.collector) as (address, _process):
        begun.address = address
        assert begun.type("keys", "show", "--insecure-key-file").status == 0
        begun.join()
        yield begun


def stranger(file: Path, *keys: Path) -> subprocess.CompletedProcess[str]:
    """The one-file verifier, apart from this project."""
    command = [sys.executable, "-I", "-W", "error", STANDALONE, file, *keys]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=180, check=False)


def test_both_verifiers_take_a_file_with_a_rotation_and_recoveries_under_two_keys_of_the_collector(
    trainer: Trainer, tmp_path: Path
) -> None:
    first, bundle = tmp_path / "first.json", tmp_path / "all.preceptor"
    collectors: list[Path] = []
    nobody = Trainer(tmp_path / "nobody", "", trainer.commands)

    def recover() -> None:
        """The key is lost; the collector, with the key that it has now, speaks for a new one."""
        device = trainer.device()["device"]
        (trainer.profile / "secrets.json").unlink()
        code = trainer.ask("collector", "recover", trainer.collector, device)["code"]
        assert trainer.type("keys", "recover", code, "--insecure-key-file").status == 0
        (team,) = [each for each in trainer.ask("project", "list") if "collector" in each]
        collectors.append(tmp_path / f"collector{len(collectors)}.txt")
        collectors[-1].write_text(team["collector"]["public_key"])

    first.write_text(json.dumps(trainer.ask("keys", "show")))
    trainer.deliver()
    recover()
    trainer.deliver()
    assert trainer.type("keys", "rotate").status == 0
    trainer.deliver()
    trainer.ask("collector", "rotate-key", trainer.collector)
    trainer.deliver()  # it follows the collector's key
    recover()
    trainer.deliver()
    assert collectors[0].read_text() != collectors[1].read_text()
    assert trainer.type("bundle", "export", bundle, "--all").status == 0

    assert "or was lost. Name the signer's key" in trainer.type("bundle", "verify", bundle).sentence
    proof = tmp_path / "proof.preceptor"
    lost: list[bool] = []
    for device in trainer.ask("collector", "devices", trainer.collector)[1:]:  # the second and the third are kept here
        answer = trainer.ask("collector", "bundle", trainer.collector, device["device"], proof)
        assert trainer.ask("bundle", "verify", proof)["batches"] == answer["batches"]
        told = tmp_path / "told.json"
        told.write_text(json.dumps(answer["key"]))  # what a stranger is given with the file
        by = [word for file in collectors for word in ("--collector-key", str(file))]
        assert stranger(proof, told, *collectors).returncode == 0
        assert nobody.ask("bundle", "verify", proof, "--key", told, *by)["valid"]
        wrong = nobody.type("bundle", "verify", proof, "--key", collectors[0], *by)
        assert wrong.status == 1 and stranger(proof, collectors[0], *collectors).returncode == 1
        if "recovery of a lost key" in wrong.sentence:
            lost.append(answer["key"]["device"] in wrong.sentence and "--key FILE" in wrong.sentence)
        proof.unlink()
    assert lost == [True, True]
    named = [word for file in collectors for word in ("--collector-key", str(file))]
    found = nobody.ask("bundle", "verify", bundle, "--key", first, *named)
    assert (found["valid"], found["batches"], found["records"]) == (True, 5, 5)
    check_whose_word_was_taken(trainer, bundle, first, collectors)
    assert [each["from"] for each in found["collector_keys"]] == ["option"] * 2
    for order in (collectors, collectors[::-1]):
        done = stranger(bundle, first, *order)
        assert (done.returncode, done.stderr) == (0, "")
        said = json.loads(done.stdout)
        assert said == {name: found[name] for name in said}
    for one in ([], collectors[:1], collectors[1:]):
        done = stranger(bundle, first, *one)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("Refused by rule 4: ")
        named = [word for file in one for word in ("--collector-key", str(file))]
        assert "rule 4" in nobody.type("bundle", "verify", bundle, "--key", first, *named).sentence
    later = tmp_path / "later.json"
    later.write_text(json.dumps(trainer.ask("keys", "show")))
    assert stranger(bundle, later, *collectors).stderr.startswith("Refused by rule 4: "), "who signed first is named"
    data = bundle.read_bytes()
    bundle.write_bytes(data.replace(b"Kiwi", b"Kaka"))
    assert stranger(bundle, first, *collectors).stderr.startswith("Refused by rule 10: ")
    lines = data.splitlines(keepends=True)
    signed = [line.startswith(b'{"payload"') for line in lines]
    events = [at for at in range(len(lines) - 1) if signed[at] and signed[at + 1]]  # nothing of a batch comes after
    assert len(events) == 3
    for event in events:  # without it the batches after are by a key that nobody has brought
        bundle.write_bytes(b"".join(lines[:event] + lines[event + 1 :]))
        assert stranger(bundle, first, *collectors).stderr.startswith("Refused by rule ")


def check_whose_word_was_taken(trainer: Trainer, bundle: Path, first: Path, collectors: list[Path]) -> None:
    """The collector's keys that the project here believes, unless others are named; said either way."""
    verify = ("bundle", "verify", bundle, "--key", first)
    names = [key_id(b64decode(file.read_text())) for file in collectors]
    assert trainer.ask(*verify)["collector_keys"] == [{"key": name, "from": "profile"} for name in names]
    told = trainer.type(*verify).out
    for name in names:
        assert f"A lost key was replaced on the word of {name}, which the project “Team” here believes." in told
    only = trainer.type(*verify, "--collector-key", collectors[1])
    assert only.status == 1 and "rule 4" in only.sentence and only.sentence.endswith("with --collector-key FILE.")
    late = Trainer(bundle.with_name("late"), trainer.address, trainer.commands)
    late.collector = trainer.collector
    assert late.type("keys", "show", "--insecure-key-file").status == 0
    late.join()  # after the collector changed its key
    refused = late.type(*verify)
    assert refused.status == 1 and f"“Team” of this profile believes only {names[1]}. Name" in refused.sentence
    assert trainer.type(*verify, "--collector-key", collectors[0], "--collector-key", collectors[1]).out.count(
        ", by --collector-key."
    ) == len(names)


@pytest.mark.parametrize("why", LEFT)
def test_send_says_that_the_next_delivery_begins_a_new_chain_by_itself(
    trainer: Trainer, tmp_path: Path, why: str
) -> None:
    trainer.deliver()
    assert trainer.type("outbox", "send").err == ""
    assert "next_chain" not in trainer.ask("outbox", "send")
    kept = tmp_path / "kept"
    shutil.copytree(trainer.profile, kept)
    if why == "put back":
        trainer.deliver()
        put_back(trainer.profile, kept)
    else:
        trainer.profile = kept
    for _again in range(2):  # until one is signed
        done = trainer.type("outbox", "send")
        assert (done.status, done.out, done.err) == (0, "Nothing is signed.\n", LEFT[why] + "\n")
        done = trainer.type("outbox", "send", "--json")
        assert (done.status, done.err) == (0, LEFT[why] + "\n")
        assert json.loads(done.out) == {**NOTHING_SENT, "next_chain": why}
    trainer.deliver()
    done = trainer.type("outbox", "send", "--json")
    assert (done.err, json.loads(done.out)) == ("", NOTHING_SENT)


@pytest.mark.long
def test_send_again_says_that_what_it_signs_begins_a_new_chain_by_itself(trainer: Trainer, tmp_path: Path) -> None:
    """The key was ended, so that its batch waits for `--again`; then the folder was put back from a copy."""
    trainer.deliver()
    device = trainer.device()
    assert trainer.type("collector", "revoke", trainer.collector, device["device"]).status == 0
    trainer.seal()
    assert trainer.type("outbox", "send").status == 1
    trainer.join("--trainer", device["trainer"])
    trainer.deliver(stopped=1)
    shutil.copytree(trainer.profile, tmp_path / "kept")
    trainer.deliver(stopped=1)
    put_back(trainer.profile, tmp_path / "kept")
    done = trainer.type("outbox", "send", "--again", "--json")
    assert done.status == 0, done.err
    assert done.err.splitlines()[0] == BEGAN
    said = json.loads(done.out)
    assert (said["new_chain"], said["arrived"], "next_chain" in said) == ("put back", 1, False)


def put_back(profile: Path, kept: Path) -> None:
    """Byte over byte, as a program for backups does: each file stays the one that it is."""
    for file in profile.rglob("*"):
        if file.is_file():
            copy = kept / file.relative_to(profile)
            if copy.exists():
                with file.open("r+b") as opened:
                    opened.truncate()
                    opened.write(copy.read_bytes())
            else:
                file.unlink()
