"""Threads chosen by measured steps: a simulated machine of two and of four cores, quiet and disturbed.

Seconds a step as measured with SmolLM2, k = 4: two threads 20 ms alone and 74 ms beside a busy program, one thread
36 ms whatever else runs. Of every ten steps one is 1.1 times the median on a quiet machine, and more than twice the
median where a thread has to share its core.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from local_models.threads import Threads


class Machine:
    """Runs steps of an imagined model in imagined time."""

    def __init__(self, cores: int, seed: int, *, noise: float = 0.08) -> None:
        self.time = 0.0
        self.busy = 0  # cores that another program has
        self.cores = cores
        self._draw = random.Random(seed)
        self._noise = noise
        self.used: list[int] = []  # threads, step by step
        self.threads = Threads(cores)

    def step_s(self, threads: int) -> float:
        alone = 0.004 + 0.032 / threads
        return alone * 3.7 if self.is_disturbed(threads) else alone

    def is_disturbed(self, threads: int) -> bool:
        return threads > self.cores - self.busy

    def run(self, seconds: float, rows: Callable[[], int] = lambda: 4) -> float:
        """Steps a second over so much time."""
        end, steps = self.time + seconds, 0
        while self.time < end:
            now = self.threads.now
            took = self.step_s(now) * self._draw.lognormvariate(0, 0.6 if self.is_disturbed(now) else self._noise)
            self.used.append(now)
            self.time += took
            self.threads.took(took, rows())
            steps += 1
        return steps / seconds

    def best(self) -> float:
        """Steps a second with the best number of threads."""
        return 1 / min(self.step_s(threads) for threads in range(1, self.cores + 1))


@pytest.mark.parametrize("cores", [2, 4])
@pytest.mark.parametrize("seed", range(5))
def test_a_disturbance_is_evaded_within_two_seconds_and_its_end_is_noticed(cores: int, seed: int) -> None:
    machine = Machine(cores, seed)
    machine.run(1)
    assert machine.run(20) >= 0.95 * machine.best()
    machine.busy = 1
    machine.run(2)
    assert machine.run(20) >= 0.85 * machine.best()
    machine.busy = 0
    machine.run(5)
    assert machine.threads.now == cores
    assert machine.run(20) >= 0.95 * machine.best()


@pytest.mark.parametrize("seed", range(5))
def test_on_a_quiet_machine_hardly_a_step_is_spent_on_trying(seed: int) -> None:
    machine = Machine(2, seed)
    machine.run(5)
    assert machine.used.count(1) <= 4, "an answer of a few seconds pays for one trial at most"
    machine.run(60)
    assert machine.used.count(1) < 0.01 * len(machine.used)


@pytest.mark.parametrize("seed", range(5))
def test_a_machine_that_is_busy_from_the_beginning_is_found_out(seed: int) -> None:
    machine = Machine(2, seed)
    machine.busy = 1
    machine.run(2)
    assert machine.run(10) >= 0.85 * machine.best()


@pytest.mark.parametrize("seed", range(5))
def test_candidates_that_leave_are_no_disturbance(seed: int) -> None:
    """Steps with fewer rows are other steps; the number of threads stays."""
    machine = Machine(2, seed)
    left = iter([4] * 100 + [3] * 80 + [2] * 60)
    machine.run(3, rows=lambda: next(left, 1))
    assert machine.run(5, rows=lambda: 1) >= 0.95 * machine.best()


def test_noise_alone_costs_little() -> None:
    machine = Machine(2, 1, noise=0.3)
    assert machine.run(30) >= 0.85 * machine.best()


def test_one_core_has_nothing_to_choose() -> None:
    machine = Machine(1, 1)
    machine.run(1)
    assert machine.threads.now == 1
