"""What a collector signs to prove that it holds its key: a challenge of whoever asks, made up a moment before.

All that a collector publishes of itself anybody can repeat at another address, its public key too.
"""

from __future__ import annotations

from typing import Literal

from feedback_store.batches import payload
from feedback_store.batches.dsse import sign_envelope, verify_envelope
from feedback_store.batches.join import Challenge
from feedback_store.batches.keys import DeviceKey, key_id
from feedback_store.batches.manifest import DeviceId
from feedback_store.batches.payload import Payload
from feedback_store.batches.payload_types import COLLECTOR_PROOF
from feedback_store.errors import BatchError
from feedback_store.record_values import ProjectId


class CollectorProof(Payload, frozen=True, kw_only=True):
    """The payload of a proof; `collector` is the id of the key that signs."""

    v: Literal[1]
    aud: ProjectId
    collector: DeviceId
    challenge: Challenge


def make_proof(key: DeviceKey, *, project: str, challenge: str) -> bytes:
    """The proof's envelope line. Raises BatchError for a challenge that is not 64 hex digits."""
    proof = payload.encode(CollectorProof(v=1, aud=project, collector=key.key_id, challenge=challenge))
    payload.parse(proof, CollectorProof)
    return sign_envelope(COLLECTOR_PROOF, proof, [key])


def check_proof(line: bytes, *, project: str, challenge: str, public_key: bytes) -> None:
    """Raise BatchError unless the holder of this raw key has signed this challenge for this project."""
    proof = payload.parse(verify_envelope(line, payload_type=COLLECTOR_PROOF, public_key=public_key), CollectorProof)
    if (proof.aud, proof.collector, proof.challenge) != (project, key_id(public_key), challenge):
        raise BatchError("This is the answer to another question.", code="proof", rule=6)
