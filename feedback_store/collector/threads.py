"""Threads for what waits for the disk, so that the loop never does.

The loop's own `run_in_executor` makes two futures a call and chains them, which was a hundredth of a batch; here it is
one. Must not know what is run.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """At most `count` calls at once; others wait their turn."""

    def __init__(self, count: int, name: str) -> None:
        self._threads = ThreadPoolExecutor(count, name)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a function answers or raises. It is run to its end even where the wait for it is broken off."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def work() -> None:
            try:
                told = partial(_answer, done, function(*args, **kwargs))
            except BaseException as error:  # whoever waits is told, whatever it was
                told = partial(_answer, done, None, error)
            with contextlib.suppress(RuntimeError):  # the loop has ended, and nobody waits
                loop.call_soon_threadsafe(told)

        self._threads.submit(work)
        return await done


def _answer(done: asyncio.Future[T], found: T | None, error: BaseException | None = None) -> None:
    if done.done():  # broken off
        return
    if error is None:
        done.set_result(cast("T", found))
    else:
        done.set_exception(error)
