"""The whole way of delivery with things going wrong: trainers that are killed, a line with faults, collectors that are
killed, and what must be true when everything has come to rest.

The collector is a `Team`'s folder; `Asked` reads its database, whichever that is.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fault_proxy import DIED_AT_WORK
from joined_profile import Profile
from running_collector import ROOT, Running, Team, running

from feedback_store.batches import payload
from feedback_store.batches.dsse import from_base64
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import check_receipt, receipt_hash
from feedback_store.store import Project

HERE = Path(__file__).parent
A_MOMENT_S = 0.01  # after the step at which somebody is killed
LAST_STEP = 24  # a round of ten batches has more steps than this

Asked = Callable[[str], list[tuple[Any, ...]]]  # an SQL query to the collector's database


@dataclass
class FaultProxy:
    """The program of fault_proxy.py. `done` is filled by the end: what it did how often."""

    process: subprocess.Popen[str]
    address: str
    log: Path
    done: Counter[str] = field(default_factory=Counter)

    def died_at_work(self) -> int:
        """How often so far a collector had a whole request and was gone before its answer."""
        return self.log.read_text().count(DIED_AT_WORK)

    @property
    def faults(self) -> Counter[str]:
        return Counter({name: count for name, count in self.done.items() if name != "none"})


@contextlib.contextmanager
def fault_proxy(ports: list[int], *wishes: str, log: Path) -> Iterator[FaultProxy]:
    """The line to collectors at these ports, until the block's end."""
    to = [word for port in ports for word in ("--to", str(port))]
    command = [sys.executable, str(HERE / "fault_proxy.py"), *to, *wishes]
    with (
        log.open("a") as errors,
        subprocess.Popen(
            command, cwd=ROOT, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            text=True,
        ) as process,
    ):  # fmt: skip
        assert process.stdin is not None and process.stdout is not None
        proxy = FaultProxy(process, process.stdout.readline().strip(), log)
        try:
            assert proxy.address, log.read_text()
            yield proxy
        finally:
            said, _ = process.communicate()
            proxy.done.update(json.loads(said))


@dataclass
class Collectors:
    """Processes over one collector, each at a port that it keeps."""

    team: Team
    stack: contextlib.ExitStack
    alive: list[Running] = field(default_factory=list)

    @classmethod
    def started(cls, team: Team, stack: contextlib.ExitStack, processes: int) -> Collectors:
        made = cls(team, stack)
        made.alive = [stack.enter_context(running(team.folder)) for _ in range(processes)]
        return made

    @property
    def ports(self) -> list[int]:
        return [each.port for each in self.alive]

    def kill(self, number: int) -> None:
        self.alive[number].kill()

    def start(self, number: int) -> None:
        self.alive[number] = self.stack.enter_context(running(self.team.folder, port=self.alive[number].port))


@dataclass
class SendingTrainer:
    """The program of sending_trainer.py."""

    process: subprocess.Popen[str]
    said: str = ""

    def go_on(self, steps: int, to: str = "") -> None:
        """Let it work for so many steps more, and on to one of this name."""
        assert self.process.stdout is not None
        while steps > 0 or not self.said.startswith(to):
            self.said = self.process.stdout.readline()
            assert self.said, "a trainer who never ends has ended"
            steps -= 1

    def kill(self) -> bool:
        """Whether it was at work: it was alive, and its last word was not that it waits for its next try."""
        self.process.kill()
        rest, _ = self.process.communicate()
        last = (rest.splitlines() or [self.said])[-1]
        return self.process.returncode == -signal.SIGKILL and not last.startswith("waiting")


@contextlib.contextmanager
def sending_trainer(folder: Path, profile: Profile, project: Project, batches: int) -> Iterator[SendingTrainer]:
    """A trainer in the profile at `folder`, which must be closed, until it has delivered so many batches."""
    seed = profile.key_for(project.id).seed.hex()
    words = [str(folder), project.id, profile.tokens[project.id], seed, str(batches)]
    command = [sys.executable, str(HERE / "sending_trainer.py"), *words]
    with subprocess.Popen(command, cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, text=True) as process:
        try:
            yield SendingTrainer(process)
        finally:
            process.kill()


def deliver_all(folder: Path, profile: Profile, project: Project, batches: int) -> None:
    """Let a trainer work to the end."""
    with sending_trainer(folder, profile, project, batches) as trainer:
        said, _ = trainer.process.communicate(timeout=900)
        assert trainer.process.returncode == 0, said[-2000:]


def kill_both(
    collectors: Collectors, line: FaultProxy, trainer: SendingTrainer, chance: random.Random, *, together: bool
) -> tuple[bool, bool]:
    """Kill one of the collector's processes, and the trainer some steps later; whether each was at work.

    A collector was where it had a whole request and never answered it. `together` is as when the power goes: every
    process and the trainer at once.
    """
    first = chance.randint(1, LAST_STEP // 2)
    victim = chance.randrange(len(collectors.alive))
    victims = range(len(collectors.alive)) if together else [victim]
    trainer.go_on(first, to="sending")
    before = line.died_at_work()
    time.sleep(chance.uniform(0, A_MOMENT_S))
    for each in victims:
        collectors.kill(each)
    if not together:
        collectors.start(victim)  # which takes far longer than the line needs to note what broke
        trainer.go_on(chance.randint(1, LAST_STEP - first))
        time.sleep(chance.uniform(0, A_MOMENT_S))
    sent = trainer.kill()
    if together:
        for each in victims:
            collectors.start(each)
    return line.died_at_work() > before, sent


def check_at_rest(profile: Profile, project: Project, ask: Asked, batches: int) -> None:
    """Every batch is stored once, its chain whole, every receipt valid and the same on both sides, all counts equal."""
    outbox = profile.store.outbox
    mine, receipts = outbox.batches(project.id), outbox.receipts(project.id)
    assert len(mine) == len(receipts) == batches
    assert {batch.state for batch in mine} == {"delivered"}
    assert project.collector is not None
    before, manifest_before = GENESIS, GENESIS
    for batch, row in zip(mine, receipts, strict=True):
        manifest = payload.parse(batch.payload, Manifest)
        assert manifest.prev == manifest_before
        receipt = check_receipt(
            row.envelope,
            collector_public_key=from_base64(project.collector.public_key),
            manifest=manifest,
            batch=batch.payload_sha256,
            prev_receipt=before,
        )
        assert {item.status for item in receipt.items} == {"stored"}
        before, manifest_before = receipt_hash(row.envelope), batch.payload_sha256
    theirs = ask("SELECT seq, sha256, envelope, receipt FROM batch ORDER BY seq")
    expected = [(b.seq, b.payload_sha256, b.envelope, r.envelope) for b, r in zip(mine, receipts, strict=True)]
    assert [(seq, sha256, bytes(envelope), bytes(said)) for seq, sha256, envelope, said in theirs] == expected
    assert [batch.seq for batch in mine] == list(range(1, batches + 1))
    assert ask("SELECT seq, sha256, receipt_sha256 FROM chain") == [(batches, mine[-1].payload_sha256, before)]
    assert ask("SELECT count(*) FROM quarantined") == [(0,)]
    kept = [(stored.id, stored.sha256, stored.data) for stored in profile.store.records.iter_newest(project.id)]
    there = [(name, sha256, bytes(data)) for name, sha256, data in ask("SELECT id, sha256, data FROM record")]
    assert sorted(there) == sorted(kept)
    assert {stored.way for stored in profile.store.records.iter_newest(project.id)} == {"delivered"}


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(HERE)))}
