"""The store of one profile over one database: records, drafts, projects, rubrics, guidelines, settings, search, outbox.

Reads answer at once, of one moment, on the caller's thread; every write returns a future that is done when the data is
on disk. `on_change` tells what changed, on the writer's thread.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Self

from feedback_store import backups, key_table, records
from feedback_store.browser_table import Browsers
from feedback_store.changes import Change, Changes, Listener
from feedback_store.database import Database
from feedback_store.draft_table import Drafts, KeptDraft, Settings
from feedback_store.erasure import Erased
from feedback_store.errors import EnvironmentTrouble
from feedback_store.guideline_table import Guideline, KeptGuideline, KeptGuidelines
from feedback_store.inbox import Inbox
from feedback_store.outbox import Outbox
from feedback_store.outbox_table import BatchRow, ReceiptRow, follow_witness, start_elsewhere
from feedback_store.own_keys import KeptEvent, Keys
from feedback_store.place import place_of
from feedback_store.project_table import CollectorAddress, Project, Projects, Terms
from feedback_store.record_parts import App
from feedback_store.record_table import State, StoredRecord
from feedback_store.release_table import take_up_withdrawals
from feedback_store.reopened import Reopened
from feedback_store.rubric_table import KeptRubrics
from feedback_store.saved_records import SavedRecords
from feedback_store.search import KeptFilter, Label, SearchQuery, at, labels, search, trainers
from feedback_store.withdrawing import Reason
from feedback_store.witness import Witness

__all__ = [
    "BatchRow",
    "Change",
    "CollectorAddress",
    "Erased",
    "Guideline",
    "KeptDraft",
    "KeptEvent",
    "KeptGuideline",
    "Project",
    "Reason",
    "ReceiptRow",
    "SearchQuery",
    "State",
    "Store",
    "StoredRecord",
    "Terms",
]


class Store:
    """One profile's data. Make it with `Store.open`, and close it."""

    def __init__(self, database: Database, app: App, trainer: str, witness: Witness) -> None:
        changes = Changes()
        self._database = database
        self._changes = changes
        self.app = app
        self.trainer = trainer
        self.records = SavedRecords(database, changes, app, trainer)
        self.drafts = Drafts(database, changes)
        self.settings = Settings(database, changes)
        self.projects = Projects(database, changes)
        self.rubrics = KeptRubrics(database)
        self.guidelines = KeptGuidelines(database)
        self.keys = Keys(database, changes)
        self.outbox = Outbox(database, changes, app, trainer, witness)
        self.browsers = Browsers(database, changes)
        self.inbox = Inbox(database, changes)
        self.reopened = Reopened()
        self._filter = KeptFilter(lambda: database.moment)

    @classmethod
    def open(cls, folder: Path, *, app: App | None = None, readonly: bool = False, sealed: Path | None = None) -> Self:
        """Open the profile in `folder`, made there if need be, for the program `app` (Preceptor as it is installed).

        `sealed` is a folder outside of the profile that remembers what was sealed last: where one file took the
        place of another so that nothing shows it, only that tells that the profile was put back.

        Raises EnvironmentTrouble with a sentence: a second writer, a full or read-only disk, a damaged or newer
        database; and for `readonly`, a folder without a profile.
        """
        database = Database(folder, readonly=readonly, before_migration=backups.before_migration)
        witness = Witness(sealed)
        try:
            if readonly:
                trainer = database.fetch(_trainer)
            else:
                backups.clear_away(database.path)
                settle = partial(_settle, place=place_of(database.path), witness=witness)
                trainer = database.write(settle).result()
            return cls(database, app or _installed(), trainer, witness)
        except BaseException:
            database.close()
            raise

    @property
    def path(self) -> Path:
        """The database's file."""
        return self._database.path

    @property
    def readonly(self) -> bool:
        """Whether this store was opened for reading only."""
        return self._database.readonly

    def search(self, query: SearchQuery) -> array[int]:
        """The places of all records that `query` finds, newest first; `at` reads those that are wanted."""
        return self._database.fetch(lambda c: search(c, query, trainer=self.trainer, kept=self._filter))

    def at(self, places: Iterable[int]) -> list[StoredRecord]:
        """The records at places that a search found, newest first."""
        return self._database.fetch(lambda connection: at(connection, places))

    def labels(self, project: str, kind: Label) -> tuple[str, ...]:
        """The domains, tags, models, flag categories or rubrics to choose from."""
        return self._database.fetch(lambda connection: labels(connection, project, kind))

    def trainers(self, project: str) -> tuple[str, ...]:
        """Who judged what can be found in a project."""
        return self._database.fetch(lambda connection: trainers(connection, project))

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every committed write, on the writer's thread; the returned function ends that."""
        return self._changes.listen(listener)

    def backup(self) -> backups.Backup:
        """Copy the database as it stands, as somebody asked for it."""
        return backups.make(self.path, backups.BY_HAND)

    def close(self) -> None:
        """Finish all writes and close."""
        self._database.close()


def _installed() -> App:
    from importlib import metadata

    try:
        return App(name="preceptor", version=metadata.version("preceptor"))
    except metadata.PackageNotFoundError:
        return App(name="preceptor", version="unknown")


def _trainer(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT trainer FROM profile").fetchone()
    if row is None:
        raise EnvironmentTrouble("This profile is empty. Start Preceptor once to fill it.", code="no_profile")
    return str(row[0])


def _settle(connection: sqlite3.Connection, place: str, witness: Witness) -> str:
    """Make the profile's one row, or notice that the database was copied, moved or restored; the trainer's id."""
    row = connection.execute("SELECT place FROM profile").fetchone()
    if row is None:
        connection.execute(
            "INSERT INTO profile (only, trainer, created_at, place) VALUES (1,?,?,?)",
            (records.new_trainer_id(), records.now(), place),
        )
    elif row[0] != place:
        connection.execute("UPDATE profile SET place = ?", (place,))
        start_elsewhere(connection)
        key_table.note_elsewhere(connection)
    follow_witness(connection, witness)
    connection.execute("UPDATE batch SET state = 'sealed' WHERE state = 'sending'")
    take_up_withdrawals(connection)  # that came back to an earlier version
    return _trainer(connection)
