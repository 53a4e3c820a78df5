"""Every batch arrives exactly once, whatever goes wrong on the line and whoever is killed."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from fault_proxy import FAULTS
from faulty_line import Collectors, check_at_rest, deliver_all, fault_proxy, kill_both, sending_trainer
from joined_profile import Profile, joined
from running_collector import Team
from storages import Databases, ask

SEED = 20261126
NEVER = 10**6  # batches, which no trainer gets to before it is killed
TRIES_A_KILL = 20  # for one that meets both at work
PROCESSES = {"sqlite": 1, "postgres": 2}
STOPPED = {  # what the trainer is told, and has to answer by sending once more
    "damage_receipt": "receipt_refused",
    "receipt_of_another_batch": "receipt_refused",
    "receipt_of_another_key": "receipt_refused",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_before_each_delivery_neither_loses_nor_doubles_it(
    served: tuple[Team, str], tmp_path: Path, fault: str
) -> None:
    team, address = served
    port = int(address.rpartition(":")[2])
    with (
        fault_proxy([port], "--only", fault, log=tmp_path / "line.txt") as line,
        joined(tmp_path / "p", team, line.address) as (profile, project),
    ):
        sealed = profile.seal(project.id, batches=3)
        problems: list[str] = []
        while profile.store.outbox.next_to_send(project.id) is not None:
            report = profile.sender().send_pending(project, tries=50)
            problems += [report.problem.code] if report.problem else []
        assert profile.states(project.id) == ["delivered"] * 3
        receipts = profile.store.outbox.receipts(project.id)
        assert [row.seq for row in receipts] == [1, 2, 3]
        device = profile.key_for(project.id).key_id
        stored = ask(team.folder, "SELECT sha256, receipt FROM batch WHERE device = ? ORDER BY seq", (device,))
        expected = [(batch.payload_sha256, row.envelope) for batch, row in zip(sealed, receipts, strict=True)]
        assert stored == expected
        assert set(problems) <= {STOPPED.get(fault)}
    assert line.done[fault] >= (2 if fault != "receipt_of_another_batch" else 1)


@pytest.mark.parametrize(
    ("batches", "kills"),
    [(25, 2), pytest.param(500, 50, marks=(pytest.mark.soak, pytest.mark.timeout(3600)))],
    ids=["a-twentieth", "whole"],
)
def test_random_faults_and_kills_on_both_sides_lose_nothing_and_double_nothing(
    tmp_path: Path, databases: Databases, batches: int, kills: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """One collector's process on SQLite, two on PostgreSQL, of which either may get any request, and be killed."""
    team = Team.made(tmp_path / "collector", database=databases.new())
    chance = random.Random(SEED)
    folder = tmp_path / "p"
    with contextlib.ExitStack() as stack:
        collectors = Collectors.started(team, stack, processes=PROCESSES[databases.kind])
        wishes = ("--rate", "0.3", "--seed", str(SEED))
        line = stack.enter_context(fault_proxy(collectors.ports, *wishes, log=tmp_path / "line.txt"))
        with joined(folder, team, line.address) as (profile, project):
            pass
        at_work, number = Counter[str](), 0
        while min(at_work["collector"], at_work["trainer"]) < kills:  # one that met nobody at work does not count
            number += 1
            assert number <= TRIES_A_KILL * kills, at_work
            with sending_trainer(folder, profile, project, NEVER) as trainer:
                served, sent = kill_both(collectors, line, trainer, chance, together=number % 5 == 0)
            at_work.update(collector=served, trainer=sent)
        with contextlib.closing(Profile.opened(folder).store) as store:
            batches = max(batches, len(store.outbox.batches(project.id)) + 1)  # one takes up what a kill left unsealed
        deliver_all(folder, profile, project, batches)
    after = Profile.opened(folder)
    try:
        check_at_rest(after, after.store.projects.get(project.id), partial(ask, team.folder), batches)
    finally:
        after.store.close()
    asked, faults = line.done.total(), line.faults
    assert faults.total() >= 3 * (asked // 10)
    if kills >= 50:
        assert set(faults) == set(FAULTS)
    with capsys.disabled():
        print(
            f"\n  {batches} batches, {asked} requests, {faults.total()} faults; of {number} kills on each side"
            f" {at_work['trainer']} met the trainer at work and {at_work['collector']} the collector",
            f"in one of its {PROCESSES[databases.kind]} processes" if PROCESSES[databases.kind] > 1 else "",
            end=" ",
        )
