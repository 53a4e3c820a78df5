"""What the client does on each answer of a collector: the table of docs/batch-format.md, row by row."""

from __future__ import annotations

from typing import Literal

from feedback_store.delivery.http import Answer

Doing = Literal["verify", "gap", "close", "rejoin", "close_and_stop", "retry"]
RETRIED = frozenset({408, 425, 429})


def decide(answer: Answer) -> tuple[Doing, str]:
    """What to do, and the reason for people where a chain is closed or sending stops."""
    status, code = answer.status, answer.code
    if status in (200, 201):
        return "verify", ""
    if status == 401:
        return "rejoin", "The collector does not know this device's token. Join the project again."
    if status == 403:
        return "close_and_stop", f"The collector does not accept this device's key ({code or 'refused'})."
    if status == 409 and code == "gap":
        return "gap", ""
    if status == 409:
        return "close", "The collector holds another delivery in this one's place."
    if status in RETRIED or status >= 500:
        return "retry", ""
    return "close", f"The collector refused the delivery ({code or status}). This is a fault of a program."
