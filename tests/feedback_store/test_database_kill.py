"""Killed in the middle of saving, again and again: nothing acknowledged is lost, and the database is whole."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from feedback_store.database import FILE
from feedback_store.store import Store

ROOT = Path(__file__).resolve().parents[2]
SAVER = """
import sys
from pathlib import Path
sys.path.insert(0, "tests/feedback_store")
from made_judgements import judgement
from feedback_store.store import Store
store = Store.open(Path(sys.argv[1]))
project = store.projects.current() or store.projects.create("Test").result()
print("ready", flush=True)
while True:
    store.drafts.save("draft", b"{}").result()
    made = judgement("a>b", project=project.id, trainer=store.trainer, justification="because " * 200)
    print(store.records.save(made, draft="draft").result().id, flush=True)
"""


@pytest.mark.parametrize("kills", [10, pytest.param(200, marks=(pytest.mark.soak, pytest.mark.timeout(900)))])
def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path, kills: int) -> None:
    chance = random.Random(20261122)
    acknowledged: set[str] = set()
    for number in range(kills):
        saver = subprocess.Popen(
            [sys.executable, "-c", SAVER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert saver.stdout is not None
        assert saver.stdout.readline() == "ready\n"
        if number % 2:  # every second one is killed later: a slow machine may save nothing in a moment
            acknowledged.add(saver.stdout.readline().strip())
        time.sleep(chance.uniform(0.0, 0.08))
        saver.kill()
        said = saver.stdout.read()
        saver.stdout.close()
        saver.wait()
        acknowledged.update(said.split("\n")[:-1])  # the last line may be half a line
    store = Store.open(tmp_path)
    project = store.projects.current()
    assert project is not None
    saved = {stored.id for stored in store.records.iter_newest(project.id)}
    store.close()
    assert acknowledged and acknowledged <= saved
    assert len(saved) - len(acknowledged) <= kills  # at most the one that was being acknowledged
    connection = sqlite3.connect(tmp_path / FILE)
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.execute("INSERT INTO record_text_fts (record_text_fts, rank) VALUES ('integrity-check', 1)")
    connection.close()
