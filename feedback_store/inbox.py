"""The inbox: captures from browsers, kept whole until a person takes or discards each one.

A capture is known by its id for good, so that one that is sent again is never there twice. Its text goes at the first
start after it was taken or discarded; that of one whose turns a person changed stays as long as what was judged of it.
Must not know a browser, nor what a draft's bytes mean.
"""

from __future__ import annotations

import builtins
import sqlite3
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal

import msgspec

from feedback_store import captures, draft_table, panel_table, panel_verdicts, records
from feedback_store.captures import Capture
from feedback_store.changes import Change, Changes
from feedback_store.database import Database
from feedback_store.errors import NotFoundError, StoreError
from feedback_store.panel_table import ItemState, KeptAnswer
from feedback_store.panel_verdicts import PanelVerdict
from feedback_store.record_parts import Message

Kept = Literal["new", "again"]
MOST_WAITING = 1000  # captures that nobody looked at yet; more are refused
_JOINED = (
    " FROM capture LEFT JOIN capture_edit ON capture_edit.id = capture.id"
    " LEFT JOIN capture_verdict ON capture_verdict.capture = capture.id"
)
_SELECT = (
    "SELECT capture.id, capture.pairing, capture.received_at, capture.sha256, edit, capture_verdict.message,"
    f" capture.message{_JOINED}"
)
# The same without what is large, which is read once.
_LIST = (
    "SELECT capture.id, capture.pairing, capture.received_at, capture.sha256, edit, capture_verdict.message"
    f"{_JOINED} WHERE state = 'waiting' ORDER BY capture.received_at, capture.id"
)


class ConflictError(StoreError):
    """An id that is known with other bytes."""


class InboxFullError(StoreError):
    """Too many captures wait for a person."""


class Edit(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person made of a capture's turns; `joined` are the SHA-256 of others that they came from too."""

    messages: tuple[Message, ...]
    response: str
    joined: tuple[str, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """A capture that waits, with the pairing it came by and when, and the verdict that came with it.

    `capture` is to be judged: with its `edit`, where a person changed its turns. `original` came, with that `sha256`.
    """

    id: str
    pairing: str
    received_at: str
    original: Capture
    sha256: str
    edit: Edit | None = None
    verdict: PanelVerdict | None = None

    @property
    def capture(self) -> Capture:
        if self.edit is None:
            return self.original
        return msgspec.structs.replace(self.original, messages=self.edit.messages, response=self.edit.response)

    @property
    def hashes(self) -> tuple[str, ...]:
        """The SHA-256 of all captures that its turns come from."""
        return (self.sha256, *(self.edit.joined if self.edit is not None else ()))


class Inbox:
    """The captures of a profile."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes
        self._read: dict[str, Capture] = {}  # of what waited when it was looked at last; a capture's bytes never change

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

        def job(connection: sqlite3.Connection) -> builtins.list[Waiting]:
            rows = connection.execute(_LIST).fetchall()
            before, self._read = self._read, {}
            for row in rows:
                known = before.get(row[0])
                if known is None:
                    query = "SELECT message FROM capture WHERE id = ?"
                    known = captures.read(connection.execute(query, row[:1]).fetchone()[0])
                self._read[row[0]] = known
            return [_waiting(row, self._read[row[0]]) for row in rows]

        return self._database.fetch(job)

    def count(self) -> int:
        """How many wait."""
        query = "SELECT count(*) FROM capture WHERE state = 'waiting'"
        return int(self._database.fetch(lambda connection: connection.execute(query).fetchone()[0]))

    def get(self, capture: str) -> Waiting:
        """A capture whose text is still there; raises NotFoundError."""
        query = _SELECT + " WHERE capture.id = ? AND capture.message IS NOT NULL"

        def job(connection: sqlite3.Connection) -> Waiting:
            row = connection.execute(query, (capture,)).fetchone()
            if row is None:
                raise NotFoundError("This capture is not in the inbox any more.", code="no_capture", id=capture)
            return _waiting(row[:-1], captures.read(row[-1]))

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
        """What own models wrote for a capture, until it is forgotten."""
        return self._database.fetch(lambda connection: panel_table.answers_for(connection, capture))

    def states(self, ids: Sequence[str]) -> dict[str, ItemState]:
        """How far captures have come, by their ids; one that is not known is not in it."""
        return self._database.fetch(lambda connection: panel_table.states(connection, ids))

    def edit(self, capture: str, edit: Edit | None) -> Future[None]:
        """Have these turns in place of a waiting capture's; None: those that came. The future raises NotFoundError."""

        def job(connection: sqlite3.Connection) -> None:
            _waits(connection, capture)
            _set_edit(connection, capture, edit)

        return self._database.write(job, then=lambda _: self._changes.tell(Change("inbox", (capture,))))

    def join(self, into: str, other: str, edit: Edit) -> Future[None]:
        """Have one capture wait in place of two, in one step; `part` is the way back until the next start."""

        def job(connection: sqlite3.Connection) -> None:
            _waits(connection, into)
            _end(connection, other, "joined")
            _set_edit(connection, into, edit)

        return self._database.write(job, then=lambda _: self._changes.tell(Change("inbox", (into, other))))

    def part(self, into: str, other: str, edit: Edit | None) -> Future[None]:
        """Have two captures wait again that were joined, the one that stayed with the turns that it had."""

        def job(connection: sqlite3.Connection) -> None:
            _waits(connection, into)
            _wait_again(connection, other, "joined")
            _set_edit(connection, into, edit)

        return self._database.write(job, then=lambda _: self._changes.tell(Change("inbox", (into, other))))

    def take(self, capture: str, key: str, draft: bytes, comparison: str = "") -> Future[None]:
        """Have a draft in a capture's place, in one step. The future raises NotFoundError where it does not wait.

        `comparison` is what is judged by that draft: by it a record that is saved of it is known to come from this
        capture, and as long as it is there, what a person changed is kept as it came.
        """

        def job(connection: sqlite3.Connection) -> None:
            _end(connection, capture, "taken")
            connection.execute("UPDATE capture SET comparison = ? WHERE id = ?", (comparison or None, capture))
            draft_table.delete(connection, key)
            connection.execute("INSERT INTO draft (key, data, kept_at) VALUES (?,?,?)", (key, draft, records.now()))

        news = (Change("inbox", (capture,)), Change("drafts", (key,)))
        return self._database.write(job, then=lambda _: self._changes.tell(*news))

    def give_back(self, capture: str, key: str, draft: bytes) -> Future[bool]:
        """Have a capture wait again in place of its draft; False, and nothing, where that is not as it was made."""

        def job(connection: sqlite3.Connection) -> bool:
            gone = connection.execute("DELETE FROM draft WHERE key = ? AND data = ?", (key, draft))
            if gone.rowcount == 0:
                return False
            _wait_again(connection, capture, "taken")
            return True

        news = (Change("inbox", (capture,)), Change("drafts", (key,)))
        return self._database.write(job, then=lambda _: self._changes.tell(*news))

    def as_it_came(self, comparison: str) -> Capture | None:
        """The capture that a comparison was made of and a person changed, as the browser handed it over."""
        query = (
            "SELECT message FROM capture JOIN capture_edit ON capture_edit.id = capture.id"
            " WHERE comparison = ? AND message IS NOT NULL"
        )
        row = self._database.fetch(lambda connection: connection.execute(query, (comparison,)).fetchone())
        return captures.read(row[0]) if row else None

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
                _wait_again(connection, each, "discarded")

        return self._database.write(job, then=lambda _: self._changes.tell(Change("inbox", ids)))

    def forget(self) -> Future[None]:
        """Drop the texts of what nobody judges any more, or judges as it came; done at each start."""

        def job(connection: sqlite3.Connection) -> None:
            for (capture,) in connection.execute(_DONE).fetchall():
                panel_table.forget(connection, capture)

        return self._database.write(job)


_DONE = (
    "SELECT capture.id FROM capture LEFT JOIN capture_edit ON capture_edit.id = capture.id"
    " WHERE state <> 'waiting' AND message IS NOT NULL AND NOT (state = 'taken' AND edit IS NOT NULL AND ("
    "EXISTS (SELECT 1 FROM record WHERE record.comparison = capture.comparison AND data IS NOT NULL)"
    " OR EXISTS (SELECT 1 FROM draft WHERE instr(draft.data, CAST(capture.comparison AS BLOB)) > 0)))"
)


def _end(connection: sqlite3.Connection, capture: str, state: str) -> None:
    changed = connection.execute("UPDATE capture SET state = ? WHERE id = ? AND state = 'waiting'", (state, capture))
    if changed.rowcount == 0:
        raise NotFoundError("This capture is not in the inbox any more.", code="no_capture", id=capture)


def _waits(connection: sqlite3.Connection, capture: str) -> None:
    if connection.execute("SELECT 1 FROM capture WHERE id = ? AND state = 'waiting'", (capture,)).fetchone() is None:
        raise NotFoundError("This capture is not in the inbox any more.", code="no_capture", id=capture)


def _wait_again(connection: sqlite3.Connection, capture: str, state: str) -> None:
    changed = connection.execute(
        "UPDATE capture SET state = 'waiting', comparison = NULL WHERE id = ? AND state = ? AND message IS NOT NULL",
        (capture, state),
    )
    if changed.rowcount == 0:
        raise NotFoundError("This capture cannot be brought back any more.", code="no_capture", id=capture)


def _set_edit(connection: sqlite3.Connection, capture: str, edit: Edit | None) -> None:
    connection.execute("DELETE FROM capture_edit WHERE id = ?", (capture,))
    if edit is not None:
        connection.execute("INSERT INTO capture_edit (id, edit) VALUES (?,?)", (capture, msgspec.json.encode(edit)))


def _waiting(row: tuple[str, str, str, str, bytes | None, bytes | None], original: Capture) -> Waiting:
    known, pairing, received_at, sha256, edit, verdict = row
    return Waiting(
        known,
        pairing,
        received_at,
        original,
        sha256,
        msgspec.json.decode(edit, type=Edit) if edit is not None else None,
        panel_verdicts.read(verdict) if verdict is not None else None,
    )
