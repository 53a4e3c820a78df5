"""One SQLite file: a single writer thread that owns the only write connection, and read-only connections.

WAL and FULL sync: a write that was acknowledged is on disk. One process at a time may write (writer_lock.py). A reader
is one connection a thread and sees what was committed when its job began. Must not know what is stored.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

from feedback_store import migrations
from feedback_store.errors import EnvironmentTrouble, StoreError
from feedback_store.glance import FILE
from feedback_store.trouble import trouble
from feedback_store.writer_lock import LOCK, take_lock

__all__ = ["FILE", "LOCK", "Database", "take_lock"]

BUSY_S = 10.0  # how long a statement waits for another connection's lock
_log = logging.getLogger(__name__)
T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "fullfsync = ON",  # macOS: F_FULLFSYNC, without which a sync may stay in the drive's cache
    "checkpoint_fullfsync = ON",
    "secure_delete = ON",  # erased bytes are overwritten, not only forgotten
    "foreign_keys = ON",
    "trusted_schema = OFF",
)


@dataclass(frozen=True)
class _Task:
    job: Job[Any]
    future: Future[Any]
    then: Callable[[Any], None] | None
    transaction: bool
    aside: bool = False


class Database:
    """Writes by queue, reads at once. Close it, or the last writes may still be on their way.

    `before_migration(path, version)` is called before the schema of an existing database is changed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        readonly: bool = False,
        before_migration: Callable[[Path, int], object] = lambda _path, _version: None,
    ) -> None:
        self.path = folder / FILE
        self.readonly = readonly
        self._guard = threading.Lock()
        self._readers: dict[threading.Thread, sqlite3.Connection] = {}
        self._queue: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock: IO[bytes] | None = None
        self._writer: sqlite3.Connection | None = None
        self._closed = False
        self._moment = 1 if readonly else 0  # what another process writes is not heard of
        if not readonly:
            self._open_for_writing(folder, before_migration)

    @property
    def moment(self) -> int:
        """Odd while something is written, another number after it. A reader's transaction that began between two looks
        at the same even number sees what every other one sees that did.
        """
        return self._moment

    def write(self, job: Job[T], *, then: Callable[[T], None] | None = None, aside: bool = False) -> Future[T]:
        """Run `job` in one immediate transaction in the writer thread; committed and synced when the future is done.

        `then` is called with the result on the writer thread after the commit, before the future is done. An
        exception in `job` rolls everything back and becomes the future's. What it writes `aside` no search asks for:
        the `moment` stays. Raises EnvironmentTrouble on a read-only database, StoreError on a closed one.
        """
        return self._put(_Task(job, Future(), then, transaction=True, aside=aside))

    def checkpoint(self) -> Future[bool]:
        """Move the write-ahead log into the database and cut it to nothing; False while a reader holds it back."""

        def job(connection: sqlite3.Connection) -> bool:
            return bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)

        return self._put(_Task(job, Future(), None, transaction=False, aside=True))

    def fetch(self, job: Job[T]) -> T:
        """Run `job` on this thread's read-only connection; all it reads is of one moment."""
        connection = self.read()
        with trouble(self.path):
            if connection.in_transaction:  # a fetch inside a fetch sees the same moment
                return job(connection)
            connection.execute("BEGIN")
            try:
                return job(connection)
            finally:
                connection.execute("ROLLBACK")

    def read(self) -> sqlite3.Connection:
        """This thread's read-only connection; closed with the database, or after its thread has ended."""
        thread = threading.current_thread()
        with self._guard:
            if self._closed:
                raise _closed()
            found = self._readers.get(thread)
            if found is not None:
                return found
            for ended in [each for each in self._readers if not each.is_alive()]:
                self._readers.pop(ended).close()
            with trouble(self.path):
                connection = open_reader(self.path)
            self._readers[thread] = connection
            return connection

    def close(self) -> None:
        """Finish the queued writes, then close everything. Jobs of other threads must have ended."""
        with self._guard:
            already, self._closed = self._closed, True
            if not already and self._thread is not None:
                self._queue.put(None)
        if self._thread is not None:
            self._thread.join()
        with self._guard:
            for connection in self._readers.values():
                connection.close()
            self._readers.clear()
            if self._writer is not None:
                self._writer.close()  # after the readers: the last connection folds the log into the file
                self._writer = None
            if self._lock is not None:
                self._lock.close()
                self._lock = None

    def _put(self, task: _Task) -> Future[Any]:
        with self._guard:
            if self.readonly:
                raise EnvironmentTrouble("This profile is open for reading only.", code="readonly")
            if self._closed:
                raise _closed()
            self._queue.put(task)
        return task.future

    def _open_for_writing(self, folder: Path, before_migration: Callable[[Path, int], object]) -> None:
        with trouble(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = take_lock(folder / LOCK)
        try:
            with trouble(self.path):
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite itself would make it 0644
                self._writer = _open_writer(self.path)
                migrations.apply(self._writer, lambda version: before_migration(self.path, version))
        except BaseException:
            self.close()
            raise
        self._thread = threading.Thread(target=self._run, args=(self._writer,), name="store", daemon=True)
        self._thread.start()

    def _run(self, connection: sqlite3.Connection) -> None:
        while (task := self._queue.get()) is not None:
            if not task.future.set_running_or_notify_cancel():
                continue
            step = 0 if task.aside else 1
            self._moment += step
            try:
                with trouble(self.path):
                    result = _in_transaction(connection, task.job) if task.transaction else task.job(connection)
            except BaseException as error:
                self._moment += step
                task.future.set_exception(error)
            else:
                self._moment += step
                try:
                    if task.then is not None:
                        task.then(result)
                except Exception:  # what was saved is saved, whoever stumbles over the news
                    _log.exception("a listener failed after a commit")
                task.future.set_result(result)
                del result
            del task  # or the last job's values would live until the next one comes


def open_reader(path: Path) -> sqlite3.Connection:
    """A read-only connection; in a folder where not even the log's index may be written, to the file as it stands."""
    if not path.exists():
        raise _no_profile(path)
    try:
        connection = _connect(path, "mode=ro")
    except sqlite3.OperationalError as error:
        if not str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
            raise
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise EnvironmentTrouble.worded(
                "{path} may not be written, and its last changes are not in the database yet. Copy the "
                "folder to where it may be written, and open the copy with --profile.",
                code="readonly_log",
                path=str(path.parent),
            ) from error
        connection = _connect(path, "mode=ro&immutable=1")
    try:
        if migrations.check(connection) == 0:
            raise _no_profile(path)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_S
    )
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _open_writer(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_S)
    try:
        migrations.check(connection)  # before anything is written to a file that is not ours
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _in_transaction(connection: sqlite3.Connection, job: Job[T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = job(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite rolls back by itself when the disk is full
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        raise
    return result


def _closed() -> StoreError:
    return StoreError("This profile was closed.", code="closed")


def _no_profile(path: Path) -> EnvironmentTrouble:
    return EnvironmentTrouble.worded(
        "There is no profile in {path}. Start Preceptor once, or name another folder with --profile.",
        code="no_profile",
        path=str(path.parent),
    )
