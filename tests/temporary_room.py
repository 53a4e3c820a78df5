"""Where a whole run of the tests keeps its temporary folders: prints a place in memory, or nothing where that is short.

`just test` hands it to pytest as PYTEST_DEBUG_TEMPROOT. Thousands of tests make a database that waits for the disk at
each commit, as it must; what they show is the same where nothing has to be waited for: a process that is killed loses
what it had not written, and the machine keeps what it had. What a loss of power takes, no test on any disk could show.
"""

from __future__ import annotations

import os
from pathlib import Path

MEMORY = Path("/dev/shm")
WANTED = 4 << 30  # bytes; a test that has passed takes its folder away, so that a run has a tenth of it at once
LEFT = 8 << 30  # of the machine's memory, for the tests themselves too


def in_memory(place: Path = MEMORY, meminfo: Path = Path("/proc/meminfo")) -> Path | None:
    """The place, if programs may be started from it and the machine has the room to spare."""
    try:
        room = os.statvfs(place)
        lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
        left = int(lines["MemAvailable"].split()[0]) << 10
    except (OSError, KeyError, ValueError):
        return None
    runs = not room.f_flag & getattr(os, "ST_NOEXEC", 0)
    return place if runs and room.f_bavail * room.f_frsize >= WANTED and left >= LEFT else None


if __name__ == "__main__":
    print(in_memory() or "")
