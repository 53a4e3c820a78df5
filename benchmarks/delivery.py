"""Deliveries beside the least that a delivery can cost, written to benchmarks/results/delivery.md.

    just bench-delivery [--rounds N] [--batches N] [--devices N] [--hour N]

A collector on PostgreSQL (its own cluster, fsync on) takes signed batches of 27 KB; client, server and database share
the machine. Beside it stands bare_collector.py: the same server and route, one signature verified, the body inserted
and committed. A round of ours and one of theirs take turns, and the ratio is the median of such pairs. The bar is held
against the least as anybody writes it; a second ratio has it store its bodies uncompressed, as ours does. What is not
taken is counted, sent again and said at the end.

Before the rounds each of 10,000 devices is heard by each of our processes, so that what memory grows by in them is due
to batches, and the other server is sent as many. After them the devices send what is left of an hour's 12 batches each,
which is timed too: by then the database holds some gigabytes, and cleans up. All of it takes twelve minutes and 8 GB.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "feedback_store"), str(ROOT / "benchmarks")]

from delivery_client import Batches, Device, Pair, Sent, quantile, send  # noqa: E402  (beside the tests and this file)
from delivery_page import page  # noqa: E402
from made_judgements import RUBRIC, candidate, judgement  # noqa: E402
from storages import Cluster, ask, cluster  # noqa: E402
from to_go import ToGo  # noqa: E402

from feedback_store import records  # noqa: E402
from feedback_store.batches.keys import DeviceKey  # noqa: E402
from feedback_store.batches.verify import verify_bundle  # noqa: E402
from feedback_store.collector import administration, enrolment  # noqa: E402
from feedback_store.collector.facts import make_terms  # noqa: E402
from feedback_store.collector.opening import open_storage  # noqa: E402
from feedback_store.collector.storage import Device as Enrolled  # noqa: E402
from feedback_store.collector.storage import Transaction, write  # noqa: E402
from feedback_store.record_parts import App  # noqa: E402
from feedback_store.store import Store  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "delivery.md"
HOUR = 12  # batches of a device, one each five minutes
RECORDS = 4  # of a batch: judgements of four answers of 215 words
SERVE = """
import sys
from pathlib import Path
from feedback_store.collector.limits import Rate
from feedback_store.collector.serving import serve
from feedback_store.collector.stopping import leave
serve(Path(sys.argv[1]), port=0, rate=Rate(10_000, 1_000_000), on_listening=lambda address: print(address, flush=True))
leave()
"""

WORDS = """the answer names cause first then what follows from it and ends with a short example that anybody can try
while other one repeats question leaves out numbers which were asked for says nothing about risks of doing so at home
because water boils earlier on mountains where air is thinner people cook longer there"""


def believable(number: int) -> bytes:
    """A judgement of four answers, about 6.5 kB."""
    chance, words = random.Random(number), WORDS.split()
    texts = [" ".join(chance.choices(words, k=215)) for _ in range(4)]
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


def run(addresses: Sequence[str], batches: Batches, devices: Iterator[Device], count: int, told: ToGo) -> Sent:
    sent = asyncio.run(send(addresses, [batches.next(next(devices)) for _ in range(count)]))
    told.done(count)
    return sent


def left_of_the_hour(rounds: int, count: int, among: int, processes: int, each: int) -> int:
    """Batches that the devices still send after the rounds, so that each has sent as many as it is to."""
    return max(each * among - (processes * among + rounds * count), 0)


def in_turn(devices: Sequence[Device]) -> Iterator[Device]:
    while True:
        yield from devices


def all_batches(wish: tuple[int, int, int, int, int]) -> int:
    """How many `on_postgres` sends in all, to either server."""
    rounds, count, among, processes, _each = wish
    return 2 * processes * among + 2 * rounds * count + left_of_the_hour(*wish)


def on_postgres(
    made: Cluster, folder: Path, told: ToGo, rounds: int, count: int, among: int, processes: int, each: int, *least: str
) -> tuple[list[Pair], list[float], list[Sent]]:
    """The pairs, our processes' memory before and after each round, and what was sent around the rounds.

    Each device sends at least `each` batches in all. `least` is told to the least.
    """
    project = project_of(folder, made.new())
    devices = [Device(project) for _ in range(among)]
    enrol(folder, devices)
    keys = folder / "keys.txt"
    keys.write_text("\n".join(device.key.public_key.hex() for device in devices), encoding="ascii")
    batches = Batches(believable(1), RECORDS)
    turn, elsewhere = in_turn(devices), in_turn([Device(project, key=device.key) for device in devices])
    pairs: list[Pair] = []
    theirs_database = made.new()
    with contextlib.ExitStack() as stack:
        ours = [stack.enter_context(serving("-c", SERVE, str(folder))) for _ in range(processes)]
        bare = ("benchmarks/bare_collector.py", theirs_database, str(keys), *least)
        theirs = [stack.enter_context(serving(*bare)) for _ in range(processes)]
        our_addresses, their_addresses = [each[0] for each in ours], [each[0] for each in theirs]

        def held() -> float:
            return sum(resident_mb(pid) for _, pid in ours)

        around = [
            run([address], batches, turn, min(count, among - start), told)
            for address in our_addresses
            for start in range(0, among, count)
        ]
        for address in their_addresses:  # as many, so that neither's tables are longer in a round
            for start in range(0, among, count):
                run([address], batches, elsewhere, min(count, among - start), told)
        memory = [held()]
        print(f"{processes} processes, {among} devices heard by each; {memory[0]:.0f} MB", flush=True)
        for number in range(rounds):
            sent = run(our_addresses, batches, turn, count, told)
            memory.append(held())
            pairs.append(Pair(sent, run(their_addresses, batches, elsewhere, count, told)))
            print(
                f"{processes} processes, round {number + 1}: ours {sent.rate:.0f}/s, p99"
                f" {quantile(sent.each, 0.99) * 1000:.1f} ms; theirs {pairs[-1].theirs.rate:.0f}/s; ratio"
                f" {pairs[-1].ratio:.2f}; {memory[-1]:.0f} MB; errors {dict(sent.errors)}",
                flush=True,
            )
        left = left_of_the_hour(rounds, count, among, processes, each)
        around += [run(our_addresses, batches, turn, min(count, left - at), told) for at in range(0, left, count)]
    stored = ask(folder, "SELECT count(*) FROM record WHERE data IS NOT NULL")[0][0]
    if stored != (processes * among + rounds * count + left) * RECORDS:
        raise SystemExit(f"{stored} records were stored, and not all that were sent")
    return pairs, memory, around


def on_sqlite(folder: Path, told: ToGo, rounds: int, count: int) -> list[Sent]:
    """Our collector on SQLite, one process: the first, shorter round is to warm up."""
    project = project_of(folder, None)
    devices = [Device(project) for _ in range(100)]
    enrol(folder, devices)
    batches, turn = Batches(believable(1), RECORDS), in_turn(devices)
    found = []
    with serving("-c", SERVE, str(folder)) as (address, _):
        found.append(run([address], batches, turn, min(200, count), told))
        for _ in range(rounds):
            found.append(run([address], batches, turn, count, told))
            print(f"SQLite: {found[-1].rate:.0f}/s", flush=True)
    return found


def sealed(folder: Path, count: int) -> float:
    """Seconds in which a profile signs so many released records into batches, its database on disk."""
    store = Store.open(folder, app=App("preceptor", "0.1.0"))
    try:
        key, project = DeviceKey.generate(), store.projects.create("Measured", rubric=RUBRIC).result()
        device = Device(project.id, key=key, trainer=store.trainer)
        own = Batches(believable(2), 1)
        saved = [store.records.save(records.decode(own.record(device))) for _ in range(count)]
        store.outbox.release([each.result().id for each in saved]).result()
        numbers, started = 0, time.perf_counter()
        while (batch := store.outbox.seal(project.id, key).result()) is not None:
            numbers += len(batch.items)
        seconds = time.perf_counter() - started
    finally:
        store.close()
    if numbers != count:
        raise SystemExit(f"{numbers} records were sealed, and not {count}")
    return seconds


def verified(folder: Path, count: int) -> float:
    """Seconds to verify a file of one batch of so many records, with the key."""
    device = Device("prj_" + "5" * 32)
    body = Batches(believable(3), count).next(device).data.partition(b"\r\n\r\n")[2]
    file = folder / "bundle.preceptor"
    file.write_bytes(body)
    started = time.perf_counter()
    verify_bundle(file, public_key=device.key.public_key, project=device.project)
    return time.perf_counter() - started


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rounds", type=int, default=10)
    asked.add_argument("--batches", type=int, default=2000, help="of each side in a round")
    asked.add_argument("--devices", type=int, default=10_000)
    asked.add_argument("--hour", type=int, default=HOUR, help="batches of each device, at least")
    asked.add_argument("--processes", type=int, default=2, help="of each server, on PostgreSQL")
    wish = asked.parse_args()
    many = (wish.rounds, wish.batches, wish.devices, wish.processes, wish.hour)
    less = (min(3, wish.rounds), wish.batches, min(1000, wish.devices), 1, 1)
    strict = (less[0], *many[1:4], 1)
    told = ToGo(sum(map(all_batches, (many, less, strict))) + min(200, wish.batches) + less[0] * wish.batches)
    with cluster() as made, tempfile.TemporaryDirectory() as base:
        folder = Path(base)
        pairs, memory, around = on_postgres(made, folder / "many", told, *many)
        alone, _, before_alone = on_postgres(made, folder / "one", told, *less)
        strictly, _, before_strict = on_postgres(made, folder / "strict", told, *strict, "--uncompressed")
        sqlite = on_sqlite(folder / "sqlite", told, min(3, wish.rounds), wish.batches)
        seconds = statistics.median(sealed(folder / f"profile-{number}", 10_000) for number in range(3))
        verify_s = statistics.median(verified(folder, 500) for _ in range(5))
    RESULTS.write_text(
        page(
            wish,
            pairs,
            alone,
            strictly,
            memory,
            sqlite,
            around,
            [*before_alone, *before_strict],
            seconds,
            verify_s,
            _size(),
        ),
        encoding="utf-8",
    )
    print(RESULTS.read_text(encoding="utf-8"))


def _size() -> float:
    """Of a body, in kB."""
    body = Batches(believable(1), RECORDS).next(Device("prj_" + "5" * 32)).data.partition(b"\r\n\r\n")[2]
    return len(body) / 1000


if __name__ == "__main__":
    main()
