"""Takes one batch or refuses it: rules 1 to 13 of docs/batch-format.md, in their order.

What can be decided from the bytes alone is computed before the transaction, but told in its turn, so that the answer
is always that of the first rule that fails. Must not know HTTP; a Refusal carries the status.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from feedback_store import canonical, records
from feedback_store.batches import dsse, verify
from feedback_store.batches.body import Body, read_body
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, Item, Manifest
from feedback_store.batches.receipt import ReceiptItem, make_receipt, signed_by
from feedback_store.collector.placing import Placing, was_erased
from feedback_store.collector.refusal import Refusal
from feedback_store.collector.storage import Device, Head, NewBatch, QuarantinedLine, Standing, Storage, Transaction
from feedback_store.errors import BatchError, CanonicalError, RubricError
from feedback_store.record_parts import Judgement, Record, Withdrawal
from feedback_store.rubric_check import check_judgement
from feedback_store.rubrics import Rubric

Line = tuple[bytes | None, Record | BatchError | None]
Chain = tuple[str, str, str]  # project, device, chain


@dataclass(frozen=True)
class Accepted:
    """A stored batch's receipt; `new` is False where it was stored before."""

    receipt: bytes
    new: bool


@dataclass(frozen=True)
class _Opened:
    """A batch that passed rules 1 to 6, and what rules 10 and 11 say of its lines."""

    manifest: Manifest
    payload: bytes
    envelope: bytes
    future: bool
    lines: Sequence[Line] | BatchError


def accept(
    storage: Storage,
    key: DeviceKey,
    project: str,
    rubric: Rubric,
    address: str,
    data: bytes,
    sender: Device | None = None,
) -> Accepted:
    """Store the body `data`, sent to `address` (the payload's hash), or raise BatchError or Refusal.

    `sender` is the device of whoever brings it, where that was asked already: mostly the one that signed. Returning
    means that the batch and its receipt are committed and synced, and that no question finds what it erased; what the
    storage's own files keep of that goes soon after.
    """
    opened = _open(storage, project, rubric, address, data, sender)
    outcome = storage.take(lambda transaction: _decide(transaction, key, rubric, opened, address))
    if isinstance(outcome, Refusal):  # raised only now, so that a quarantined fork is kept
        raise outcome
    if _may_erase(opened):
        storage.scrub_soon()
    return outcome


def examine(
    storage: Storage, project: str, rubric: Rubric, address: str, data: bytes, heads: dict[Chain, tuple[int, str]]
) -> None:
    """Say what `accept` would say, and change nothing; raises BatchError or Refusal.

    `heads` are where chains will stand once the batches that were examined before are accepted; this one is added.
    """
    opened = _open(storage, project, rubric, address, data)
    manifest = opened.manifest
    chain = (project, manifest.device, manifest.chain)
    with storage.reading() as view:
        known = view.receipt(project, address) is not None
        if not known:
            _check_key(view, view.device(project, manifest.device), manifest, address)
            if chain in heads:
                verify.check_order(manifest, heads[chain])
            elif refusal := _judge_place(view, manifest, view.head(project, manifest.device, manifest.chain)):
                raise refusal
    if isinstance(opened.lines, BatchError):
        raise opened.lines
    if not known:
        heads[chain] = (manifest.seq, address)


def _open(
    storage: Storage, project: str, rubric: Rubric, address: str, data: bytes, sender: Device | None = None
) -> _Opened:
    """Rules 1 to 6, and the findings of 10 to 12."""
    ended = data.endswith(b"\n")  # rule 10 asks for it; its turn comes later
    body = read_body(data if ended else data + b"\n")
    envelope = dsse.parse_envelope(body.envelope)
    if len(envelope.signatures) != 1:
        raise BatchError("A batch has exactly one signature.", code="envelope", rule=2)
    if canonical.sha256_hex(envelope.payload) != address:
        raise BatchError("The address is not that of the signed bytes.", code="address", rule=2)
    dsse.check_type(envelope, dsse.FEEDBACK_BATCH)
    device = sender
    if device is None or (device.project, device.id) != (project, envelope.signatures[0][0]):
        with storage.reading() as view:
            device = view.device(project, envelope.signatures[0][0])
    if device is None:
        raise BatchError("The key is not enrolled.", code="key_unknown", rule=4)
    dsse.check_signature(envelope, device.public_key)
    manifest = _read_manifest(envelope.payload)
    future = verify.is_future(manifest)
    if manifest.device != device.id:
        raise BatchError("The batch names another device than the one that signed it.", code="device", rule=6)
    if manifest.trainer != device.trainer:
        raise BatchError("The batch names another trainer than its key's.", code="trainer", rule=6)
    if manifest.aud != project:
        raise BatchError("The batch is for another project.", code="audience", rule=6)
    return _Opened(manifest, envelope.payload, body.envelope, future, _check_lines(body, manifest, rubric, ended=ended))


def _read_manifest(data: bytes) -> Manifest:
    """Rule 5; a canonical manifest of an unknown version is refused by rule 6 instead."""
    try:
        return verify.read_manifest(data)
    except BatchError as error:
        if _version(data) not in (None, 1):
            raise BatchError("The batch has an unknown version.", code="version", rule=6) from error
        raise


def _version(data: bytes) -> int | None:
    try:
        value = canonical.strict_loads(data)
        if not isinstance(value, dict) or canonical.encode(value) != data:
            return None
    except CanonicalError:
        return None
    found = value.get("v")
    return found if isinstance(found, int) else None


def _check_lines(body: Body, manifest: Manifest, rubric: Rubric, *, ended: bool) -> Sequence[Line] | BatchError:
    """What rule 10 says of the body, and rule 11 of each record by itself."""
    if not ended:
        return BatchError("The last line has no end.", code="lines", rule=10)
    try:
        found = verify.check_lines(body, manifest)
    except BatchError as error:
        return error
    return [(line, check_record(line, manifest, position, rubric)) for position, line in enumerate(found)]


def check_record(line: bytes | None, manifest: Manifest, position: int, rubric: Rubric) -> Record | BatchError | None:
    """Rule 11 without the storage; a judgement by the project's rubric has to keep to it. None for an erased line."""
    if line is None:
        return None
    try:
        record = verify.check_record(line, manifest, position)
        if isinstance(record, Judgement) and record.rubric.sha256 == rubric.sha256:
            check_judgement(record, rubric)
    except BatchError as error:
        return error
    except RubricError as error:
        return BatchError(str(error), code="record_rubric", rule=11)
    return record


def _decide(
    transaction: Transaction, key: DeviceKey, rubric: Rubric, opened: _Opened, address: str
) -> Accepted | Refusal:
    """Rules 7 to 13, in one writing transaction."""
    manifest, project = opened.manifest, opened.manifest.aud
    lines = opened.lines
    known = transaction.standing(
        project, manifest.device, manifest.chain, address, [item.id for item in manifest.items]
    )
    if known.receipt is not None:
        if isinstance(lines, BatchError):
            raise lines
        return Accepted(signed_by(key, known.receipt), new=False)
    _check_key(transaction, known.device, manifest, address)
    received_at = records.now()
    batch = NewBatch(
        project=project,
        sha256=address,
        device=manifest.device,
        chain=manifest.chain,
        seq=manifest.seq,
        batch_id=manifest.batch_id,
        manifest=opened.payload,
        envelope=opened.envelope,
        received_at=received_at,
        future=opened.future,
    )
    refusal = _check_place(transaction, known, opened, batch)
    if refusal is not None:
        return refusal
    if isinstance(lines, BatchError):
        raise lines
    placing = Placing(transaction, batch, manifest, known.held, rubric.sha256)
    items = [placing.place(position, line, record) for position, (line, record) in enumerate(lines)]
    return _store(transaction, key, manifest, batch, items, known.head, placing)


def _check_key(transaction: Transaction, device: Device | None, manifest: Manifest, address: str) -> None:
    """Rule 8: the key is active, or was replaced and the batch stands where the key event lets its chain end."""
    if device is None or device.state == "revoked":
        raise BatchError("The key was revoked.", code="key_revoked", rule=8)
    if device.state == "retired":
        end = transaction.ceiling(manifest.aud, device.id, manifest.chain)
        if end is None or manifest.seq > end.seq or (manifest.seq == end.seq and address != end.sha256):
            raise BatchError("The key was replaced.", code="key_retired", rule=8)


def _check_place(transaction: Transaction, known: Standing, opened: _Opened, batch: NewBatch) -> Refusal | None:
    """Rule 9. A fork is set aside; of its records those that are the signed ones, and were not erased here."""
    head = known.head
    if head is not None and opened.manifest.seq <= head.seq:
        lines = [] if isinstance(opened.lines, BatchError) else opened.lines

        def kept(item: Item, line: bytes | None) -> bytes | None:
            data = partial(transaction.data, batch.project, item.id)
            return None if was_erased(item, known.held.get(item.id, ()), data) else line

        aside = [
            QuarantinedLine(item.id, item.rev, item.sha256, kept(item, line))
            for item, (line, _) in zip(opened.manifest.items, lines, strict=False)
        ]
        transaction.quarantine(batch, aside)
    return _judge_place(transaction, opened.manifest, head)


def _judge_place(view: Transaction, manifest: Manifest, head: Head | None) -> Refusal | None:
    """Rule 9 for a chain that stands at `head`."""
    seq, sha256 = (head.seq, head.sha256) if head else (0, GENESIS)
    if head is not None and (head.closed or manifest.seq <= seq):
        return Refusal(409, "fork", rule=9)
    if manifest.seq == seq + 1 and _follows(view, manifest, head):
        return None
    return Refusal(409, "gap", rule=9, have_seq=seq, have_hash=sha256)


def _follows(view: Transaction, manifest: Manifest, head: Head | None) -> bool:
    """Whether a batch names what stands before it: the head; a first batch names nothing, or the event of its key."""
    if head is not None:
        return manifest.prev == head.sha256
    return manifest.prev == GENESIS or manifest.prev in view.begun_by(manifest.aud, manifest.device)


def _may_erase(opened: _Opened) -> bool:
    """Whether any line asks for bytes of before to go: they are to leave the storage's own files as well."""
    if isinstance(opened.lines, BatchError):
        return False
    found = (record for _line, record in opened.lines)
    return any(
        record.reason == "erase" if isinstance(record, Withdrawal) else record.redactions is not None
        for record in found
        if isinstance(record, Withdrawal | Judgement)
    )


def _store(
    transaction: Transaction,
    key: DeviceKey,
    manifest: Manifest,
    batch: NewBatch,
    items: Sequence[ReceiptItem],
    head: Head | None,
    placed: Placing,
) -> Accepted:
    """Rule 13: the batch, its records, its receipt and the chain's new head; sent only once committed."""
    previous = head.receipt_sha256 if head else GENESIS
    receipt, receipt_sha256 = make_receipt(key, manifest, batch.sha256, items, batch.received_at, previous)
    transaction.add_batch(batch, receipt, receipt_sha256, placed.revisions)
    for record, rev in placed.erasures:
        transaction.erase_below(batch.project, record, rev, batch.received_at)
    return Accepted(receipt, new=True)
