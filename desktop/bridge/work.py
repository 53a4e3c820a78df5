"""Jobs that take their time, each on a thread of its own; what became of one arrives in the window's thread.

Must not know what a job does. A job tells how far it is, and hears there that it was called off.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from desktop.bridge.courier import Courier

TELL_EVERY_S = 0.1
PATIENCE_S = 10.0  # for jobs that still run when the window is closed

T = TypeVar("T")
Shown = Callable[[int, int], None]  # done, of how many


class CalledOff(Exception):  # noqa: N818 (how a job ended, said as it is)
    """The job was called off; it has left nothing behind."""


class Progress:
    """How far a job has come. `tell` is called by the job, `call_off` by the window."""

    def __init__(self, courier: Courier, shown: Shown) -> None:
        self._courier = courier
        self._shown = shown
        self._stopped = threading.Event()
        self._told = 0.0

    def tell(self, done: int, of: int) -> None:
        """So much is done; shown ten times a second, the end always. Raises CalledOff if nobody wants the rest."""
        if self._stopped.is_set():
            raise CalledOff
        if done >= of or time.monotonic() - self._told >= TELL_EVERY_S:
            self._told = time.monotonic()
            self._courier.post(lambda: self._shown(done, of))

    def call_off(self) -> None:
        """Have the next `tell` end the job."""
        self._stopped.set()


class Work:
    """Starts jobs. `ended(future)` is called in the window's thread, unless the window was closed meanwhile."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier
        self._threads: list[threading.Thread] = []
        self._running: list[Progress] = []

    def start(
        self, name: str, job: Callable[[], T], ended: Callable[[Future[T]], None], *, left_behind: bool = False
    ) -> None:
        """Run `job` on a thread called `name`; the window closes without one that is `left_behind`."""
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(job())
            except Exception as error:  # told by `ended`, which raises what it cannot word
                future.set_exception(error)
            self._courier.post(lambda: ended(future))

        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=run, name=name, daemon=True)
        if not left_behind:
            self._threads.append(thread)
        thread.start()

    def progress(self, shown: Shown) -> Progress:
        """What a job tells its progress to; called off when the window closes."""
        made = Progress(self._courier, shown)
        self._running.append(made)
        return made

    def end(self) -> None:
        """Call off what can be, and wait a while for the rest: the store is closed next."""
        for progress in self._running:
            progress.call_off()
        until = time.monotonic() + PATIENCE_S
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
