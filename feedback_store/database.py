"""One SQLite file: a single writer thread that owns the only write connection, and read-only connections.

WAL and FULL sync: a write that was acknowledged is on disk. One process at a time may write, held by an OS lock on
an open file, so that a file left by a kill locks nothing. Every trouble of the machine becomes EnvironmentTrouble in
one place. Must not know what is stored.
"""

from __future__ import annotations

import contextlib
import errno
import os
import queue
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import IO, TypeVar

from feedback_store import migrations
from feedback_store.errors import EnvironmentTrouble, StoreError

FILE = "preceptor.sqlite3"
LOCK = "preceptor.lock"
T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]


class Database:
    """Writes by queue, reads at once. Close it, or the last write may still be on its way."""

    def __init__(self, folder: Path, *, readonly: bool = False) -> None:
        self.path = folder / FILE
        self.readonly = readonly
        self._lock: IO[str] | None = None
        self._readers = threading.local()
        self._open_readers: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._queue: queue.Queue[tuple[Job[object], Future[object]] | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        if not readonly:
            self._open_for_writing(folder)

    def write(self, job: Job[T]) -> Future[T]:
        """Run `job` in one immediate transaction in the writer thread; committed and synced when the future is done.

        An exception in `job` rolls back and becomes the future's. Raises EnvironmentTrouble on a read-only store.
        """
        if self._thread is None:
            raise EnvironmentTrouble("This profile is open for reading only.", code="readonly")
        future: Future[T] = Future()
        self._queue.put((job, future))  # type: ignore[arg-type]  # T is the job's and the future's alike
        return future

    def read(self) -> sqlite3.Connection:
        """This thread's read-only connection."""
        connection: sqlite3.Connection | None = getattr(self._readers, "connection", None)
        if connection is None:
            with trouble(self.path):
                connection = _reader(self.path)
            self._readers.connection = connection
            with self._guard:
                self._open_readers.append(connection)
        return connection

    def close(self) -> None:
        """Finish the queued writes, then close everything."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        with self._guard:
            for connection in self._open_readers:
                connection.close()
            self._open_readers.clear()
        self._readers = threading.local()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _open_for_writing(self, folder: Path) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = take_lock(folder / LOCK)
        except OSError as error:
            raise _of_the_system(error, folder) from error
        try:
            with trouble(self.path):
                if not self.path.exists():
                    os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
                connection = _writer(self.path)
                migrations.apply(connection, self.path)
        except BaseException:
            self._lock.close()
            self._lock = None
            raise
        self._thread = threading.Thread(target=self._run, args=(connection,), name="store", daemon=True)
        self._thread.start()

    def _run(self, connection: sqlite3.Connection) -> None:
        while (item := self._queue.get()) is not None:
            job, future = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                with trouble(self.path):
                    result = _in_transaction(connection, job)
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)
            del job, future
        connection.close()


def take_lock(path: Path) -> IO[str]:
    """An exclusive lock on an open file that holds our process id; EnvironmentTrouble when somebody else has it."""
    file = path.open("a+", encoding="ascii")
    try:
        _lock_file(file)
    except OSError as error:
        file.close()
        raise EnvironmentTrouble(
            "Another Preceptor is writing to this profile. Close it, or choose another folder with --profile.",
            code="second_writer",
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


if sys.platform == "win32":  # not run here
    import msvcrt

    def _lock_file(file: IO[str]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock_file(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _in_transaction(connection: sqlite3.Connection, job: Job[T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = job(connection)
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    return result


def _writer(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "fullfsync=ON",
        "secure_delete=ON",
        "foreign_keys=ON",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _reader(path: Path) -> sqlite3.Connection:
    """Read-only; in a folder where not even the WAL's index may be written, as the file stands."""
    if not path.exists():
        raise EnvironmentTrouble(
            f"There is no profile in {path.parent}. Start Preceptor once, or name another folder with --profile.",
            code="no_profile",
            path=str(path.parent),
        )
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{mode}", uri=True, check_same_thread=False, timeout=10
        )
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            connection.close()
            if "immutable" in mode:
                raise
            continue
        migrations.refuse_newer(connection)
        connection.execute("PRAGMA query_only=ON")
        return connection
    raise AssertionError("unreachable")


@contextlib.contextmanager
def trouble(path: Path) -> Iterator[None]:
    """Tell the machine's trouble from our own bugs: the only place that does."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        for start, (code, sentence) in _TROUBLES.items():
            if name.startswith(start):
                raise EnvironmentTrouble(sentence.format(path=path), code=code, path=str(path)) from error
        raise
    except OSError as error:
        raise _of_the_system(error, path) from error


_TROUBLES = {
    "SQLITE_FULL": ("disk_full", "The disk is full. Free some space and try again; nothing that was saved is lost."),
    "SQLITE_READONLY": ("readonly", "{path} may not be written. Check its permissions, or choose another profile."),
    "SQLITE_BUSY": ("locked", "{path} is locked by another program. Close it and try again."),
    "SQLITE_LOCKED": ("locked", "{path} is locked by another program. Close it and try again."),
    "SQLITE_NOTADB": ("not_a_database", "{path} is not a Preceptor database. Move it away, or restore a backup."),
    "SQLITE_CORRUPT": ("corrupt", "{path} is damaged. Restore a backup: preceptor backup restore"),
    "SQLITE_CANTOPEN": ("cannot_open", "{path} cannot be opened. Check that its folder exists and may be written."),
    "SQLITE_IOERR": ("disk", "The disk refused to read or write {path}. Check the disk; what was saved is kept."),
    "SQLITE_PERM": ("readonly", "{path} may not be opened. Check its permissions."),
}


def _of_the_system(error: OSError, path: Path) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EnvironmentTrouble(_TROUBLES["SQLITE_FULL"][1], code="disk_full", path=str(path))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return EnvironmentTrouble(_TROUBLES["SQLITE_READONLY"][1].format(path=path), code="readonly", path=str(path))
    return EnvironmentTrouble(
        f"{path} cannot be used: {error.strerror}. Choose another folder with --profile.",
        code="cannot_open",
        path=str(path),
    )
