"""The refusal: the collector's signed statement that it does not take a batch, for a device that only gets files.

It stands in place of a receipt, and is believed as one. It is said of what the chain's own key signed: that no
more of its chain is taken, which no other copy of the file would change (CLOSING), or where the collector stands in
it, so that the next file begins there ("gap").
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from msgspec import Meta

from feedback_store.batches import payload
from feedback_store.batches.answer import Answer, of_batch
from feedback_store.batches.dsse import sign_envelope, verify_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import Manifest
from feedback_store.batches.payload import Payload
from feedback_store.batches.payload_types import REFUSAL
from feedback_store.errors import BatchError
from feedback_store.record_values import Hash, Time

Closing = Literal["fork", "key_retired", "key_revoked"]
CLOSING: tuple[Closing, ...] = get_args(Closing)
GAP: Literal["gap"] = "gap"


class Held(Payload, frozen=True):
    """The last batch of a chain that a collector holds: its place and hash; 0 and 64 zeros where there is none."""

    seq: Annotated[int, Meta(ge=0)]
    hash: Hash


class BatchRefusal(Answer, frozen=True, kw_only=True):
    """The payload of a refusal; `have` belongs to a gap alone."""

    v: Literal[1]
    code: Closing | Literal["gap"]
    refused_at: Time
    have: Held | None = None


def make_refusal(key: DeviceKey, manifest: Manifest, batch: str, why: Closing | Held, refused_at: str) -> bytes:
    """The refusal's envelope line for a batch: why its chain is taken no more, or where the collector stands in it."""
    made = BatchRefusal(
        v=1,
        aud=manifest.aud,
        batch=batch,
        device=manifest.device,
        chain=manifest.chain,
        seq=manifest.seq,
        code=GAP if isinstance(why, Held) else why,
        refused_at=refused_at,
        have=why if isinstance(why, Held) else None,
    )
    return sign_envelope(REFUSAL, payload.encode(made), [key])


def read_refusal(data: bytes) -> BatchRefusal:
    """The refusal in its signed bytes, whoever signed them; raises BatchError."""
    found = payload.parse(data, BatchRefusal)
    if (found.code == GAP) != (found.have is not None):
        raise BatchError(
            "A refusal says where the collector stands of a gap, and of nothing else.", code="payload", rule=5
        )
    return found


def check_refusal(envelope: bytes, *, collector_public_key: bytes, manifest: Manifest, batch: str) -> BatchRefusal:
    """The refusal, if it is the collector's of exactly this batch. Raises BatchError."""
    signed = verify_envelope(envelope, payload_type=REFUSAL, public_key=collector_public_key)
    found = read_refusal(signed)
    if not of_batch(found, manifest, batch):
        raise BatchError("The refusal is of another batch.", code="refusal_other_batch", rule=0)
    return found
