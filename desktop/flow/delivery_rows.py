"""How each delivery is listed: its number, its records, when it was signed, and how it stands, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.flow import describing, new_chains
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store.store import BatchRow


@dataclass(frozen=True)
class DeliveryRow:
    """One line of the table; `about_number` is said of a number that does not mean itself, "" of others."""

    number: str
    records: str
    signed: str
    state: str
    about_number: str


def delivery_rows(rows: Sequence[BatchRow], sealed: str) -> list[DeliveryRow]:
    """A project's deliveries as they are listed, the newest first, as they come. `sealed` says of one that is signed
    and not on its way why it is not.
    """
    oldest_first = rows[::-1]
    began, series = new_chains.began_anew(oldest_first), new_chains.series(oldest_first)
    to_come = new_chains.will_begin_anew(oldest_first)
    found = []
    for index, batch in enumerate(rows):
        state = _state(batch, sealed)
        if to_come and index == 0 and not _is_stopped(batch):  # all has arrived: nothing else would say it
            state = f"{state}. {new_chains.will_begin_text(to_come)}"
        if batch.batch_id in began:
            state = f"{state}. {new_chains.began_text(began[batch.batch_id])}"
        found.append(
            DeliveryRow(
                new_chains.delivery_name(batch.seq, series[batch.chain]),
                count_text(batch.count),
                describing.when_text(batch.created_at),
                state,
                new_chains.number_words(batch, series),
            )
        )
    return found


def _state(batch: BatchRow, sealed: str) -> str:
    """How a delivery stands by itself."""
    states = {
        "sealed": sealed,
        "sending": _("On the way"),
        "delivered": _("Delivered"),
        "closed": _("Stopped"),
    }
    state = states[batch.state]
    if batch.returned:
        returned = ngettext("{} record returned", "{} records returned", batch.returned).format(
            count_text(batch.returned)
        )
        state = f"{state}, {returned}"
    if _is_stopped(batch):
        state = f"{state}: {describing.stopped_text(batch.reason)}"
    return state


def _is_stopped(batch: BatchRow) -> bool:
    return bool(batch.reason) and batch.state != "delivered"
