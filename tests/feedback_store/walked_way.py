"""The way of delivery in one process: profiles that crash, are copied and put back, and a collector without HTTP.

The collector's rules and storage are the real ones; only the line between is a function call, on which an answer may be
lost, or the profile may crash before or after the collector has heard.
"""

from __future__ import annotations

import gzip
import itertools
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from joined_profile import APP, Profile
from made_judgements import RUBRIC, judgement
from running_collector import Team

from feedback_store import canonical, records
from feedback_store.batches import payload
from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import check_receipt
from feedback_store.collector.acceptance import accept
from feedback_store.collector.facts import public_key_text
from feedback_store.collector.refusal import Refusal, of_rule
from feedback_store.collector.sqlite_storage import FILE, SqliteStorage
from feedback_store.collector.storage import Device
from feedback_store.delivery.http import Reply
from feedback_store.delivery.sending import Dispatch
from feedback_store.errors import BatchError, DeliveryError
from feedback_store.records import Versioned
from feedback_store.store import CollectorAddress, Project, Store

Trouble = Literal["", "unheard", "unanswered", "crash_unheard", "crash_unanswered"]
Image = dict[str, bytes]  # a profile's database, file by file


class House:
    """A collector with one project, which may be put back to an earlier state."""

    def __init__(self, folder: Path) -> None:
        self.team = Team.made(folder)
        self.project = self.team.project
        self.storage = SqliteStorage(folder)

    def take(self, sha256: str, body: bytes) -> Reply:
        """What the service answers to a batch."""
        try:
            accepted = accept(self.storage, self.team.key, self.project, RUBRIC, sha256, body)
        except BatchError as error:
            refusal = of_rule(error)
        except Refusal as error:
            refusal = error
        else:
            return Reply(201 if accepted.new else 200, accepted.receipt)
        return Reply(refusal.status, canonical.encode({"code": refusal.code, **refusal.values}))

    def enrol(self, key: DeviceKey, trainer: str) -> None:
        with self.storage.writing() as transaction:
            if transaction.device(self.project, key.key_id) is None:
                made = Device(self.project, key.key_id, trainer, "Ada", key.public_key, "active", records.now())
                transaction.add_device(made, records.new_nonce())

    def copy(self) -> bytes:
        with closing(sqlite3.connect(self.team.folder / FILE)) as connection:
            return connection.serialize()

    def put_back(self, copy: bytes) -> None:
        self.storage.close()
        for path in self.team.folder.glob(f"{FILE}*"):
            path.unlink()
        (self.team.folder / FILE).write_bytes(copy)
        self.storage = SqliteStorage(self.team.folder)

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.team.folder / FILE)) as connection:
            return connection.execute(query, values).fetchall()

    def holds(self, record: str, sha256: str) -> bool:
        with self.storage.reading() as view:
            return any(each.sha256 == sha256 for each in view.held(self.project, [record]).get(record, ()))

    def check_chains(self) -> None:
        """Each chain is 1, 2, 3 … with every batch naming the one before, and its head is the last."""
        rows = self.ask("SELECT chain, seq, sha256, manifest FROM batch ORDER BY chain, seq")
        heads = {chain: (seq, sha256) for chain, seq, sha256 in self.ask("SELECT id, seq, sha256 FROM chain")}
        for chain, batches in itertools.groupby(rows, key=lambda row: row[0]):
            before, seq = GENESIS, 0
            for _, seq_now, sha256, manifest in batches:
                assert seq_now == seq + 1
                assert payload.parse(manifest, Manifest).prev == before
                before, seq = sha256, seq_now
            assert heads[chain] == (seq, before)


@dataclass
class Seat:
    """One profile's folder with the store that is open on it, and its signing key."""

    folder: Path
    house: House
    key: DeviceKey
    store: Store
    dispatch: Dispatch = field(init=False)
    images: list[Image] = field(default_factory=list)
    _trouble: Trouble = ""
    _crashed_at: Image | None = None
    asked_back: bool = False  # whether the collector has asked for what it had before

    def __post_init__(self) -> None:
        self.begin_anew()

    @classmethod
    def made(cls, folder: Path, house: House) -> Seat:
        key = DeviceKey.generate()
        profile = Profile.opened(folder)
        rubric = Versioned(RUBRIC.id, RUBRIC.version, RUBRIC.sha256)
        at = CollectorAddress("https://house.example", public_key_text(house.team.key.public_key))
        profile.store.projects.add(Project(house.project, "Team", rubric, collector=at, rubric_body=RUBRIC)).result()
        house.enrol(key, profile.store.trainer)
        return cls(folder, house, key, profile.store)

    @property
    def project(self) -> str:
        return self.house.project

    # What a trainer does

    def save(self) -> str:
        made = judgement("a>b", project=self.project, trainer=self.store.trainer)
        return self.store.records.save(made).result().id

    def send(self, trouble: Trouble = "") -> str:
        """One try at the next batch; how it ended, "crashed", or "" where nothing waits."""
        batch = self.dispatch.next()
        if batch is None:
            return ""
        self._trouble = trouble
        tried = self.dispatch.send(batch)
        self._trouble = ""
        self.asked_back |= tried.outcome == "restored"
        if self._crashed_at is not None:
            self.crash(self._crashed_at)
            self._crashed_at = None
            return "crashed"
        return tried.outcome

    def begin_anew(self) -> None:
        """As the next press of the button, or the next start, does."""
        project = self.store.projects.get(self.project)
        self.dispatch = Dispatch(self.store, project, "token", self)  # type: ignore[arg-type]  # stands for a Connection
        self.asked_back = False

    # What happens to a profile

    def image(self) -> Image:
        """The bytes of its database as they lie on the disk now."""
        return {path.name: path.read_bytes() for path in self.folder.glob("*.sqlite3*") if "-shm" not in path.name}

    def crash(self, image: Image | None = None) -> None:
        """Everything in memory is gone; the files are as they were at that moment, in the same place."""
        self._put_back(image or self.image(), in_place=True)

    def put_back(self, image: Image, *, in_place: bool) -> None:
        """An earlier copy takes the place of the profile: byte over byte, which nobody notices, or as another file."""
        self._put_back(image, in_place=in_place)

    def copy_to(self, folder: Path) -> Seat:
        """A second profile, as a copied folder makes one."""
        folder.mkdir()
        for name, data in self.image().items():
            (folder / name).write_bytes(data)
        return Seat(folder, self.house, self.key, Store.open(folder, app=APP))

    # The line to the collector, in place of a Connection

    def request(self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        assert method == "PUT" and headers is not None
        plain = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
        heard = not self._trouble.endswith("unheard")
        reply = self.house.take(path.rpartition("/")[2], plain) if heard else Reply(503, b"")
        if self._trouble.startswith("crash"):
            self._crashed_at = self.image()
        if self._trouble:
            raise DeliveryError("The line is down.", code="unreachable")
        return reply

    # What must be true

    def check_receipts(self) -> None:
        batches = {batch.batch_id: batch for batch in self.store.outbox.batches(self.project)}
        for row in self.store.outbox.receipts(self.project):
            batch = batches[row.batch_id]
            check_receipt(
                row.envelope,
                collector_public_key=self.house.team.key.public_key,
                manifest=payload.parse(parse_envelope(batch.envelope).payload, Manifest),
                batch=batch.payload_sha256,
                prev_receipt=None,
            )

    def _put_back(self, image: Image, *, in_place: bool) -> None:
        self.store.close()
        for path in self.folder.glob("*.sqlite3*"):
            if path.name not in image:
                path.unlink()
        for name, data in image.items():
            target = self.folder / name
            if in_place:
                target.write_bytes(data)
            else:
                other = self.folder / f"{name}.coming"  # another inode, as both are there at once
                other.write_bytes(data)
                other.replace(target)
        self.store = Store.open(self.folder, app=APP)
        self.begin_anew()
