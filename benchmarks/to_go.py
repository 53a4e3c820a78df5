"""How long a measurement will go on, told on stderr while it does: by what was done of all that is to be done."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO


class ToGo:
    """So many steps in all; each time that some are done, a line says what is left."""

    def __init__(self, total: int, *, clock: Callable[[], float] = time.monotonic, out: TextIO = sys.stderr) -> None:
        self._total = total
        self._done = 0
        self._clock = clock
        self._begun = clock()
        self._out = out

    def done(self, steps: int) -> None:
        self._done += steps
        left = max(self._total - self._done, 0)
        seconds = (self._clock() - self._begun) / max(self._done, 1) * left
        share = 100 * self._done // max(self._total, 1)
        print(f"  {min(share, 100)} % sent, about {seconds / 60:.0f} minutes to go", file=self._out, flush=True)
