"""How a process that serves ends: with 0 once it was asked to, at whatever moment that is.

Must not know the server, nor what is served.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import NoReturn

NUMBERS = (signal.SIGINT, signal.SIGTERM)


class _Asked(BaseException):
    """Somebody asked for the end while nothing was served: no Exception, so that nothing on the way keeps it."""


class Stopping:
    """What SIGINT and SIGTERM do inside the block of `stopping`.

    They call `serving_ends`, while there is something to finish; before and after that they end the block, by way of
    its `finally`: a database that is waited for is not waited for any longer.
    """

    def __init__(self) -> None:
        self.serving_ends: Callable[[], object] | None = None

    def asked(self, _number: int, _frame: FrameType | None) -> None:
        """Runs between two steps of the main thread."""
        if self.serving_ends is None:
            raise _Asked
        self.serving_ends()


@contextlib.contextmanager
def stopping() -> Iterator[Stopping]:
    """Heed the signals inside, which is done in the main thread alone; what did so before does so again afterwards."""
    found = Stopping()
    if threading.current_thread() is not threading.main_thread():
        yield found
        return
    before = {number: signal.signal(number, found.asked) for number in NUMBERS}
    try:
        yield found
    except _Asked:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leave() -> NoReturn:
    """End this process with 0, with everything written and closed, without taking the interpreter down.

    The server's own threads may still be on their way out; one that asks for the interpreter while it is taken down
    ends the process with a fault (granian 2: "panic in a function that cannot unwind", SIGABRT).
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # nobody reads on, which is no reason to end otherwise
            stream.flush()
    os._exit(0)
