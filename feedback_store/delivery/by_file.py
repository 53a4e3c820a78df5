"""Answers that come back on a stick: one envelope a line, believed by the same rules as those that are sent back.

A line is a receipt, or the refusal of a batch or of a change of keys. Before them stand the statements by which the
collector changed its own key; they are followed as over the network, or a trainer who only gets files would take the
new key's receipts for forged. All of a file are checked before the first line counts. Must not know HTTP, keyrings or
where batches were written.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from feedback_store.batches import payload
from feedback_store.batches.body import RECEIPTS
from feedback_store.batches.collector_key import CollectorKey
from feedback_store.batches.dsse import MAX_ENVELOPE, check_type, parse_envelope
from feedback_store.batches.event_refusal import EventRefusal
from feedback_store.batches.payload_types import COLLECTOR_KEY, EVENT_REFUSAL, RECEIPT, REFUSAL
from feedback_store.batches.receipt import Receipt, receipt_hash
from feedback_store.batches.refusal import BatchRefusal, read_refusal
from feedback_store.delivery.key_changes import MAX_STATEMENT, followed, keep_followed
from feedback_store.delivery.receipts import keep_receipt, verify_event_refusal, verify_receipt, verify_refusal
from feedback_store.delivery.refused import NOTHING, Followed, follow_event_refusal, follow_refusal
from feedback_store.errors import BatchError, DeliveryError
from feedback_store.store import BatchRow, KeptEvent, Project, ReceiptRow, Store

MAX_RECEIPTS = 256 * 1024 * 1024  # bytes of a file


@dataclass(frozen=True)
class ReadReceipts:
    """What a file of answers brought: batches that count as delivered now, those that did before, and records.

    `problems` says of each chain that was stopped by it why, as the network would have, the same reason once.
    `missing`: how many batches that had arrived wait again, as the collector lacks them; None where it lacks nothing.
    `withdrawals` were refused and are to be signed anew, under a higher number.
    """

    delivered: int
    known: int
    arrived: int
    returned: int
    problems: tuple[DeliveryError, ...] = ()
    missing: int | None = None
    withdrawals: int = 0


Said = Receipt | BatchRefusal | EventRefusal


@dataclass(frozen=True)
class _Lines:
    """A file's lines: each project's statements of its collector's keys, and the answers with their numbers."""

    stated: dict[str, list[bytes]]
    answers: list[tuple[int, bytes, Said]]


@dataclass(frozen=True)
class _Found:
    """A line that is believed, and what it is of: of a batch a receipt, which may have been `known`, or a refusal."""

    project: Project
    of: BatchRow | KeptEvent
    envelope: bytes
    said: Said
    known: bool = False


def read_receipts(store: Store, file: Path) -> ReadReceipts:
    """Mark as delivered what the receipts in `file` prove, and stop what it refuses.

    Raises DeliveryError, with nothing changed, where a line is not right; OSError where the file cannot be read.
    """
    lines = _read(file)
    found = _check_all(store, file, lines)
    for project in dict.fromkeys(each.project.id for each in found):  # as it is pinned now: the network may be quicker
        keep_followed(store, store.projects.get(project), lines.stated.get(project, []))
    fresh: list[tuple[BatchRow, Receipt]] = []
    problems: dict[str, DeliveryError] = {}
    missing: int | None = None
    for each in found:
        if isinstance(each.said, Receipt):
            assert isinstance(each.of, BatchRow)
            if not each.known or store.outbox.batch(each.of).state in ("sealed", "sending"):  # asked for once more
                keep_receipt(store.outbox, each.project, each.of, each.envelope, by_file=True)
            fresh += [] if each.known else [(each.of, each.said)]
            continue
        followed = _follow(store, each)
        problems |= {followed.problem.code: followed.problem} if followed.problem is not None else {}
        if followed.missing is not None:
            missing = followed.missing + (missing or 0)
    arrived = sum(receipt.arrived for _batch, receipt in fresh)
    return ReadReceipts(
        delivered=len(fresh),
        known=sum(each.known for each in found),
        arrived=arrived,
        returned=sum(store.outbox.batch(batch).returned for batch, _receipt in fresh),
        withdrawals=sum(
            store.outbox.refused_withdrawals(project) for project in {batch.project for batch, _receipt in fresh}
        ),
        problems=tuple(problems.values()),
        missing=missing,
    )


def _follow(store: Store, each: _Found) -> Followed:
    if isinstance(each.of, BatchRow) and isinstance(each.said, BatchRefusal):
        return follow_refusal(store, each.of, each.said)
    if isinstance(each.of, KeptEvent) and isinstance(each.said, EventRefusal):
        return follow_event_refusal(store, each.of, each.said)
    return NOTHING


def _read(file: Path) -> _Lines:
    stated: dict[str, list[bytes]] = {}
    answers: list[tuple[int, bytes, Said]] = []
    for number, line in enumerate(list(_lines(file)), 1):
        said = _parse(line, number, file.name)
        if not isinstance(said, CollectorKey):
            answers.append((number, line, said))
        elif answers or len(line) > MAX_STATEMENT:
            raise _no_receipt(number, file.name)
        else:
            stated.setdefault(said.aud, []).append(line)
    if not answers:
        raise DeliveryError.worded("{file} holds no receipt. Ask for it again.", code="empty", file=file.name)
    return _Lines(stated, answers)


def _check_all(store: Store, file: Path, lines: _Lines) -> list[_Found]:
    """Every answer with what it is of, each believed as if the lines before it in the file were kept already."""
    projects = {project.id: _as_stated(project, lines) for project in store.projects.list()}
    batches = {batch.payload_sha256: batch for project in projects for batch in store.outbox.batches(project)}
    events = {event.sha256: event for project in projects for event in store.keys.all(project)}
    held: dict[str, list[ReceiptRow]] = {}
    found = []
    for number, line, said in lines.answers:
        of = events.get(said.event) if isinstance(said, EventRefusal) else batches.get(said.batch)
        if of is None:
            raise _not_ours(number, file.name)
        project = projects[of.project]
        if project.collector is None:
            raise DeliveryError.worded(
                "{file} is of the project {project!r}, which has joined no collector here: there is no key by which a"
                " receipt could be checked. Nothing was marked as delivered.",
                code="no_collector",
                file=file.name,
                project=project.name,
            )
        if isinstance(of, KeptEvent):
            found.append(_Found(project, of, line, verify_event_refusal(line, project, of)))
        elif isinstance(said, BatchRefusal):
            found.append(_Found(project, of, line, verify_refusal(line, project, of)))
        else:
            if of.chain not in held:
                held[of.chain] = store.outbox.receipts(project.id, of.chain)
            verify_receipt(line, project, of, held[of.chain], by_file=True)
            row = ReceiptRow(receipt_hash(line), of.batch_id, of.chain, of.seq, line, "")
            known = any(each.sha256 == row.sha256 for each in held[of.chain])
            held[of.chain].append(row)
            found.append(_Found(project, of, line, said, known))
    return found


def _as_stated(project: Project, lines: _Lines) -> Project:
    """With the collector's key that the file's statements lead to; what does not hold is passed over, as ever."""
    if project.collector is None or project.id not in lines.stated:
        return project
    with contextlib.suppress(ValueError):  # the pinned key is none: the answers are refused with that
        return followed(project, lines.stated[project.id])[0]
    return project


def _parse(line: bytes, number: int, file: str) -> Said | CollectorKey:
    try:
        envelope = parse_envelope(line)
        if envelope.payload_type == COLLECTOR_KEY:
            return payload.parse(envelope.payload, CollectorKey)
        if envelope.payload_type == REFUSAL:
            return read_refusal(envelope.payload)
        if envelope.payload_type == EVENT_REFUSAL:
            return payload.parse(envelope.payload, EventRefusal)
        check_type(envelope, RECEIPT)
        return payload.parse(envelope.payload, Receipt)
    except BatchError as error:
        raise _no_receipt(number, file) from error


def _lines(file: Path) -> Iterator[bytes]:
    """The lines of a file, each within its limit; a file that does not end with one was cut."""
    if file.stat().st_size > MAX_RECEIPTS:
        raise DeliveryError.worded(
            "{file} has more than {most:,} bytes, which no file of receipts has. Choose the file that ends in"
            " {ending}.",
            code="too_large",
            file=file.name,
            most=MAX_RECEIPTS,
            ending=RECEIPTS,
        )
    number = 0
    with file.open("rb") as opened:
        while line := opened.readline(MAX_ENVELOPE + 2):
            number += 1
            if not line.endswith(b"\n"):
                raise DeliveryError.worded(
                    "Line {number} of {file} has no end: the file was cut. Nothing was marked as delivered; ask for it"
                    " again.",
                    code="cut",
                    number=number,
                    file=file.name,
                )
            yield line[:-1]
    if not number:
        raise DeliveryError.worded("{file} is empty. Ask for it again.", code="empty", file=file.name)


def _no_receipt(number: int, file: str) -> DeliveryError:
    return DeliveryError.worded(
        "Line {number} of {file} is no receipt that this version knows. Nothing was marked as delivered; ask for"
        " the file as the collector wrote it, and update Preceptor if it is older than the collector.",
        code="no_receipt",
        number=number,
        file=file,
    )


def _not_ours(number: int, file: str) -> DeliveryError:
    return DeliveryError.worded(
        "{file} holds somebody else's receipts: number {number} is for a delivery that is not of this profile. Nothing"
        " was marked as delivered. Ask for the one that answers your own file.",
        code="receipt_not_ours",
        number=number,
        file=file,
    )
