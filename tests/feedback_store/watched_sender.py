"""What tests watch a sender with: what it told, how it counted, whether its thread has looked, and a clock to set."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import pytest
from joined_profile import QUICK, Profile

from feedback_store.delivery.backoff import Backoff
from feedback_store.delivery.sender import Sender
from feedback_store.pause_table import Clock
from feedback_store.store import Project


def events(profile: Profile, project: Project, *wanted: str, timeout: float = 60.0) -> bool:
    """Whether these events of a project were all told within the time."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        told = [step.event for step in profile.seen if step.project == project.id]
        if all(told.count(event) >= wanted.count(event) for event in wanted):
            return True
        threading.Event().wait(0.01)
    return False


@dataclass(frozen=True)
class Counted(Backoff):
    """Waits as the quick one, and remembers how many failures in a row each wait is for."""

    first: float = QUICK.first
    longest: float = QUICK.longest
    failures: list[int] = field(default_factory=list)

    def delay(self, failures: int, asked: float | None = None) -> float:
        self.failures.append(failures)
        return super().delay(failures, asked)


class Looking:
    """A sender's thread of which one can wait until it has looked at every project once more."""

    def __init__(self, sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
        self._sender, self._looked, until = sender, threading.Event(), sender._until_next
        monkeypatch.setattr(sender, "_until_next", lambda: self._looked.set() or until())  # type: ignore[func-returns-value]

    def once_more(self) -> None:
        for _ in range(2):  # the first may have begun before it was called
            self._looked.clear()
            self._sender.wake()
            assert self._looked.wait(60)


@dataclass
class HandClock:
    """A computer's clocks, moved by hand. `passed` is what nobody else knows: the seconds that have truly passed."""

    wall: float = 1_800_000_000.0
    ticks: float = 5_000.0
    passed: float = 0.0

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.wall, lambda: self.ticks)

    def go_on(self, seconds: float) -> None:
        """So much time passes."""
        self.wall += seconds
        self.ticks += seconds
        self.passed += seconds

    def start_anew(self, wall: float | None = None) -> None:
        """The computer is started again; where its battery is empty, at another time."""
        self.ticks = 20.0
        self.wall = self.wall if wall is None else wall
