"""How sending went, in the words that window and command line share. Must not know who asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext

if TYPE_CHECKING:
    from feedback_store.delivery.send_report import SendReport


def put_back_text(report: SendReport) -> str:
    """That the collector had lost what had arrived, and what became of that; "" where it had not.

    Nobody knows whether all is there: a profile that was put back, too, holds less than it had delivered.
    """
    if not report.restored:
        return ""
    if report.problem is not None:
        return _(
            "The collector was put back to an older copy. What it lacks of this profile's deliveries is sent again."
        )
    return healed_text(report.again)


def healed_text(again: int = 0) -> str:
    """That a collector was put back and has again what it lacked: so many deliveries, where they were counted."""
    if not again:
        return _(
            "The collector was put back to an older copy. What it lacked was sent again; every delivery that this"
            " profile holds is there."
        )
    return ngettext(
        "The collector was put back to an older copy. {} delivery that it lacked was sent again; every"
        " delivery that this profile holds is there.",
        "The collector was put back to an older copy. {} deliveries that it lacked were sent again; every"
        " delivery that this profile holds is there.",
        again,
    ).format(count_text(again))


def still_there_text(report: SendReport) -> str:
    """That the collector was asked whether it has what arrived, and has it; "" where it was not, or had lost some.

    Its receipts are those of the first time, so that they do not tell what it has erased since.
    """
    if report.restored or not report.held:
        return ""
    return _(
        "The collector still has every delivery that this profile holds, but for what was erased there; its receipts"
        " were checked."
    )


def deliveries_text(report: SendReport) -> str:
    """How many deliveries arrived that had not before; "" for none."""
    count = report.batches - report.again
    if not count:
        return ""
    return ngettext("{} delivery arrived.", "{} deliveries arrived.", count).format(count_text(count))


def judgements_text(report: SendReport) -> str:
    """How many judgements and withdrawals did, or deliveries where nothing of them was kept; "" where none was new."""
    count, deliveries = report.arrived - report.withdrawn, report.batches - report.again
    if not deliveries:
        return ""
    arrived = ngettext("{} judgement arrived", "{} judgements arrived", count)
    if report.withdrawn:
        taken = ngettext("{} withdrawal arrived", "{} withdrawals arrived", report.withdrawn)
        withdrawn = taken.format(count_text(report.withdrawn))
        if not count:
            return _("{arrived}; every receipt was checked.").format(arrived=withdrawn)
        both = _("{judgements}, {withdrawals}").format(
            judgements=arrived.format(count_text(count)), withdrawals=withdrawn
        )
        return _("{arrived}; every receipt was checked.").format(arrived=both)
    if not count:  # all came back, or was erased here before it left
        count, arrived = deliveries, ngettext("{} delivery arrived", "{} deliveries arrived", deliveries)
    return _("{arrived}; every receipt was checked.").format(arrived=arrived.format(count_text(count)))
