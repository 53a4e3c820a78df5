"""Backups: whole copies made beside a running writer, checked, thinned out, and put back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from made_judgements import judgement

from feedback_store import backups, migrations
from feedback_store.batches.keys import DeviceKey
from feedback_store.database import FILE, Database
from feedback_store.errors import EnvironmentTrouble, NotFoundError
from feedback_store.store import Store, StoredRecord

KEY = DeviceKey.generate()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path)
    opened.projects.create("Test").result()
    yield opened
    opened.close()


def save(store: Store, **changes: Any) -> StoredRecord:
    project = store.projects.current()
    assert project is not None
    return store.records.save(judgement("a>b", project=project.id, trainer=store.trainer, **changes)).result()


def test_a_backup_is_whole_private_and_holds_what_is_still_in_the_log(store: Store) -> None:
    stored = save(store)
    made = store.backup()
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    backups.check(made.path)
    with sqlite3.connect(made.path) as connection:
        assert connection.execute("SELECT data FROM record").fetchall() == [(stored.data,)]
    connection.close()
    assert backups.all_of(store.path) == [made]
    assert [file.name for file in made.path.parent.iterdir()] == [made.path.name]


def test_a_restored_profile_is_as_it_was_and_what_stood_there_is_kept(store: Store, tmp_path: Path) -> None:
    first = save(store)
    made = store.backup()
    second = save(store)
    trainer = store.trainer
    store.close()
    assert backups.restore(tmp_path / FILE, made.name) == made
    again = Store.open(tmp_path)
    assert again.trainer == trainer
    assert (again.records.newest(first.id), again.records.newest(second.id)) == (first, None)
    again.close()
    before = next(backup for backup in backups.all_of(tmp_path / FILE) if backup.name.endswith("before-restore"))
    backups.restore(tmp_path / FILE, before.name)
    again = Store.open(tmp_path)
    assert again.records.newest(second.id) == second
    again.close()


def test_a_restored_profile_starts_a_new_chain(store: Store, tmp_path: Path) -> None:
    project = store.projects.current()
    assert project is not None
    store.outbox.release([save(store).id]).result()
    before = store.outbox.seal(project.id, KEY).result()
    made = store.backup()
    store.close()
    for _ in range(2):
        backups.restore(tmp_path / FILE, made.name)
        connection = sqlite3.connect(tmp_path / FILE)
        # Forgotten, not only different: a restored file may be given the very inode that the backup remembers.
        assert connection.execute("SELECT place FROM profile").fetchone() == ("",)
        connection.close()
        again = Store.open(tmp_path)
        again.outbox.release([save(again).id]).result()
        after = again.outbox.seal(project.id, KEY).result()
        assert before is not None and after is not None
        assert (after.seq, after.chain != before.chain) == (1, True)
        again.close()


def put_back_for_a_damaged_one(store: Store, folder: Path) -> tuple[backups.Backup, Store]:
    """The database is damaged and a backup takes its place: that backup, and the store as it is opened then."""
    made = store.backup()
    store.close()
    (folder / FILE).write_bytes(b"what a pity " * 1000)
    backups.restore(folder / FILE, made.name)
    return made, Store.open(folder)


def test_a_backup_takes_the_place_of_a_damaged_database_which_is_kept(store: Store, tmp_path: Path) -> None:
    stored = save(store)
    _made, again = put_back_for_a_damaged_one(store, tmp_path)
    assert again.records.newest(stored.id) == stored
    again.close()
    assert [file.read_bytes()[:11] for file in tmp_path.glob("*.damaged-*")] == [b"what a pity"]


def test_a_damaged_backup_is_not_put_back(store: Store, tmp_path: Path) -> None:
    stored = save(store)
    made = store.backup()
    store.close()
    data = bytearray(made.path.read_bytes())
    data[4096 * 3 : 4096 * 6] = b"\xff" * 4096 * 3
    made.path.write_bytes(data)
    with pytest.raises(EnvironmentTrouble) as refused:
        backups.restore(tmp_path / FILE, made.name)
    assert refused.value.code == "corrupt"
    again = Store.open(tmp_path)
    assert again.records.newest(stored.id) == stored
    again.close()


def test_a_backup_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as refused:
        backups.restore(tmp_path / FILE, "2026")
    assert refused.value.code == "no_backup"
    assert backups.all_of(tmp_path / FILE) == []


def test_a_backup_stands_before_every_change_of_the_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(tmp_path).close()
    assert backups.all_of(tmp_path / FILE) == []
    seen: list[int] = []

    def m_more(_: object) -> None:
        seen.append(len(backups.all_of(tmp_path / FILE)))

    monkeypatch.setattr(migrations, "_STEPS", (*migrations._STEPS, m_more))
    monkeypatch.setattr(migrations, "VERSION", migrations.VERSION + 1)
    Store.open(tmp_path).close()
    assert seen == [1]
    before = migrations.VERSION - 1
    assert backups.all_of(tmp_path / FILE)[0].name.endswith(f"-schema-{before}")
    database = Database(tmp_path, readonly=True)
    assert database.fetch(migrations.version_of) == before + 1
    database.close()


def test_a_step_that_fails_leaves_the_schema_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(tmp_path).close()

    def m_half(database: Any) -> None:
        database.execute("CREATE TABLE half (a)")
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "_STEPS", (*migrations._STEPS, m_half))
        patch.setattr(migrations, "VERSION", migrations.VERSION + 1)
        with pytest.raises(ZeroDivisionError):
            Store.open(tmp_path)
    store = Store.open(tmp_path)
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'half'").fetchone() is None
        assert migrations.version_of(connection) == migrations.VERSION
    connection.close()
    store.close()


def test_too_little_room_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "LARGEST_SHARE", 0.0)
    with pytest.raises(EnvironmentTrouble) as refused:
        store.backup()
    assert refused.value.code == "no_room_for_backup"


def test_a_backup_is_due_half_an_hour_after_the_last_when_something_changed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert backups.is_due(store.path)
    store.backup()
    save(store)
    assert not backups.is_due(store.path)
    monkeypatch.setattr(backups, "EVERY", timedelta(0))
    assert backups.is_due(store.path)


def test_two_days_all_are_kept_then_one_a_day_a_week_a_month(tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    folder = tmp_path / backups.FOLDER
    folder.mkdir()
    for hours in range(0, 24 * 365, 6):
        (folder / f"{now - timedelta(hours=hours):%Y-%m-%dT%H-%M-%S-%f}.sqlite3").touch()
    (folder / "mine.sqlite3").touch()
    gone = backups.thin_out(tmp_path / FILE, now)
    ages = [(now - backup.made_at).days for backup in backups.all_of(tmp_path / FILE)]
    assert sum(age < 2 for age in ages) == 8
    assert 12 <= sum(2 <= age < 14 for age in ages) <= 13
    assert 6 <= sum(14 <= age < 60 for age in ages) <= 8
    assert 10 <= sum(age >= 60 for age in ages) <= 12
    assert len(gone) + len(ages) == 24 * 365 // 6
    assert backups.thin_out(tmp_path / FILE, now) == []
    assert (folder / "mine.sqlite3").exists()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)


def test_a_keeper_makes_the_backups_that_are_due_and_thins_out_the_old(store: Store) -> None:
    old = store.backup()
    days = [old.path.with_name(f"2020-01-0{day}T12-00-00-000000.sqlite3") for day in (1, 2, 3)]
    for path in days:
        path.write_bytes(old.path.read_bytes())
    old.path.unlink()
    keeper = backups.Keeper(store.path, lambda error: pytest.fail(str(error)), look_s=0.01)
    keeper.start()
    until(lambda: len(backups.all_of(store.path)) == 2)
    keeper.stop()
    newest, kept = backups.all_of(store.path)
    backups.check(newest.path)
    assert (old.label, newest.label, kept.label) == ("by-hand", "by-itself", "")
    assert (newest.made_at.year > 2020, kept.path) == (True, days[-1]), "one a month of what is old"


def test_a_keeper_tells_once_what_keeps_it_from_working_and_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    with monkeypatch.context() as full:
        full.setattr(backups, "LARGEST_SHARE", 0.0)
        keeper = backups.Keeper(store.path, lambda error: heard.append(error.code), look_s=0.01)
        keeper.start()
        until(lambda: bool(heard))
        time.sleep(0.05)  # several more looks
    until(lambda: bool(backups.all_of(store.path)))
    keeper.stop()
    assert heard == ["no_room_for_backup"] and len(backups.all_of(store.path)) == 1


def test_a_file_from_anywhere_is_put_back_if_it_is_a_profile_that_this_version_reads(
    store: Store, tmp_path: Path
) -> None:
    stored = save(store)
    elsewhere = tmp_path / "stick" / "of another computer.sqlite3"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(store.backup().path.read_bytes())
    store.records.withdraw(stored.id, "mistake").result()
    withdrawn = store.records.newest(stored.id)
    store.close()
    other, newer = tmp_path / "other.sqlite3", tmp_path / "newer.sqlite3"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE cake (recipe TEXT)")
    newer.write_bytes(elsewhere.read_bytes())
    with sqlite3.connect(newer) as connection:
        connection.execute(f"PRAGMA user_version = {migrations.VERSION + 1}")
    for file, code in ((other, "not_a_database"), (newer, "newer_database"), (tmp_path / "none", "cannot_open")):
        with pytest.raises(EnvironmentTrouble) as refused:
            backups.restore_file(tmp_path / FILE, file)
        assert refused.value.code == code
    again = Store.open(tmp_path)
    assert again.records.newest(stored.id) == withdrawn, "what was refused changed something"
    again.close()
    backups.restore_file(tmp_path / FILE, elsewhere)
    again = Store.open(tmp_path)
    assert again.records.newest(stored.id) == stored
    again.close()


# Makes a backup, and halts as soon as something of it is on the disk.
MAKING = """
import sys
from pathlib import Path
from feedback_store import backups

database, opened = Path(sys.argv[1]), backups._open

def halting(path, mode):
    def halt():
        if any(each.stat().st_size for each in (database.parent / backups.FOLDER).glob(f"*{backups.BEGUN}")):
            print("halted", flush=True)
            sys.stdin.read()

    connection = opened(path, mode)
    connection.set_progress_handler(halt, 1000)
    return connection

backups._open = halting
backups.make(database)
"""


def test_t21_what_a_killed_backup_left_is_named_with_those_that_hold_an_erased_record_and_goes(
    store: Store, tmp_path: Path
) -> None:
    stored = save(store)
    for number in range(60):  # so that it is written before it is whole
        store.drafts.save(str(number), bytes(1024 * 1024)).result()
    command = [sys.executable, "-c", MAKING, str(store.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"halted\n"
        child.kill()
    left = next((tmp_path / backups.FOLDER).glob(f"*{backups.BEGUN}"))
    assert backups.all_of(store.path) == []
    assert store.records.erase(stored.id).result().backups == (left.name,)
    store.close()
    Store.open(tmp_path).close()
    assert left.exists(), "somebody may be making it"
    for each in left.parent.iterdir():  # SQLite's journal too
        os.utime(each, (0, time.time() - backups.LEFT_S - 60))
    again = Store.open(tmp_path)
    assert list(left.parent.iterdir()) == [] and again.records.backups_with(stored.id) == ()
    again.close()


def test_t21_what_a_killed_restoring_left_goes_at_the_next_start_and_was_nobody_elses_to_read(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store)
    made = store.backup()
    store.close()
    seen: list[int] = []
    copied = shutil.copyfile

    def copy(source: Path, target: Path) -> None:
        copied(source, target)
        seen.append(stat.S_IMODE(Path(target).stat().st_mode))

    monkeypatch.setattr(shutil, "copyfile", copy)
    backups.restore(tmp_path / FILE, made.name)
    assert seen == [0o600]
    left = (tmp_path / FILE).with_suffix(backups.RESTORING)
    left.write_bytes(made.path.read_bytes())
    Store.open(tmp_path).close()
    assert not left.exists()
    left.mkdir()  # what cannot be removed keeps nobody from opening the profile
    Store.open(tmp_path).close()


def test_t21_a_damaged_database_that_was_kept_is_named_where_it_may_hold_an_erased_record(
    store: Store, tmp_path: Path
) -> None:
    stored = save(store)
    made, again = put_back_for_a_damaged_one(store, tmp_path)
    kept = [file.name for file in tmp_path.glob("*.damaged-*")]
    assert again.records.erase(stored.id).result().backups == (made.name, *kept)
    again.close()
