"""How much one device may ask of this process: batches a second, and large ones at once.

A token bucket a device: `burst` batches at once (a backlog of weeks), and after that `per_s` a second. Each process
counts for itself, so that behind a balancer with n processes a device may send up to n times as much: the limit keeps
one program that went wrong from filling the disk or the queue, and is no quota. Must not know HTTP or the storage.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from feedback_store.collector.refusal import Refusal

MOST = 20_000  # buckets; the one that was used least lately is dropped, and begins full when it comes again
AT_ONCE = 4  # large or packed bodies of one device; each may take 8 MiB


@dataclass(frozen=True)
class Rate:
    """Batches of one device: so many at once, and so many a second for good. `per_s` 0: no limit."""

    per_s: float = 10.0
    burst: int = 1000


class Limits:
    """The buckets of all devices that this process hears from, and who sends large bodies now."""

    def __init__(self, rate: Rate, *, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._most = most
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens left, at which time
        self._large: dict[str, int] = {}
        self._lock = threading.Lock()

    def spend(self, device: str) -> None:
        """Take one batch from the device's bucket; raises Refusal with the seconds to wait."""
        if self._rate.per_s <= 0:
            return
        with self._lock:
            now = self._clock()
            left, then = self._buckets.get(device, (float(self._rate.burst), now))
            left = min(left + (now - then) * self._rate.per_s, float(self._rate.burst))
            if left < 1:
                raise Refusal(429, "rate", retry_after=max(1, round((1 - left) / self._rate.per_s)))
            self._buckets[device] = (left - 1, now)
            self._buckets.move_to_end(device)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)

    @contextlib.contextmanager
    def large(self, device: str) -> Iterator[None]:
        """While a body that is large, or may become so, is read and stored; raises Refusal for one too many at once."""
        with self._lock:
            if self._large.get(device, 0) >= AT_ONCE:
                raise Refusal(429, "at_once", retry_after=1)
            self._large[device] = self._large.get(device, 0) + 1
        try:
            yield
        finally:
            with self._lock:
                self._large[device] -= 1
                if not self._large[device]:
                    del self._large[device]
