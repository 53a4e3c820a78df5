"""How sending went, as a value that adds itself up: of one try, of a send, of several.

Must not know connections, threads or the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from feedback_store.delivery.sending import Try
from feedback_store.errors import DeliveryError


@dataclass(frozen=True)
class SendReport:
    """How a send ended: batches with a new receipt, and their records that arrived or came back.

    `again` of the batches had arrived before, and the collector had lost them: their records are not counted as
    arrived a second time. `held` more were asked about, and are there. `withdrawn` of those that arrived are
    withdrawals.
    `refusal` is what the trainer has to be told whatever came later, a closed chain for instance; `outage` is why the
    last try failed that may be repeated. `ended` "retry": the same bytes may be sent later, not before `retry_after`
    seconds; "stop": not before the trainer did something; "done": nothing is left to send.
    `restored`: the collector lacked what it had receipted before. `went_on`: some answer moved the work on, and no
    later one took that back.
    """

    project: str
    batches: int = 0
    again: int = 0
    held: int = 0
    arrived: int = 0
    withdrawn: int = 0
    returned: int = 0
    restored: bool = False
    went_on: bool = False
    ended: Literal["done", "retry", "stop"] = "done"
    refusal: DeliveryError | None = None
    outage: DeliveryError | None = None
    retry_after: float | None = None

    @property
    def problem(self) -> DeliveryError | None:
        """What the trainer has to be told first, if anything: an outage that lasts, or else what was refused."""
        return self.outage or self.refusal

    @classmethod
    def of(cls, project: str, tried: Try) -> SendReport:
        """One try."""
        return cls(
            project,
            batches=int(tried.outcome in ("delivered", "again")),
            again=int(tried.outcome == "again"),
            held=int(tried.outcome == "held"),
            arrived=tried.arrived if tried.outcome == "delivered" else 0,
            withdrawn=tried.withdrawn if tried.outcome == "delivered" else 0,
            returned=tried.returned,
            restored=tried.outcome in ("restored", "again"),
            went_on=tried.outcome not in ("retry", "stop") and not _contradicts(tried.problem),
            ended=tried.outcome if tried.outcome in ("retry", "stop") else "done",
            refusal=None if tried.outcome == "retry" else tried.problem,
            outage=tried.problem if tried.outcome == "retry" else None,
            retry_after=tried.retry_after,
        )

    def and_then(self, later: SendReport) -> SendReport:
        """This one and one of the same project after it.

        Counts are added up, and a collector that was put back once stays so. How it ended, and when to try again, is
        the later one's alone, and so is an outage: this one's is over then. What was refused stays, and the later
        refusal is told. A later contradiction takes back that the work went on.
        """
        taken_back = _contradicts(later.problem) and not later.went_on
        return SendReport(
            self.project,
            batches=self.batches + later.batches,
            again=self.again + later.again,
            held=self.held + later.held,
            arrived=self.arrived + later.arrived,
            withdrawn=self.withdrawn + later.withdrawn,
            returned=self.returned + later.returned,
            restored=self.restored or later.restored,
            went_on=later.went_on or (self.went_on and not taken_back),
            ended=later.ended,
            refusal=later.refusal or self.refusal,
            outage=later.outage,
            retry_after=later.retry_after,
        )


def _contradicts(problem: DeliveryError | None) -> bool:
    """Whether the collector says now what it denied before: work that goes in a circle does not go on."""
    return problem is not None and problem.code == "contradiction"
