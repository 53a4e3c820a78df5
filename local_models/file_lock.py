"""A lock on an open file, among processes; the system lets go of it when its holder ends, however that is."""

from __future__ import annotations

import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def lock(file: IO[bytes]) -> None:
        """Hold the file's lock; OSError at once where another process does."""
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def lock(file: IO[bytes]) -> None:
        """Hold the file's lock; OSError at once where another process does."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
