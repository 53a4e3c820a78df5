"""Takes what was erased out of PostgreSQL's tables once it was answered for: a vacuum may take a minute, or wait.

An erased row is empty for every question as soon as it is committed; its version of before lies in the table until a
vacuum. One thread sees to that, begun when it is first asked. Must not know what was erased, nor any rule.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import psycopg

CLOSE_S = 5.0  # how long a stop waits for a vacuum before it breaks it off, which harms nothing
AGAIN_S = 60.0  # until a vacuum that failed is tried again

Connect = Callable[[], psycopg.Connection]


class Sweeper:
    """Vacuums the tables that hold records. `connect` opens a connection that commits by itself."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._guard = threading.Condition()  # of all that follows
        self._wanted = False
        self._closing = False
        self._thread: threading.Thread | None = None
        self._connection: psycopg.Connection | None = None

    def ask(self) -> None:
        """Have the tables swept soon; asked while that goes on, they are swept once more."""
        with self._guard:
            self._wanted = True
            self._guard.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="sweeping", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Finish what was asked for, or leave it after a while: whoever serves next begins by sweeping."""
        with self._guard:
            self._closing = True
            self._guard.notify()
            thread = self._thread
        if thread is None:
            return
        thread.join(CLOSE_S)
        while thread.is_alive():
            with self._guard, contextlib.suppress(psycopg.Error):
                if self._connection is not None:
                    self._connection.cancel_safe(timeout=CLOSE_S)
            thread.join(0.1)

    def _work(self) -> None:
        while self._is_wanted():
            done = self._sweep()
            with self._guard:
                if not done and not self._closing:
                    self._guard.wait(AGAIN_S)
                    self._wanted = True

    def _is_wanted(self) -> bool:
        """Wait until there is something to do; False where everything is to end."""
        with self._guard:
            while not self._wanted and not self._closing:
                self._guard.wait()
            wanted, self._wanted = self._wanted, False
            return wanted

    def _sweep(self) -> bool:
        """Whether it was done. It waits for others that sweep, since they may not see what was erased just now."""
        try:
            with self._connect() as connection:
                with self._guard:
                    self._connection = connection
                connection.execute("VACUUM record, quarantined_line")
        except psycopg.Error:
            return False
        finally:
            with self._guard:
                self._connection = None
        return True
