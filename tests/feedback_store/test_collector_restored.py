"""The restore drill: data is backed up, more is delivered, the copy is put back, and clients go on by themselves."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
from pathlib import Path

import psycopg
import pytest
from joined_profile import joined
from running_collector import Team, running
from storages import Cluster, Databases, ask

from feedback_store.collector.opening import ADDRESS_FILE
from feedback_store.collector.sqlite_storage import FILE
from feedback_store.store import StoredRecord


class Copy:
    """A backup of a collector's data and its way back, as docs/operations.md says."""

    def __init__(self, folder: Path, cluster: Cluster | None) -> None:
        self.folder = folder
        self.file = folder / "copy"
        self.cluster = cluster

    def make(self) -> None:
        """Beside the running collector."""
        if self.cluster is None:
            with contextlib.closing(sqlite3.connect(self.folder / FILE)) as connection:
                connection.execute("VACUUM INTO ?", (str(self.file),))
        else:
            self._run("pg_dump", "--format=custom", f"--file={self.file}", self._address)

    def put_back(self) -> None:
        """What was there is moved aside, for the time until the copy is known to be whole."""
        if self.cluster is None:
            (self.folder / "before").mkdir()
            for path in self.folder.glob(f"{FILE}*"):
                path.rename(self.folder / "before" / path.name)
            shutil.copy(self.file, self.folder / FILE)
            return
        back = self.cluster.new()
        self._run("pg_restore", "--exit-on-error", f"--dbname={back}", str(self.file))
        name = dbname(self._address)
        with psycopg.connect(self.cluster.url("postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} RENAME TO {name}_before".encode())
            connection.execute(f"ALTER DATABASE {dbname(back)} RENAME TO {name}".encode())

    @property
    def _address(self) -> str:
        return (self.folder / ADDRESS_FILE).read_text().strip()

    def _run(self, program: str, *words: str) -> None:
        assert self.cluster is not None
        done = subprocess.run([self.cluster.binaries / program, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def dbname(address: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(address)["dbname"])


@pytest.mark.parametrize("more", [12, pytest.param(50, marks=pytest.mark.soak)])
def test_a_restored_copy_is_healed_by_the_clients(tmp_path: Path, databases: Databases, more: int) -> None:
    """With so many batches of each of two trainers delivered after the copy was made."""
    team = Team.made(tmp_path / "c", database=databases.new())
    copy = Copy(team.folder, databases.cluster)
    with contextlib.ExitStack() as stack:
        collector = stack.enter_context(running(team.folder))
        trainers = [stack.enter_context(joined(tmp_path / name, team, collector.address)) for name in ("ada", "grace")]
        for profile, project in trainers:
            profile.seal(project.id, batches=3)
            assert profile.sender().send_pending(project).batches == 3
        copy.make()
        for profile, project in trainers:
            profile.seal(project.id, batches=more)
            assert profile.sender().send_pending(project).batches == more
        assert collector.end() == 0
        copy.put_back()
        assert ask(team.folder, "SELECT count(*) FROM batch") == [(6,)]
        with running(team.folder, port=collector.port):
            for profile, project in trainers:
                profile.seal(project.id)
                report = profile.sender().send_pending(project)
                assert (report.batches, report.restored, report.problem) == (more + 1, True, None)
                assert [step.seq for step in profile.seen if step.event == "restored"] == [4], "where it goes on"
        for profile, project in trainers:
            kept = [
                row[0]
                for row in ask(
                    team.folder, "SELECT sha256 FROM record WHERE trainer = ? ORDER BY id", (profile.store.trainer,)
                )
            ]
            assert kept == [each.sha256 for each in sorted(profile.store.records.iter_newest(project.id), key=_id)]
            assert profile.states(project.id) == ["delivered"] * (3 + more + 1)
    assert ask(team.folder, "SELECT count(*) FROM batch") == [(2 * (3 + more + 1),)]


def _id(stored: StoredRecord) -> str:
    return stored.id
