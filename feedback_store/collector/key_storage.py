"""What the collector keeps of keys that change: events, ceilings, list versions, statements, and resolved forks.

The part of the storage's protocol that keys need; storage.Transaction has all of it. Must not know HTTP or any rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from feedback_store.collector.storage import Device, NewBatch, NewRevision

Resolution = Literal["taken", "dropped"]


@dataclass(frozen=True)
class NewKeyEvent:
    """A key event to keep, verbatim. `new` is the device that it brings, None for a revocation."""

    project: str
    sha256: str
    kind: str
    old: str
    new: str | None
    envelope: bytes
    received_at: str


@dataclass(frozen=True)
class End:
    """A chain's end: the seq and hash of its last batch, stored or still allowed."""

    chain: str
    seq: int
    sha256: str


@dataclass(frozen=True)
class Fork:
    """A quarantined batch. `resolved` says what became of its records, None while they wait."""

    sha256: str
    device: str
    trainer: str
    trainer_name: str
    chain: str
    seq: int
    manifest: bytes
    envelope: bytes
    received_at: str
    records: int
    resolved: Resolution | None = None


class KeyTransaction(Protocol):
    """What can be asked and changed about keys."""

    def devices_of(self, project: str, trainer: str) -> list[Device]:
        """A trainer's devices, the first one first."""

    def key_event(self, project: str, sha256: str) -> bytes | None:
        """The envelope of a key event that is kept."""

    def add_key_event(self, event: NewKeyEvent) -> None: ...

    def begun_by(self, project: str, device: str) -> list[str]:
        """The hashes of the events that brought a device; its chains may begin with them."""

    def ended_by(self, project: str, device: str) -> str | None:
        """The hash of the event that ended a device."""

    def chain_ends(self, project: str, device: str) -> list[End]:
        """The heads of all chains of a device."""

    def retire(self, project: str, device: str, at: str, reason: str, ends: Sequence[End]) -> None:
        """Accept from a device only what stands in its chains up to these ends."""

    def ceiling(self, project: str, device: str, chain: str) -> End | None:
        """Up to where a retired device's chain is still accepted; None: not at all."""

    def move_token(self, project: str, old: str, new: str) -> None:
        """Give a device's token to the one that follows it."""

    def list_version(self, project: str, trainer: str) -> int:
        """The version of a trainer's device list; 0 before the first change."""

    def set_list_version(self, project: str, trainer: str, version: int) -> None: ...

    def set_facts(self, project: str, facts: bytes) -> None: ...

    def collector_keys(self, project: str) -> list[bytes]:
        """The statements by which the collector changed its key, the first one first."""

    def add_collector_key(self, project: str, statement: bytes, at: str) -> None: ...

    def forks(self, project: str) -> list[Fork]:
        """The quarantined batches, the first one first; in a writing transaction none is resolved until it ends."""

    def fork_lines(self, project: str, sha256: str) -> list[bytes | None]:
        """The records of a quarantined batch in their order; None for one that was erased."""

    def add_taken(self, batch: NewBatch, receipt: bytes, receipt_sha256: str, revisions: Sequence[NewRevision]) -> None:
        """Store a fork and its new revisions beside its chain, whose head stays: `seq` is the next one below zero."""

    def resolve_fork(self, project: str, sha256: str, resolution: Resolution, at: str) -> None:
        """Note what became of a quarantined batch and forget its records' bytes."""
