"""Answers that come back on a stick: one envelope a line, believed by the same rules as those that are sent back.

A line is a receipt, or the refusal of a chain that the collector takes no more. All of a file are checked before the
first one counts. Must not know HTTP, keyrings or where batches were written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from feedback_store.batches import payload
from feedback_store.batches.dsse import MAX_ENVELOPE, check_type, parse_envelope
from feedback_store.batches.payload_types import RECEIPT, REFUSAL
from feedback_store.batches.receipt import Receipt, receipt_hash
from feedback_store.batches.refusal import BatchRefusal, Closing
from feedback_store.delivery.answers import of_refusal
from feedback_store.delivery.receipts import keep_receipt, signs_otherwise_now, verify_receipt, verify_refusal
from feedback_store.errors import BatchError, DeliveryError
from feedback_store.store import BatchRow, Project, ReceiptRow, Store

MAX_RECEIPTS = 256 * 1024 * 1024  # bytes of a file


@dataclass(frozen=True)
class ReadReceipts:
    """What a file of answers brought: batches that count as delivered now, those that did before, and records.

    `problems` says of each chain that was stopped by it why, as the network would have, the same reason once.
    `withdrawals` were refused and are to be signed anew, under a higher number.
    """

    delivered: int
    known: int
    arrived: int
    returned: int
    problems: tuple[DeliveryError, ...] = ()
    withdrawals: int = 0


@dataclass(frozen=True)
class _Found:
    """A line that is believed: a receipt, which may have been `known`, or a refusal with its code."""

    project: Project
    batch: BatchRow
    envelope: bytes
    said: Receipt | BatchRefusal
    known: bool = False


def read_receipts(store: Store, file: Path) -> ReadReceipts:
    """Mark as delivered what the receipts in `file` prove, and stop what it refuses.

    Raises DeliveryError, with nothing changed, where a line is not right; OSError where the file cannot be read.
    """
    found = _check_all(store, list(_lines(file)))
    fresh: list[_Found] = []
    problems: dict[str, DeliveryError] = {}
    for each in found:
        if isinstance(each.said, BatchRefusal):
            problem = _stop(store, each.batch, each.said.code)
            problems |= {problem.code: problem} if problem is not None else {}
        elif not each.known:
            keep_receipt(store.outbox, each.project, each.batch, each.envelope, by_file=True)
            fresh.append(each)
    arrived = sum(each.said.arrived for each in fresh if isinstance(each.said, Receipt))
    return ReadReceipts(
        delivered=len(fresh),
        known=sum(each.known for each in found),
        arrived=arrived,
        returned=sum(store.outbox.batch(each.batch).returned for each in fresh),
        withdrawals=sum(store.outbox.refused_withdrawals(project) for project in {each.project.id for each in fresh}),
        problems=tuple(problems.values()),
    )


def _stop(store: Store, named: BatchRow, code: Closing) -> DeliveryError | None:
    """Close a chain that the collector takes no more, as its answer over the network would; None where it was closed.

    A batch that had arrived was lost there, and what else of its chain nobody knows: all of it waits to be sent again.
    """
    batch = store.outbox.batch(named)
    if batch.state == "closed":
        return None
    problem = of_refusal(code, earlier_key=signs_otherwise_now(store.outbox, batch)).problem()
    if batch.state == "delivered":
        store.outbox.send_from(batch.project, batch.chain, batch.seq).result()
    store.outbox.close_chain(batch.project, batch.chain, problem.code).result()
    return problem


def _check_all(store: Store, lines: list[bytes]) -> list[_Found]:
    """Every answer with its batch, each believed as if those before it in the file were kept already."""
    projects = {project.id: project for project in store.projects.list()}
    batches = {batch.payload_sha256: batch for project in projects for batch in store.outbox.batches(project)}
    held: dict[str, list[ReceiptRow]] = {}
    found = []
    for number, line in enumerate(lines, 1):
        said = _parse(line, number)
        batch = batches.get(said.batch)
        if batch is None:
            raise DeliveryError.worded(
                "Receipt {number} is for a delivery that is not of this profile. Nothing was marked as delivered; check"
                " whose file it is.",
                code="receipt_not_ours",
                number=number,
            )
        project = projects[batch.project]
        if project.collector is None:
            raise DeliveryError.worded(
                "The project {project!r} has joined no collector, so there is no key by which a receipt could be"
                " checked. Nothing was marked as delivered.",
                code="no_collector",
                project=project.name,
            )
        if isinstance(said, BatchRefusal):
            found.append(_Found(project, batch, line, verify_refusal(line, project, batch)))
            continue
        if batch.chain not in held:
            held[batch.chain] = store.outbox.receipts(project.id, batch.chain)
        verify_receipt(line, project, batch, held[batch.chain], by_file=True)
        row = ReceiptRow(receipt_hash(line), batch.batch_id, batch.chain, batch.seq, line, "")
        known = any(each.sha256 == row.sha256 for each in held[batch.chain])
        held[batch.chain].append(row)
        found.append(_Found(project, batch, line, said, known))
    return found


def _parse(line: bytes, number: int) -> Receipt | BatchRefusal:
    try:
        envelope = parse_envelope(line)
        if envelope.payload_type == REFUSAL:
            return payload.parse(envelope.payload, BatchRefusal)
        check_type(envelope, RECEIPT)
        return payload.parse(envelope.payload, Receipt)
    except BatchError as error:
        raise DeliveryError.worded(
            "Line {number} is no receipt. Nothing was marked as delivered; ask for the file as the collector wrote it.",
            code="no_receipt",
            number=number,
        ) from error


def _lines(file: Path) -> Iterator[bytes]:
    """The lines of a file, each within its limit; a file that does not end with one was cut."""
    if file.stat().st_size > MAX_RECEIPTS:
        raise DeliveryError.worded(
            "The file has more than {most:,} bytes, which no file of receipts has.", code="too_large", most=MAX_RECEIPTS
        )
    number = 0
    with file.open("rb") as opened:
        while line := opened.readline(MAX_ENVELOPE + 2):
            number += 1
            if not line.endswith(b"\n"):
                raise DeliveryError.worded(
                    "Line {number} has no end: the file was cut. Nothing was marked as delivered; ask for it again.",
                    code="cut",
                    number=number,
                )
            yield line[:-1]
    if not number:
        raise DeliveryError("The file is empty. Ask for it again.", code="empty")
