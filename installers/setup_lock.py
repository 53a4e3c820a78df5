"""One set-up at a time in a folder. The system releases the lock with the process, however that ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def alone(path: Path, say: Callable[[str], object] = print) -> Iterator[IO[str]]:
    """Hold the lock on `path`, waiting for another set-up to end; yields the open file.

    A child that inherits the file holds the lock as well, so an orphaned pip keeps the next set-up waiting.
    """
    with path.open("a+") as file:
        if not _try(file):
            say("Another set-up is running in this folder. Waiting until it ends.")
            _wait(file)
        yield file


if sys.platform == "win32":
    import msvcrt
    import time

    def _try(file: IO[str]) -> bool:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait(file: IO[str]) -> None:
        while not _try(file):
            time.sleep(0.5)

else:
    import fcntl

    def _try(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
