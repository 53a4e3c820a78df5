"""How a worker process ended, as a value that can say itself in a sentence."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from local_models.errors import Phrase, WorkerError

TOLD_LINES = 12  # of the log
WATCH_ENDED_IT = "Timeout ("  # how faulthandler's last words begin


@dataclass(frozen=True)
class WorkerOutcome:
    """Exit status (negative: the signal; None: still there), what was running, and the last lines of its log."""

    status: int | None
    doing: Phrase
    log: tuple[str, ...]

    def error(self) -> WorkerError:
        """The sentence, and the last words of the log."""
        return WorkerError.worded(
            "The model's process stopped while it was {doing}: {cause}. Ask again: a new one is started.",
            code="worker_died",
            doing=self.doing,
            cause=self.cause,
            log="\n".join(self.log[-TOLD_LINES:]),
        )

    @property
    def watch_ended_it(self) -> bool:
        """Whether its own watch over foreign code ended it (isolation.ends_process_after)."""
        return self.status == 1 and any(line.startswith(WATCH_ENDED_IT) for line in self.log)

    @property
    def cause(self) -> Phrase:
        """Most likely why; the system's word where only that is known."""
        if self.status is None:
            return Phrase("it did not answer any more")
        if self.status >= 0:
            return Phrase("it ended with status {status}", {"status": self.status})
        try:
            name = signal.Signals(-self.status).name
        except ValueError:
            name = f"signal {-self.status}"
        if name == "SIGKILL":
            return Phrase("the system ended it (SIGKILL), most likely because memory ran short")
        return Phrase("it crashed ({name})", {"name": name})
