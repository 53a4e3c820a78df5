"""kill -9 of `preceptor outbox send` in the middle of a request: nothing receipted is lost, nothing is stored twice.

Everything is a command as a user types it, and the collector is a real one behind a slow line. After every kill both
databases are looked into; in the end the next `outbox send` delivers what is left.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase

import pytest
from left_behind import left_behind
from slow_line import SlowLine, slow_line

from desktop.profile import Profile
from feedback_store.batches import payload
from feedback_store.batches.dsse import from_base64
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import check_receipt, receipt_hash
from feedback_store.collector.sqlite_storage import FILE as COLLECTOR_FILE
from feedback_store.database import FILE

ROOT = Path(__file__).resolve().parents[2]
RECORDS = 12  # of a batch: with the slow line an exchange of a quarter of a second
LONGEST_S = 0.3
# As on a machine without a keyring, whoever runs the tests.
ENVIRONMENT = {**os.environ, "LANGUAGE": "en", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
ENVIRONMENT.pop("PRECEPTOR_PASSPHRASE", None)


def command(profile: Path, *arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "desktop", "--profile", str(profile), *map(str, arguments)]


def preceptor(profile: Path, *arguments: str | Path) -> str:
    """What a command prints; it must end with 0."""
    done = subprocess.run(
        command(profile, *arguments), capture_output=True, text=True, check=False, env=ENVIRONMENT, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[int]:
    """The port of a collector in a process of its own."""
    started = [*command(folder, "collector", "serve", folder, "--port", "0", "--json", "--stop-with-input")]
    with (
        (folder.parent / "collector-log").open("w") as log,
        subprocess.Popen(
            started, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=ENVIRONMENT, cwd=ROOT
        ) as process,
    ):
        assert process.stdin is not None and process.stdout is not None
        try:
            yield int(json.loads(process.stdout.readline())["address"].rpartition(":")[2])
        finally:
            process.stdin.close()
            assert process.wait(60) == 0


def sealed_profile(folder: Path, collector: Path, line: SlowLine, batches: int) -> None:
    """A profile that joined through the slow line, with so many batches sealed."""
    code = json.loads(preceptor(folder, "collector", "invite", collector, "--json"))["code"]
    preceptor(folder, "project", "join", f"http://127.0.0.1:{line.port}", code, "--use", "--insecure-key-file")
    chance = random.Random(1)
    lines = [
        {
            "prompt": f"Question {number}",
            # Letters alone: among so many random digits one run is an account's number, and nobody is asked here.
            "candidates": [
                " ".join("".join(chance.choices(ascii_lowercase, k=10)) for _ in range(80)) for _ in range(2)
            ],
            "verdict": "a>>b",
        }
        for number in range(batches * RECORDS)
    ]
    file = folder.with_name("judged.jsonl")
    file.write_text("".join(json.dumps(each) + "\n" for each in lines))
    preceptor(folder, "records", "import", file, "--trainer", "me")
    profile = Profile.open(folder, insecure_key_file=True)
    try:
        project, outbox = profile.project, profile.store.outbox
        ids = [stored.id for stored in outbox.to_send(project.id)]
        for start in range(0, len(ids), RECORDS):
            assert outbox.release(ids[start : start + RECORDS]).result() == RECORDS
            assert outbox.seal(project.id, profile.device_key(project)).result() is not None
    finally:
        profile.close()


@dataclass(frozen=True)
class Kill:
    """What the killed command had said is delivered, and how many bytes of its last request and answer had passed."""

    told: set[int]
    up: int
    down: int


def kill_while_sending(profile: Path, line: SlowLine, moment: float) -> Kill:
    """Start the command, and kill it `moment` seconds after its first request began."""
    line.listen_anew()
    sending = subprocess.Popen(
        command(profile, "outbox", "send"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env=ENVIRONMENT, cwd=ROOT,
    )  # fmt: skip
    assert line.asked.wait(60), "nothing was sent"
    time.sleep(moment)
    assert sending.poll() is None, "everything was sent before the kill"
    sending.kill()
    up, down = line.up, line.down
    _, said = sending.communicate()
    return Kill({int(seq) for seq in re.findall(r"Batch (\d+) is delivered", said)}, up, down)


def delivered_here(profile: Path) -> set[int]:
    """The batches with a receipt in the profile as the kill left it; each is marked as delivered, and no other."""
    with left_behind(profile / FILE) as connection:
        query = "SELECT seq, state, count(receipt.number) FROM batch LEFT JOIN receipt ON receipt.batch = batch.number"
        rows = connection.execute(f"{query} GROUP BY batch.number").fetchall()
    assert {(state, receipts) for _, state, receipts in rows} <= {("delivered", 1), ("sealed", 0), ("sending", 0)}
    assert sum(state == "sending" for _, state, _ in rows) <= 1
    return {seq for seq, _, receipts in rows if receipts}


def stored_there(collector: Path) -> dict[int, list[str]]:
    """The hashes of the records of each batch, as they lie in the collector's database."""
    connection = sqlite3.connect(f"file:{collector / COLLECTOR_FILE}?mode=ro", uri=True)
    try:
        connection.execute("BEGIN")  # it may store one while we look
        query = "SELECT batch.seq, record.sha256 FROM batch JOIN record ON record.batch = batch.sha256"
        rows = connection.execute(f"{query} ORDER BY batch.seq, record.rowid").fetchall()
        (batches,) = connection.execute("SELECT count(*) FROM batch").fetchone()
        assert connection.execute("SELECT count(*) FROM quarantined").fetchone() == (0,)
    finally:
        connection.close()
    found: dict[int, list[str]] = {}
    for seq, sha256 in rows:
        found.setdefault(seq, []).append(sha256)
    assert len(found) == batches, "a batch is stored with its records"
    hashes = [sha256 for part in found.values() for sha256 in part]
    assert len(set(hashes)) == len(hashes), "no record is stored twice"
    return found


def check_the_end(profile: Path, collector: Path) -> None:
    """Every record is there once, byte by byte and in order, and every batch has one receipt, chained and verified."""
    opened = Profile.open(profile, readonly=True)
    try:
        project, outbox = opened.project, opened.store.outbox
        batches = outbox.batches(project.id)
        receipts = outbox.receipts(project.id)
        mine = [(stored.sha256, stored.data) for stored in opened.store.records.iter_newest(project.id)]
        ways = {stored.way for stored in opened.store.records.iter_newest(project.id)}
    finally:
        opened.close()
    assert project.collector is not None
    assert ({batch.state for batch in batches}, ways) == ({"delivered"}, {"delivered"})
    before = GENESIS
    for batch, row in zip(batches, receipts, strict=True):
        receipt = check_receipt(
            row.envelope,
            collector_public_key=from_base64(project.collector.public_key),
            manifest=payload.parse(batch.payload, Manifest),
            batch=batch.payload_sha256,
            prev_receipt=before,
        )
        assert {item.status for item in receipt.items} == {"stored"}
        before = receipt_hash(row.envelope)
    with left_behind(collector / COLLECTOR_FILE) as connection:
        theirs = connection.execute(
            "SELECT record.sha256, data FROM record JOIN batch ON batch.sha256 = record.batch"
            " ORDER BY batch.seq, record.rowid"
        ).fetchall()
        kept = connection.execute("SELECT seq, sha256, receipt FROM batch ORDER BY seq").fetchall()
    assert theirs == mine
    assert kept == [(b.seq, b.payload_sha256, r.envelope) for b, r in zip(batches, receipts, strict=True)]
    assert [batch.seq for batch in batches] == list(range(1, len(batches) + 1))


@pytest.mark.parametrize(
    "kills", [2, pytest.param(20, marks=(pytest.mark.soak, pytest.mark.timeout(900)))], ids=["2-moments", "20-moments"]
)
def test_t23_outbox_send_killed_in_the_middle_of_a_request(tmp_path: Path, kills: int) -> None:
    collector, profile = tmp_path / "collector", tmp_path / "profile"
    preceptor(profile, "collector", "init", collector, "--project", "Team")
    chance = random.Random(20261126)
    done: list[Kill] = []
    unheard = 0  # kills between the collector's commit and our receipt
    with serving(collector) as port, slow_line(port) as line:
        sealed_profile(profile, collector, line, batches=2 * kills + 3)
        for _ in range(kills):
            kill = kill_while_sending(profile, line, chance.uniform(0, LONGEST_S))
            here, there = delivered_here(profile), stored_there(collector)
            assert kill.told <= here <= there.keys()
            assert len(there.keys() - here) <= 1
            unheard += bool(there.keys() - here)
            done.append(kill)
        before = len(delivered_here(profile))
        sent = json.loads(preceptor(profile, "outbox", "send", "--json"))
        left = 2 * kills + 3 - before
        assert (sent["batches"], sent["arrived"], sent["returned"]) == (left, left * RECORDS, 0)
        assert preceptor(profile, "outbox", "send") == "Nothing is signed.\n"
    check_the_end(profile, collector)
    if kills >= 20:  # the moments were spread over the whole of an exchange
        assert sum(kill.down == 0 for kill in done) >= 3, "killed while asking"
        assert sum(kill.down > 0 for kill in done) >= 3, "killed while the answer came"
        assert unheard >= 1, "killed between the commit there and the receipt here"
