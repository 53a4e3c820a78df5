"""Time that passes for a window and for the threads behind it.

QTest.qWait keeps the interpreter's lock for as long as it waits: no thread of the store, of a line or of an engine goes
on meanwhile, and whatever takes two of them takes as many waits. In the program the window's thread gives the lock away
while it has nothing to do, and so does this.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent

LOOK_EVERY_S = 0.002
LONGEST_S = 0.01

T = TypeVar("T")


def live(milliseconds: float) -> None:
    """Let the window do what it has to, for so long at least; 0: what is there to be done now."""
    _turn()
    look_on(lambda: False, milliseconds / 1000)


def settled(look: Callable[[], T]) -> T:
    """What is seen once it stays as it is: on a busy machine parts find their places one after the other."""
    found = look()
    for _again in range(100):
        live(20)
        before, found = found, look()
        if found == before:
            break
    return found


def look_on(true: Callable[[], bool], seconds: float) -> bool:
    """Look on until something is so; whether it came to be within so many seconds.

    No look counts for more than a hundredth of one: on a busy machine there are as many as on any other.
    """
    while not true():
        if seconds <= 0:
            return False
        began = time.monotonic()
        time.sleep(LOOK_EVERY_S)
        _turn()
        seconds -= min(time.monotonic() - began, LONGEST_S)
    return True


def _turn() -> None:
    """One round of the event loop, with what it asked to be laid out and deleted."""
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
