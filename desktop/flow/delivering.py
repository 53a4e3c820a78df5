"""What leaves: released judgements are signed, sent, or written into a file that is handed over.

For window and command line alike. Must not know who asks, nor where keys are kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from desktop.flow import new_chains
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store.batches.body import read_body
from feedback_store.batches.keys import DeviceKey
from feedback_store.errors import StoreError
from feedback_store.outbox import Outbox
from feedback_store.record_parts import Withdrawal
from feedback_store.records import decode
from feedback_store.store import BatchRow, Project

if TYPE_CHECKING:
    from feedback_store.delivery.by_file import ReadReceipts


# Sign what is released and send it; also what waits since its chain was closed; or sign nothing, but ask the collector
# whether it still has what arrived.
How = Literal["now", "again", "look"]
Which = Literal["every", "waiting", "arrived"]  # all of a project without collector; what waits; all, as none waits


@dataclass(frozen=True)
class HandedOver:
    """A file of batches, how many judgements they hold, and which batches they are; and that a new chain was begun."""

    file: Path
    batches: int
    records: int
    which: Which
    began: str = ""

    def __str__(self) -> str:
        counted = ngettext("{} delivery", "{} deliveries", self.batches)
        if self.which == "waiting":
            counted = ngettext("{} delivery that has not arrived", "{} deliveries that have not arrived", self.batches)
        batches = counted.format(count_text(self.batches))
        records = ngettext("{} judgement", "{} judgements", self.records).format(count_text(self.records))
        words = _("{batches} with {records} saved in {file}.")
        if self.which == "arrived":
            words = _("Nothing waits, so all that was signed is saved again: {batches} with {records} in {file}.")
        return words.format(batches=batches, records=records, file=self.file)


def seal_released(outbox: Outbox, project_id: str, key: DeviceKey) -> list[BatchRow]:
    """Sign what is released into batches, until nothing is left that may be: a record with a place of personal data
    that nobody decided about stays.
    """
    outbox.look(project_id)  # here, where somebody waits for it: sealing would search in the writer's thread
    found: list[BatchRow] = []
    while (sealed := outbox.seal(project_id, key).result()) is not None:
        found.append(outbox.batch(sealed))
    return found


def signed_text(outbox: Outbox, batch: BatchRow) -> str:
    """How many judgements a batch that was just sealed holds, and how many withdrawals."""
    lines = read_body(outbox.body(batch)).lines
    withdrawn = sum(isinstance(decode(line), Withdrawal) for line in lines)
    judged = len(lines) - withdrawn
    judgements = ngettext("{} judgement", "{} judgements", judged).format(count_text(judged))
    withdrawals = ngettext("{} withdrawal", "{} withdrawals", withdrawn).format(count_text(withdrawn))
    if judged and withdrawn:
        return _("{judgements} and {withdrawals}").format(judgements=judgements, withdrawals=withdrawals)
    return withdrawals if withdrawn else judgements


def bodies(outbox: Outbox, project_id: str, *, delivered_too: bool) -> list[bytes]:
    """The signed batches in their order, as they stand in a file; without `delivered_too` those without a receipt."""
    if delivered_too:
        return [outbox.in_file(batch) for batch in outbox.batches(project_id)]
    return list(outbox.undelivered_bodies(project_id))


def hand_over(
    outbox: Outbox, project_id: str, key: Callable[[], DeviceKey], file: Path, *, waiting_first: bool = False
) -> HandedOver:
    """Sign what is released, and write every batch of a project into a file; `key` is asked only if one is signed.

    With `waiting_first` those alone that have no receipt, where there are any. A file that is there is replaced:
    whoever chose its name was asked. Raises StoreError where nothing was signed yet.
    """
    sealed = seal_released(outbox, project_id, key()) if outbox.to_send(project_id, ("released",)) else []
    batches = outbox.batches(project_id)
    began = new_chains.told_of(batches, sealed)
    if not batches:
        raise StoreError(
            _("There is no delivery yet. Release judgements first; then they can be signed and saved."),
            code="nothing_signed",
        )
    which: Which = "every"
    if waiting_first:
        waiting = _waiting(batches)
        batches, which = (waiting, "waiting") if waiting else (batches, "arrived")
    write_new(file, (outbox.in_file(batch) for batch in batches), replace=True)
    return HandedOver(file, len(batches), sum(batch.count for batch in batches), which, began)


def file_title(outbox: Outbox, project: Project) -> str:
    """Above the choice of a file: which deliveries `hand_over` will write."""
    if project.collector is None:
        return _("Save the deliveries as one file")
    if outbox.to_send(project.id, ("released",)) or _waiting(outbox.batches(project.id)):
        return _("Save what has not arrived as one file")
    return _("Save everything again as one file")


def _waiting(batches: Iterable[BatchRow]) -> list[BatchRow]:
    return [batch for batch in batches if batch.state in ("sealed", "sending")]


def receipts_text(read: ReadReceipts) -> str:
    """What a file of receipts brought, in a sentence or two."""
    said = []
    if read.delivered:
        delivered = ngettext("{} delivery arrived", "{} deliveries arrived", read.delivered)
        text = _("{delivered}; every receipt was checked.")
        said.append(text.format(delivered=delivered.format(count_text(read.delivered))))
    if read.known:
        known = ngettext("{} receipt was here before.", "{} receipts were here before.", read.known)
        said.append(known.format(count_text(read.known)))
    return " ".join(said)


def returned_text(count: int) -> str:
    """That records came back, and where the reasons stand."""
    back = ngettext("{} judgement came back", "{} judgements came back", count).format(count_text(count))
    return _("{back}. Why, says: preceptor outbox status").format(back=back)


def write_new(file: Path, parts: Iterable[bytes], *, replace: bool = False) -> None:
    """Write a file whole or not at all; one that is there is left alone (StoreError), unless it may be replaced."""
    if file.exists() and not replace:
        raise StoreError(
            _("{file} is there already. Choose another name.").format(file=file), code="file_there", file=str(file)
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with temporary.open("xb") as opened:
            for part in parts:
                opened.write(part)
            opened.flush()
            os.fsync(opened.fileno())
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
