"""Pauses that collectors asked for, by project, kept so that a restart asks no earlier.

Times are kept by two clocks. Somebody may set the one back, or it starts in 1970 where a battery is empty; the other
begins anew with every start of the computer. Neither shows more time than has passed unless the first is set forward,
so the one that shows more is believed. A pause is counted on from each look at it: never longer than was asked then.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Moment:
    """`wall` in seconds since 1970, `ticks` in seconds since the computer's start."""

    wall: float
    ticks: float


@dataclass(frozen=True)
class Clock:
    """Where moments come from; all processes of a computer see the same."""

    wall: Callable[[], float] = time.time
    ticks: Callable[[], float] = time.monotonic

    def now(self) -> Moment:
        return Moment(self.wall(), self.ticks())


def keep(connection: sqlite3.Connection, project: str, seconds: float, now: Moment) -> None:
    """Note that a project's collector wants to be left alone for so long, in place of what it asked for before."""
    connection.execute(
        "INSERT OR REPLACE INTO pause (project, asked_at, ticks, seconds) VALUES (?,?,?,?)",
        (project, now.wall, now.ticks, seconds),
    )


def end(connection: sqlite3.Connection, project: str) -> None:
    """A project's collector takes deliveries again."""
    connection.execute("DELETE FROM pause WHERE project = ?", (project,))


def count_on(connection: sqlite3.Connection, now: Moment) -> dict[str, float]:
    """Count every pause from `now` on, as another clock time may follow; what is over is forgotten. As `left`."""
    kept = left(connection, now)
    for project, seconds in kept.items():
        if seconds > 0:
            keep(connection, project, seconds, now)
        else:
            end(connection, project)
    return kept


def left(connection: sqlite3.Connection, now: Moment) -> dict[str, float]:
    """The seconds that are left of each project's pause, 0 where it is over."""
    rows = connection.execute("SELECT project, asked_at, ticks, seconds FROM pause")
    return {
        project: max(0.0, seconds - max(0.0, now.wall - asked_at, now.ticks - ticks))
        for project, asked_at, ticks, seconds in rows
    }
