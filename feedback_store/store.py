"""The store of one profile: records, drafts, projects, settings, search and the outbox over one database.

Reads answer at once on the caller's thread; writes return futures that are done when the data is on disk. After
every write `on_change` is told what changed, on the writer's thread.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from feedback_store import backups, outbox_table, project_table, record_table, records
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.receipt import Receipt
from feedback_store.batches.seal import SealedBatch
from feedback_store.database import Database
from feedback_store.errors import NotFoundError
from feedback_store.outbox_table import BatchRow
from feedback_store.project_table import Project
from feedback_store.record_table import StoredRecord
from feedback_store.records import App, Record, Withdrawal
from feedback_store.search import SearchPage, SearchQuery, search

__all__ = ["Change", "Draft", "Project", "Store", "StoredRecord"]

T = TypeVar("T")
Reason = Literal["mistake", "duplicate", "private", "erase", "other"]


@dataclass(frozen=True)
class Change:
    """What a committed write changed; `ids` may be empty for "look again"."""

    kind: Literal["records", "drafts", "projects", "settings", "outbox"]
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A kept draft; newest first in lists."""

    key: str
    data: bytes
    kept_at: str


class Store:
    """One profile's data. Make it with `Store.open`, and close it."""

    def __init__(self, database: Database, app: App) -> None:
        self._database = database
        self._listeners: list[Callable[[Change], None]] = []
        self.app = app
        self.records = Records(self)
        self.drafts = Drafts(self)
        self.projects = Projects(self)
        self.settings = Settings(self)
        self.outbox = Outbox(self)

    @classmethod
    def open(cls, folder: Path, *, app: App, readonly: bool = False) -> Store:
        """Open the profile in `folder`, made if need be; raises EnvironmentTrouble with a sentence."""
        database = Database(folder, readonly=readonly)
        store = cls(database, app)
        if not readonly:
            try:
                database.write(lambda connection: _know_the_place(connection, database.path)).result()
            except BaseException:
                database.close()
                raise
        return store

    @property
    def path(self) -> Path:
        return self._database.path

    @property
    def readonly(self) -> bool:
        return self._database.readonly

    @property
    def trainer(self) -> str:
        """The profile's trainer id: random, made with the profile, never changed."""
        row = self.read().execute("SELECT trainer FROM profile").fetchone()
        if row is None:
            raise NotFoundError("This profile is empty. Start Preceptor once to fill it.", code="no_profile")
        return str(row[0])

    def search(self, query: SearchQuery) -> SearchPage:
        """One page of the records that `query` finds, newest first."""
        return search(self.read(), query)

    def on_change(self, listener: Callable[[Change], None]) -> None:
        """Have `listener` told after every committed write, on the writer's thread."""
        self._listeners.append(listener)

    def backup(self) -> backups.Backup:
        """Copy the database as it stands."""
        return backups.make(self._database.path)

    def close(self) -> None:
        """Finish all writes and close."""
        self._listeners.clear()
        self._database.close()

    def read(self) -> sqlite3.Connection:
        """This thread's read-only connection."""
        return self._database.read()

    def write(self, job: Callable[[sqlite3.Connection], T], change: Change) -> Future[T]:
        """Run `job` in the writer's transaction; listeners hear `change` once it is on disk."""
        future = self._database.write(job)
        future.add_done_callback(lambda done: self._tell(change) if done.exception() is None else None)
        return future

    def _tell(self, change: Change) -> None:
        for listener in tuple(self._listeners):
            listener(change)


class Records:
    """Judgements and withdrawals: only ever added, never changed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def save(self, record: Record, *, draft: str | None = None) -> Future[StoredRecord]:
        """Store a record's next revision and drop its draft, in one transaction.

        Raises RecordError at once for a broken or too large record, later (in the future) for a wrong revision.
        """
        data = records.encode(record)

        def job(connection: sqlite3.Connection) -> StoredRecord:
            stored = record_table.insert(connection, record, data)
            if draft is not None:
                connection.execute("DELETE FROM draft WHERE key = ?", (draft,))
            return stored

        return self._store.write(job, Change("records", (record.id,)))

    def import_lines(self, lines: Sequence[tuple[str, Record]]) -> Future[tuple[int, int]]:
        """Store imported records, all or none; (new, known before), each line named by the hash of its bytes."""
        encoded = [(line, record, records.encode(record)) for line, record in lines]

        def job(connection: sqlite3.Connection) -> tuple[int, int]:
            new = 0
            for line, record, data in encoded:
                cursor = connection.execute("INSERT OR IGNORE INTO imported (line, id) VALUES (?,?)", (line, record.id))
                if cursor.rowcount:
                    record_table.insert(connection, record, data)
                    new += 1
            return new, len(encoded) - new

        return self._store.write(job, Change("records"))

    def withdraw(self, record_id: str, reason: Reason) -> Future[StoredRecord]:
        """Take a judgement back: its next revision is a withdrawal."""

        def job(connection: sqlite3.Connection) -> StoredRecord:
            before = record_table.newest(connection, record_id)
            if before is None or before.kind == "withdrawal":
                raise NotFoundError(f"There is no judgement {record_id}.", code="no_record", id=record_id)
            made = _withdrawal(before, reason, self._store.app)
            return record_table.insert(connection, made, records.encode(made))

        return self._store.write(job, Change("records", (record_id,)))

    def erase(self, record_id: str) -> Future[int]:
        """Remove every revision's bytes and index entries; what has left gets a withdrawal with reason "erase".

        The future holds how many revisions lost their bytes. Drafts that name the record go with it.
        """

        def job(connection: sqlite3.Connection) -> int:
            before = record_table.newest(connection, record_id)
            if before is None:
                raise NotFoundError(f"There is no record {record_id}.", code="no_record", id=record_id)
            left = connection.execute("SELECT 1 FROM batch_item WHERE id = ?", (record_id,)).fetchone()
            if left and before.kind == "judgement":
                made = _withdrawal(before, "erase", self._store.app)
                record_table.insert(connection, made, records.encode(made))
            connection.execute("DELETE FROM draft WHERE instr(data, ?) > 0", (record_id.encode(),))
            return record_table.erase(connection, record_id, records.now())

        return self._store.write(job, Change("records", (record_id,)))

    def newest(self, record_id: str) -> StoredRecord | None:
        return record_table.newest(self._store.read(), record_id)

    def by_hash(self, sha256: str) -> StoredRecord | None:
        return record_table.by_hash(self._store.read(), sha256)

    def history(self, record_id: str) -> list[StoredRecord]:
        """Every revision, oldest first."""
        return record_table.history(self._store.read(), record_id)

    def iter_newest(self, project: str, *, withdrawn: bool = False, private: bool = True) -> Iterator[StoredRecord]:
        """The newest revision of every record of a project, oldest first."""
        return record_table.iterate_newest(self._store.read(), project, withdrawn=withdrawn, private=private)

    def count(self, project: str) -> int:
        row = self._store.read().execute(
            "SELECT count(*) FROM record WHERE project = ? AND newest = 1 AND data IS NOT NULL", (project,)
        )
        return int(row.fetchone()[0])


class Drafts:
    """Judgements in the making, kept whole under a key."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def save(self, key: str, data: bytes) -> Future[None]:
        def job(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO draft (key, data, kept_at) VALUES (?,?,?)"
                " ON CONFLICT (key) DO UPDATE SET data = excluded.data, kept_at = excluded.kept_at",
                (key, data, records.now()),
            )

        return self._store.write(job, Change("drafts", (key,)))

    def delete(self, key: str) -> Future[None]:
        def job(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM draft WHERE key = ?", (key,))

        return self._store.write(job, Change("drafts", (key,)))

    def list(self) -> Sequence[Draft]:
        """All drafts, the one kept last first."""
        rows = self._store.read().execute("SELECT key, data, kept_at FROM draft ORDER BY kept_at DESC, rowid DESC")
        return [Draft(*row) for row in rows]

    def get(self, key: str) -> Draft | None:
        row = self._store.read().execute("SELECT key, data, kept_at FROM draft WHERE key = ?", (key,)).fetchone()
        return Draft(*row) if row else None


class Projects:
    """The projects of this profile, one of them in use."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, project: Project) -> Future[Project]:
        """Add a project or replace what is known of it; the first one is in use."""
        return self._store.write(lambda c: project_table.add(c, project), Change("projects", (project.id,)))

    def use(self, project_id: str) -> Future[Project]:
        return self._store.write(lambda c: project_table.use(c, project_id), Change("projects", (project_id,)))

    def get(self, project_id: str) -> Project:
        return project_table.get(self._store.read(), project_id)

    def find(self, name: str) -> Project:
        """By id or name; raises NotFoundError."""
        return project_table.find(self._store.read(), name)

    def list(self) -> Sequence[Project]:
        return project_table.everything(self._store.read())

    def current(self) -> Project | None:
        return project_table.current(self._store.read())


class Settings:
    """Small values by name, as JSON."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> object | None:
        row = self._store.read().execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return msgspec.json.decode(row[0]) if row else None

    def set(self, name: str, value: object) -> Future[None]:
        text = msgspec.json.encode(value).decode("utf-8")

        def job(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?,?)", (name, text))

        return self._store.write(job, Change("settings", (name,)))


class Outbox:
    """Records on their way out."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def release(self, record_ids: Sequence[str]) -> Future[int]:
        return self._store.write(lambda c: outbox_table.release(c, record_ids), Change("outbox", tuple(record_ids)))

    def hold(self, record_ids: Sequence[str]) -> Future[int]:
        return self._store.write(lambda c: outbox_table.hold(c, record_ids), Change("outbox", tuple(record_ids)))

    def to_send(self, project: str) -> list[StoredRecord]:
        return outbox_table.to_send(self._store.read(), project)

    def seal(self, project: str, key: DeviceKey) -> Future[SealedBatch | None]:
        """Seal what is released into the next batch: head, number, signature and new head in one transaction."""
        return self._store.write(lambda c: outbox_table.seal(c, project, key, self._store.app), Change("outbox"))

    def batches(self, project: str) -> list[BatchRow]:
        """All batches, newest first."""
        return outbox_table.batches(self._store.read(), project)

    def next_to_send(self, project: str) -> BatchRow | None:
        return outbox_table.next_to_send(self._store.read(), project)

    def chain_from(self, batch: BatchRow, seq: int) -> list[BatchRow]:
        """The batches of `batch`'s chain from `seq` on, in order."""
        return outbox_table.chain_from(self._store.read(), batch.project, batch.chain, seq)

    def body(self, batch: BatchRow) -> bytes:
        return outbox_table.body(self._store.read(), batch)

    def mark(self, batch: BatchRow, state: Literal["sealed", "sending"], note: str = "") -> Future[None]:
        return self._store.write(
            lambda c: outbox_table.set_state(c, batch.batch_id, state, note), Change("outbox", (batch.batch_id,))
        )

    def deliver(self, batch: BatchRow, envelope: bytes, receipt: Receipt) -> Future[None]:
        """Note a verified receipt for a batch and its records."""
        return self._store.write(
            lambda c: outbox_table.deliver(c, batch, envelope, receipt), Change("outbox", (batch.batch_id,))
        )

    def last_receipt(self, batch: BatchRow) -> str | None:
        """The hash of the receipt that this batch's receipt must follow, where it is held."""
        return outbox_table.last_receipt(self._store.read(), batch.project, batch.chain, batch.seq)

    def receipts(self, batch: BatchRow) -> list[bytes]:
        return outbox_table.receipts(self._store.read(), batch.batch_id)

    def close_chain(self, batch: BatchRow, reason: str) -> Future[None]:
        return self._store.write(
            lambda c: outbox_table.close_chain(c, batch.project, batch.chain, reason), Change("outbox")
        )

    def send_again(self, project: str) -> Future[int]:
        return self._store.write(lambda c: outbox_table.send_again(c, project), Change("outbox"))


def _withdrawal(before: StoredRecord, reason: Reason, app: App) -> Withdrawal:
    return Withdrawal(
        v=1,
        id=before.id,
        rev=before.rev + 1,
        supersedes=before.sha256,
        nonce=records.new_nonce(),
        created_at=records.now(),
        project=before.project,
        trainer=before.trainer,
        app=app,
        reason=reason,
    )


def _know_the_place(connection: sqlite3.Connection, path: Path) -> None:
    """Make the profile's row, or notice that the database was copied or moved: then every project starts a new chain.

    Batches that were being sent when the program ended are put back to sealed.
    """
    place = _place(path)
    row = connection.execute("SELECT place FROM profile").fetchone()
    if row is None:
        connection.execute(
            "INSERT INTO profile (only, trainer, created_at, place) VALUES (1,?,?,?)",
            (records.new_trainer_id(), records.now(), place),
        )
    elif row[0] != place:
        connection.execute("UPDATE profile SET place = ?", (place,))
        project_table.start_new_chain(connection)
    connection.execute("UPDATE batch SET state = 'sealed' WHERE state = 'sending'")


def _place(path: Path) -> str:
    """Machine, absolute path and inode of the database file: a copy differs in at least one."""
    machine = ""
    for file in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        try:
            machine = Path(file).read_text(encoding="ascii").strip()
            break
        except (OSError, UnicodeDecodeError):
            continue
    return f"{machine} {os.fspath(path.absolute())} {path.stat().st_ino}"
