"""The machine's trouble told from our own bugs: the only place that does.

A full disk, a folder that may not be written, a lock, a damaged file become EnvironmentTrouble with a stable code and
a sentence that says the way out; everything else passes as it is. Must not know what is stored.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from feedback_store.errors import EnvironmentTrouble

# The beginning of SQLite's name for a result, the code, the sentence. https://sqlite.org/rescode.html
_OF_SQLITE = (
    ("SQLITE_FULL", "disk_full"),
    ("SQLITE_READONLY", "readonly"),
    ("SQLITE_PERM", "readonly"),
    ("SQLITE_BUSY", "locked"),
    ("SQLITE_LOCKED", "locked"),
    ("SQLITE_NOTADB", "not_a_database"),
    ("SQLITE_CORRUPT", "corrupt"),
    ("SQLITE_CANTOPEN", "cannot_open"),
    ("SQLITE_IOERR_SHMSIZE", "disk_full"),  # the index beside the WAL could not be made larger
    ("SQLITE_IOERR", "disk"),
)
_FULL = 64 * 1024  # bytes: with less left there is no room for that index, which grows by 32 KiB
_OF_THE_SYSTEM = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EACCES: "readonly",
    errno.EPERM: "readonly",
    errno.EROFS: "readonly",
    errno.EIO: "disk",
}
_SENTENCES = {
    "disk_full": "The disk is full. Free some space and try again; nothing that was saved is lost.",
    "readonly": "{path} may not be written. Check its permissions, or choose another folder with --profile.",
    "locked": "{path} is locked by another program. Close that program and try again.",
    "not_a_database": "{path} is not a Preceptor database. Move it away, or restore a backup: preceptor backup list",
    "corrupt": "{path} is damaged. Restore a backup: preceptor backup list",
    "cannot_open": "{path} cannot be opened. Check that its folder exists, or choose another with --profile.",
    "disk": "The disk refused to read or write {path}. Check the disk; what was saved before is kept.",
}


@contextlib.contextmanager
def trouble(path: Path) -> Iterator[None]:
    """Run the body; the machine's trouble with `path` leaves as EnvironmentTrouble."""
    try:
        yield
    except sqlite3.Error as error:
        code = sqlite_trouble(error, path)
        if code is None:
            raise
        raise named(code, path) from error
    except OSError as error:
        raise named(_OF_THE_SYSTEM.get(error.errno or 0, "cannot_open"), path) from error


def sqlite_trouble(error: sqlite3.Error, path: Path) -> str | None:
    """The code for what SQLite met at `path`; None where it is no trouble of the machine's.

    SQLite calls some of what a full disk does an error of reading or writing, so the room that is left is looked at.
    """
    name = getattr(error, "sqlite_errorname", None) or ""
    code = next((code for beginning, code in _OF_SQLITE if name.startswith(beginning)), None)
    return "disk_full" if code == "disk" and _is_full(path) else code


def _is_full(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return shutil.disk_usage(path.parent).free < _FULL
    return False


def named(code: str, path: Path) -> EnvironmentTrouble:
    """The trouble with this code, worded for `path`."""
    return EnvironmentTrouble.worded(_SENTENCES[code], code=code, path=str(path))
