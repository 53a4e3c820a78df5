"""One job at a time beside the window; of what is asked meanwhile only the last is done and told.

For what follows somebody who types: only the newest text matters. Must not know what a job does.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from desktop.bridge.work import Work

T = TypeVar("T")
Job = Callable[[], T]
Told = Callable[[Future[T]], None]


class Newest(Generic[T]):
    """`told` is called in the window's thread, unless something newer was asked or dropped since."""

    def __init__(self, name: str, work: Work) -> None:
        self._name = name
        self._work = work
        self._wanted: tuple[Job[T], Told[T]] | None = None
        self._busy = self._stopped = False

    def start(self, job: Job[T], told: Told[T]) -> None:
        """Do this as soon as what is being done has ended."""
        self._wanted = (job, told)
        if not self._busy:
            self._begin()

    def at_once(self, job: Job[T], told: Told[T]) -> None:
        """Do this here and now, in place of what was asked before."""
        self.drop()
        done: Future[T] = Future()
        try:
            done.set_result(job())
        except Exception as error:  # as on a thread: `told` words it
            done.set_exception(error)
        told(done)

    def drop(self) -> None:
        """What was asked is not wanted any more."""
        self._wanted = None

    def stop(self) -> None:
        """Tell nothing more: those who listened go."""
        self._stopped = True

    def _begin(self) -> None:
        assert self._wanted is not None
        self._busy = True
        wanted = self._wanted
        self._work.start(self._name, wanted[0], lambda done: self._ended(done, wanted), left_behind=True)

    def _ended(self, done: Future[T], wanted: tuple[Job[T], Told[T]]) -> None:
        self._busy = False
        if self._stopped or self._wanted is None:
            return
        if wanted is self._wanted:
            self._wanted = None
            wanted[1](done)
        else:
            self._begin()
