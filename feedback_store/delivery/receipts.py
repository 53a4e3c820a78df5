"""Believing a receipt: the pinned key's, for exactly this batch, and following one that is held. A refusal likewise.

A collector that rewrites what it stored is found out here: each receipt names the one before it.
"""

from __future__ import annotations

from feedback_store.batches import payload
from feedback_store.batches.dsse import check_keyid, from_base64, parse_envelope
from feedback_store.batches.event_refusal import EventRefusal, check_event_refusal
from feedback_store.batches.keys import key_id
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import Receipt, check_receipt
from feedback_store.batches.refusal import BatchRefusal, check_refusal
from feedback_store.delivery.key_changes import pinned_key
from feedback_store.delivery.pinning import OTHER_KEY, signed_by_another
from feedback_store.errors import BatchError, DeliveryError
from feedback_store.outbox import Outbox
from feedback_store.store import BatchRow, KeptEvent, Project, ReceiptRow


def keep_receipt(
    outbox: Outbox, project: Project, batch: BatchRow, envelope: bytes, *, by_file: bool = False
) -> Receipt:
    """Believe a receipt and mark its batch as delivered, whichever way it came; or DeliveryError, nothing changed."""
    receipt = verify_receipt(envelope, project, batch, outbox.receipts(project.id, batch.chain), by_file=by_file)
    items = [(item.id, item.rev, item.status, item.rule) for item in receipt.items]
    outbox.deliver(batch, envelope, items, by_file=by_file).result()
    return receipt


def verify_receipt(
    envelope: bytes, project: Project, batch: BatchRow, held: list[ReceiptRow], *, by_file: bool = False
) -> Receipt:
    """The receipt for `batch`, or DeliveryError. `held` are the receipts of its chain. `by_file`: it may have been
    signed before the collector changed its key.

    After the collector was restored there may be two receipts for one place; the next may follow either.
    """
    try:
        receipt = check_receipt(
            envelope,
            collector_public_key=_signer(envelope, project) if by_file else pinned_key(project),
            manifest=payload.parse(batch.payload, Manifest),
            batch=batch.payload_sha256,
            prev_receipt=None,
        )
    except (BatchError, ValueError) as error:
        raise _refused(_why(error), project) from error
    before = {GENESIS} if batch.seq == 1 else {row.sha256 for row in held if row.seq == batch.seq - 1}
    if before and receipt.prev_receipt not in before:
        raise _refused("receipt_order", project)
    return receipt


def verify_refusal(envelope: bytes, project: Project, batch: BatchRow) -> BatchRefusal:
    """The refusal of `batch`, which came by file, or DeliveryError."""
    try:
        return check_refusal(
            envelope,
            collector_public_key=_signer(envelope, project),
            manifest=payload.parse(batch.payload, Manifest),
            batch=batch.payload_sha256,
        )
    except (BatchError, ValueError) as error:
        if (why := _why(error)) == OTHER_KEY:
            raise signed_by_another(project, "refusal_not_valid") from error
        raise DeliveryError.worded(
            "The collector's refusal is not valid ({why}). Nothing was stopped or marked as delivered; tell "
            "the project, and do not trust this collector until it is explained.",
            code="refusal_not_valid",
            why=why,
        ) from error


def verify_event_refusal(envelope: bytes, project: Project, event: KeptEvent) -> EventRefusal:
    """The refusal of a key event, which came by file, or DeliveryError."""
    try:
        return check_event_refusal(
            envelope,
            collector_public_key=_signer(envelope, project),
            project=project.id,
            event=event.sha256,
            old=event.old,
        )
    except (BatchError, ValueError) as error:
        raise _refused(_why(error), project) from error


def signs_otherwise_now(outbox: Outbox, batch: BatchRow) -> bool:
    """Whether another key than this batch's has sealed its project's newest one."""
    newest = outbox.batches(batch.project)[-1]
    return payload.parse(newest.payload, Manifest).device != payload.parse(batch.payload, Manifest).device


def _signer(envelope: bytes, project: Project) -> bytes:
    """The collector's key that the receipt names, its present one or an earlier that was kept; BatchError."""
    assert project.collector is not None
    present = pinned_key(project)
    known = {key_id(each): each for each in (*map(from_base64, project.collector.earlier), present)}
    return known.get(check_keyid(parse_envelope(envelope)), present)


def _why(error: BatchError | ValueError) -> str:
    """The code of what is wrong; a ValueError is the pinned key's, which is no key."""
    return error.code if isinstance(error, BatchError) else "pinned_key"


def _refused(why: str, project: Project) -> DeliveryError:
    if why == OTHER_KEY:
        return signed_by_another(project, "receipt_refused")
    return DeliveryError.worded(
        "The collector's receipt is not valid ({why}). Nothing was marked as delivered; tell "
        "the project, and do not trust this collector until it is explained.",
        code="receipt_refused",
        why=why,
    )
