"""Deliveries beside the least that a delivery can cost, written to benchmarks/results/delivery.md.

    just bench-delivery [--rounds N] [--batches N] [--devices N]

A collector on PostgreSQL (its own cluster, fsync on) takes signed batches of 27 KB; client, server and database share
the machine. Beside it stands bare_collector.py: the same server and route, one signature verified, the body inserted
and committed. A round of ours and one of theirs take turns, and the ratio is the median of such pairs.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "feedback_store"), str(ROOT / "benchmarks")]

from delivery_client import CONNECTIONS, Batches, Device, Sent, send  # noqa: E402  (beside the tests and this file)
from made_judgements import RUBRIC, candidate, judgement  # noqa: E402
from storages import Cluster, cluster  # noqa: E402

from feedback_store import canonical, records  # noqa: E402
from feedback_store.batches.body import write_body  # noqa: E402
from feedback_store.batches.keys import DeviceKey  # noqa: E402
from feedback_store.batches.manifest import GENESIS, TermsAccepted  # noqa: E402
from feedback_store.batches.seal import seal_batch, take_what_fits  # noqa: E402
from feedback_store.batches.verify import verify_bundle  # noqa: E402
from feedback_store.collector import administration, enrolment  # noqa: E402
from feedback_store.collector.facts import make_terms  # noqa: E402
from feedback_store.collector.opening import open_storage  # noqa: E402
from feedback_store.collector.storage import Device as Enrolled  # noqa: E402
from feedback_store.collector.storage import Transaction, write  # noqa: E402
from feedback_store.record_parts import App  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "delivery.md"
RECORDS = 4  # of a batch: judgements of four answers of 180 words
SERVE = """
import sys
from pathlib import Path
from feedback_store.collector.limits import Rate
from feedback_store.collector.serving import serve
serve(Path(sys.argv[1]), port=0, rate=Rate(10_000, 1_000_000), on_listening=lambda address: print(address, flush=True))
"""

WORDS = (
    "the answer names cause first then what follows from it and ends with a short example that anybody can try while "
    "other one repeats question leaves out numbers which were asked for says nothing about risks of doing so at home "
    "because water boils earlier on mountains where air is thinner people cook longer there"
).split()


@dataclass(frozen=True)
class Pair:
    """One round: ours and theirs, one after the other."""

    ours: Sent
    theirs: Sent

    @property
    def ratio(self) -> float:
        return self.ours.rate / self.theirs.rate


def believable(number: int) -> bytes:
    """A judgement of four answers, about 6 kB."""
    chance = random.Random(number)
    texts = [" ".join(chance.choices(WORDS, k=180)) for _ in range(4)]
    made = judgement("a>b=c>d", *(candidate(key, text) for key, text in zip("abcd", texts, strict=True)))
    return records.encode(made)


def project_of(folder: Path, database: str | None) -> str:
    return administration.init_collector(
        folder,
        name="Measured",
        project_name="Measured",
        rubric=RUBRIC,
        terms=make_terms("None.", licence="CC0-1.0"),
        database=database,
    )


def enrol(folder: Path, devices: Sequence[Device]) -> None:
    """Make the devices known, past the invitations."""

    def add(transaction: Transaction) -> None:
        for device in devices:
            transaction.add_device(
                Enrolled(
                    project=device.project,
                    id=device.key.key_id,
                    trainer=device.trainer,
                    trainer_name="Measured",
                    public_key=device.key.public_key,
                    state="active",
                    joined_at=records.now(),
                ),
                enrolment.hash_token(device.token),
            )

    storage = open_storage(folder)
    write(storage, add)
    storage.close()


@contextlib.contextmanager
def serving(*command: str) -> Iterator[tuple[str, int]]:
    """The address and process id of a server in a process of its own; its log is kept nowhere."""
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip(), process.pid
        finally:
            process.terminate()


def resident_mb(pid: int) -> float:
    """What a process holds of memory, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def run(address: str, batches: Batches, devices: Iterator[Device], count: int) -> Sent:
    return asyncio.run(send(address, [batches.next(next(devices)) for _ in range(count)]))


def expect(sent: Sent, count: int) -> None:
    """Every batch was answered 201, or the measurement means nothing."""
    if sent.statuses != {201: count}:
        raise SystemExit(f"Not every batch was taken: {sent.statuses}")


def in_turn(devices: Sequence[Device]) -> Iterator[Device]:
    while True:
        yield from devices


def on_postgres(made: Cluster, folder: Path, rounds: int, count: int, among: int) -> tuple[list[Pair], list[float]]:
    """The pairs, and our server's memory after each round."""
    project = project_of(folder / "ours", made.new())
    devices = [Device(project) for _ in range(among)]
    enrol(folder / "ours", devices)
    keys = folder / "keys.txt"
    keys.write_text("\n".join(device.key.public_key.hex() for device in devices), encoding="ascii")
    batches = Batches(believable(1), RECORDS)
    turn, elsewhere = in_turn(devices), in_turn([Device(project, key=device.key) for device in devices])
    pairs, memory = [], []
    with (
        serving("-c", SERVE, str(folder / "ours")) as (ours, pid),
        serving("benchmarks/bare_collector.py", made.new(), str(keys)) as (theirs, _),
    ):
        warm = min(200, count)
        expect(run(ours, batches, turn, warm), warm)
        expect(run(theirs, batches, elsewhere, warm), warm)
        for number in range(rounds):
            sent = run(ours, batches, turn, count)
            expect(sent, count)
            memory.append(resident_mb(pid))
            pairs.append(Pair(sent, run(theirs, batches, elsewhere, count)))
            expect(pairs[-1].theirs, count)
            print(
                f"round {number + 1}: ours {sent.rate:.0f}/s, p99 {sent.quantile(0.99) * 1000:.1f} ms; theirs"
                f" {pairs[-1].theirs.rate:.0f}/s; ratio {pairs[-1].ratio:.2f}; {memory[-1]:.0f} MB",
                flush=True,
            )
    return pairs, memory
