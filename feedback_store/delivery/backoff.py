"""How long to wait before the next try: full jitter, so that a thousand laptops do not come back at once.

AWS Architecture Blog, "Exponential Backoff And Jitter" (2015): a random time up to an exponentially rising limit.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import ceil

from feedback_store.errors import Phrase

LONGEST_ASKED_S = 3600.0  # a collector may ask for a longer pause, but not for ever
WHOLE_MINUTES_S = 90.0  # a pause that is longer is told in minutes


@dataclass(frozen=True)
class Backoff:
    """Seconds: the first limit, which doubles with every failure, and where it stops."""

    first: float = 2.0
    longest: float = 15 * 60.0

    def delay(self, failures: int, asked: float | None = None) -> float:
        """The wait after so many failures in a row (1, 2, …), at least what the collector `asked` for."""
        limit = min(self.longest, self.first * 2.0 ** min(failures - 1, 60))
        drawn = random.uniform(0.0, limit)  # noqa: S311 (spreads load, keeps no secret)
        return max(drawn, pause(asked))


def pause(asked: float | None) -> float:
    """The seconds that are kept of a pause which a collector `asked` for."""
    return max(0.0, min(asked or 0.0, LONGEST_ASKED_S))


def pause_time(seconds: float) -> Phrase:
    """How long a pause lasts, in words, and never shorter than it is."""
    if seconds <= WHOLE_MINUTES_S:
        return Phrase("{count} s", {"count": ceil(seconds)})
    return Phrase("{count} min", {"count": ceil(seconds / 60)})
