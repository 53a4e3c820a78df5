"""The inbox: captures from browsers, kept whole until a person takes or discards each one.

A capture is known by its id for good, so that one that is sent again is never there twice; its text goes when it was
taken or discarded. Must not know a browser, nor what a draft's bytes mean.
"""

from __future__ import annotations

import builtins
import sqlite3
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal

from feedback_store import captures, draft_table, panel_table, panel_verdicts, records
from feedback_store.captures import Capture
from feedback_store.changes import Change, Changes
from feedback_store.database import Database
from feedback_store.errors import NotFoundError, StoreError
from feedback_store.panel_table import ItemState, KeptAnswer
from feedback_store.panel_verdicts import PanelVerdict

Kept = Literal["new", "again"]
MOST_WAITING = 1000  # captures that nobody looked at yet; more are refused
_SELECT = "SELECT id, pairing, received_at, message FROM capture"


class ConflictError(StoreError):
    """An id that is known with other bytes."""


class InboxFullError(StoreError):
    """Too many captures wait for a person."""


@dataclass(frozen=True)
class Waiting:
    """A capture that waits, with the pairing it came by and when, and the verdict that came with it."""

    id: str
    pairing: str
    received_at: str
    capture: Capture
    verdict: PanelVerdict | None = None


class Inbox:
    """The captures of a profile."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def put(self, message: bytes, pairing: str) -> Future[Kept]:
        """Keep a capture as it came; done when it is on disk. Raises CaptureError at once.

        The future raises ConflictError for a known id with other bytes, InboxFullError.
        """
        capture = captures.read(message)
        sha256 = captures.hash_of(message)

        def job(connection: sqlite3.Connection) -> Kept:
            known = connection.execute("SELECT sha256 FROM capture WHERE id = ?", (capture.id,)).fetchone()
            if known is not None:
                if known[0] != sha256:
                    raise ConflictError.worded(
                        "Another capture has the id {id} already.", code="capture_conflict", id=capture.id
                    )
                return "again"
            (waiting,) = connection.execute("SELECT count(*) FROM capture WHERE state = 'waiting'").fetchone()
            if waiting >= MOST_WAITING:
                raise InboxFullError.worded(
                    "{count} captures wait in the inbox. Take or discard some.", code="inbox_full", count=waiting
                )
            connection.execute(
                "INSERT INTO capture (id, sha256, pairing, received_at, state, message) VALUES (?,?,?,?,'waiting',?)",
                (capture.id, sha256, pairing, records.now(), message),
            )
            return "new"

        return self._database.write(job, then=lambda _: self._changes.tell(Change("inbox", (capture.id,))))

    def waiting(self) -> builtins.list[Waiting]:
        """What nobody has taken or discarded, the oldest first."""
        query = _SELECT + " WHERE state = 'waiting' ORDER BY received_at, id"
        return self._database.fetch(
            lambda connection: [_waiting(connection, row) for row in connection.execute(query).fetchall()]
        )

    def count(self) -> int:
        """How many wait."""
        query = "SELECT count(*) FROM capture WHERE state = 'waiting'"
        return int(self._database.fetch(lambda connection: connection.execute(query).fetchone()[0]))

    def get(self, capture: str) -> Waiting:
        """A capture whose text is still there; raises NotFoundError."""
        query = _SELECT + " WHERE id = ? AND message IS NOT NULL"

        def job(connection: sqlite3.Connection) -> Waiting:
            row = connection.execute(query, (capture,)).fetchone()
            if row is None:
                raise NotFoundError("This capture is not in the inbox any more.", code="no_capture", id=capture)
            return _waiting(connection, row)

        return self._database.fetch(job)

    def put_verdict(self, message: bytes, pairing: str) -> Future[Kept]:
        """Keep a verdict beside its capture, as it came; done when it is on disk. Raises PanelVerdictError at once.

        The future raises VerdictRefusedError: the capture is gone, or has another verdict.
        """
        verdict = panel_verdicts.read(message)

        def job(connection: sqlite3.Connection) -> Kept:
            return "new" if panel_table.put_verdict(connection, verdict, message, pairing) else "again"

        return self._database.write(job, then=lambda _: self._changes.tell(Change("inbox", (verdict.capture,))))

    def keep_answers(self, capture: str, answers: Sequence[KeptAnswer]) -> Future[None]:
        """Keep what own models wrote for a capture, which need not have come yet."""
        return self._database.write(lambda connection: panel_table.keep_answers(connection, capture, answers))

    def answers_for(self, capture: str) -> builtins.list[KeptAnswer]:
        """What own models wrote for a capture, until it is taken or forgotten."""
        return self._database.fetch(lambda connection: panel_table.answers_for(connection, capture))

    def states(self, ids: Sequence[str]) -> dict[str, ItemState]:
        """How far captures have come, by their ids; one that is not known is not in it."""
        return self._database.fetch(lambda connection: panel_table.states(connection, ids))

    def take(self, capture: str, key: str, draft: bytes, comparison: str = "") -> Future[None]:
        """Have a draft in a capture's place, in one step. The future raises NotFoundError where it does not wait.

        By its `comparison` a record that is saved of it is known to come from this capture.
        """

        def job(connection: sqlite3.Connection) -> None:
            _end(connection, capture, "taken")
            connection.execute(
                "UPDATE capture SET message = NULL, comparison = ? WHERE id = ?", (comparison or None, capture)
            )
            panel_table.forget(connection, capture)
            draft_table.delete(connection, key)
            connection.execute("INSERT INTO draft (key, data, kept_at) VALUES (?,?,?)", (key, draft, records.now()))

        news = (Change("inbox", (capture,)), Change("drafts", (key,)))
        return self._database.write(job, then=lambda _: self._changes.tell(*news))

    def discard(self, discarded: Iterable[str]) -> Future[None]:
        """Have captures wait no more; `restore` brings them back until `forget`."""
        ids = tuple(discarded)

        def job(connection: sqlite3.Connection) -> None:
            for each in ids:
                _end(connection, each, "discarded")

        return self._database.write(job, then=lambda _: self._changes.tell(Change("inbox", ids)))

    def restore(self, discarded: Iterable[str]) -> Future[None]:
        """Have discarded captures wait again."""
        ids = tuple(discarded)

        def job(connection: sqlite3.Connection) -> None:
            for each in ids:
                changed = connection.execute(
                    "UPDATE capture SET state = 'waiting' WHERE id = ? AND state = 'discarded' AND message IS NOT NULL",
                    (each,),
                )
                if changed.rowcount == 0:
                    raise NotFoundError("This capture cannot be brought back any more.", code="no_capture", id=each)

        return self._database.write(job, then=lambda _: self._changes.tell(Change("inbox", ids)))

    def forget(self) -> Future[None]:
        """Drop the texts of what was discarded; done at each start."""

        def job(connection: sqlite3.Connection) -> None:
            query = "SELECT id FROM capture WHERE state = 'discarded' AND message IS NOT NULL"
            for (each,) in connection.execute(query).fetchall():
                connection.execute("UPDATE capture SET message = NULL WHERE id = ?", (each,))
                panel_table.forget(connection, each)

        return self._database.write(job)


def _end(connection: sqlite3.Connection, capture: str, state: str) -> None:
    changed = connection.execute("UPDATE capture SET state = ? WHERE id = ? AND state = 'waiting'", (state, capture))
    if changed.rowcount == 0:
        raise NotFoundError("This capture is not in the inbox any more.", code="no_capture", id=capture)


def _waiting(connection: sqlite3.Connection, row: tuple[str, str, str, bytes]) -> Waiting:
    known, pairing, received_at, message = row
    verdict = panel_table.verdict_on(connection, known)
    return Waiting(known, pairing, received_at, captures.read(message), verdict)
