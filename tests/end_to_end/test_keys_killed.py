"""A change of keys that is killed at any step: whatever is left goes on by itself, and no delivery is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from joined_profile import kept_by
from made_judgements import judgement
from running_collector import Running, Team, running

from desktop.profile import Profile
from feedback_store.store import Project

# Ends the process at the given step: before or after anything that stays behind is written, sent or answered.
CHILD = """
import os, sys
from concurrent.futures import Future
from pathlib import Path
from desktop.profile import Profile
from feedback_store.delivery.http import Connection
from feedback_store.own_keys import Keys
from feedback_store.secret_files import BareFile

step, seen = int(sys.argv[2]), 0

def tick(what):
    global seen
    seen += 1
    if seen == step:
        os._exit(9)

def watch(kind, name):
    real = getattr(kind, name)
    def watched(*args, **named):
        tick(name)
        found = real(*args, **named)
        if isinstance(found, Future):
            found.result()
        tick(name)
        return found
    setattr(kind, name, watched)

for kind, name in ((BareFile, "set"), (BareFile, "delete"), (Keys, "rotate"), (Keys, "accept"),
                   (Keys, "keep_list"), (Connection, "request")):
    watch(kind, name)
profile = Profile.open(Path(sys.argv[1]))
project = profile.project
problem = profile.collectors.rotate_key(project)
assert problem is None, problem
profile.close()
print(seen)
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Team, Running]]:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        yield team, collector


def released(profile: Profile, project: Project) -> None:
    made = judgement("a>b", project=project.id, trainer=profile.trainer)
    stored = profile.store.records.save(made).result()
    profile.store.outbox.release([stored.id]).result()


def seal(profile: Profile, project: Project) -> None:
    released(profile, project)
    assert profile.store.outbox.seal(project.id, profile.device_key(project)).result() is not None


def joined(folder: Path, team: Team, address: str) -> None:
    """A profile in use of the team's project, with a delivery that arrived and one that waits."""
    profile = Profile.open(folder, insecure_key_file=True)
    project = profile.collectors.join(address, team.invite()).project
    profile.store.projects.use(project.id).result()
    seal(profile, project)
    assert profile.collectors.sender().send_pending(project, tries=1).problem is None
    seal(profile, project)
    profile.close()


def killed(folder: Path, step: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), str(step)], capture_output=True, text=True, timeout=180, check=False
    )


@pytest.mark.long
def test_killed_at_any_step_a_change_of_keys_goes_on_by_itself(tmp_path: Path, served: tuple[Team, Running]) -> None:
    team, collector = served
    joined(tmp_path / "whole", team, collector.address)
    done = killed(tmp_path / "whole", 0)
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    assert steps >= 12
    for step in range(1, steps + 1):
        folder = tmp_path / f"killed-{step}"
        joined(folder, team, collector.address)
        before = keys_of(folder)
        done = killed(folder, step)
        assert done.returncode == 9, (step, done.stderr)
        profile = Profile.open(folder)
        try:
            project = profile.project
            seal(profile, project)
            report = profile.collectors.sender().send_pending(project, tries=1)
            assert (report.ended, report.problem) == ("done", None), step
            if profile.store.keys.newest(project.id) is None:  # killed before anything was decided
                assert profile.collectors.rotate_key(project) is None
            seal(profile, project)
            assert profile.collectors.sender().send_pending(project, tries=1).problem is None, step
            assert len(kept_by(team, profile)) == 4, step
            states = [each.state for each in profile.collectors.ask_devices(project).devices]
            assert states == ["retired", "active"], step
        finally:
            profile.close()
        after = keys_of(folder)
        assert len(after) == 1, (step, "one key is kept")
        assert after != before, (step, "and not the old one")


def keys_of(folder: Path) -> set[str]:
    """The seeds that a profile keeps."""
    kept = json.loads((folder / "secrets.json").read_text())["secrets"]
    return {seed for name, seed in kept.items() if name.partition("/")[0] in ("device-key", "next-key")}
