"""Copies of the database: made whole, checked, thinned out, and put back.

A backup is `VACUUM INTO` from a read-only connection, checked, synced, then renamed into place with mode 0600. What is
left where a kill broke that off is no backup and holds the same texts: it is named with those, and cleared away.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from feedback_store import migrations
from feedback_store.errors import EnvironmentTrouble, NotFoundError
from feedback_store.trouble import named, trouble

FOLDER = "backups"
ENDING = ".sqlite3"
LARGEST_SHARE = 0.1  # of the free disk
EVERY = timedelta(minutes=30)
BEGUN = ".new"  # the ending of one that is being made, or was not made to its end
RESTORING = ".restoring"
LEFT_S = 3600.0  # nobody writes any more to what was not written to for so long
BY_HAND = "by-hand"
BY_ITSELF = "by-itself"
_MOMENT = "%Y-%m-%dT%H-%M-%S-%f"
T = TypeVar("T")
_MOMENT_LENGTH = len("2026-11-22T12-34-56-000000")


@dataclass(frozen=True)
class Backup:
    """A backup file; `size` in bytes, `made_at` in UTC."""

    name: str
    path: Path
    size: int
    made_at: datetime

    @property
    def label(self) -> str:
        """Why it was made: "by-hand", "by-itself", "before-restore", "schema-3"; "" in a name of an earlier version."""
        return self.name[_MOMENT_LENGTH + 1 :]


def make(database: Path, label: str = "") -> Backup:
    """Copy the database beside it; works while it is written to. EnvironmentTrouble when there is no room."""
    folder = database.parent / FOLDER
    with trouble(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        if database.stat().st_size > shutil.disk_usage(folder).free * LARGEST_SHARE:
            raise EnvironmentTrouble(
                "A backup would take more than a tenth of the free disk. Free some space and try again.",
                code="no_room_for_backup",
            )
    target = folder / f"{datetime.now(UTC).strftime(_MOMENT)}{'-' + label if label else ''}{ENDING}"
    temporary = target.with_suffix(BEGUN)
    try:
        with trouble(database), closing(_open(database, "mode=ro")) as connection:
            connection.execute("VACUUM INTO ?", (str(temporary),))
        check(temporary)
        with trouble(target):
            temporary.chmod(0o600)
            _sync(temporary)
            temporary.replace(target)
            _sync(folder)
    finally:
        temporary.unlink(missing_ok=True)
    found = named_so(target)
    assert found is not None
    return found


def all_of(database: Path) -> list[Backup]:
    """The backups there are, newest first."""
    found = (named_so(path) for path in (database.parent / FOLDER).glob(f"*{ENDING}"))
    return sorted((backup for backup in found if backup), key=lambda backup: backup.made_at, reverse=True)


def named_so(path: Path) -> Backup | None:
    """The backup in a file; None for a file whose name says no moment."""
    try:
        made_at = datetime.strptime(path.stem[:_MOMENT_LENGTH], _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Backup(path.stem, path, path.stat().st_size, made_at)


def holding(database: Path, record_id: str) -> list[str]:
    """The names of backups that still hold the bytes of a record, or cannot be read and may hold them.

    With those that are being made, and of damaged databases that were kept.
    """
    found = [each.name for each in all_of(database) if _may_hold(each.path, record_id)]
    folder = database.parent
    others = [*(folder / FOLDER).glob(f"*{BEGUN}"), *folder.glob(f"{database.name}.damaged-*")]
    others += folder.glob(database.with_suffix(RESTORING).name)
    return found + [each.name for each in sorted(others) if _may_hold(each, record_id)]


def clear_away(database: Path) -> None:
    """Remove what a process left that was killed while it made a backup or put one back; the profile's lock is ours.

    What cannot be removed stays, and is named by `holding`: nobody is kept from opening the profile by it.
    """
    with contextlib.suppress(OSError):
        database.with_suffix(RESTORING).unlink(missing_ok=True)
    for begun in (database.parent / FOLDER).glob(f"*{BEGUN}*"):  # SQLite's journal stands beside
        with contextlib.suppress(OSError):  # another process may be making it, and may have ended it
            if time.time() - begun.stat().st_mtime > LEFT_S:
                begun.unlink()


def judgements_in(database: Path) -> int:
    """How many judgements a backup, or the database itself, holds; EnvironmentTrouble where it cannot be read."""
    query = "SELECT count(DISTINCT id) FROM record WHERE kind = 'judgement'"
    try:
        with trouble(database), closing(_open(database, "mode=ro")) as connection:
            return int(connection.execute(query).fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise named("corrupt", database) from error


def who_is_in(database: Path) -> tuple[str | None, int]:
    """The trainer's id in a backup, or in the database itself, and how many teams' projects there are."""
    query = "SELECT (SELECT trainer FROM profile), count(*) FROM project WHERE body ->> '$.collector.address' <> ''"
    try:
        with trouble(database), closing(_open(database, "mode=ro")) as connection:
            trainer, teams = connection.execute(query).fetchone()
            return trainer, int(teams)
    except sqlite3.DatabaseError as error:
        raise named("corrupt", database) from error


def is_due(database: Path) -> bool:
    """Whether the database changed since the last backup, and that is half an hour old."""
    made = all_of(database)
    if not made:
        return database.exists()
    log = database.with_name(database.name + "-wal")
    changed = max(path.stat().st_mtime for path in (database, log) if path.exists())
    return datetime.now(UTC) - made[0].made_at >= EVERY and changed > made[0].made_at.timestamp()


def thin_out(database: Path, now: datetime | None = None) -> list[Backup]:
    """Delete what is no longer needed: two days' all stay, then one a day, a week, a month. What was deleted."""
    moment = datetime.now(UTC) if now is None else now
    kept: set[tuple[object, ...]] = set()
    gone = []
    for backup in all_of(database):
        slot = _slot(backup, moment)
        if slot in kept:
            with trouble(backup.path):
                backup.path.unlink(missing_ok=True)
            gone.append(backup)
        kept.add(slot)
    return gone


class Keeper:
    """Makes a backup whenever one is due and thins out the old ones, in a thread of its own, while a profile is open.

    `tell` hears what kept it from doing so, once until it works again; it is called in that thread.
    """

    def __init__(self, database: Path, tell: Callable[[EnvironmentTrouble], None], *, look_s: float = 60.0) -> None:
        self._database = database
        self._tell = tell
        self._look_s = look_s
        self._stop = threading.Event()
        self._troubled = False
        self._thread = threading.Thread(target=self._run, name="backups", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Look no more, and wait for a backup that is being made."""
        self._stop.set()
        if self._thread.ident is not None:  # started
            self._thread.join()

    def look(self) -> Backup | None:
        """Make a backup now if one is due; raises EnvironmentTrouble when it cannot be made."""
        if not is_due(self._database):
            return None
        made = make(self._database, BY_ITSELF)
        thin_out(self._database)
        return made

    def _run(self) -> None:
        while not self._stop.wait(self._look_s):
            try:
                self.look()
                self._troubled = False
            except EnvironmentTrouble as error:
                if not self._troubled:
                    self._troubled = True
                    self._tell(error)


def restore(database: Path, name: str) -> Backup:
    """Put a backup in the database's place; what stood there is kept as a backup. No writer may be open.

    The restored database does not know where it lives, so that it starts new chains when it is opened.
    """
    found = next((backup for backup in all_of(database) if backup.name == name), None)
    if found is None:
        raise NotFoundError.worded(
            "There is no backup {name}. See: preceptor backup list", code="no_backup", name=repr(name)
        )
    restore_file(database, found.path)
    return found


def restore_file(database: Path, file: Path) -> None:
    """As `restore`, from a backup that lies anywhere, such as one of another computer.

    Raises EnvironmentTrouble, before anything is changed, unless it is a whole profile of this version or an older one.
    """
    check_profile(file)
    with trouble(database):
        if file.stat().st_size > shutil.disk_usage(database.parent).free * LARGEST_SHARE:
            raise EnvironmentTrouble(
                "Restoring would take more than a tenth of the free disk. Free some space and try again.",
                code="no_room_for_backup",
            )
        if database.exists():
            _keep_what_stands(database)
        temporary = database.with_suffix(RESTORING)
        try:
            temporary.unlink(missing_ok=True)
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            shutil.copyfile(file, temporary)
            with closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("UPDATE profile SET place = ''")
            _sync(temporary)
            for ending in ("-wal", "-shm"):
                database.with_name(database.name + ending).unlink(missing_ok=True)
            temporary.replace(database)
            _sync(database.parent)
        finally:
            temporary.unlink(missing_ok=True)


def check(path: Path) -> None:
    """Raise EnvironmentTrouble unless the file is a whole database."""
    if _asked(path, lambda connection: connection.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
        raise named("corrupt", path)


def check_profile(path: Path) -> None:
    """Raise EnvironmentTrouble unless the file is a whole profile that this version can read."""
    check(path)
    try:
        version = _asked(path, migrations.check)
    except EnvironmentTrouble as error:
        if error.code == "newer_database":
            raise EnvironmentTrouble.worded(
                "{path} was written by a newer Preceptor. Update Preceptor first.", code=error.code, path=path
            ) from error
        if error.code != "not_a_database":
            raise
        version = 0
    if not version:
        raise EnvironmentTrouble.worded(
            "{path} is no backup of Preceptor. Choose another file.", code="not_a_database", path=path
        )


def _asked(path: Path, ask: Callable[[sqlite3.Connection], T]) -> T:
    """What a database answers; where not even the log's index may be written, the file as it stands."""
    try:
        with closing(_open(path, "mode=ro")) as connection:
            return ask(connection)
    except sqlite3.OperationalError:
        with trouble(path), closing(_open(path, "mode=ro&immutable=1")) as connection:
            return ask(connection)
    except sqlite3.DatabaseError as error:
        raise named("corrupt", path) from error


def before_migration(database: Path, version: int) -> Backup:
    """The backup that stands before a change of the schema."""
    return make(database, f"schema-{version}")


def _may_hold(file: Path, record_id: str) -> bool:
    query = "SELECT 1 FROM record WHERE id = ? AND data IS NOT NULL LIMIT 1"
    try:
        with closing(_open(file, "mode=ro&immutable=1")) as connection:
            return connection.execute(query, (record_id,)).fetchone() is not None
    except sqlite3.Error:
        return True


def _keep_what_stands(database: Path) -> None:
    """A backup of what is about to be replaced; of what is no whole database, the files as they are."""
    try:
        make(database, "before-restore")
    except EnvironmentTrouble as error:
        if error.code not in ("corrupt", "not_a_database"):
            raise
        moment = datetime.now(UTC).strftime(_MOMENT)
        for ending in ("-wal", "-shm", ""):
            part = database.with_name(database.name + ending)
            if part.exists():
                part.replace(part.with_name(f"{part.name}.damaged-{moment}"))


def _slot(backup: Backup, now: datetime) -> tuple[object, ...]:
    """Of the backups with one slot, the newest stays."""
    age = now - backup.made_at
    if age < timedelta(days=2):
        return ("all", backup.name)
    if age < timedelta(days=14):
        return ("day", backup.made_at.date())
    if age < timedelta(days=60):
        return ("week", backup.made_at.isocalendar()[:2])
    return ("month", backup.made_at.year, backup.made_at.month)


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, timeout=10)


def _sync(path: Path) -> None:
    """Have a file, or a folder's list of names, written to disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows has no handle on a folder that could be synced
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
