"""What the collector's answers to a batch have in common: each names the batch that it is of, and counts for no other.

Must not know what an answer says, nor who signed it.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from feedback_store.batches.manifest import ChainId, DeviceId, Manifest
from feedback_store.batches.payload import Payload
from feedback_store.record_values import Hash, ProjectId


class Answer(Payload, frozen=True, kw_only=True):
    """`batch` is the SHA-256 of the manifest's bytes; the others stand in the manifest too."""

    aud: ProjectId
    batch: Hash
    device: DeviceId
    chain: ChainId
    seq: Annotated[int, Meta(ge=1)]


def of_batch(found: Answer, manifest: Manifest, batch: str) -> bool:
    """Whether an answer is of exactly the batch with this manifest, whose bytes have the SHA-256 `batch`."""
    expected = (batch, manifest.aud, manifest.device, manifest.chain, manifest.seq)
    return (found.batch, found.aud, found.device, found.chain, found.seq) == expected
