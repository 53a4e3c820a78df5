"""How many threads compute: chosen by measuring, while running.

llama.cpp's threads wait for one another at every operation, so one that loses its core to another program stalls all:
two threads beside a busy program write half of what one does. So the time of steps is watched and, for a few steps,
another number is tried: fewer at once when steps become much slower than usual, and one more or one fewer now and
then, seldom while all compute in even steps: every trial costs two slow ones. What is measured faster stays. Must not
know llama.cpp.
"""

from __future__ import annotations

import collections
import statistics

TRIAL_STEPS = 4  # the first is not counted: threads wake up
RECENT_STEPS = 7
SLOWER = 1.35  # times the usual: a disturbance, not noise
SUSPECT_STEPS = 3  # in a row
BETTER = 0.95  # of the other's time
FIRST_LOOK_S = 0.5
LOOK_S = 1.0  # until another number is tried; doubled each time that it was no better
CALM_S = 8.0  # longer still where all compute and steps are even: nobody else wants a core
UNEVEN = 1.25  # times the usual, of two steps in RECENT_STEPS; 1.1 on a quiet machine, 2 and more beside a busy program
LONGEST_LOOK_S = {True: 4.0, False: 16.0}  # while fewer compute than could, and while all do


class Threads:
    """`now` is how many compute the next step; `took` tells how long a step took."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.now = most
        self._spent = 0.0  # seconds of all steps: a pause between two answers brings no trial nearer
        self._rows = 0
        self._slow = 0
        self._recent: collections.deque[float] = collections.deque(maxlen=RECENT_STEPS)
        self._usual = 0.0
        self._trial: list[float] = []
        self._before: tuple[int, float] | None = None  # of a trial: how many, and the time of a step
        self._pause = LOOK_S
        self._look_at = FIRST_LOOK_S

    def took(self, seconds: float, rows: int) -> None:
        """A step with `rows` candidates took this long."""
        if self.most == 1:
            return
        self._spent += seconds
        if rows != self._rows:
            self._rows = rows
            self._start_over()
            return
        if self._before is not None:
            self._try(seconds)
            return
        self._slow = self._slow + 1 if self._usual and seconds > self._usual * SLOWER else 0
        self._recent.append(seconds)
        if not self._slow and len(self._recent) >= SUSPECT_STEPS:
            self._usual = statistics.median(self._recent)
        if self._slow >= SUSPECT_STEPS and self.now > 1:
            self._begin(self.now - 1, seconds)
        elif self._usual and not self._slow and self._spent >= self._look_at + (CALM_S if self._calm else 0):
            self._begin(self.now + 1 if self.now < self.most else self.now - 1, self._usual)

    @property
    def _calm(self) -> bool:
        return self.now == self.most and sorted(self._recent)[-2] < self._usual * UNEVEN

    def _start_over(self) -> None:
        """Steps of another kind: what was usual says nothing."""
        if self._before is not None:
            self.now, self._before = self._before[0], None
        self._recent.clear()
        self._usual, self._slow = 0.0, 0

    def _begin(self, threads: int, seconds: float) -> None:
        self._before = (self.now, seconds)
        self._trial = []
        self.now = threads

    def _try(self, seconds: float) -> None:
        assert self._before is not None
        self._trial.append(seconds)
        before, took = self._before
        hopeless = len(self._trial) > 1 and seconds > took * 1.5
        if len(self._trial) < TRIAL_STEPS and not hopeless:
            return
        if not hopeless and statistics.median(self._trial[1:]) < took * BETTER:
            self._pause = LOOK_S
        else:
            self.now = before
            self._pause = min(self._pause * 2, LONGEST_LOOK_S[before < self.most])
        self._before = None
        self._start_over()
        self._look_at = self._spent + self._pause
