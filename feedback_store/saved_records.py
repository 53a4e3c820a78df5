"""Judgements and withdrawals as a program sees them: only ever added, never changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Literal, TypeVar

from feedback_store import backups, canonical, draft_table, erasure, look_table, record_table, records, withdrawing
from feedback_store.changes import Change, Changes
from feedback_store.database import Database
from feedback_store.erasure import Erased
from feedback_store.errors import RecordError
from feedback_store.record_parts import App, Record
from feedback_store.record_table import StoredRecord
from feedback_store.withdrawing import Reason

S = TypeVar("S")
T = TypeVar("T")
AT_A_TIME = 200  # records read in one go by iter_newest


class SavedRecords:
    """The records of a profile."""

    def __init__(self, database: Database, changes: Changes, app: App, trainer: str) -> None:
        self._database = database
        self._changes = changes
        self._app = app
        self._trainer = trainer

    def save(self, record: Record, *, draft: str | None = None, erase_earlier: bool = False) -> Future[StoredRecord]:
        """Store a record's next revision, with what is found in it, and drop its draft, in one transaction.

        With `erase_earlier`, for words that were blacked out, no byte of its earlier revisions and of its draft stays
        in the profile's files once the future is done. Raises RecordError at once for a broken or too large record; the
        future holds one for a wrong revision.
        """
        data = records.encode(record)
        trainer = self._trainer

        def job(connection: sqlite3.Connection) -> StoredRecord:
            stored = record_table.insert(connection, record, data, trainer=trainer)
            if draft is not None:
                draft_table.delete(connection, draft)
            if erase_earlier:
                erasure.erase_earlier(connection, stored)
            if record.trainer == trainer:  # it may leave, and whoever goes to the outbox next need not wait for this
                look_table.keep(connection, [(stored.seq, look_table.look_at(record))])
            return stored

        news = [Change("records", (record.id,))] + ([Change("drafts", (draft,))] if draft is not None else [])
        written = self._database.write(job, then=lambda _stored: self._changes.tell(*news))
        return self._after_the_log(written, lambda stored: stored) if erase_earlier else written

    def save_all(
        self, several: Sequence[Record], *, import_keys: Sequence[str] | None = None
    ) -> Future[list[StoredRecord]]:
        """Store records in one transaction: all of them, or none. They are looked at when it is time (`Outbox.look`).

        With `import_keys` (one a record) a record whose key was imported before for its project and trainer is left
        out of the answer and not stored again. Errors as in `save`; `values["position"]` says which record.
        """
        if import_keys is not None and len(import_keys) != len(several):
            raise ValueError("one import key a record")
        encoded = [self._encode(position, record) for position, record in enumerate(several)]
        trainer = self._trainer

        def job(connection: sqlite3.Connection) -> list[StoredRecord]:
            stored = []
            for position, (record, data) in enumerate(zip(several, encoded, strict=True)):
                if import_keys is not None and not _first_time(connection, import_keys[position], record):
                    continue
                try:
                    stored.append(record_table.insert(connection, record, data, trainer=trainer))
                except RecordError as error:
                    raise _at(position, error) from error
            return stored

        return self._database.write(
            job, then=lambda stored: self._changes.tell(Change("records", tuple(each.id for each in stored)))
        )

    def save_shared(self, several: Sequence[Record]) -> Future[list[StoredRecord]]:
        """Store a colleague's records for comparison, all or none; those that are new.

        One that is here, erased or not, is left out, and so is one of which a later revision is here. Raises
        RecordError for a record of this profile's own trainer; the future holds one for a record of which the same
        revision is here with other words, or any as another trainer's or another project's.
        """
        encoded = [(record, records.encode(record)) for record in several]
        trainer = self._trainer
        if any(record.trainer == trainer for record in several):
            raise RecordError("These records are your own: what is here stays as it is.", code="own")

        def job(connection: sqlite3.Connection) -> list[StoredRecord]:
            stored = []
            for record, data in encoded:
                if not _is_here(connection, record, data):
                    stored.append(record_table.insert(connection, record, data, trainer=trainer))
            return stored

        return self._database.write(
            job, then=lambda stored: self._changes.tell(Change("records", tuple(each.id for each in stored)))
        )

    def withdraw(self, record_id: str, reason: Reason) -> Future[StoredRecord]:
        """Take a judgement back: its next revision is a withdrawal, which follows to where the judgement has gone."""
        return self._follow((record_id,), lambda c, each: self._withdrawal(c, each, reason), lambda stored: stored[0])

    def withdraw_all(self, ids: Sequence[str], reason: Reason) -> Future[list[StoredRecord]]:
        """Take several judgements back as `withdraw` does, all of them or none."""
        return self._follow(tuple(ids), lambda c, each: self._withdrawal(c, each, reason), lambda stored: stored)

    def reinstate_all(self, ids: Sequence[str]) -> Future[list[StoredRecord]]:
        """Let withdrawn judgements stand again as they were, each as its next revision: all of them or none.

        The future holds a NotFoundError for one that is not withdrawn, or whose judgement was erased.
        """
        return self._follow(tuple(ids), self._again, lambda stored: stored)

    def _withdrawal(self, connection: sqlite3.Connection, record_id: str, reason: Reason) -> StoredRecord:
        return withdrawing.withdraw(connection, record_id, reason, app=self._app, trainer=self._trainer)

    def _again(self, connection: sqlite3.Connection, record_id: str) -> StoredRecord:
        return withdrawing.reinstate(connection, record_id, app=self._app, trainer=self._trainer)

    def _follow(
        self,
        ids: tuple[str, ...],
        write: Callable[[sqlite3.Connection, str], StoredRecord],
        answer: Callable[[list[StoredRecord]], T],
    ) -> Future[T]:
        """Write the next revision of each of these records in one transaction."""
        news = (Change("records", ids), Change("outbox"))
        return self._database.write(
            lambda connection: answer([write(connection, each) for each in dict.fromkeys(ids)]),
            then=lambda _stored: self._changes.tell(*news),
        )

    def same_text(self, record_id: str) -> list[StoredRecord]:
        """Other records that hold the same text: of the same answers, and later turns of the conversation."""
        return self._database.fetch(lambda connection: erasure.same_text(connection, record_id))

    def erase(self, record_id: str) -> Future[Erased]:
        """Remove a record's bytes for good: from the tables, the index, the drafts and the write-ahead log.

        Where it has left, a withdrawal with reason "erase" follows. Backups that still hold it are named.
        """
        return self._erase((record_id,), lambda erased: erased[0])

    def erase_all(self, ids: Sequence[str]) -> Future[tuple[Erased, ...]]:
        """Erase several records as `erase` does, all of them or none; what each names as the same text is not these."""
        return self._erase(tuple(dict.fromkeys(ids)), lambda erased: erased)

    def _erase(self, ids: tuple[str, ...], answer: Callable[[tuple[Erased, ...]], T]) -> Future[T]:
        trainer = self._trainer

        def job(connection: sqlite3.Connection) -> tuple[Erased, ...]:
            erased = [erasure.erase(connection, each, trainer=trainer, app=self._app) for each in ids]
            return tuple(
                replace(each, same_text=tuple(other for other in each.same_text if other not in ids)) for each in erased
            )

        def found(erased: tuple[Erased, ...]) -> T:
            return answer(tuple(replace(each, backups=self.backups_with(each.id)) for each in erased))

        news = (Change("records", ids), Change("drafts"), Change("outbox"))
        written = self._database.write(job, then=lambda _erased: self._changes.tell(*news))
        return self._after_the_log(written, found)

    def backups_with(self, record_id: str) -> tuple[str, ...]:
        """The names of backups that hold a revision of a record, or may: they keep what is erased here."""
        return tuple(backups.holding(self._database.path, record_id))

    def newest(self, record_id: str) -> StoredRecord | None:
        """The revision that decides, erased or not."""
        return self._database.fetch(lambda connection: record_table.newest(connection, record_id))

    def by_hash(self, sha256: str) -> StoredRecord | None:
        """The revision with this record hash."""
        return self._database.fetch(lambda connection: record_table.by_hash(connection, sha256))

    def history(self, record_id: str) -> list[StoredRecord]:
        """Every revision, oldest first."""
        return self._database.fetch(lambda connection: record_table.history(connection, record_id))

    def iter_newest(
        self, project: str, *, include_withdrawn: bool = False, include_private: bool = True
    ) -> Iterator[StoredRecord]:
        """The newest revision of each record of a project, oldest first; never erased ones.

        Which revisions these are is decided at the first step; the program may save while they are read.
        """
        where = "project = ? AND newest = 1 AND erased_at IS NULL"
        where += "" if include_withdrawn else " AND kind = 'judgement'"
        where += "" if include_private else " AND private = 0"
        chosen = self._database.fetch(
            lambda connection: [
                row[0]
                for row in connection.execute(f"SELECT seq FROM record WHERE {where} ORDER BY seq", (project,))  # noqa: S608
            ]
        )
        for start in range(0, len(chosen), AT_A_TIME):
            some = chosen[start : start + AT_A_TIME]
            marks = ",".join("?" * len(some))
            yield from self._database.fetch(
                lambda connection, some=some, marks=marks: record_table.select(  # type: ignore[misc]
                    connection, f"seq IN ({marks}) AND erased_at IS NULL ORDER BY seq", some
                )
            )

    def of_comparison(self, comparison: str) -> list[StoredRecord]:
        """Standing judgements of the same answers, by whomever, the oldest first."""
        where = "comparison = ? AND newest = 1 AND erased_at IS NULL AND kind = 'judgement' ORDER BY seq"
        return self._database.fetch(lambda connection: record_table.select(connection, where, (comparison,)))

    def places_of(self, project: str, comparisons: Iterable[str], conversation: str = "") -> list[int]:
        """The places of the newest revisions of a project's judgements of these answers, and of a conversation's.

        Withdrawn ones too; erased ones are of no comparison and no conversation any more. `Store.at` reads them.
        """
        some = tuple(comparisons)
        marks = ",".join("?" * len(some))
        standing = "+project = ? AND newest = 1 AND erased_at IS NULL"
        query = (  # two searches and a "+", or SQLite goes through all records of the project (60 ms for 100,000)
            f"SELECT seq FROM record WHERE conversation = ? AND {standing}"  # noqa: S608 (our own words)
            f" UNION SELECT seq FROM record WHERE comparison IN ({marks}) AND {standing} ORDER BY seq"
        )
        values = (conversation, project, *some, project)
        return self._database.fetch(lambda connection: [row[0] for row in connection.execute(query, values)])

    def ids_of(self, places: Iterable[int], kind: Literal["judgement", "withdrawal"]) -> list[str]:
        """The ids of those records at these places that are of this kind and not erased, the oldest first."""
        query = (
            "SELECT id FROM record WHERE seq IN (SELECT value FROM json_each(?))"
            " AND kind = ? AND erased_at IS NULL ORDER BY seq"
        )
        values = (json.dumps(list(places)), kind)
        return self._database.fetch(lambda connection: [row[0] for row in connection.execute(query, values)])

    def are_over(self, count: int) -> bool:
        """Whether more than so many revisions were stored here; known without counting them."""
        (last,) = self._database.fetch(lambda connection: connection.execute("SELECT max(seq) FROM record").fetchone())
        return (last or 0) > count

    def any_judged(self, places: Iterable[int]) -> bool:
        """Whether any of the records at these places is a judgement, neither withdrawn nor erased."""
        query = (
            "SELECT 1 FROM json_each(?) AS asked CROSS JOIN record ON seq = asked.value"
            " WHERE newest = 1 AND kind = 'judgement' AND erased_at IS NULL LIMIT 1"
        )
        wanted = json.dumps(list(places))
        return self._database.fetch(lambda connection: connection.execute(query, (wanted,)).fetchone()) is not None

    def newest_places(self, places: Iterable[int]) -> list[int]:
        """The places of the newest revisions of the records at these places; what is erased has none."""
        wanted = json.dumps(list(places))
        query = (
            "SELECT n.seq FROM json_each(?) AS asked JOIN record AS o ON o.seq = asked.value"
            " JOIN record AS n ON n.id = o.id AND n.newest = 1 AND n.erased_at IS NULL"
        )
        return self._database.fetch(lambda connection: [row[0] for row in connection.execute(query, (wanted,))])

    def count(self, project: str) -> int:
        """How many judgements of a project stand: neither withdrawn nor erased."""
        query = (
            "SELECT count(*) FROM record WHERE project = ? AND newest = 1 AND erased_at IS NULL AND kind = 'judgement'"
        )
        return self._database.fetch(lambda connection: int(connection.execute(query, (project,)).fetchone()[0]))

    def _after_the_log(self, written: Future[S], found: Callable[[S], T]) -> Future[T]:
        """Done when what was written over stands in the write-ahead log no more; `found` completes the answer."""
        done: Future[T] = Future()
        done.set_running_or_notify_cancel()  # what has begun is not taken back

        def finish() -> None:
            try:
                answer = found(written.result())
            except BaseException as error:
                done.set_exception(error)
            else:
                done.set_result(answer)

        self._database.checkpoint().add_done_callback(lambda _cut: finish())
        return done

    def _encode(self, position: int, record: Record) -> bytes:
        try:
            return records.encode(record)
        except RecordError as error:
            raise _at(position, error) from error


def _is_here(connection: sqlite3.Connection, record: Record, data: bytes) -> bool:
    """Whether a colleague's record or a later revision of it is here. RecordError for what only seems to be."""
    known = record_table.history(connection, record.id)
    if any((each.project, each.trainer) != (record.project, record.trainer) for each in known):
        raise RecordError.worded(
            "The judgement {id} is here as another trainer's, or in another project. Nothing was taken; ask whoever"
            " gave you the file.",
            code="shared_owner",
            id=record.id,
        )
    sha256 = canonical.record_hash(data)
    if any(each.rev == record.rev and each.sha256 != sha256 for each in known):
        raise RecordError.worded(
            "The judgement {id} is here in another version {rev} than in the file. Nothing was taken. Have your"
            " colleague change it once more and share it anew, or share the others alone.",
            code="shared_differs",
            id=record.id,
            rev=record.rev,
        )
    return any(each.rev >= record.rev for each in known)


def _first_time(connection: sqlite3.Connection, key: str, record: Record) -> bool:
    cursor = connection.execute(
        "INSERT OR IGNORE INTO imported (line, project, trainer, id) VALUES (?,?,?,?)",
        (key, record.project, record.trainer, record.id),
    )
    return cursor.rowcount == 1


def _at(position: int, error: RecordError) -> RecordError:
    return RecordError.again(error, code=error.code, position=position)
