"""What may leave: which records could, which a trainer has let go or holds back, and which are fit to be signed.

A record with a place of personal data that nobody decided about (look_table.py) is neither released nor sealed,
whatever was asked for and whatever its state says. All functions run inside one transaction of their caller. Must not
know keys.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Literal

import msgspec

from feedback_store import look_table, record_table
from feedback_store.batches.manifest import MAX_RECORDS
from feedback_store.batches.seal import take_what_fits
from feedback_store.errors import NotFoundError, StoreError
from feedback_store.record_table import StoredRecord, Way

AT_ONCE = 500  # rows between two looks at who else wants the interpreter


class Unsent(msgspec.Struct, frozen=True, gc=False):
    """A record that has not left, by its newest revision; what it holds is read when it is looked at.

    `undecided` places of personal data keep it here; None: nobody has looked for them yet. `began`: when its first
    version was made, by which it stands in its place; "" where it has one only.
    """

    id: str
    sha256: str
    way: Way
    undecided: int | None = 0
    kind: Literal["judgement", "withdrawal"] = "judgement"
    began: str = ""


def release(
    connection: sqlite3.Connection, record_ids: Iterable[str], trainer: str, *, kept_as_is: bool = False
) -> int:
    """Let records leave with the next batch; how many were not on their way before. Raises StoreError.

    One with undecided places of personal data is refused, unless `kept_as_is` decides that they may all stay.
    """
    released = 0
    for record_id in record_ids:
        stored = _judgement(connection, record_id)
        if stored.private:
            raise StoreError("A private record never leaves. Take the mark away first.", code="private", id=record_id)
        if stored.trainer != trainer:
            raise StoreError("A record of another trainer is never sent.", code="other_trainer", id=record_id)
        if stored.way == "returned":
            raise StoreError.worded(
                "This record came back ({reason}). Change it and save it; then it can go out again.",
                code="returned",
                id=record_id,
                reason=stored.reason,
            )
        if stored.way in ("saved", "held"):
            _decide(connection, stored, kept_as_is=kept_as_is)
            record_table.set_way(connection, stored.seq, "released")
            released += 1
    return released


def release_clean(
    connection: sqlite3.Connection, project: str, trainer: str, asked: Collection[str] | None = None
) -> tuple[str, ...]:
    """Release all that were saved and have no undecided place; their ids. What was not looked at yet stays.

    `asked`: those that somebody was asked about, by their versions' SHA-256; what came since stays, too.
    """
    found = [row for row in unsent(connection, project, trainer, ("saved",)) if row.undecided == 0]
    clean = [row.id for row in found if asked is None or row.sha256 in asked]
    connection.executemany(
        "UPDATE record SET state = 'released' WHERE id = ? AND newest = 1", [(record_id,) for record_id in clean]
    )
    return tuple(clean)


def put_back(
    connection: sqlite3.Connection, before: Iterable[tuple[str, Way]], asked: Collection[str] = frozenset()
) -> int:
    """Put records that are still here back to how they stood, released ones to saved or held; how many.

    `asked`: the versions, by their SHA-256, that stood as released; StoreError where there is a later one now, which
    nobody has released.
    """
    count = 0
    for record_id, way in before:
        if way not in ("saved", "held", "released"):
            raise ValueError(f"nothing is put back to {way}")
        if way == "released" and _judgement(connection, record_id).sha256 not in asked:
            raise StoreError(
                "A new version was saved since then, so it is not released again. Look at it and release it.",
                code="changed_since",
                id=record_id,
            )
        cursor = connection.execute(
            "UPDATE record SET state = ? WHERE id = ? AND newest = 1 AND kind = 'judgement' AND private = 0"
            " AND state IN ('saved', 'held', 'released') AND state <> ?",
            (way, record_id, way),
        )
        count += cursor.rowcount
    return count


def hold(connection: sqlite3.Connection, record_ids: Iterable[str]) -> int:
    """Keep records here until they are released; how many. Raises StoreError for one that is signed already."""
    held = 0
    for record_id in record_ids:
        stored = _judgement(connection, record_id)
        if stored.way in ("sealed", "delivered"):
            raise StoreError(
                "This record is signed for sending already. Withdraw it instead.", code="already_sealed", id=record_id
            )
        if stored.way in ("saved", "released", "waiting"):
            record_table.set_way(connection, stored.seq, "held")
            held += 1
    return held


def to_send(connection: sqlite3.Connection, project: str, trainer: str, ways: Sequence[Way]) -> list[StoredRecord]:
    """What has not left and could, oldest first; a withdrawal only of what stands in a batch."""
    where, values = could_leave(project, trainer, ways)
    return record_table.select(connection, f"{where} ORDER BY seq", values)


def unsent(connection: sqlite3.Connection, project: str, trainer: str, ways: Sequence[Way]) -> list[Unsent]:
    """The same without contents: as many as there are can be listed at once."""
    where, values = could_leave(project, trainer, ways)
    first = "(SELECT min(seq) FROM record AS first WHERE first.id = record.id)"  # a new version stands where it stood
    began = f"(SELECT created_at FROM record AS oldest WHERE oldest.seq = {first})"  # noqa: S608 (our own words)
    query = (
        f"SELECT seq, kind, id, sha256, state, {look_table.looked()},"  # noqa: S608 (our own words)
        f" CASE rev WHEN 1 THEN '' ELSE {began} END FROM record WHERE {where}"
        f" ORDER BY CASE rev WHEN 1 THEN seq ELSE {first} END"
    )
    open_places = look_table.open_places(connection)
    cursor = connection.execute(query, values)
    found: list[Unsent] = []
    while rows := cursor.fetchmany(AT_ONCE):  # in one go they would be garbage for the window to walk through
        found += [
            Unsent(name, sha256, way, _undecided(kind, open_places.get(seq, 0), looked=looked), kind, began)
            for seq, kind, name, sha256, way, looked, began in rows
        ]
    return found


def _undecided(kind: str, places: int, *, looked: bool) -> int | None:
    """How many places keep a record here; a withdrawal has none, and of what was not looked at nobody knows."""
    if kind != "judgement":
        return 0
    return places if looked else None


def count_unsent(
    connection: sqlite3.Connection, project: str, trainer: str, ways: Sequence[Way], at_most: int = -1
) -> int:
    """How many, counted until `at_most`: to count 100,000 takes 17 ms."""
    where, values = could_leave(project, trainer, ways)
    query = f"SELECT count(*) FROM (SELECT 1 FROM record WHERE {where} LIMIT ?)"  # noqa: S608 (our own words)
    return int(connection.execute(query, (*values, at_most)).fetchone()[0])


def could_leave(project: str, trainer: str, ways: Sequence[Way]) -> tuple[str, tuple[str, ...]]:
    marks = ",".join("?" * len(ways))
    where = (
        "project = ? AND trainer = ? AND newest = 1 AND private = 0 AND erased_at IS NULL"  # noqa: S608 (question marks)
        f" AND state IN ({marks})"
        " AND (kind = 'judgement' OR id IN (SELECT id FROM batch_item))"
    )
    return where, (project, trainer, *ways)


def sealable(connection: sqlite3.Connection, project: str, trainer: str) -> list[StoredRecord]:
    """What goes into the next batch: released, of this trainer, and every place of personal data decided."""
    where, values = could_leave(project, trainer, ("released",))
    query = f"SELECT seq, id, length(data) FROM record WHERE {where} ORDER BY seq"  # noqa: S608 (our own words)
    cursor = connection.execute(query, values)
    chosen: list[tuple[int, int]] = []
    while len(chosen) < MAX_RECORDS and (rows := cursor.fetchmany(MAX_RECORDS)):
        decided = _decided(connection, [(seq, name) for seq, name, _size in rows])
        chosen += [(seq, size) for seq, _name, size in rows if seq in decided]
    chosen = chosen[:MAX_RECORDS]
    fit = [seq for seq, _size in chosen[: take_what_fits([size for _seq, size in chosen])]]
    return record_table.select(connection, "seq IN (SELECT value FROM json_each(?)) ORDER BY seq", [json.dumps(fit)])


def _decided(connection: sqlite3.Connection, rows: Sequence[tuple[int, str]]) -> set[int]:
    """Which of these revisions have no undecided place; what nobody has looked at yet is looked at now."""
    undecided = look_table.count_undecided(connection, rows)
    return {
        seq
        for seq, _name in rows
        if not (undecided[seq] if seq in undecided else look_table.undecided(connection, seq))
    }


def send_again(connection: sqlite3.Connection, project: str) -> int:
    """Release what waits since its chain was closed, into the next chain; how many records."""
    cursor = connection.execute(
        "UPDATE record SET state = 'released' WHERE project = ? AND state = 'waiting' AND newest = 1"
        " AND private = 0 AND erased_at IS NULL",
        (project,),
    )
    return cursor.rowcount


def take_up_withdrawals(connection: sqlite3.Connection) -> None:
    """Withdrawals do not come back to a person, who has said all there is to say.

    One that was refused because a copy of this profile has delivered later revisions goes out again
    (`withdrawing.insist`); where all was erased, nothing is left to be withdrawn.
    """
    connection.execute(
        "UPDATE record SET state = CASE reason WHEN 'erased' THEN 'delivered' ELSE 'released' END, reason = ''"
        " WHERE project IN (SELECT id FROM project) AND newest = 1 AND state = 'returned' AND kind = 'withdrawal'"
        " AND reason IN ('record_old_revision', 'erased')"
    )


def _judgement(connection: sqlite3.Connection, record_id: str) -> StoredRecord:
    stored = record_table.newest(connection, record_id)
    if stored is None or stored.kind != "judgement" or stored.erased_at is not None:
        raise NotFoundError.worded(
            "There is no judgement {id}. See: preceptor outbox list", code="no_record", id=record_id
        )
    return stored


def _decide(connection: sqlite3.Connection, stored: StoredRecord, *, kept_as_is: bool) -> None:
    """Refuse a record with undecided places, or decide that they may stay."""
    undecided = look_table.undecided(connection, stored.seq)
    if undecided and not kept_as_is:
        raise StoreError.worded(
            "Nobody has decided yet about the personal data found in {id}. Black it out, or keep it.",
            code="undecided",
            id=stored.id,
        )
    if undecided:
        look_table.set_kept(connection, stored.id, [place.quote for place in undecided])
