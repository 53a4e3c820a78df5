"""Passes that were seen lately, so that not every batch asks the storage who sends it.

A pass only keeps anonymous load away, and what is kept of a device never changes: whom its key belongs to. That it
was revoked is asked where its batch is stored. A pass that was replaced is taken for a while longer by a process that
knew it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from feedback_store.collector.storage import Device

KEPT_S = 600.0
MOST = 20_000


class Passes:
    """The devices of the passes that were used last, at most `most` of them, each for `kept_s` seconds."""

    def __init__(
        self, *, most: int = MOST, kept_s: float = KEPT_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._kept_s = kept_s
        self._clock = clock
        self._seen: OrderedDict[tuple[str, str], tuple[float, Device]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, project: str, token_sha256: str) -> Device | None:
        """The device of a pass that was seen lately."""
        kept = self._seen.get((project, token_sha256))
        return kept[1] if kept is not None and kept[0] > self._clock() else None

    def keep(self, token_sha256: str, device: Device) -> None:
        """Remember whose pass it is."""
        with self._lock:
            self._seen[device.project, token_sha256] = (self._clock() + self._kept_s, device)
            self._seen.move_to_end((device.project, token_sha256))
            if len(self._seen) > self._most:
                self._seen.popitem(last=False)
