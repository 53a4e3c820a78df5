"""The manifest: what a batch says it holds, and where it stands in its chain. Fields: docs/batch-format.md."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from feedback_store.batches.payload import Payload
from feedback_store.record_parts import App
from feedback_store.record_values import Hash, Name, ProjectId, Time, TrainerId, Uuid7

GENESIS = "0" * 64
MAX_RECORDS = 500

DeviceId = Annotated[
    str, Meta(pattern=r"^ed25519:[0-9a-f]{64}$(?!\n)", description="a key's id: ed25519: and 64 lower-case hex digits")
]
ChainId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$(?!\n)", description="32 lower-case hex digits")]


class TermsAccepted(Payload, frozen=True):
    """What the trainer accepted by releasing these records."""

    id: Name
    version: Annotated[int, Meta(ge=1)]
    sha256: Hash
    licence: Annotated[str, Meta(max_length=1000)]


class Item(Payload, frozen=True):
    """One record: `sha256` is the record hash, `size` its bytes without the newline."""

    id: Uuid7
    rev: Annotated[int, Meta(ge=1)]
    sha256: Hash
    size: Annotated[int, Meta(ge=1)]


class Manifest(Payload, frozen=True, kw_only=True):
    """The payload of a feedback batch."""

    v: Literal[1]
    aud: ProjectId
    trainer: TrainerId
    device: DeviceId
    chain: ChainId
    seq: Annotated[int, Meta(ge=1)]
    prev: Hash
    batch_id: Uuid7
    created_at: Time
    terms: TermsAccepted
    count: Annotated[int, Meta(ge=1, le=MAX_RECORDS)]
    items: Annotated[tuple[Item, ...], Meta(min_length=1, max_length=MAX_RECORDS)]
    app: App
