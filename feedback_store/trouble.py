"""The machine's trouble told from our own bugs: the only place that does.

A full disk, a folder that may not be written, a lock, a damaged file become EnvironmentTrouble with a stable code and
a sentence that says the way out; everything else passes as it is. Must not know what is stored.
"""

from __future__ import annotations

import contextlib
import errno
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
    ("SQLITE_IOERR", "disk"),
)
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
        name = getattr(error, "sqlite_errorname", None) or ""
        for beginning, code in _OF_SQLITE:
            if name.startswith(beginning):
                raise named(code, path) from error
        raise
    except OSError as error:
        raise named(_OF_THE_SYSTEM.get(error.errno or 0, "cannot_open"), path) from error


def named(code: str, path: Path) -> EnvironmentTrouble:
    """The trouble with this code, worded for `path`."""
    return EnvironmentTrouble.worded(_SENTENCES[code], code=code, path=str(path))
