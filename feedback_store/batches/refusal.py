"""The refusal: the collector's signed statement that it takes no more of a chain, for a device that only gets files.

It stands in place of a receipt, and is believed as one. It says so only of a batch that the chain's own key signed, and
of what no other copy of the file would change: see CLOSING.
"""

from __future__ import annotations

from typing import Literal, get_args

from feedback_store.batches import payload
from feedback_store.batches.answer import Answer, of_batch
from feedback_store.batches.dsse import sign_envelope, verify_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import Manifest
from feedback_store.batches.payload_types import REFUSAL
from feedback_store.errors import BatchError
from feedback_store.record_parts import Time

Closing = Literal["fork", "key_retired", "key_revoked"]
CLOSING: tuple[Closing, ...] = get_args(Closing)


class BatchRefusal(Answer, frozen=True, kw_only=True):
    """The payload of a refusal."""

    v: Literal[1]
    code: Closing
    refused_at: Time


def make_refusal(key: DeviceKey, manifest: Manifest, batch: str, code: Closing, refused_at: str) -> bytes:
    """The refusal's envelope line for a batch."""
    made = BatchRefusal(
        v=1,
        aud=manifest.aud,
        batch=batch,
        device=manifest.device,
        chain=manifest.chain,
        seq=manifest.seq,
        code=code,
        refused_at=refused_at,
    )
    return sign_envelope(REFUSAL, payload.encode(made), [key])


def check_refusal(envelope: bytes, *, collector_public_key: bytes, manifest: Manifest, batch: str) -> BatchRefusal:
    """The refusal, if it is the collector's of exactly this batch. Raises BatchError."""
    signed = verify_envelope(envelope, payload_type=REFUSAL, public_key=collector_public_key)
    found = payload.parse(signed, BatchRefusal)
    if not of_batch(found, manifest, batch):
        raise BatchError("The refusal is of another batch.", code="refusal_other_batch", rule=0)
    return found
