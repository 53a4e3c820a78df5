"""Where a collector stands in a chain, as it says when something is missing there: what that means for what is sent.

The same over the network (409 gap) and in a file of answers. Must not know HTTP, files or where batches are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from feedback_store.batches import payload
from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import Receipt
from feedback_store.errors import DeliveryError
from feedback_store.store import BatchRow, ReceiptRow


def is_ours(chain: Mapping[int, BatchRow], batch: BatchRow, have_seq: int, have_hash: str) -> bool:
    """Whether the place where the collector stands, having refused `batch`, is one of this chain (by its seqs)."""
    if have_seq:
        return have_seq in chain and chain[have_seq].payload_sha256 == have_hash
    # Of a chain that begins with a key event the collector may not know with which.
    began = payload.parse(chain[1].payload, Manifest).prev if 1 in chain else ""
    return have_hash == (GENESIS if began and have_hash == GENESIS and batch.seq > 1 else began)


def received_at(receipts: Iterable[ReceiptRow]) -> dict[tuple[str, int], list[str]]:
    """When the collector says that it received a batch, by its chain and seq; once more after it was put back."""
    found: dict[tuple[str, int], list[str]] = {}
    for row in receipts:
        said = payload.parse(parse_envelope(row.envelope).payload, Receipt).received_at
        found.setdefault((row.chain, row.seq), []).append(said)
    return found


def lost() -> DeliveryError:
    """A chain is closed, since the collector stands nowhere in it."""
    return DeliveryError(
        "The collector does not know what this device has sent before. What did not arrive waits here until you send"
        " it again.",
        code="gap",
    )


def let_in() -> DeliveryError:
    """A chain is closed, since it begins with a change of keys that the collector never had."""
    return DeliveryError(
        "This was signed before a code let this device's key in, and follows a change of keys that the collector did"
        " not take. It waits here until you send it again.",
        code="key_let_in",
    )


def contradiction() -> DeliveryError:
    """It refuses what follows what it has."""
    return DeliveryError(
        "The collector asks again for what it was just sent. What is signed stays here and is sent later; tell the"
        " project if this goes on.",
        code="contradiction",
    )
