"""The record table: immutable revisions in, the newest one of each id out, and the search index beside them.

All functions take an open connection; those that write run inside the writer's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from feedback_store import canonical, records
from feedback_store.errors import NotFoundError, RecordError
from feedback_store.records import Judgement, Record, Withdrawal

State = Literal["saved", "released", "held", "sealed", "delivered", "returned", "withdrawn", "erased"]
COLUMNS = "seq, id, rev, sha256, data, kind, project, trainer, created_at, private, state, title, reason"


@dataclass(frozen=True)
class StoredRecord:
    """A revision as it is stored; `state` is that of its id's newest revision on its way out."""

    seq: int
    id: str
    rev: int
    sha256: str
    data: bytes
    kind: Literal["judgement", "withdrawal"]
    project: str
    trainer: str
    created_at: str
    private: bool
    state: State
    title: str
    reason: str

    @cached_property
    def record(self) -> Record:
        """The record itself; raises RecordError for one whose bytes were erased."""
        return records.decode(self.data)


def from_row(row: tuple[object, ...]) -> StoredRecord:
    values = list(row)
    values[4] = values[4] or b""
    values[9] = bool(values[9])
    values[12] = values[12] or ""
    return StoredRecord(*values)  # type: ignore[arg-type]  # the columns' types are the schema's (STRICT)


def insert(connection: sqlite3.Connection, record: Record, data: bytes) -> StoredRecord:
    """Add a revision; it must follow the newest one of its id. Raises RecordError otherwise."""
    before = newest(connection, record.id)
    sha256 = canonical.record_hash(data)
    _check_follows(record, before, connection)
    if before is not None:
        connection.execute("UPDATE record SET newest = 0 WHERE seq = ?", (before.seq,))
        connection.execute("DELETE FROM record_text WHERE rowid = ?", (before.seq,))
        connection.execute("DELETE FROM record_label WHERE seq = ?", (before.seq,))
    described = record if isinstance(record, Judgement) else _described(before)
    cursor = connection.execute(
        "INSERT INTO record (id, rev, sha256, data, kind, project, trainer, created_at, comparison, private, newest,"
        " state, title, domain, rubric) VALUES (?,?,?,?,?,?,?,?,?,?,1,?,?,?,?)",
        (
            record.id,
            record.rev,
            sha256,
            data,
            "judgement" if isinstance(record, Judgement) else "withdrawal",
            record.project,
            record.trainer,
            record.created_at,
            described.comparison.id if described else None,
            int(isinstance(record, Judgement) and record.private is True),
            "withdrawn" if isinstance(record, Withdrawal) else "saved",
            _title(described),
            (described.prompt.domain or "") if described else "",
            described.rubric.id if described else "",
        ),
    )
    seq = cursor.lastrowid
    assert seq is not None
    if described is not None:
        _index(connection, seq, described)
    found = by_hash(connection, sha256)
    assert found is not None
    return found


def newest(connection: sqlite3.Connection, record_id: str) -> StoredRecord | None:
    """The newest revision of an id, erased or not."""
    row = connection.execute(f"SELECT {COLUMNS} FROM record WHERE id = ? AND newest = 1", (record_id,)).fetchone()  # noqa: S608
    return from_row(row) if row else None


def by_hash(connection: sqlite3.Connection, sha256: str) -> StoredRecord | None:
    row = connection.execute(f"SELECT {COLUMNS} FROM record WHERE sha256 = ?", (sha256,)).fetchone()  # noqa: S608
    return from_row(row) if row else None


def history(connection: sqlite3.Connection, record_id: str) -> list[StoredRecord]:
    """Every revision of an id, oldest first."""
    found = connection.execute(f"SELECT {COLUMNS} FROM record WHERE id = ? ORDER BY rev", (record_id,))  # noqa: S608
    return [from_row(row) for row in found]


def iterate_newest(
    connection: sqlite3.Connection, project: str, *, withdrawn: bool = False, private: bool = True
) -> Iterator[StoredRecord]:
    """The newest revision of every id in a project, oldest first; erased ones never."""
    found = connection.execute(
        f"SELECT {COLUMNS} FROM record WHERE project = ? AND newest = 1 AND data IS NOT NULL ORDER BY seq",  # noqa: S608
        (project,),
    )
    for row in found:
        stored = from_row(row)
        if (withdrawn or stored.kind == "judgement") and (private or not stored.private):
            yield stored


def set_state(connection: sqlite3.Connection, seq: int, state: State, reason: str = "") -> None:
    connection.execute("UPDATE record SET state = ?, reason = ? WHERE seq = ?", (state, reason, seq))


def erase(connection: sqlite3.Connection, record_id: str, erased_at: str) -> int:
    """Remove the bytes and index entries of every revision; {id, rev, sha256, erased_at} stays. How many there were."""
    if newest(connection, record_id) is None:
        raise NotFoundError(f"There is no record {record_id}.", code="no_record", id=record_id)
    seqs = [
        row[0]
        for row in connection.execute(
            "SELECT seq FROM record WHERE id = ? AND data IS NOT NULL AND kind = 'judgement'", (record_id,)
        )
    ]
    for (seq,) in connection.execute("SELECT seq FROM record WHERE id = ?", (record_id,)).fetchall():
        connection.execute("DELETE FROM record_text WHERE rowid = ?", (seq,))
        connection.execute("DELETE FROM record_label WHERE seq = ?", (seq,))
        connection.execute("UPDATE record SET title = '', domain = '', comparison = NULL WHERE seq = ?", (seq,))
    for seq in seqs:
        connection.execute("UPDATE record SET data = NULL, erased_at = ? WHERE seq = ?", (erased_at, seq))
    # FTS5 before 3.42 keeps deleted words in old segments until they are merged.
    connection.execute("INSERT INTO record_text (record_text) VALUES ('optimize')")
    return len(seqs)


def _check_follows(record: Record, before: StoredRecord | None, connection: sqlite3.Connection) -> None:
    if before is None:
        if record.rev != 1:
            raise RecordError(
                f"$.rev: revision {record.rev} comes before revision 1.", code="revision_order", path="$.rev"
            )
        return
    if record.rev != before.rev + 1:
        raise RecordError(
            f"$.rev: the newest revision is {before.rev}, so the next is {before.rev + 1}.",
            code="revision_order",
            path="$.rev",
        )
    if record.supersedes not in {stored.sha256 for stored in history(connection, record.id)}:
        raise RecordError("$.supersedes: no such revision is stored.", code="supersedes", path="$.supersedes")
    if (record.project, record.trainer) != (before.project, before.trainer):
        raise RecordError(
            "$.project: a record never changes its project or trainer.", code="project_changed", path="$.project"
        )


def _described(before: StoredRecord | None) -> Judgement | None:
    """The judgement that a withdrawal takes back, so that it can still be found."""
    if before is None or not before.data or before.state == "erased":
        return None
    record = before.record
    return record if isinstance(record, Judgement) else None


def _title(judgement: Judgement | None) -> str:
    if judgement is None:
        return ""
    text = next((m.content for m in reversed(judgement.prompt.messages) if m.role == "user"), "")
    return " ".join(text.split())[:200]


def _index(connection: sqlite3.Connection, seq: int, judgement: Judgement) -> None:
    prompt = "\n".join(message.content for message in judgement.prompt.messages)
    answers = "\n".join(candidate.text for candidate in judgement.candidates)
    notes = [judgement.justification or "", *(flag.note or "" for flag in judgement.flags)]
    if judgement.revision is not None:
        notes += [judgement.revision.text, judgement.revision.change_summary]
    connection.execute(
        "INSERT INTO record_text (rowid, prompt, answers, notes) VALUES (?,?,?,?)",
        (seq, prompt, answers, "\n".join(notes)),
    )
    labels = {("tag", tag) for tag in judgement.prompt.tags or ()}
    labels |= {("flag", flag.category) for flag in judgement.flags}
    labels |= {("model", c.origin.model.name) for c in judgement.candidates if c.origin.model}
    connection.executemany(
        "INSERT INTO record_label (seq, kind, value) VALUES (?,?,?)",
        [(seq, kind, value) for kind, value in sorted(labels)],
    )
