"""The restore drill: data is backed up, more is delivered, the copy is put back, and clients go on by themselves."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import psycopg
from joined_profile import joined
from running_collector import Team, running
from storages import Databases, ask

from feedback_store.collector.opening import ADDRESS_FILE
from feedback_store.collector.sqlite_storage import FILE
from feedback_store.store import StoredRecord


class Copy:
    """A backup of a collector's data, as its operator makes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> None:
        if (self.folder / FILE).exists():
            with contextlib.closing(sqlite3.connect(self.folder / FILE)) as connection:
                connection.execute("VACUUM INTO ?", (str(self.folder / "copy"),))
            return
        self._copy(self._name, f"{self._name}_copy")

    def put_back(self) -> None:
        if (self.folder / FILE).exists():
            for path in self.folder.glob(f"{FILE}*"):
                path.unlink()
            shutil.copy(self.folder / "copy", self.folder / FILE)
            return
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {self._name} WITH (FORCE)".encode())
        self._copy(f"{self._name}_copy", self._name)

    @property
    def _address(self) -> str:
        return (self.folder / ADDRESS_FILE).read_text().strip()

    @property
    def _name(self) -> str:
        return str(psycopg.conninfo.conninfo_to_dict(self._address)["dbname"])

    @property
    def _admin(self) -> str:
        return psycopg.conninfo.make_conninfo(self._address, dbname="postgres")

    def _copy(self, source: str, target: str) -> None:
        """As pg_dump and pg_restore would; a template must not be in use, so its connections are broken off."""
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (source,))
            connection.execute(f"CREATE DATABASE {target} TEMPLATE {source}".encode())


MORE = 50  # batches of each of two trainers, delivered after the copy was made


def test_a_restored_copy_is_healed_by_the_clients(tmp_path: Path, databases: Databases) -> None:
    team = Team.made(tmp_path / "c", database=databases.new())
    copy = Copy(team.folder)
    with contextlib.ExitStack() as stack:
        collector = stack.enter_context(running(team.folder))
        trainers = [stack.enter_context(joined(tmp_path / name, team, collector.address)) for name in ("ada", "grace")]
        for profile, project in trainers:
            profile.seal(project.id, batches=3)
            assert profile.sender().send_pending(project).batches == 3
        assert collector.end() == 0
        copy.make()
        with running(team.folder, port=collector.port) as later:
            for profile, project in trainers:
                profile.seal(project.id, batches=MORE)
                assert profile.sender().send_pending(project).batches == MORE
            assert later.end() == 0
        copy.put_back()
        assert ask(team.folder, "SELECT count(*) FROM batch") == [(6,)]
        with running(team.folder, port=collector.port):
            for profile, project in trainers:
                profile.seal(project.id)
                report = profile.sender().send_pending(project)
                assert (report.batches, report.restored, report.problem) == (MORE + 1, True, None)
        for profile, project in trainers:
            kept = [
                row[0]
                for row in ask(
                    team.folder, "SELECT sha256 FROM record WHERE trainer = ? ORDER BY id", (profile.store.trainer,)
                )
            ]
            assert kept == [each.sha256 for each in sorted(profile.store.records.iter_newest(project.id), key=_id)]
            assert profile.states(project.id) == ["delivered"] * (3 + MORE + 1)
    assert ask(team.folder, "SELECT count(*) FROM batch") == [(2 * (3 + MORE + 1),)]


def _id(stored: StoredRecord) -> str:
    return stored.id
