"""Copies of the database: made whole, checked, and put back.

A backup is `VACUUM INTO` from a read-only connection, checked, synced, then renamed into place with mode 0600.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from feedback_store.errors import EnvironmentTrouble, NotFoundError

FOLDER = "backups"
LARGEST_SHARE = 0.1  # of the free disk


@dataclass(frozen=True)
class Backup:
    """A backup file; `size` in bytes, `made_at` in UTC."""

    name: str
    path: Path
    size: int
    made_at: datetime


def make(database: Path, label: str = "") -> Backup:
    """Copy the database beside it; EnvironmentTrouble when there is no room."""
    folder = database.parent / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    size = database.stat().st_size
    if size > shutil.disk_usage(folder).free * LARGEST_SHARE:
        raise EnvironmentTrouble(
            "There is too little free space for a backup. Free some and try again.", code="disk_full"
        )
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S-%f")
    target = folder / f"{moment}{'-' + label if label else ''}.sqlite3"
    temporary = target.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    try:
        connection = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
        try:
            connection.execute("VACUUM INTO ?", (str(temporary),))
        finally:
            connection.close()
        check(temporary)
        os.chmod(temporary, 0o600)  # noqa: PTH101
        _sync(temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return _backup(target)


def all_of(database: Path) -> list[Backup]:
    """The backups there are, newest first."""
    folder = database.parent / FOLDER
    return [_backup(path) for path in sorted(folder.glob("*.sqlite3"), reverse=True)]


def restore(database: Path, name: str) -> Backup:
    """Put a backup in the database's place; what stood there is itself kept as a backup. No writer may be open."""
    found = next((b for b in all_of(database) if b.name == name), None)
    if found is None:
        raise NotFoundError(f"There is no backup {name!r}. See: preceptor backup list", code="no_backup", name=name)
    check(found.path)
    if database.exists():
        make(database, "before-restore")
    temporary = database.with_suffix(".restoring")
    shutil.copyfile(found.path, temporary)
    os.chmod(temporary, 0o600)  # noqa: PTH101
    _sync(temporary)
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    temporary.replace(database)
    return found


def check(path: Path) -> None:
    """Raise EnvironmentTrouble unless the file is a whole database."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise EnvironmentTrouble(f"{path.name} is not a whole database.", code="corrupt") from error
    if answer != "ok":
        raise EnvironmentTrouble(f"{path.name} is damaged: {answer}", code="corrupt")


def before_migration(database: Path, version: int) -> Backup:
    """The backup that stands before a change of the schema."""
    return make(database, f"schema-{version}")


def _backup(path: Path) -> Backup:
    found = path.stat()
    return Backup(path.stem, path, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
