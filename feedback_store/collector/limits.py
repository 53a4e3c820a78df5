"""How much may be asked of this process: of one device batches a second and large ones at once, of all proofs and room.

A token bucket a device: `burst` batches at once (a backlog of weeks), and after that `per_s` a second. Each process
counts for itself, so that behind a balancer with n processes a device may send up to n times as much: the limit keeps
one program that went wrong from filling the disk or the queue, and is no quota. What all devices send at once is kept
in one room of bytes, so that the process has a size that can be told. Must not know HTTP or the storage.
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
MIB = 2**20
ROOM = 128 * MIB  # for bodies whose sender is known; docs/decisions/176 says what a process of that size takes
FREE_ROOM = 16 * MIB  # beside it, for small bodies of whoever it may be: 256 of the largest, some 600 ordinary batches
ROOM_RETRY_S = 5  # what a full room asks of senders; ten bodies of 8 MiB are worked at in less


@dataclass(frozen=True)
class Rate:
    """Batches of one device, or proofs of all: so many at once, and so many a second for good. `per_s` 0: no limit."""

    per_s: float = 10.0
    burst: int = 1000


PROOFS = Rate(per_s=500.0, burst=1000)  # of whoever asks, together: a twentieth of a core, and many addresses' worth


class Room:
    """So many bytes of bodies and no more, from any thread."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.held = 0
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Whether there was room; it is to be given back."""
        with self._lock:
            fits = self.held + size <= self.most
            if fits:
                self.held += size
        return fits

    def give_back(self, size: int) -> None:
        with self._lock:
            self.held -= size


class Held:
    """What one request holds of the rooms, until it is answered."""

    def __init__(self, room: Room, free: Room) -> None:
        self._room = room
        self._free = free
        self._taken = 0
        self._taken_freely = 0

    def freely(self, size: int) -> bool:
        """Whether a small body may be read before its sender is known."""
        fits = self._free.take(size)
        if fits:
            self._taken_freely += size
        return fits

    def take(self, size: int) -> None:
        """Room for so many bytes more of a sender who is known; raises Refusal with the seconds to wait."""
        if not self._room.take(size):
            raise no_room()
        self._taken += size

    def give_back(self) -> None:
        self._room.give_back(self._taken)
        self._free.give_back(self._taken_freely)


def no_room() -> Refusal:
    """Nothing is wrong with the body; the process holds too many others now."""
    return Refusal(503, "room", retry_after=ROOM_RETRY_S)


class Limits:
    """The buckets of all devices that this process hears from, who sends large bodies now, and the room for bodies."""

    def __init__(
        self, rate: Rate, *, room: int = ROOM, most: int = MOST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._room = Room(room)
        self._free = Room(FREE_ROOM)
        self._most = most
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens left, at which time
        self._large: dict[str, int] = {}
        self._lock = threading.Lock()

    def spend(self, device: str) -> None:
        """Take one batch from the device's bucket; raises Refusal with the seconds to wait."""
        self._take(device, self._rate)

    def spend_proof(self) -> None:
        """Take one proof from the bucket of all who ask; raises Refusal with the seconds to wait."""
        self._take("proof", PROOFS)

    def _take(self, bucket: str, rate: Rate) -> None:
        if rate.per_s <= 0:
            return
        with self._lock:
            now = self._clock()
            left, then = self._buckets.get(bucket, (float(rate.burst), now))
            left = min(left + (now - then) * rate.per_s, float(rate.burst))
            if left < 1:
                raise Refusal(429, "rate", retry_after=max(1, round((1 - left) / rate.per_s)))
            self._buckets[bucket] = (left - 1, now)
            self._buckets.move_to_end(bucket)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)

    @property
    def held(self) -> int:
        """Bytes of bodies that are being received or worked at now."""
        return self._room.held + self._free.held

    @contextlib.contextmanager
    def holding(self) -> Iterator[Held]:
        """While a request's body is read and worked at."""
        held = Held(self._room, self._free)
        try:
            yield held
        finally:
            held.give_back()

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
