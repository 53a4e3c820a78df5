"""How long an export of 100,000 records takes, and what a later one costs; written to benchmarks/results/exports.md.

    just bench-export

A collector on SQLite with 100,000 judgements of four answers each, delivered over 30 days by one device, through the
same rules as over the network. Then: the first export, one with nothing new, one after a day more, one after records of
every day were withdrawn; each into a folder. Read back with DuckDB.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import secrets
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from feedback_store import canonical, records, rubrics
from feedback_store.batches.body import write_body
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, TermsAccepted
from feedback_store.batches.seal import seal_batch
from feedback_store.collector import administration
from feedback_store.collector.acceptance import accept
from feedback_store.collector.exporting.destination import Folder
from feedback_store.collector.exporting.run import export
from feedback_store.collector.facts import make_terms
from feedback_store.collector.opening import open_storage
from feedback_store.collector.storage import Device
from feedback_store.record_parts import (
    App,
    Candidate,
    Comparison,
    Context,
    Judgement,
    Message,
    Model,
    Origin,
    Prompt,
    Shown,
    Timing,
    Verdict,
    Versioned,
    Withdrawal,
)

RESULTS = Path(__file__).resolve().parent / "results" / "exports.md"
RUBRIC = rubrics.load("helpsteer2")
APP = App("preceptor", "0.1.0")
DAYS = 30
BATCH = 500
SENTENCE = "the sky is blue because air scatters short waves more than long ones and our eyes see little of violet"
WORDS = SENTENCE.split()


class Trainer:
    """One device that delivers on whatever day it is told."""

    def __init__(self, folder: Path) -> None:
        self.project = administration.init_collector(
            folder, name="House", project_name="Team", rubric=RUBRIC, terms=make_terms("Terms.", licence="CC-BY-4.0")
        )
        self.signing = administration.read_key(folder, self.project)
        self.storage = open_storage(folder)
        self.key = DeviceKey.generate()
        self.trainer = records.new_trainer_id()
        self.chain, self.seq, self.head = secrets.token_hex(16), 0, GENESIS
        self.dice = random.Random(5)
        device = Device(
            self.project, self.key.key_id, self.trainer, "Ada", self.key.public_key, "active", records.now()
        )
        with self.storage.writing() as transaction:
            transaction.add_device(device, secrets.token_hex(32))

    def judgement(self, moment: str) -> Judgement:
        answers = [" ".join(self.dice.choices(WORDS, k=180)) for _ in range(4)]
        return Judgement(
            v=1,
            id=records.new_id(),
            rev=1,
            nonce=records.new_nonce(),
            created_at=moment,
            project=self.project,
            trainer=self.trainer,
            app=APP,
            comparison=Comparison(records.new_id()),
            context=Context("bench", "normal"),
            prompt=Prompt(records.new_id(), 1, (Message("user", " ".join(self.dice.choices(WORDS, k=12))),)),
            candidates=tuple(
                Candidate(key, text, Origin("local", model=Model("smollm2")), finish="stop")
                for key, text in zip("abcd", answers, strict=True)
            ),
            shown=Shown(tuple("abcd"), blind=True, streamed=False, masked=(), seed=7),
            verdicts=(Verdict("overall", (("b",), ("a", "c"), ("d",))),),
            ratings=(),
            answers=(),
            flags=(),
            rubric=Versioned(RUBRIC.id, RUBRIC.version, RUBRIC.sha256),
            timing=Timing(moment, moment, 40_000),
        )

    def withdrawal(self, of: bytes, moment: str) -> bytes:
        before = records.decode(of)
        made = Withdrawal(
            v=1,
            id=before.id,
            rev=2,
            supersedes=canonical.record_hash(of),
            nonce=records.new_nonce(),
            created_at=moment,
            project=self.project,
            trainer=self.trainer,
            app=APP,
            reason="mistake",
        )
        return records.encode(made)

    def deliver(self, lines: list[bytes], moment: str) -> None:
        for start in range(0, len(lines), BATCH):
            some = lines[start : start + BATCH]
            batch = seal_batch(
                key=self.key,
                project=self.project,
                trainer=self.trainer,
                chain=self.chain,
                seq=self.seq + 1,
                prev=self.head,
                terms=TermsAccepted("terms", 1, "0" * 64, "CC-BY-4.0"),
                data=some,
                app=APP,
                batch_id=records.new_id(),
                created_at=moment,
            )
            usual, records.now = records.now, lambda: moment
            try:
                body = write_body(batch.envelope, some)
                accept(self.storage, self.signing, self.project, RUBRIC, batch.payload_sha256, body)
            finally:
                records.now = usual
            self.seq, self.head = batch.seq, batch.payload_sha256


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--records", type=int, default=100_000)
    count = asked.parse_args().records
    with tempfile.TemporaryDirectory(prefix="preceptor-exports-") as folder:
        measure(Path(folder), count)


def measure(folder: Path, count: int) -> None:
    trainer = Trainer(folder / "collector")
    first = datetime(2026, 10, 1, 12, tzinfo=UTC)
    some: list[bytes] = []
    bytes_in = 0
    for day in range(DAYS):
        moment = records.time_text(first + timedelta(days=day))
        lines = [records.encode(trainer.judgement(moment)) for _ in range(count // DAYS)]
        trainer.deliver(lines, moment)
        some.append(lines[0])
        bytes_in += sum(map(len, lines))
        print(f"day {day + 1} of {DAYS}", file=sys.stderr)
    rows = count // DAYS * DAYS
    out = Folder(folder / "out")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    whole = timed(trainer, out)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    nothing = timed(trainer, out)
    moment = records.time_text(first + timedelta(days=DAYS))
    trainer.deliver([records.encode(trainer.judgement(moment)) for _ in range(BATCH)], moment)
    one_day = timed(trainer, out)
    trainer.deliver([trainer.withdrawal(line, moment) for line in some], moment)
    every_day = timed(trainer, out)
    sizes = out.sizes()
    started = time.perf_counter()
    files = f"{folder}/out/project=*/day=*/*.parquet"
    query = f"SELECT count(*), count(DISTINCT day) FROM read_parquet('{files}', hive_partitioning=true)"
    with duckdb.connect() as connection:
        (counted,) = connection.execute(query).fetchall()
    read = time.perf_counter() - started
    assert counted == (rows + BATCH - DAYS, DAYS + 1), counted
    lines = [
        "# Exporting",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores; {rows:,} judgements of four answers, "
        f"{bytes_in // rows:,} bytes each, over {DAYS} days; SQLite, a folder, files in the system's cache.",
        "",
        "| measure | found | bar |",
        "|---|---|---|",
        f"| the first export, s | {whole:.1f} |  |",
        f"| judgements a second | {rows / whole:,.0f} |  |".replace(",", ""),
        f"| one with nothing new, s | {nothing:.2f} | < 2 |",
        f"| one after another day with {BATCH} judgements, s | {one_day:.2f} |  |",
        f"| one after a withdrawal of every day ({DAYS} partitions rewritten), s | {every_day:.1f} |  |",
        f"| files, MB | {sum(sizes.values()) / 1e6:.0f} |  |",
        f"| of that of the records' bytes, % | {sum(sizes.values()) / bytes_in * 100:.0f} |  |",
        f"| the process at its largest, MB more than before it | {memory - before} | < 400 |",
        f"| DuckDB counts all, s | {read:.2f} |  |",
        "",
    ]
    RESULTS.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))
    trainer.storage.close()


def timed(trainer: Trainer, out: Folder) -> float:
    started = time.perf_counter()
    print(export(trainer.storage, out), file=sys.stderr)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
