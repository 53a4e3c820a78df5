"""Whether the disk under a PostgreSQL database has room, which the database has no word for.

What does not fit into a question's memory the database writes beside its tables, into a file that is gone with the
answer. So a disk without room says no to a question as it would to a batch, and nothing stays of it: no row, nothing in
the log that is written ahead, nothing to be cleaned up. Must not know what is stored.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import psycopg
from psycopg import errors

from feedback_store.errors import EnvironmentTrouble

ASKED_EVERY_S = 1.0  # at most, of a disk that had room: whoever it may be asks for health, and as often as they like
# A MB, what a few batches take, in the least memory that there is; on the database's own disk, wherever its temporary
# files are set to lie.
_ASK = """
    SET LOCAL work_mem = '64kB';
    SET LOCAL temp_tablespaces = '';
    SELECT count(*) FROM unnest(array_fill(repeat('x', 8000), ARRAY[128]))
"""


class Room:
    """Of one database. Used by many threads at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._found = -math.inf

    def check(self, connection: psycopg.Connection) -> None:
        """Return if there was some just now; asked within a transaction. Raises EnvironmentTrouble, and what psycopg
        does: DiskFull where there is none.
        """
        if self._clock() - self._found < ASKED_EVERY_S:
            return
        try:
            connection.execute(_ASK)
        except errors.ConfigurationLimitExceeded:
            pass  # its `temp_file_limit`, which says nothing of the disk
        except errors.InternalError_ as error:  # so PostgreSQL says that it could not make the file
            raise EnvironmentTrouble("The database's disk cannot be written. Check the disk.", code="disk") from error
        self._found = self._clock()
