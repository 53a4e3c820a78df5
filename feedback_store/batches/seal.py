"""Sealing: released records become one signed batch. Makes bytes only; the store commits them in one transaction.

What would be refused is not signed: the batch is held to the rules of its receiver before it is given out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedback_store import canonical, records
from feedback_store.batches import payload
from feedback_store.batches.body import MAX_BODY
from feedback_store.batches.dsse import sign_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import MAX_RECORDS, Item, Manifest, TermsAccepted
from feedback_store.batches.payload_types import FEEDBACK_BATCH
from feedback_store.errors import BatchError
from feedback_store.record_parts import App, Judgement

ENVELOPE_ROOM = 256 * 1024  # 500 items in base64 take 115 KB; the rest is room for terms


@dataclass(frozen=True)
class SealedBatch:
    """A signed batch: its place in the chain, the signed bytes, and the envelope's line."""

    batch_id: str
    chain: str
    seq: int
    payload: bytes
    payload_sha256: str
    envelope: bytes
    items: tuple[Item, ...]


def take_what_fits(sizes: Sequence[int]) -> int:
    """How many records, from the first on, fit into one batch by count and bytes."""
    room = MAX_BODY - ENVELOPE_ROOM
    for count, size in enumerate(sizes[:MAX_RECORDS]):
        room -= size + 1
        if room < 0:
            return count
    return min(len(sizes), MAX_RECORDS)


def seal_batch(
    *,
    key: DeviceKey,
    project: str,
    trainer: str,
    chain: str,
    seq: int,
    prev: str,
    terms: TermsAccepted,
    data: Sequence[bytes],
    app: App,
    batch_id: str,
    created_at: str,
) -> SealedBatch:
    """Sign the manifest of these record bytes, in their order.

    Raises BatchError for what a receiver would refuse and for a private record, and RecordError for broken bytes.
    """
    if take_what_fits([len(each) for each in data]) < len(data):
        raise BatchError("These records do not fit into one batch.", code="body_too_large", rule=1)
    items = items_of(data, project, trainer)
    manifest = Manifest(
        v=1,
        aud=project,
        trainer=trainer,
        device=key.key_id,
        chain=chain,
        seq=seq,
        prev=prev,
        batch_id=batch_id,
        created_at=created_at,
        terms=terms,
        count=len(items),
        items=items,
        app=app,
    )
    signed = payload.encode(manifest)
    payload.parse(signed, Manifest)
    envelope = sign_envelope(FEEDBACK_BATCH, signed, [key])
    if len(envelope) > ENVELOPE_ROOM:
        raise BatchError("The terms are too long to be signed.", code="envelope_too_large", rule=1)
    return SealedBatch(
        batch_id=batch_id,
        chain=chain,
        seq=seq,
        payload=signed,
        payload_sha256=canonical.sha256_hex(signed),
        envelope=envelope,
        items=items,
    )


def items_of(data: Sequence[bytes], project: str, trainer: str) -> tuple[Item, ...]:
    """How a manifest lists records that may leave; raises BatchError for a private one, and for one of another's."""
    return tuple(_item(each, project, trainer) for each in data)


def _item(data: bytes, project: str, trainer: str) -> Item:
    record = records.decode(data)
    if isinstance(record, Judgement) and record.private:
        raise BatchError.worded("Record {id} is private and is never sent.", code="private", rule=11, id=record.id)
    if (record.project, record.trainer) != (project, trainer):
        raise BatchError.worded(
            "Record {id} belongs to another project or trainer.", code="record_owner", rule=11, id=record.id
        )
    return Item(id=record.id, rev=record.rev, sha256=canonical.record_hash(data), size=len(data))
