"""How a worker process ended, as a value that can say itself in a sentence."""

from __future__ import annotations

import signal
from dataclasses import dataclass

WATCH_ENDED_IT = "Timeout ("  # how faulthandler's last words begin


@dataclass(frozen=True)
class WorkerOutcome:
    """Exit status (negative: the signal; None: still there), what was running, and the last lines of its log."""

    status: int | None
    doing: str
    log: tuple[str, ...]

    def __str__(self) -> str:
        return f"The model's process stopped while it was {self.doing}: {self.cause}. Ask again: a new one is started."

    @property
    def watch_ended_it(self) -> bool:
        """Whether its own watch over foreign code ended it (isolation.ends_process_after)."""
        return self.status == 1 and any(line.startswith(WATCH_ENDED_IT) for line in self.log)

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
        if name == "SIGKILL":
            return "the system ended it (SIGKILL), most likely because memory ran short"
        return f"it crashed ({name})"
