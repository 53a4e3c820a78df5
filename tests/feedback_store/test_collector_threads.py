"""What waits for the disk runs in threads, and whoever waits hears how it ended."""

from __future__ import annotations

import asyncio
import threading

import pytest

from feedback_store.collector.threads import Threads
from feedback_store.errors import EnvironmentTrouble


def test_a_call_is_answered_from_another_thread() -> None:
    async def ask() -> tuple[int, str]:
        return await Threads(1, "storage").run(lambda number: (number + 1, threading.current_thread().name), 6)

    number, where = asyncio.run(ask())
    assert number == 7
    assert where.startswith("storage")


def test_what_a_call_raises_reaches_whoever_waits() -> None:
    def fail() -> None:
        raise EnvironmentTrouble("The disk is full.", code="disk_full")

    with pytest.raises(EnvironmentTrouble, match="full"):
        asyncio.run(Threads(1, "storage").run(fail))


def test_a_wait_that_is_broken_off_leaves_the_call_to_its_end_and_the_threads_to_others() -> None:
    go_on, ended = threading.Event(), threading.Event()

    def slow() -> None:
        go_on.wait()
        ended.set()

    async def ask() -> int:
        threads = Threads(1, "storage")
        waiting = asyncio.create_task(threads.run(slow))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        go_on.set()
        return await threads.run(lambda: 5)

    assert asyncio.run(ask()) == 5
    assert ended.is_set()


def test_a_call_that_outlives_the_loop_tells_nobody_and_disturbs_nobody() -> None:
    go_on, ended = threading.Event(), threading.Event()
    threads = Threads(1, "storage")

    def slow() -> None:
        go_on.wait()
        ended.set()

    async def begin() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(threads.run(slow), timeout=0.01)

    asyncio.run(begin())
    go_on.set()
    assert asyncio.run(threads.run(lambda: 5)) == 5
    assert ended.is_set()
