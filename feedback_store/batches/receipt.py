"""The receipt: the collector's signed statement of what it stored, each naming the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta

from feedback_store import canonical
from feedback_store.batches import payload
from feedback_store.batches.answer import Answer, of_batch
from feedback_store.batches.dsse import parse_envelope, sign_envelope, verify_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import Manifest
from feedback_store.batches.payload import Payload
from feedback_store.batches.payload_types import RECEIPT
from feedback_store.errors import BatchError
from feedback_store.record_values import Hash, Time, Uuid7

Status = Literal["stored", "known", "refused", "erased"]
Code = Annotated[
    str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$(?!\n)", description="a code of small letters, digits and _")
]


class ReceiptItem(Payload, frozen=True):
    """What became of one record; `rule` says why it was refused: a code, for no word of a collector's is shown."""

    id: Uuid7
    rev: Annotated[int, Meta(ge=1)]
    status: Status
    rule: Code | None = None


class Receipt(Answer, frozen=True, kw_only=True):
    """The payload of a receipt."""

    v: Literal[1]
    received_at: Time
    items: tuple[ReceiptItem, ...]
    prev_receipt: Hash

    @property
    def arrived(self) -> int:
        """How many of the records the collector holds now."""
        return sum(item.status in ("stored", "known") for item in self.items)


def make_receipt(
    key: DeviceKey, manifest: Manifest, batch: str, items: Sequence[ReceiptItem], received_at: str, prev_receipt: str
) -> tuple[bytes, str]:
    """The receipt's envelope line for a stored batch, and its `receipt_hash`."""
    receipt = Receipt(
        v=1,
        aud=manifest.aud,
        batch=batch,
        device=manifest.device,
        chain=manifest.chain,
        seq=manifest.seq,
        received_at=received_at,
        items=tuple(items),
        prev_receipt=prev_receipt,
    )
    signed = payload.encode(receipt)
    return sign_envelope(RECEIPT, signed, [key]), canonical.sha256_hex(signed)


def signed_by(key: DeviceKey, envelope: bytes) -> bytes:
    """The same receipt as the collector signs it now: after a change of its key trainers pin the new one.

    The payload's bytes stay, so that the next receipt's `prev_receipt` still names it.
    """
    opened = parse_envelope(envelope)
    if opened.signatures[0][0] == key.key_id:
        return envelope
    return sign_envelope(RECEIPT, opened.payload, [key])


def receipt_hash(envelope: bytes) -> str:
    """What the next receipt names: SHA-256 of the receipt's payload bytes."""
    return canonical.sha256_hex(parse_envelope(envelope).payload)


def check_receipt(
    envelope: bytes, *, collector_public_key: bytes, manifest: Manifest, batch: str, prev_receipt: str | None
) -> Receipt:
    """The receipt, if it is the collector's for exactly this batch and follows `prev_receipt` (None: not asked).

    Raises BatchError.
    """
    signed = verify_envelope(envelope, payload_type=RECEIPT, public_key=collector_public_key)
    receipt = payload.parse(signed, Receipt)
    if not of_batch(receipt, manifest, batch):
        raise BatchError("The receipt is for another batch.", code="receipt_other_batch", rule=0)
    if [(item.id, item.rev) for item in receipt.items] != [(item.id, item.rev) for item in manifest.items]:
        raise BatchError("The receipt does not name the batch's records.", code="receipt_items", rule=0)
    if prev_receipt is not None and receipt.prev_receipt != prev_receipt:
        raise BatchError("The receipt does not follow the one before it.", code="receipt_order", rule=0)
    return receipt
