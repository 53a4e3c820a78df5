"""Records in a collector's storage without any network: a device that is enrolled and delivers in this process."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from made_batches import withdrawal
from made_judgements import RUBRIC, judgement
from running_collector import Team, address_of

from feedback_store import canonical, records
from feedback_store.batches import payload
from feedback_store.batches.body import write_body
from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, TermsAccepted
from feedback_store.batches.receipt import Receipt
from feedback_store.batches.seal import seal_batch
from feedback_store.collector.acceptance import accept
from feedback_store.collector.opening import open_storage
from feedback_store.collector.storage import Device, Storage
from feedback_store.record_parts import App

TERMS = TermsAccepted(id="terms", version=1, sha256="0" * 64, licence="CC-BY-4.0")


@dataclass
class Delivered:
    """A storage with a project, and one device that delivers into it on whatever day it is told."""

    team: Team
    storage: Storage
    clock: pytest.MonkeyPatch
    key: DeviceKey = field(default_factory=DeviceKey.generate)
    trainer: str = field(default_factory=records.new_trainer_id)
    chain: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    head: str = GENESIS

    @classmethod
    def made(cls, folder: Path, clock: pytest.MonkeyPatch, *, database: str | None = None) -> Delivered:
        made = cls(Team.made(folder, database=database), open_storage(folder), clock)
        made.enrol()
        return made

    def enrol(self) -> None:
        device = Device(
            self.team.project,
            self.key.key_id,
            self.trainer,
            "Ada",
            self.key.public_key,
            "active",
            "2026-11-01T00:00:00.000Z",
        )
        with self.storage.writing() as transaction:
            transaction.add_device(device, secrets.token_hex(32))

    def record(self, **changes: object) -> bytes:
        return records.encode(judgement("a>b", project=self.team.project, trainer=self.trainer, **changes))

    def deliver(self, *lines: bytes, day: str = "2026-11-20") -> Receipt:
        """One batch, received at noon of a day."""
        batch = seal_batch(
            key=self.key,
            project=self.team.project,
            trainer=self.trainer,
            chain=self.chain,
            seq=self.seq + 1,
            prev=self.head,
            terms=TERMS,
            data=lines,
            app=App("preceptor", "0.1.0"),
            batch_id=records.new_id(),
            created_at=f"{day}T11:00:00.000Z",
        )
        body = write_body(batch.envelope, lines)
        with self.clock.context() as clock:
            clock.setattr(records, "now", lambda: f"{day}T12:00:00.{batch.seq:03d}Z")
            accepted = accept(self.storage, self.team.key, self.team.project, RUBRIC, address_of(body), body)
        self.seq, self.head = batch.seq, batch.payload_sha256
        return payload.parse(parse_envelope(accepted.receipt).payload, Receipt)

    def withdraw(self, line: bytes, reason: str = "mistake", day: str = "2026-11-25") -> None:
        self.deliver(withdrawal(line, reason), day=day)


def id_of(line: bytes) -> str:
    return records.decode(line).id


def hash_of(line: bytes) -> str:
    return canonical.record_hash(line)
