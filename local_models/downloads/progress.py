"""How far a download is, told a few times a second with the speed of the last seconds. Must not know what comes."""

from __future__ import annotations

import collections
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

TELL_S = 0.2
SPEED_S = 5.0  # the time over which the speed is taken

_log = logging.getLogger(__name__)

Doing = Literal["asking", "checking", "downloading", "waiting"]


@dataclass(frozen=True)
class Progress:
    """How far it is: bytes of all parts together. `total` is None until the server has told it.

    Checking is reading what was there before; waiting is the pause before another try.
    """

    doing: Doing
    done: int
    total: int | None
    bytes_per_second: float

    @property
    def seconds_left(self) -> float | None:
        """None where that cannot be told."""
        if self.doing != "downloading" or self.total is None or self.bytes_per_second <= 0:
            return None
        return max(0.0, self.total - self.done) / self.bytes_per_second


class Pace:
    """Tells progress a few times a second, with the speed of the last seconds."""

    def __init__(self, on_progress: Callable[[Progress], None] | None) -> None:
        self._on_progress = on_progress
        self._told = 0.0
        self._received = 0
        self._lately: collections.deque[tuple[float, int]] = collections.deque()

    def received(self, count: int) -> None:
        """So many bytes have come now."""
        self._received += count

    def tell(self, doing: Doing, done: int, total: int | None, *, at_once: bool = False) -> None:
        """Tell it, unless it was told a moment ago."""
        now = time.monotonic()
        if self._on_progress is None or (not at_once and now - self._told < TELL_S):
            return
        self._told = now
        self._lately.append((now, self._received))
        while now - self._lately[0][0] > SPEED_S:
            self._lately.popleft()
        since, had = self._lately[0]
        speed = (self._received - had) / (now - since) if now > since else 0.0
        try:
            self._on_progress(Progress(doing, done, total, speed))
        except Exception:
            _log.exception("a receiver of a download's progress failed")
