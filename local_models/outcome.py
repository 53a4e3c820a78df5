"""How a worker process ended, as a value that can say itself in a sentence."""

from __future__ import annotations

import signal
from dataclasses import dataclass


@dataclass(frozen=True)
class WorkerOutcome:
    """Exit status (negative: the signal), what was running, and the last lines of llama.cpp's log."""

    status: int | None
    doing: str
    log: tuple[str, ...]

    def __str__(self) -> str:
        return f"The model stopped while it was {self.doing}: {self.cause}. What it had written is kept."

    @property
    def cause(self) -> str:
        """Most likely why; the system's word where only that is known."""
        if self.status is None:
            return "it did not answer any more"
        if self.status >= 0:
            return f"it ended with status {self.status}"
        try:
            name = signal.Signals(-self.status).name
        except ValueError:
            name = f"signal {-self.status}"
        if -self.status == signal.SIGKILL:
            return "the system ended it (SIGKILL), most likely because memory ran short"
        return f"it crashed ({name})"
