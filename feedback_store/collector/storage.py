"""What the collector keeps, as values, and the protocol that a storage must fulfil.

Everything is asked and changed inside a transaction, so that several processes may stand on one storage: a writing
transaction sees the chain's head, adds the batch and moves the head in one step. Must not know HTTP or any rule.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from feedback_store.collector.key_storage import KeyTransaction
from feedback_store.errors import EnvironmentTrouble

DeviceState = Literal["active", "retired", "revoked"]
TRIES = 6  # how often a transaction that met another one begins anew
PAUSE_S = 0.02  # at most so long after the first meeting, twice as long after each further one

T = TypeVar("T")


class Conflict(EnvironmentTrouble):
    """Two writing transactions met, and this one was rolled back; the same may be done again."""


@dataclass(frozen=True)
class Device:
    """An enrolled key, bound for good to one trainer. `id` is its key id.

    A retired one may still send what its ceilings allow; a revoked one nothing new.
    """

    project: str
    id: str
    trainer: str
    trainer_name: str
    public_key: bytes
    state: DeviceState
    joined_at: str
    revoked_at: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Invitation:
    """A one-time code, known by its hash only. With `trainer` it is for a further device of that trainer alone.

    With `recovers` it lets that trainer replace the lost key of this device.
    """

    code_sha256: str
    project: str
    trainer: str | None
    name: str
    expires_at: str
    used_by: str | None = None
    recovers: str | None = None


@dataclass(frozen=True)
class Head:
    """Where a chain stands: the last stored batch and its receipt, by the hashes that the next ones must name."""

    seq: int
    sha256: str
    receipt_sha256: str
    closed: bool


Kind = Literal["judgement", "withdrawal", "erased"]


@dataclass(frozen=True)
class HeldRevision:
    """A stored revision, or what is left of an erased one. `day` is that of its record, see NewRevision."""

    rev: int
    sha256: str
    trainer: str
    erased: bool
    kind: Kind
    day: str


@dataclass(frozen=True)
class Standing:
    """All that is stored about a batch that came: itself, its device, its chain, and its records' revisions.

    `held` has an entry for each record of which there is a revision, the lowest one first.
    """

    receipt: bytes | None
    device: Device | None
    head: Head | None
    held: Mapping[str, Sequence[HeldRevision]]


@dataclass(frozen=True)
class NewRevision:
    """A revision to store. Without `data` only its place is kept: the trainer had erased it before it came.

    `first` means that nothing was held of its id; where several write at once, a storage takes only one such.
    `day` (UTC, 2026-11-26) is that on which the record's first revision came: where an export finds all of them.
    """

    project: str
    id: str
    rev: int
    sha256: str
    trainer: str
    batch: str
    received_at: str
    kind: Kind
    data: bytes | None
    rubric_known: bool
    first: bool
    day: str


@dataclass(frozen=True)
class NewBatch:
    """A batch to store: manifest and envelope verbatim, and its receipt. `sha256` is of the manifest's bytes."""

    project: str
    sha256: str
    device: str
    chain: str
    seq: int
    batch_id: str
    manifest: bytes
    envelope: bytes
    received_at: str
    future: bool


@dataclass(frozen=True)
class QuarantinedLine:
    """One record of a quarantined batch; `data` is None for an erased line."""

    id: str
    rev: int
    sha256: str
    data: bytes | None


@dataclass(frozen=True)
class DayMark:
    """What tells one state of a day's records from every later one: revisions are only added, and erased once."""

    day: str
    revisions: int
    erased: int
    received_at: str
    erased_at: str


@dataclass(frozen=True)
class LiveRecord:
    """The newest revision of a record that stands: a judgement, neither withdrawn nor erased."""

    id: str
    rev: int
    sha256: str
    batch: str
    received_at: str
    rubric_known: bool
    data: bytes


class Transaction(KeyTransaction, Protocol):
    """What can be asked and changed; nothing is kept unless the whole transaction is."""

    def facts(self, project: str) -> bytes | None:
        """The project's public facts as canonical JSON."""

    def projects(self) -> list[str]: ...

    def add_project(self, project: str, facts: bytes) -> None: ...

    def device(self, project: str, device: str) -> Device | None:
        """A device; in a writing transaction nothing else is stored for its trainer until it ends."""

    def device_of_token(self, project: str, token_sha256: str) -> Device | None: ...

    def devices(self, project: str) -> list[Device]: ...

    def trainer_name(self, project: str, trainer: str) -> str | None:
        """The name that a trainer is bound to; None for one who has not joined."""

    def add_device(self, device: Device, token_sha256: str) -> None:
        """Enrol a device, and its trainer where it is the first one."""

    def replace_token(self, project: str, device: str, token_sha256: str) -> None: ...

    def revoke(self, project: str, device: str, revoked_at: str, reason: str) -> None: ...

    def add_invitation(self, invitation: Invitation, made_at: str) -> None: ...

    def invitation(self, code_sha256: str) -> Invitation | None: ...

    def use_invitation(self, code_sha256: str, device: str, used_at: str) -> None: ...

    def standing(self, project: str, device: str, chain: str, batch: str, records: Sequence[str]) -> Standing:
        """What is stored about a batch, in one question.

        From here until the transaction ends no other one stores anything for the device's trainer, nor revokes the
        device: what is answered stays true.
        """

    def receipt(self, project: str, batch: str) -> bytes | None:
        """The receipt's envelope for a batch that is stored in its chain; not for a fork that was taken beside it."""

    def head(self, project: str, device: str, chain: str) -> Head | None:
        """The chain's head, held until the transaction ends."""

    def add_batch(
        self, batch: NewBatch, receipt: bytes, receipt_sha256: str, revisions: Sequence[NewRevision] = ()
    ) -> None:
        """Store a batch with its receipt and its new revisions, and make it the head of its chain."""

    def quarantine(self, batch: NewBatch, lines: Sequence[QuarantinedLine]) -> None:
        """Set a fork aside and close its chain; known already: nothing changes."""

    def held(self, project: str, records: Sequence[str]) -> dict[str, list[HeldRevision]]:
        """The revisions of each of these records of which there are any, the lowest one first.

        In a writing transaction nothing more is stored for their trainers until it ends.
        """

    def holds(self, project: str, record: str) -> bool:
        """Whether any revision of a record is or was here, set aside ones too."""

    def erase_below(self, project: str, record: str, rev: int, erased_at: str) -> int:
        """Remove the bytes of all lower revisions; how many lost theirs. Of what was set aside all of this record go.

        They may stay in the storage's own files until `Storage.scrub`.
        """

    def day_marks(self, project: str) -> list[DayMark]:
        """Every day on which records came first, in order."""

    def live(self, project: str, day: str, after: str, limit: int) -> list[LiveRecord]:
        """A day's standing judgements in the order of their ids, from the one that follows `after` on."""

    def live_hashes(self, project: str, day: str) -> list[str]:
        """Of the same, in that order, `hash received_at` alone: what tells one content of a day from another."""

    def batches(self, project: str, device: str) -> list[tuple[str, str, bytes]]:
        """Chain, hash and envelope of every stored batch of a device: chains by their names, each in its order."""

    def manifest(self, project: str, batch: str) -> bytes | None:
        """The signed bytes of a stored batch."""

    def data(self, project: str, record: str, sha256: str) -> bytes | None:
        """A stored revision's bytes by its record and their hash; None for one that was erased, or never stored."""


class Storage(Protocol):
    """Opens transactions. Raises EnvironmentTrouble when the machine cannot do it now."""

    def reading(self) -> AbstractContextManager[Transaction]:
        """To ask; what is asked later may see what was stored meanwhile."""

    def snapshot(self) -> AbstractContextManager[Transaction]:
        """To ask much: everything is answered as it stood when the first was asked."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """Committed and synced at the block's end, rolled back by an exception. Raises Conflict; see `write`."""

    def take(self, work: Callable[[Transaction], T]) -> T:
        """As `write`, for `work` that takes one batch: asks by `standing` and stores by `add_batch`."""

    def check(self) -> None:
        """Return if batches can be stored now; EnvironmentTrouble says what stands against it."""

    def scrub(self) -> bool:
        """Leave nothing of what was erased in the storage's own files, as far as it can.

        False where something may stay for a while: a reader keeps it, or the place that it took is not overwritten yet.
        """

    def scrub_soon(self) -> None:
        """Have that done without anybody waiting for it. What a stop or a crash leaves is for the next to ask for."""

    def close(self) -> None: ...


def write(storage: Storage, work: Callable[[Transaction], T]) -> T:
    """What `work` makes of a writing transaction, which begins anew where it met another one.

    `work` may run several times, and must do nothing but ask and change. Raises EnvironmentTrouble, and what `work`
    raises.
    """
    for n in range(TRIES - 1):
        try:
            with storage.writing() as transaction:
                return work(transaction)
        except Conflict:
            time.sleep(random.uniform(0, PAUSE_S * 2**n))  # noqa: S311 (only keeps two from meeting again)
    with storage.writing() as transaction:
        return work(transaction)
