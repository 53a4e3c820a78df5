"""Withdrawals that a collector refused for their number go out again, higher each time, until one is taken.

For window and command line alike. Must not know who asks, nor how anything is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.flow.quantities import count_text
from desktop.flow.wording import ngettext
from feedback_store.outbox import Outbox

if TYPE_CHECKING:
    from feedback_store.delivery.send_report import SendReport

ROUNDS = 12  # each doubles the number; a collector that refuses after that refuses everything


def send(
    outbox: Outbox, project_id: str, send_pending: Callable[[], SendReport], sign: Callable[[], object] | None
) -> tuple[SendReport, str]:
    """Send, and as long as a withdrawal was refused so, sign and send once more: how all of it went, and in words what
    was refused still. Without `sign`, since nobody asked for that, it is only told.
    """
    report, rounds = send_pending(), 0
    while sign and rounds < ROUNDS and report.ended == "done" and outbox.refused_withdrawals(project_id):
        rounds += 1
        sign()
        report = report.and_then(send_pending())
    return report, refused_text(outbox.refused_withdrawals(project_id))


def refused_text(count: int) -> str:
    """That withdrawals were refused and go out again; "" for none."""
    if not count:
        return ""
    words = ngettext(
        "{} withdrawal was refused, since a copy of this profile had delivered a later version. It goes out again with"
        " the next delivery, under a higher number.",
        "{} withdrawals were refused, since a copy of this profile had delivered later versions. They go out again with"
        " the next delivery, under higher numbers.",
        count,
    )
    return words.format(count_text(count))
