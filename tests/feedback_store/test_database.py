"""The database: durable settings, one writer, readers of one moment, and the machine's trouble told apart."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from small_disk import filled

from feedback_store import migrations
from feedback_store.database import FILE, LOCK, Database
from feedback_store.errors import EnvironmentTrouble, StoreError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "profile")
    yield opened
    opened.close()


def put(connection: sqlite3.Connection, name: str, value: str = "1") -> None:
    connection.execute("INSERT INTO setting (name, value) VALUES (?,?)", (name, value))


def names(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT name FROM setting ORDER BY name")]


def test_every_write_is_synced_and_what_is_deleted_is_overwritten(database: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "trusted_schema": 0}
    found = database.write(lambda c: {name: c.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}).result()
    assert found == wanted


def test_the_folder_and_the_database_are_for_their_owner_alone(database: Database) -> None:
    assert stat.S_IMODE(database.path.parent.stat().st_mode) == 0o700
    for file in database.path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_a_job_that_fails_leaves_nothing_and_the_next_one_works(database: Database) -> None:
    def job(connection: sqlite3.Connection) -> None:
        put(connection, "half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(job).result()
    database.write(lambda c: put(c, "whole")).result()
    assert database.fetch(names) == ["whole"]


def test_a_listener_that_fails_does_not_undo_what_was_committed(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def then(_: None) -> None:
        raise ZeroDivisionError

    database.write(lambda c: put(c, "kept"), then=then).result()
    assert database.fetch(names) == ["kept"]
    assert "listener failed" in caplog.text


def test_the_news_come_after_the_commit_and_before_the_future_is_done(database: Database) -> None:
    seen: list[list[str]] = []
    database.write(lambda c: put(c, "a"), then=lambda _: seen.append(database.fetch(names))).result()
    assert seen == [["a"]]


def test_a_reader_reads_one_moment_while_others_write(database: Database) -> None:
    def job(connection: sqlite3.Connection) -> tuple[list[str], list[str]]:
        before = names(connection)
        writing = threading.Thread(target=lambda: database.write(lambda c: put(c, "new")).result())
        writing.start()
        writing.join()
        return before, names(connection)

    assert database.fetch(job) == ([], [])
    assert database.fetch(names) == ["new"]


def test_every_thread_reads_while_one_writes(database: Database) -> None:
    stop = threading.Event()
    troubles: list[BaseException] = []

    def read() -> None:
        last = 0
        try:
            while not stop.is_set():
                count = len(database.fetch(names))
                assert count >= last
                last = count
        except BaseException as error:
            troubles.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    writes: list[Future[None]] = [database.write(lambda c, n=n: put(c, f"{n:04d}")) for n in range(200)]
    for write in writes:
        write.result()
    stop.set()
    for reader in readers:
        reader.join()
    assert troubles == []
    assert len(database.fetch(names)) == 200


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError):
        database.read().execute("DELETE FROM setting")


def test_connections_of_ended_threads_are_closed(database: Database) -> None:
    for _ in range(5):
        thread = threading.Thread(target=lambda: database.fetch(names))
        thread.start()
        thread.join()
    database.fetch(names)
    assert len(database._readers) == 1


def test_closing_finishes_what_is_queued(tmp_path: Path) -> None:
    database = Database(tmp_path)
    for number in range(50):
        database.write(lambda c, n=number: put(c, f"{n:02d}"))
    database.close()
    database.close()
    assert not (tmp_path / f"{FILE}-wal").exists()
    again = Database(tmp_path, readonly=True)
    assert len(again.fetch(names)) == 50
    again.close()


def test_a_closed_database_says_so(tmp_path: Path) -> None:
    database = Database(tmp_path)
    database.close()
    with pytest.raises(StoreError) as refused:
        database.write(lambda c: put(c, "late"))
    assert refused.value.code == "closed"
    with pytest.raises(StoreError):
        database.fetch(names)


def test_a_second_writer_is_told_who_writes_and_readers_still_read(database: Database) -> None:
    with pytest.raises(EnvironmentTrouble) as refused:
        Database(database.path.parent)
    assert refused.value.code == "second_writer"
    assert refused.value.values["pid"] == str(os.getpid())
    assert "Close it, or choose another folder" in str(refused.value)
    reader = Database(database.path.parent, readonly=True)
    database.write(lambda c: put(c, "seen")).result()
    assert reader.fetch(names) == ["seen"]
    with pytest.raises(EnvironmentTrouble) as refused:
        reader.write(lambda c: put(c, "no"))
    assert refused.value.code == "readonly"
    reader.close()


def test_a_second_writing_process_is_refused(database: Database) -> None:
    program = (
        "import sys; from pathlib import Path; from feedback_store.database import Database\n"
        "from feedback_store.errors import EnvironmentTrouble\n"
        "try: Database(Path(sys.argv[1]))\n"
        "except EnvironmentTrouble as error: print(error.code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(database.path.parent)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "second_writer"


def test_a_lock_file_left_by_a_kill_locks_nothing(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text("4711")
    Database(tmp_path).close()


def test_reading_where_nothing_is_says_that_there_is_no_profile(tmp_path: Path) -> None:
    database = Database(tmp_path / "nowhere", readonly=True)
    with pytest.raises(EnvironmentTrouble) as refused:
        database.fetch(names)
    assert refused.value.code == "no_profile"
    assert not (tmp_path / "nowhere").exists()
    database.close()


@pytest.mark.parametrize("readonly", [False, True])
def test_a_text_file_is_not_a_database(tmp_path: Path, readonly: bool) -> None:
    (tmp_path / FILE).write_text("Dear diary, " * 500)
    with pytest.raises(EnvironmentTrouble) as refused:
        Database(tmp_path, readonly=readonly).fetch(names)
    assert refused.value.code == "not_a_database"
    assert (tmp_path / FILE).read_text().startswith("Dear diary")


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / FILE)
    other.execute("CREATE TABLE recipe (name TEXT)")
    other.commit()
    other.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(EnvironmentTrouble) as refused:
        Database(tmp_path)
    assert refused.value.code == "not_a_database"
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize("readonly", [False, True])
def test_a_newer_database_is_refused(tmp_path: Path, readonly: bool) -> None:
    Database(tmp_path).close()
    newer = sqlite3.connect(tmp_path / FILE)
    newer.execute(f"PRAGMA user_version = {migrations.VERSION + 1}")
    newer.close()
    with pytest.raises(EnvironmentTrouble) as refused:
        Database(tmp_path, readonly=readonly).fetch(names)
    assert refused.value.code == "newer_database"
    assert "Update Preceptor" in str(refused.value)


def test_a_damaged_database_is_told_apart(tmp_path: Path) -> None:
    database = Database(tmp_path)
    database.write(lambda c: [put(c, f"{n:05d}", "x" * 500) for n in range(200)]).result()
    database.close()
    data = bytearray((tmp_path / FILE).read_bytes())
    for page in range(8192, len(data), 4096):
        data[page : page + 64] = b"\xff" * 64
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(EnvironmentTrouble) as refused:
        Database(tmp_path, readonly=True).fetch(names)
    assert refused.value.code == "corrupt"
    assert "preceptor backup" in str(refused.value)


def test_a_full_disk_is_said_and_the_next_write_works(database: Database) -> None:
    pages = database.write(lambda c: c.execute("PRAGMA page_count").fetchone()[0]).result()
    database.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages + 2}")).result()
    with pytest.raises(EnvironmentTrouble) as refused:
        database.write(lambda c: put(c, "large", "x" * 100_000)).result()
    assert refused.value.code == "disk_full"
    database.write(lambda c: c.execute("PRAGMA max_page_count = 1000000")).result()
    database.write(lambda c: put(c, "small")).result()
    assert database.fetch(names) == ["small"]


def test_a_really_full_disk_loses_nothing_that_was_saved(small_disk: Path) -> None:
    database = Database(small_disk)
    database.write(lambda c: put(c, "before")).result()
    filler = filled(small_disk)
    with pytest.raises(EnvironmentTrouble) as refused:
        database.write(lambda c: put(c, "large", "x" * 500_000)).result()
    assert refused.value.code == "disk_full"
    assert database.fetch(names) == ["before"]
    filler.unlink()
    database.write(lambda c: put(c, "large", "x" * 500_000)).result()
    database.close()
    again = Database(small_disk)
    assert again.fetch(names) == ["before", "large"]
    again.close()


def test_a_disk_that_was_full_before_the_start_is_not_called_a_faulty_one(small_disk: Path) -> None:
    """SQLite names what fails then an error of reading or writing."""
    database = Database(small_disk)
    database.write(lambda c: put(c, "before")).result()
    database.close()
    filler = filled(small_disk)
    for readonly in (False, True):
        with pytest.raises(EnvironmentTrouble) as refused:
            Database(small_disk, readonly=readonly).fetch(names)
        assert refused.value.code == "disk_full"
    filler.unlink()
    again = Database(small_disk)
    assert again.fetch(names) == ["before"]
    again.close()


READ_ONLY = """
import os, sys
from pathlib import Path
from feedback_store.database import Database
from feedback_store.errors import EnvironmentTrouble
import encodings.idna, encodings.latin_1
if os.geteuid() == 0:
    os.setegid(65534); os.seteuid(65534)
folder = Path(sys.argv[1])
reader = Database(folder, readonly=True)
try:
    print(reader.fetch(lambda c: c.execute("SELECT name FROM setting").fetchall()))
except EnvironmentTrouble as error:
    print(error.code)
reader.close()
try:
    Database(folder)
except EnvironmentTrouble as error:
    print(error.code)
"""


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A profile that a user who is not root may read and not write."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


def lock_up(folder: Path) -> list[str]:
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", READ_ONLY, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.split("\n")[:2]


@pytest.mark.skipif(sys.platform == "win32", reason="folders are made read-only by modes")
def test_a_read_only_profile_is_read_and_not_written(read_only_folder: Path) -> None:
    database = Database(read_only_folder)
    database.write(lambda c: put(c, "there")).result()
    database.close()
    assert lock_up(read_only_folder) == ["[('there',)]", "readonly"]


@pytest.mark.skipif(sys.platform == "win32", reason="folders are made read-only by modes")
def test_a_read_only_profile_with_an_unfolded_log_is_never_shown_as_it_was_before(read_only_folder: Path) -> None:
    database = Database(read_only_folder)
    database.write(lambda c: put(c, "there")).result()
    copies = {name: (read_only_folder / name).read_bytes() for name in (FILE, f"{FILE}-wal")}
    database.close()
    for name, data in copies.items():
        (read_only_folder / name).write_bytes(data)
    assert lock_up(read_only_folder)[0] == "readonly_log"


def test_the_moment_is_another_one_after_each_write_and_odd_while_it_is_made(database: Database) -> None:
    before, during = database.moment, []
    database.write(lambda c: (during.append(database.moment), put(c, "a"))).result()
    after = database.moment
    assert before % 2 == 0 and during == [before + 1] and after == before + 2
    database.write(lambda c: put(c, "b"), aside=True).result()
    assert database.moment == after and names(database.read()) == ["a", "b"]
    with pytest.raises(ZeroDivisionError):
        database.write(lambda _c: 1 / 0).result()
    assert database.moment == after + 2


def test_a_reader_that_hears_of_no_write_knows_no_moment(database: Database) -> None:
    reader = Database(database.path.parent, readonly=True)
    assert reader.moment % 2 == 1
    reader.close()
