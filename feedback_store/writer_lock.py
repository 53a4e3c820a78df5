"""One writing process a folder: an OS lock on an open file, so that a file left behind by a kill locks nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from feedback_store.errors import EnvironmentTrouble

LOCK = "preceptor.lock"


class HeldError(Exception):
    """Another process holds the lock; `pid` is its id, "" where it cannot be read."""

    def __init__(self, pid: str) -> None:
        super().__init__(pid)
        self.pid = pid


def take_lock(path: Path) -> IO[bytes]:
    """A profile's lock, held until the file is closed.

    Raises EnvironmentTrouble "second_writer", whose values name the holder's process id where it can be read.
    """
    try:
        return lock_file(path)
    except HeldError as error:
        raise EnvironmentTrouble.worded(
            "Another Preceptor is writing to this profile. Close it, or choose another folder with --profile.",
            code="second_writer",
            pid=error.pid,
            path=str(path.parent),
        ) from error


def lock_file(path: Path) -> IO[bytes]:
    """Lock `path` for this process and write its id inside; held until the file is closed. HeldError otherwise."""
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
    try:
        _lock(file)
    except OSError as error:
        holder = file.read(20).decode("ascii", "replace").strip()
        file.close()
        raise HeldError(holder) from error
    file.truncate(0)
    file.write(str(os.getpid()).encode("ascii"))
    return file


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # Windows locks keep others from reading too: lock a byte behind the process id

    def _lock(file: IO[bytes]) -> None:
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        finally:
            file.seek(0)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
