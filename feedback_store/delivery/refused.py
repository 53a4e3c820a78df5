"""What follows from a refusal that came by file and is believed: as from the answer that the network would have given.

A chain that is taken no more is closed; where the collector lacks what comes before a batch, the next file begins
there; a change of keys that is not taken ends with all that its new key has signed. A refusal that is read twice, or an
old one, says nothing new. Must not know who checked it, nor files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback_store import known_keys
from feedback_store.batches.event_refusal import EventRefusal
from feedback_store.batches.refusal import BatchRefusal, Closing
from feedback_store.delivery.answers import of_refusal
from feedback_store.delivery.going_back import contradiction, is_ours, lost, received_at
from feedback_store.delivery.receipts import signs_otherwise_now
from feedback_store.errors import DeliveryError, Phrase
from feedback_store.store import BatchRow, KeptEvent, Store

Received = Mapping[tuple[str, int], Sequence[str]]  # of chain and seq: when the collector says that it came


@dataclass(frozen=True)
class Followed:
    """A problem to be told, if any; and how many batches that had arrived wait again, None where nothing is missing."""

    problem: DeliveryError | None = None
    missing: int | None = None


NOTHING = Followed()


def follow_refusal(store: Store, named: BatchRow, said: BatchRefusal) -> Followed:
    """Do what the refusal of a batch asks for; nothing where its chain was closed before."""
    batch = store.outbox.batch(named)
    if batch.state == "closed":
        return NOTHING
    if said.code == "gap":
        return _go_back(store, batch, said)
    return Followed(_stop(store, batch, said.code))


def follow_event_refusal(store: Store, event: KeptEvent, said: EventRefusal) -> Followed:
    """End a change of keys that the collector will never take, the changes after it, and the chains of their keys.

    Nothing where that was done before: the new key may have been let in by a code since.
    """
    ended = store.keys.refuse(event).result()
    return Followed(_not_taken(said, known_keys.asks(store, event.project))) if ended else NOTHING


def _stop(store: Store, batch: BatchRow, code: Closing) -> DeliveryError:
    """Close a chain that the collector takes no more.

    A batch that had arrived was lost there, and what else of its chain nobody knows: all of it waits to be sent again.
    """
    answer = of_refusal(code, earlier_key=signs_otherwise_now(store.outbox, batch))
    problem = answer.problem(known_keys.asks(store, batch.project))
    if batch.state == "delivered":
        store.outbox.send_from(batch.project, batch.chain, batch.seq).result()
    store.outbox.close_chain(batch.project, batch.chain, problem.code).result()
    return problem


def _go_back(store: Store, batch: BatchRow, said: BatchRefusal) -> Followed:
    """Have what the collector lacks wait again, on all chains, so that one more file brings it."""
    assert said.have is not None  # read_refusal holds it to that
    last = said.have.seq
    rows = store.outbox.batches(batch.project)
    chain = {row.seq: row for row in rows if row.chain == batch.chain}
    if not is_ours(chain, batch, last, said.have.hash):
        store.outbox.close_chain(batch.project, batch.chain, lost().code).result()
        return Followed(lost())
    if last + 1 >= batch.seq:
        return Followed(contradiction())
    received = received_at(store.outbox.receipts(batch.project))
    behind = [row for seq, row in chain.items() if seq > last]
    if _received_since(said.refused_at, behind, received):
        return NOTHING
    lacking = _lacking(rows, batch.chain, last, received)
    for name in dict.fromkeys(row.chain for row in lacking):
        first = min(row.seq for row in lacking if row.chain == name)
        store.outbox.send_from(batch.project, name, first).result()
    return Followed(missing=len(lacking))


def _received_since(refused_at: str, behind: Sequence[BatchRow], received: Received) -> bool:
    """Whether the collector has received some of these since it refused, and what comes before: it is an old one."""
    return any(at >= refused_at for row in behind for at in received.get((row.chain, row.seq), ()))


def _lacking(rows: Sequence[BatchRow], chain: str, last: int, received: Received) -> list[BatchRow]:
    """What had arrived at a collector that has a chain up to `last` only, and is not there any more.

    If it lacks something of that chain, it was put back to what it held before. What it holds of other chains it has
    received no later than the last batch of this one: the rest may be gone as well.
    """
    arrived = [row for row in rows if row.state == "delivered"]
    of_this = [row for row in arrived if row.chain == chain and row.seq > last]
    if not of_this:
        return []
    until = min(received.get((chain, last), [""]))
    of_others = [row for row in arrived if row.chain != chain and max(received[row.chain, row.seq]) > until]
    return of_this + of_others


def _not_taken(said: EventRefusal, ask: Phrase) -> DeliveryError:
    """As the network says of the new key's first batch."""
    return DeliveryError.worded(
        "The collector did not take this device's new key: the one before it was ended there. Everything is kept."
        " {ask}",
        code="key_refused",
        ask=ask,
        collector_code=said.code,
    )
