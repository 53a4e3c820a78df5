"""T23: killed at any point of saving, sealing and sending, nothing acknowledged is lost and nothing delivered twice.

A trainer's program saves, releases, seals and sends without a pause and is killed 200 times in the soak (T23), ten by
default. `test_database_kill.py` kills while drafts are saved and looks at the search index as well;
`test_delivery_faults.py` kills the collector too, on a line on which everything goes wrong.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from joined_profile import Profile, joined, kept_by
from running_collector import ROOT, Team

from feedback_store.batches.keys import DeviceKey

STEPS = ("saving", "sealing", "sending")
AT_WORK = """
import sys
from pathlib import Path
sys.path.insert(0, "tests/feedback_store")
from made_judgements import judgement
from feedback_store.batches.keys import DeviceKey
from feedback_store.delivery.backoff import Backoff
from feedback_store.delivery.sender import Sender
from feedback_store.record_parts import App
from feedback_store.store import Store

folder, project_id, token, seed = sys.argv[1:]
store = Store.open(Path(folder), app=App("preceptor", "0.1.0"))
project, key = store.projects.get(project_id), DeviceKey.from_seed(bytes.fromhex(seed))
sender = Sender(store, lambda _: token, backoff=Backoff(0.01, 0.05))
while True:
    for _ in range(3):
        print("saving", flush=True)
        made = judgement("a>b", project=project.id, trainer=store.trainer, justification="because " * 200)
        print("saved", store.records.save(made).result().sha256, flush=True)
    store.outbox.release([row.id for row in store.outbox.unsent(project.id, ("saved",))], kept_as_is=True).result()
    print("sealing", flush=True)
    sealed = store.outbox.seal(project.id, key).result()
    print("sealed", sealed.payload_sha256 if sealed else "", flush=True)
    print("sending", flush=True)
    sender.send_pending(project, tries=20)
    print("sent", flush=True)
"""


@pytest.mark.parametrize("kills", [10, pytest.param(200, marks=(pytest.mark.soak, pytest.mark.timeout(1800)))])
def test_t23_a_kill_loses_nothing_acknowledged_and_delivers_nothing_twice(
    served: tuple[Team, str], tmp_path: Path, kills: int
) -> None:
    team, address = served
    with joined(tmp_path, team, address) as (profile, project):
        token, key = profile.tokens[project.id], profile.key_for(project.id)
    chance, killed_at = random.Random(20261127), Counter[str]()
    saved: list[str] = []
    sealed: list[str] = []
    command = [sys.executable, "-c", AT_WORK, str(tmp_path), project.id, token, key.seed.hex()]
    for number in range(kills * 5):  # a step that is quick is missed at times, and then looked for ever sooner
        if number >= kills and all(killed_at[step] for step in STEPS):
            break
        said = _kill(command, STEPS[number % len(STEPS)], chance.uniform(0.0, 0.012) / (1 + number // kills))
        saved += [line.split()[1] for line in said if line.startswith("saved ")]
        sealed += [line.split()[1] for line in said if line.startswith("sealed ") and len(line.split()) == 2]
        killed_at[said[-1].split()[0]] += 1
    assert all(killed_at[step] for step in STEPS), killed_at

    after = Profile.opened(tmp_path)
    try:
        _deliver_what_is_left(after, project.id, token, key)
        here = [row.sha256 for row in after.store.records.iter_newest(project.id)]
        assert len(saved) > kills and set(saved) <= set(here), "what was acknowledged is here"
        assert sorted(kept_by(team, after)) == sorted(here), "and was delivered, each once"
        batches = after.store.outbox.batches(project.id)
        assert set(sealed) <= {batch.payload_sha256 for batch in batches}
        assert [batch.seq for batch in batches] == list(range(1, len(batches) + 1)), "in one chain without a gap"
        assert {batch.state for batch in batches} == {"delivered"}
        assert [row.seq for row in after.store.outbox.receipts(project.id)] == [batch.seq for batch in batches]
    finally:
        after.store.close()


def _kill(command: list[str], step: str, later_s: float) -> list[str]:
    """Let the program work until it begins this step once, kill it a little later; the whole lines that it said."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        said = []
        for line in program.stdout:
            said.append(line)
            if line.strip() == step:
                break
        time.sleep(later_s)
        program.kill()
        said += program.stdout.read().splitlines(keepends=True)
    return [line.strip() for line in said if line.endswith("\n")]


def _deliver_what_is_left(after: Profile, project: str, token: str, key: DeviceKey) -> None:
    store = after.store
    after.tokens[project] = token
    left = [row.id for row in store.outbox.unsent(project, ("saved",))]
    store.outbox.release(left, kept_as_is=True).result()
    while store.outbox.seal(project, key).result() is not None:
        pass
    assert after.sender().send_pending(store.projects.get(project), tries=20).problem is None
