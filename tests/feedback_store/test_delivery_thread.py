"""The thread that sends what is sealed: it rests, goes on, and may be killed at any moment."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from joined_profile import QUICK, Profile, Ready, joined, kept_by, sealed_hashes
from running_collector import ROOT, Team

from feedback_store.delivery.sender import Sender
from feedback_store.errors import SecretsError
from feedback_store.store import Project

# ---------------------------------------------------------------------------------------------- the window's thread


def events(profile: Profile, project: Project, *wanted: str, timeout: float = 20.0) -> bool:
    """Whether these events of a project were all told within the time."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        told = [step.event for step in profile.seen if step.project == project.id]
        if all(told.count(event) >= wanted.count(event) for event in wanted):
            return True
        threading.Event().wait(0.01)
    return False


def test_the_thread_sends_what_is_sealed_without_being_asked(ready: Ready) -> None:
    _, profile, project = ready
    sender = profile.sender()
    sender.start()
    try:
        profile.seal(project.id)
        assert events(profile, project, "delivered")
        profile.seal(project.id)
        assert events(profile, project, "delivered", "delivered")
    finally:
        sender.stop()
    assert profile.states(project.id) == ["delivered", "delivered"]


def test_one_collectors_outage_delays_no_other(ready: Ready) -> None:
    team, profile, project = ready
    down = profile.alone("http://127.0.0.1:9", team.key)
    profile.seal(down.id)
    sender = profile.sender()
    sender.start()
    try:
        assert events(profile, down, "waiting")
        profile.seal(project.id)
        assert events(profile, project, "delivered")
        assert events(profile, down, "waiting", "waiting")
    finally:
        sender.stop()
    assert profile.states(down.id) == ["sealed"]


def test_after_a_stop_the_thread_rests_until_it_is_woken(served: tuple[Team, str], ready: Ready) -> None:
    team, profile, project = ready
    profile.tokens[project.id] = "x" * 43
    sender = profile.sender()
    sender.start()
    try:
        profile.seal(project.id)
        assert events(profile, project, "stopped")
        profile.join(served[1], team.invite())
        sender.wake(project.id)
        assert events(profile, project, "delivered")
    finally:
        sender.stop()


def test_a_locked_keyring_stops_a_project_and_not_the_thread(ready: Ready) -> None:
    _, profile, project = ready
    locked = True

    def token(name: str) -> str | None:
        if locked:
            raise SecretsError("The keyring is locked. Unlock it and try again.", code="locked")
        return profile.tokens.get(name)

    sender = Sender(profile.store, token, on_progress=profile.seen.append)
    sender.start()
    try:
        profile.seal(project.id)
        assert events(profile, project, "stopped")
        locked = False
        sender.wake(project.id)
        assert events(profile, project, "delivered")
    finally:
        sender.stop()


# -------------------------------------------------------------------------------------------------------- killed


SEND = """
import json, sys
from pathlib import Path
from feedback_store.delivery.backoff import Backoff
from feedback_store.delivery.sender import Sender
from feedback_store.records import App
from feedback_store.store import Store
store = Store.open(Path(sys.argv[1]), app=App("preceptor", "0.1.0"))
print("ready", flush=True)
project = store.projects.get(sys.argv[2])
report = Sender(store, lambda _: sys.argv[3], backoff=Backoff(0.01, 0.05)).send_pending(project, tries=20)
store.close()
sys.exit(0 if report.problem is None else 1)
"""


@pytest.mark.parametrize("kills", [4, pytest.param(20, marks=(pytest.mark.soak, pytest.mark.timeout(900)))])
def test_killed_while_sending_everything_is_stored_exactly_once(
    served: tuple[Team, str], tmp_path: Path, kills: int
) -> None:
    """T23."""
    team, address = served
    with joined(tmp_path / "p", team, address) as (profile, project):
        profile.seal(project.id, records=5, batches=kills * 4)
        token = profile.tokens[project.id]
    chance = random.Random(20261124)
    command = [sys.executable, "-c", SEND, str(tmp_path / "p"), project.id, token]
    for _ in range(kills):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as sender:
            assert sender.stdout is not None
            assert sender.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0.0, 0.15))
            sender.kill()
    assert subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False).returncode == 0
    after = Profile.opened(tmp_path / "p")
    try:
        assert set(after.states(project.id)) == {"delivered"}
        assert sorted(kept_by(team, after)) == sorted(sealed_hashes(after, project))
        assert [row.seq for row in after.store.outbox.receipts(project.id)] == list(range(1, kills * 4 + 1))
    finally:
        after.store.close()


def test_the_waits_grow_with_full_jitter_and_honour_what_was_asked() -> None:
    drawn = [[QUICK.__class__().delay(failures) for _ in range(200)] for failures in (1, 2, 5, 40)]
    for waits, limit in zip(drawn, (2.0, 4.0, 32.0, 900.0), strict=True):
        assert 0.0 <= min(waits) < limit * 0.1 and limit * 0.9 < max(waits) <= limit
    assert QUICK.delay(1, 7.0) == 7.0
    assert QUICK.delay(1, 1e9) == 3600.0
    assert QUICK.delay(1, -5.0) <= 0.01
