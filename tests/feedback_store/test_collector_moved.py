"""A collector moves from SQLite to PostgreSQL with all that it holds; trainers go on as if nothing had happened."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import httpx
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joined_profile import Profile, joined, sealed_hashes
from keys_over_http import changed, fork, put, recovery, revocation, rotation
from running_collector import ROOT, Device, Team, refused, running
from storages import Cluster, ask
from test_collector_processes import check_chain, deliver_until
from test_collector_rules import revised, withdrawal

from feedback_store import records
from feedback_store.batches.keys import DeviceKey
from feedback_store.collector import administration, erasing, facts, key_ceremony, proof
from feedback_store.collector.exporting.destination import Folder
from feedback_store.collector.exporting.run import export
from feedback_store.collector.moving import Moved, move
from feedback_store.collector.opening import ADDRESS_FILE, VARIABLE, open_storage
from feedback_store.collector.sqlite_storage import FILE
from feedback_store.collector.tables import TABLES, Sum, Table
from feedback_store.errors import EnvironmentTrouble, StoreError

OF_POSTGRES = {("project", "number"), ("collector_key", "number"), ("record", "first")}
OF_SQLITE = {("collector_key", "number")}


def live(team: Team, http: httpx.Client) -> list[Device]:
    """Everything that can happen to a collector's data, once; the devices that still deliver."""

    def enrolled(**more: str) -> Device:
        made = Device(team, http, **more)
        assert made.join(team.invite(trainer=more.get("trainer"))).status_code == 200
        return made

    ada = enrolled()
    line, gone, withdrawn = ada.record(), ada.record(), ada.record()
    ada.deliver(line, gone, withdrawn)
    ada.deliver(newer := revised(line, confidence=3), withdrawal(ada, withdrawn))
    ada.deliver(ada.record(), created_at="2036-01-01T00:00:00.000Z")  # of a clock that is wrong
    ada.deliver(withdrawal(ada, newer, "private"))
    second = enrolled(trainer=ada.trainer)
    second.deliver()

    storage = open_storage(team.folder)
    try:
        erasing.erase(storage, [records.decode(gone).id])
    finally:
        storage.close()

    rotated = enrolled()
    rotated.deliver()
    event = rotation(rotated, key := DeviceKey.generate())
    assert put(rotated, event).status_code == 201
    rotated = changed(rotated, key, event)
    rotated.deliver()

    lost = enrolled()
    lost.deliver()
    assert recovery(lost, key_ceremony.recovery_code(team.folder, lost.key.key_id), DeviceKey.generate()).is_success

    stolen = enrolled()
    stolen.deliver()
    assert put(stolen, revocation(stolen, stolen.key)).is_success

    for what in ("wait", "take", "drop"):
        copied = enrolled()
        copied.deliver()
        named = fork(copied, copied.record())
        if what != "wait":
            key_ceremony.resolve(team.folder, named, take=what == "take", project=team.project)

    with patch.object(facts, "check_name"):  # earlier versions took such a name
        team.invite(name="Grace \N{GREEK SMALL LETTER LAMDA}\0")  # never used
    key_ceremony.rotate_key(team.folder, project=team.project)
    administration.revoke(team.folder, second.key.key_id, project=team.project, reason="left")
    Team.made(team.folder, "A second project")
    return [ada, rotated]


@contextlib.contextmanager
def lived_in(folder: Path) -> Iterator[tuple[Team, list[Device]]]:
    team = Team.made(folder)
    with running(folder) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        yield team, live(team, http)


def rows_of(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything, asked past the program and past the table of columns."""
    found = {}
    for table in TABLES:
        columns = [name for name in table.columns if name != "first"]
        rows = ask(folder, f"SELECT {', '.join(columns)} FROM {table.name}")
        found[table.name] = sorted((tuple(map(_plain, row)) for row in rows), key=repr)
    return found


def _plain(value: object) -> object:
    return int(value) if isinstance(value, bool) else value.replace("\0", "") if isinstance(value, str) else value


def proofs(folder: Path) -> dict[str, bytes]:
    storage = open_storage(folder)
    try:
        with storage.reading() as view:
            devices = [each for project in view.projects() for each in view.devices(project)]
        return {device.id: b"".join(proof.bodies_of(storage, device)) for device in devices}
    finally:
        storage.close()


def test_every_column_of_both_storages_is_moved(tmp_path: Path, postgres: Cluster) -> None:
    """A step of a schema that adds one has to say here how it is moved."""
    known = {(table.name, name) for table in TABLES for name in table.columns}
    team = Team.made(tmp_path)
    tables = ask(team.folder, "SELECT name FROM sqlite_master WHERE type = 'table'")
    of_sqlite = {(name, row[1]) for (name,) in tables for row in ask(team.folder, f"PRAGMA table_info({name})")}
    assert of_sqlite - known == OF_SQLITE
    assert known - of_sqlite == {("record", "first")}
    other = Team.made(tmp_path / "other", database=postgres.new())
    sql = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    of_postgres = set(ask(other.folder, sql)) - {("collector_schema", "version")}
    assert of_postgres - known == OF_POSTGRES - known
    assert known - of_postgres == set()


def test_all_that_a_collector_holds_is_moved_and_devices_go_on(tmp_path: Path, postgres: Cluster) -> None:
    with lived_in(tmp_path / "c") as (team, devices):
        before, proven = rows_of(team.folder), proofs(team.folder)
        order = [row[0] for row in ask(team.folder, "SELECT id FROM project ORDER BY rowid")]
        storage = open_storage(team.folder)
        export(storage, Folder(tmp_path / "export"))
        storage.close()
        assert all(before.values()), "something of each table"
        told: list[tuple[int, int]] = []
        done = move(team.folder, postgres.new(), on_table=lambda *counts: told.append(counts))
        assert done == Moved(2, len(before["device"]), len(before["batch"]), len(before["record"]))
        assert told[-1] == (len(TABLES), len(TABLES))
        assert (team.folder / ADDRESS_FILE).stat().st_mode & 0o777 == 0o600
    assert rows_of(team.folder) == before
    assert proofs(team.folder) == proven, "byte for byte"
    storage = open_storage(team.folder)
    with storage.reading() as view:
        assert view.projects() == order
    assert export(storage, Folder(tmp_path / "export")).written == 0, "an export goes on where it was"
    storage.close()
    with running(team.folder) as later, httpx.Client(base_url=later.address, timeout=180) as http:
        for device in devices:
            device.http = http
            device.deliver()
            assert refused(device.put(device.body(seq=1, prev="0" * 64))) == (409, "fork")
        taken = ask(team.folder, "SELECT id, rev, data FROM record WHERE first AND trainer = ?", (devices[0].trainer,))
        stolen = next(row[2] for row in taken if row[2] is not None and b'"judgement"' in row[2])
        thief = devices[1]
        thief.chain, thief.seq, thief.head = "e" * 32, 0, "0" * 64
        said = thief.deliver(revised(bytes(stolen).replace(devices[0].trainer.encode(), thief.trainer.encode())))
        assert [item.rule for item in said.items] == ["record_other_trainer"]


def test_trainers_send_before_while_and_after_as_if_nothing_had_happened(tmp_path: Path, postgres: Cluster) -> None:
    """The old process is still there when the data has gone: it takes nothing, and their batches wait."""
    team = Team.made(tmp_path / "c")
    with contextlib.ExitStack() as stack:
        collector = stack.enter_context(running(team.folder))
        trainers = [stack.enter_context(joined(tmp_path / name, team, collector.address)) for name in ("ada", "ben")]
        for profile, project in trainers:
            profile.seal(project.id, batches=20)
            assert profile.sender().send_pending(project, tries=1).batches == 20
        move(team.folder, postgres.new())
        health = httpx.get(f"{collector.address}/health", timeout=180)
        assert refused(health) == (503, "storage")
        for profile, project in trainers:
            profile.seal(project.id, batches=5)
            report = profile.sender().send_pending(project, tries=1)
            assert (report.batches, report.ended) == (0, "retry")
        assert collector.end() == 0
        stack.enter_context(running(team.folder, port=collector.port))
        for profile, project in trainers:
            report = profile.sender().send_pending(project, tries=3)
            assert (report.batches, report.restored, report.problem) == (5, False, None)
            assert held(team, profile) == sorted(sealed_hashes(profile, project))
            assert profile.states(project.id) == ["delivered"] * 25
    assert ask(team.folder, "SELECT count(*) FROM batch") == [(50,)]
    with contextlib.closing(sqlite3.connect(team.folder / FILE)) as old:
        assert old.execute("SELECT count(*) FROM batch").fetchall() == [(40,)]


def test_no_batch_with_a_receipt_is_left_behind_by_a_move_under_load(tmp_path: Path, postgres: Cluster) -> None:
    """Devices deliver without a pause until they are told 503; what they hold receipts for is what was moved."""
    team, stop = Team.made(tmp_path / "c"), threading.Event()
    answers: Counter[int] = Counter()
    with running(team.folder) as collector, contextlib.ExitStack() as stack:
        devices = []
        for _ in range(4):
            http = stack.enter_context(httpx.Client(base_url=collector.address, timeout=180))
            devices.append(Device(team, http))
            assert devices[-1].join().status_code == 200
        threads = [threading.Thread(target=deliver_until, args=(stop, device, answers)) for device in devices]
        for thread in threads:
            thread.start()
        try:
            while answers[201] < 40 and any(thread.is_alive() for thread in threads):
                time.sleep(0.01)
            move(team.folder, postgres.new())
        finally:
            for thread in threads:
                thread.join(30)
            stop.set()
        assert set(answers) == {201, 503}
        assert '"code":"moved"' in (team.folder / "log.txt").read_text()
    assert ask(team.folder, "SELECT count(*) FROM batch") == [(answers[201],)]
    for device in devices:
        check_chain(device)


def held(team: Team, profile: Profile) -> list[str]:
    trainer = profile.store.trainer
    return sorted(row[0] for row in ask(team.folder, "SELECT sha256 FROM record WHERE trainer = ?", (trainer,)))


BROKEN_OFF = {
    "while rows are written": "postgres_arriving.Arriving.fill = lambda *_: os._exit(9)",
    "before the copy is committed": "Moving = moving._compare\n"
    "moving._compare = lambda *a, **k: (Moving(*a, **k), os._exit(9))",
    "before the file is marked": "sqlite_leaving.Leaving.mark = lambda _: os._exit(9)",
    "before the folder names the database": "moving.keep_address = lambda *_, **__: os._exit(9)",
}


@pytest.mark.parametrize("when", BROKEN_OFF)
def test_a_move_that_is_broken_off_is_ended_by_the_same_again(when: str, tmp_path: Path, postgres: Cluster) -> None:
    team, database = Team.made(tmp_path / "c"), postgres.new()
    with running(team.folder) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        device.join()
        device.deliver()
        before = rows_of(team.folder)
        program = (
            "import os, sys\nfrom pathlib import Path\n"
            "from feedback_store.collector import moving, postgres_arriving, sqlite_leaving\n"
            f"{BROKEN_OFF[when]}\nmoving.move(Path(sys.argv[1]), sys.argv[2])\n"
        )
        done = subprocess.run([sys.executable, "-c", program, team.folder, database], cwd=ROOT, check=False)
        assert done.returncode == 9
        assert not (team.folder / ADDRESS_FILE).exists()
        marked = when == "before the folder names the database"
        assert httpx.get(f"{collector.address}/health", timeout=180).status_code == (503 if marked else 200)
        move(team.folder, database)
    assert rows_of(team.folder) == before
    with running(team.folder) as later, httpx.Client(base_url=later.address, timeout=180) as http:
        device.http = http
        device.deliver()


def test_what_was_delivered_after_a_move_that_was_broken_off_is_not_left_behind(
    tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    team, database = Team.made(tmp_path / "c"), postgres.new()

    def off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("feedback_store.collector.sqlite_leaving.Leaving.mark", off)
        move(team.folder, database)
    team.invite()  # it goes on on SQLite
    with pytest.raises(EnvironmentTrouble, match="something else already"):
        move(team.folder, database)
    assert move(team.folder, postgres.new()).projects == 1
    assert ask(team.folder, "SELECT count(*) FROM invitation") == [(1,)]


def test_a_database_that_holds_anything_else_is_refused_and_left_as_it_is(tmp_path: Path, postgres: Cluster) -> None:
    team = Team.made(tmp_path / "c")
    other = Team.made(tmp_path / "other", database=postgres.new())
    before = rows_of(other.folder)
    with pytest.raises(EnvironmentTrouble, match="something else already"):
        move(team.folder, (other.folder / ADDRESS_FILE).read_text().strip())
    assert rows_of(other.folder) == before
    assert not (team.folder / ADDRESS_FILE).exists()
    team.invite()


def test_the_old_file_is_never_served_from_again_by_accident(
    tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    team, database = Team.made(tmp_path / "c"), postgres.new()
    still_open = open_storage(team.folder)
    move(team.folder, database)
    with pytest.raises(EnvironmentTrouble, match="moved to PostgreSQL"), still_open.writing():
        pass
    with pytest.raises(EnvironmentTrouble, match="moved to PostgreSQL"):
        still_open.check()
    still_open.close()
    with pytest.raises(EnvironmentTrouble, match="lies in PostgreSQL already"):
        move(team.folder, postgres.new())
    Team.made(team.folder, "Another", database=database)
    assert len(ask(team.folder, "SELECT id FROM project")) == 2
    (team.folder / ADDRESS_FILE).unlink()
    with pytest.raises(EnvironmentTrouble, match="moved to PostgreSQL"):
        open_storage(team.folder)
    with pytest.raises(EnvironmentTrouble, match="moved to another database"):
        move(team.folder, postgres.new())
    monkeypatch.setenv(VARIABLE, database)
    open_storage(team.folder).close()


def test_a_damaged_file_is_not_moved(tmp_path: Path, postgres: Cluster) -> None:
    team = Team.made(tmp_path)
    with contextlib.closing(sqlite3.connect(team.folder / FILE)) as connection:
        for _ in range(300):
            team_invitation = (
                "INSERT INTO invitation VALUES (hex(randomblob(32)), ?, NULL, '', '', '', NULL, NULL, NULL)"
            )
            connection.execute(team_invitation, (team.project,))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'invitation'")
    with (team.folder / FILE).open("r+b") as file:
        file.seek((root - 1) * size + size // 2)
        file.write(b"\xff" * (size // 2))
    database = postgres.new()
    with pytest.raises(EnvironmentTrouble, match="is damaged"):
        move(team.folder, database)
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM project").fetchone() == (0,)
    assert not (team.folder / ADDRESS_FILE).exists()


def test_a_folder_without_a_collector_and_no_address_are_told(tmp_path: Path, postgres: Cluster) -> None:
    with pytest.raises(EnvironmentTrouble, match="no collector on SQLite"):
        move(tmp_path, postgres.new())
    with pytest.raises(StoreError, match="looks like"):
        move(tmp_path, "mysql://there")


@given(st.lists(st.tuples(st.text(), st.none() | st.integers() | st.binary() | st.text())), st.randoms())
def test_sums_are_equal_in_whatever_order_and_differ_with_any_row(
    rows: list[tuple[str, int | bytes | str | None]], chance: object
) -> None:
    table, numbered = Table("any", ("a", "b")), Table("any", ("a", "b"), numbered=True)
    mixed = list(rows)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert Sum(table).of(rows) == Sum(table).of(mixed)
    assert (Sum(numbered).of(rows) == Sum(numbered).of(mixed)) == (rows == mixed)
    for place, (first, second) in enumerate(rows):
        other = [*rows[:place], (first + "x", second), *rows[place + 1 :]]
        assert Sum(table).of(rows) != Sum(table).of(other)
    assert Sum(table).of(rows) != Sum(table).of([*rows, ("", None)])


def test_the_command_moves_and_says_how_much(tmp_path: Path, postgres: Cluster) -> None:
    team = Team.made(tmp_path / "c")
    shutil.copytree(team.folder, tmp_path / "d")

    def run(*words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "desktop", "collector", "move", *map(str, words)]
        env = {"PATH": "/usr/bin:/bin", "LANGUAGE": "en", "HOME": str(tmp_path), **more}
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    nowhere = run(team.folder)
    assert nowhere.returncode == 2
    assert "--database" in nowhere.stderr
    done = run(team.folder, "--database", postgres.new())
    assert done.returncode == 0, done.stderr
    assert "Moved and compared: 1 project, 0 devices, 0 batches, 0 revisions of records." in done.stdout
    assert "collector.sqlite3" in done.stdout
    by_environment = run(tmp_path / "d", "--json", **{VARIABLE: postgres.new()})
    assert by_environment.stdout == '{"projects": 1, "devices": 0, "batches": 0, "revisions": 0}\n'
    assert not (tmp_path / "d" / ADDRESS_FILE).exists()
