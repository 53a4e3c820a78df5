"""Threads for what waits for the disk, so that the loop never does.

The loop's own `run_in_executor` makes two futures a call and chains them, and `concurrent.futures` one more with its
locks: together a twentieth of a batch. Here it is one. Must not know what is run.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import weakref
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
_Calls = SimpleQueue[Callable[[], None] | None]


class Threads:
    """At most `count` calls at once; others wait their turn. The threads end with this object, and with the process."""

    def __init__(self, count: int, name: str) -> None:
        self._calls: _Calls = SimpleQueue()
        for number in range(count):
            threading.Thread(target=_work, args=(self._calls,), name=f"{name}-{number}", daemon=True).start()
        weakref.finalize(self, _end, self._calls, count)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a function answers or raises. It is run to its end even where the wait for it is broken off."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def call() -> None:
            try:
                told = partial(_answer, done, function(*args, **kwargs))
            except BaseException as error:  # whoever waits is told, whatever it was
                told = partial(_answer, done, None, error)
            with contextlib.suppress(RuntimeError):  # the loop has ended, and nobody waits
                loop.call_soon_threadsafe(told)

        self._calls.put(call)
        return await done


def _work(calls: _Calls) -> None:
    while (call := calls.get()) is not None:
        call()
        del call  # nothing of it is held until the next one comes


def _end(calls: _Calls, count: int) -> None:
    for _ in range(count):
        calls.put(None)


def _answer(done: asyncio.Future[T], found: T | None, error: BaseException | None = None) -> None:
    if done.done():  # broken off
        return
    if error is None:
        done.set_result(cast("T", found))
    else:
        done.set_exception(error)
