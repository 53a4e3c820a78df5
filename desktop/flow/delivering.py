"""What leaves: released judgements are signed, sent, or written into a file that is handed over.

For window and command line alike. Must not know who asks, nor where keys are kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from desktop.flow import key_words, new_chains
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.flow.wrong_files import not_receipts
from feedback_store.batches.body import read_body
from feedback_store.batches.keys import DeviceKey
from feedback_store.errors import StoreError
from feedback_store.outbox import Outbox
from feedback_store.record_parts import Withdrawal
from feedback_store.records import decode
from feedback_store.store import BatchRow, Project, Store

if TYPE_CHECKING:
    from feedback_store.delivery.by_file import ReadReceipts


# Sign what is released and send it; also what waits since its chain was closed; or sign nothing, but ask the collector
# whether it still has what arrived.
How = Literal["now", "again", "look"]
Which = Literal["every", "waiting", "arrived"]  # all of a project without collector; what waits; all, as none waits


@dataclass(frozen=True)
class HandedOver:
    """A file of batches, how many judgements they hold, and which batches they are; and that a new chain was begun.

    `others` are further files beside it, where keys signed that do not follow each other.
    """

    file: Path
    batches: int
    records: int
    which: Which
    began: str = ""
    others: tuple[Path, ...] = ()

    def __str__(self) -> str:
        counted = ngettext("{} delivery", "{} deliveries", self.batches)
        if self.which == "waiting":
            counted = ngettext("{} delivery that has not arrived", "{} deliveries that have not arrived", self.batches)
        batches = counted.format(count_text(self.batches))
        records = ngettext("{} judgement", "{} judgements", self.records).format(count_text(self.records))
        words = _("{batches} with {records} saved in {file}.")
        if self.which == "arrived":
            words = _("Nothing waits, so all that was signed is saved again: {batches} with {records} in {file}.")
        files = ", ".join(map(str, (self.file, *self.others)))
        said = words.format(batches=batches, records=records, file=files)
        return f"{said} {several_text()}" if self.others else said


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


def in_files(outbox: Outbox, project_id: str, *, delivered_too: bool) -> list[list[BatchRow]]:
    """The signed batches that a collector may still take, in their order, as files hold them: see `Outbox.runs`.

    Without `delivered_too` those without a receipt. What was stopped is not among them: a file with it is refused.
    """
    states = ("sealed", "sending", "delivered") if delivered_too else ("sealed", "sending")
    return outbox.runs([batch for batch in outbox.batches(project_id) if batch.state in states])


def write_files(
    outbox: Outbox, runs: Sequence[Sequence[BatchRow]], file: Path, *, replace: bool = False
) -> tuple[Path, ...]:
    """Write each run into a file of its own: the first into `file`, the others beside it, NAME-2 and so on.

    Those are never replaced, since nobody was asked about them. StoreError, and nothing written, where one is there.
    """
    numbers = range(1, len(runs) + 1)
    files = [file if n == 1 else file.with_name(f"{file.stem}-{n}{file.suffix}") for n in numbers]
    for each in files if not replace else files[1:]:
        _check_free(each)
    for each, run in zip(files, runs, strict=True):
        write_new(each, (outbox.in_file(batch) for batch in run), replace=replace)
    return tuple(files)


def several_text() -> str:
    """Why there is more than one file, and what to do with them."""
    return _(
        "More than one key has signed what waits, so there is a file for each. Hand over all of them, in this order;"
        " each is checked by the key that signed it."
    )


def hand_over(
    outbox: Outbox,
    project_id: str,
    key: Callable[[], tuple[DeviceKey, str]],
    file: Path,
    *,
    waiting_first: bool = False,
) -> HandedOver:
    """Sign what is released, and write every batch of a project into a file; `key` is asked only if one is signed, and
    says besides what is to be told of it.

    What was stopped is left out: it waits to be sent again. With `waiting_first` those alone that have no receipt,
    where there are any. A file that is there is replaced: whoever chose its name was asked. Raises StoreError where
    nothing was signed yet.
    """
    sealed: list[BatchRow] = []
    lost = ""
    if outbox.to_send(project_id, ("released",)):
        signer, lost = key()
        sealed = seal_released(outbox, project_id, signer)
    batches = outbox.batches(project_id)
    began = " ".join(filter(None, (lost, new_chains.told_of(batches, sealed))))
    if not batches:
        raise StoreError(
            _("There is no delivery yet. Release judgements first; then they can be signed and saved."),
            code="nothing_signed",
        )
    batches = [batch for batch in batches if batch.state != "closed"]
    if not batches:
        raise StoreError(
            _("All that was signed was stopped. Have it sent again first; that signs it anew."), code="nothing_signed"
        )
    which: Which = "every"
    if waiting_first:
        waiting = _waiting(batches)
        batches, which = (waiting, "waiting") if waiting else (batches, "arrived")
    files = write_files(outbox, outbox.runs(batches), file, replace=True)
    return HandedOver(file, len(batches), sum(batch.count for batch in batches), which, began, files[1:])


def file_title(outbox: Outbox, project: Project) -> str:
    """Above the choice of a file: which deliveries `hand_over` will write."""
    if project.collector is None:
        return _("Save the deliveries as one file")
    if outbox.to_send(project.id, ("released",)) or _waiting(outbox.batches(project.id)):
        return _("Save what has not arrived as one file")
    return _("Save everything again as one file")


def _waiting(batches: Iterable[BatchRow]) -> list[BatchRow]:
    return [batch for batch in batches if batch.state in ("sealed", "sending")]


def read_answers(store: Store, file: Path) -> ReadReceipts:
    """Read what a collector gave back for a file; StoreError where it is none of that, or not right."""
    from feedback_store.delivery.by_file import read_receipts  # as the sender: few starts need it

    if wrong := not_receipts(file):
        raise StoreError(wrong, code="no_receipts")
    return read_receipts(store, file)


def network_text(read: ReadReceipts) -> str:
    """For those who hand over files and have to join anew: that it cannot be done by file; "" for others."""
    refused = any(problem.code == "key_refused" for problem in read.problems)
    return key_words.joining_words() if refused else ""


def receipts_text(read: ReadReceipts) -> str:
    """What a file of receipts brought, in a sentence or two; "" where it only brought problems."""
    said = []
    if read.delivered:
        delivered = ngettext("{} delivery arrived", "{} deliveries arrived", read.delivered)
        text = _("{delivered}; every receipt was checked.")
        said.append(text.format(delivered=delivered.format(count_text(read.delivered))))
    if read.known:
        known = ngettext("{} receipt was here before.", "{} receipts were here before.", read.known)
        said.append(known.format(count_text(read.known)))
    if read.missing:
        lacks = ngettext(
            "The collector lacks {} delivery that had arrived, so it waits again. Save a file once more and hand it"
            " over: it holds all that is missing.",
            "The collector lacks {} deliveries that had arrived, so they wait again. Save a file once more and hand it"
            " over: it holds all that is missing.",
            read.missing,
        )
        said.append(lacks.format(count_text(read.missing)))
    elif read.missing is not None:
        said.append(
            _(
                "The collector lacks what comes before a delivery. Save a file once more and hand it over: it holds all"
                " that is missing."
            )
        )
    if not said and not read.problems:
        said.append(_("Nothing in it is new."))
    return " ".join(said)


def returned_text(count: int) -> str:
    """That records came back, and where the reasons stand."""
    back = ngettext("{} judgement came back", "{} judgements came back", count).format(count_text(count))
    return _("{back}. Why, says: preceptor outbox status").format(back=back)


def write_new(file: Path, parts: Iterable[bytes], *, replace: bool = False) -> None:
    """Write a file whole or not at all; one that is there is left alone (StoreError), unless it may be replaced."""
    if not replace:
        _check_free(file)
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


def _check_free(file: Path) -> None:
    if file.exists():
        raise StoreError(
            _("{file} is there already. Choose another name.").format(file=file), code="file_there", file=str(file)
        )
