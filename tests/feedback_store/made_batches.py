"""Batches for tests, signed with the key of RFC 8032's first test; everything that is not told is ordinary."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import msgspec
from made_judgements import PROJECT, TIME, TRAINER, judgement

from feedback_store import canonical, records
from feedback_store.batches.body import write_body
from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, TermsAccepted
from feedback_store.batches.payload_types import FEEDBACK_BATCH
from feedback_store.batches.seal import SealedBatch, seal_batch
from feedback_store.record_parts import App, Withdrawal

SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
KEY = DeviceKey.from_seed(SEED)
OTHER_KEY = DeviceKey.from_seed(bytes(range(32)))
CHAIN = "c" * 32
TERMS = TermsAccepted(id="own", version=1, sha256="a" * 64, licence="CC-BY-4.0")


def record(**changes: Any) -> bytes:
    """The bytes of a judgement."""
    return records.encode(judgement("a>b", **changes))


def withdrawal(of: bytes, reason: Any = "mistake") -> bytes:
    """The bytes of the withdrawal that follows a judgement."""
    taken_back = records.decode(of)
    return records.encode(
        Withdrawal(
            v=1,
            id=taken_back.id,
            rev=taken_back.rev + 1,
            supersedes=canonical.record_hash(of),
            nonce=records.new_nonce(),
            created_at=TIME,
            project=taken_back.project,
            trainer=taken_back.trainer,
            app=taken_back.app,
            reason=reason,
        )
    )


def sealed(
    data: list[bytes], *, seq: int = 1, prev: str = GENESIS, key: DeviceKey = KEY, **changes: Any
) -> SealedBatch:
    """A signed batch of these records."""
    fields: dict[str, Any] = {
        "project": PROJECT,
        "trainer": TRAINER,
        "chain": CHAIN,
        "terms": TERMS,
        "app": App("preceptor", "0.1.0"),
        "batch_id": records.new_id(),
        "created_at": TIME,
    }
    return seal_batch(key=key, seq=seq, prev=prev, data=data, **fields | changes)


def body_of(data: list[bytes], **changes: Any) -> bytes:
    """A batch of these records as it is sent."""
    return write_body(sealed(data, **changes).envelope, data)


def bodies(*groups: list[bytes], **changes: Any) -> list[bytes]:
    """A chain of batches, one a group of records."""
    made, prev = [], GENESIS
    for seq, data in enumerate(groups, start=1):
        batch = sealed(data, seq=seq, prev=prev, **changes)
        made.append(write_body(batch.envelope, data))
        prev = batch.payload_sha256
    return made


def re_signed(body: bytes, change: Callable[[dict[str, Any]], object], key: DeviceKey = KEY) -> bytes:
    """The body with its manifest changed and signed again: what a dishonest owner of the key could make."""
    line, _, rest = body.partition(b"\n")
    manifest = msgspec.json.decode(parse_envelope(line).payload)
    change(manifest)
    return sign_envelope(FEEDBACK_BATCH, msgspec.json.encode(manifest, order="sorted"), [key]) + b"\n" + rest


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
