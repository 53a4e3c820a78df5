"""The record table: immutable revisions in, the newest one of each id out, and the search index beside them.

All functions take an open connection; those that write run inside the writer's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NoReturn

from feedback_store import canonical, records
from feedback_store.errors import NotFoundError, RecordError
from feedback_store.record_parts import Judgement, Record, Withdrawal

State = Literal["saved", "held", "released", "sealed", "waiting", "delivered", "returned", "withdrawn", "erased"]
Way = Literal["saved", "held", "released", "sealed", "waiting", "delivered", "returned"]
COLUMNS = "seq, id, rev, sha256, kind, project, trainer, created_at, private, state, reason, title, erased_at, data"


@dataclass(frozen=True)
class StoredRecord:
    """One stored revision. `data` is empty once it was erased; `title` is the beginning of what was asked.

    `way` is how far this revision has come on its way out, `reason` why it came back.
    """

    seq: int
    id: str
    rev: int
    sha256: str
    kind: Literal["judgement", "withdrawal"]
    project: str
    trainer: str
    created_at: str
    private: bool
    way: Way
    reason: str
    title: str
    erased_at: str | None
    data: bytes

    @property
    def state(self) -> State:
        """What a person is shown: erased and withdrawn say more than the way out."""
        if self.erased_at is not None:
            return "erased"
        return "withdrawn" if self.kind == "withdrawal" else self.way

    @cached_property
    def record(self) -> Record:
        """The record itself, decoded when first asked for; NotFoundError for an erased one."""
        if self.erased_at is not None:
            raise NotFoundError.worded("Record {id} was erased.", code="erased", id=self.id)
        return records.decode(self.data)


def insert(connection: sqlite3.Connection, record: Record, data: bytes, *, trainer: str) -> StoredRecord:
    """Add a revision, which must follow the newest one of its id; raises RecordError.

    `trainer` is the profile's: of other trainers' records any later revision may come, since not all of theirs need
    to have been here.
    """
    before = newest(connection, record.id)
    sha256 = canonical.record_hash(data)
    _check_follows(record, before, own=record.trainer == trainer)
    described = record if isinstance(record, Judgement) else _described(connection, before)
    if before is not None:
        connection.execute("UPDATE record SET newest = 0 WHERE seq = ?", (before.seq,))
        forget_text(connection, before.seq)
    way = _first_way(connection, record, before)
    cursor = connection.execute(
        "INSERT INTO record (id, rev, sha256, kind, project, trainer, created_at, private, newest, state, reason,"
        " title, comparison, conversation, data) VALUES (?,?,?,?,?,?,?,?,1,?,'',?,?,?,?)",
        (
            record.id,
            record.rev,
            sha256,
            "judgement" if isinstance(record, Judgement) else "withdrawal",
            record.project,
            record.trainer,
            record.created_at,
            int(isinstance(record, Judgement) and record.private is True),
            way,
            _title(described),
            described.comparison.id if described else None,
            described.conversation.id if described and described.conversation else None,
            data,
        ),
    )
    assert cursor.lastrowid is not None
    if described is not None:
        _index(connection, cursor.lastrowid, described)
    found = newest(connection, record.id)
    assert found is not None
    return found


def newest(connection: sqlite3.Connection, record_id: str) -> StoredRecord | None:
    """The newest revision of an id, erased or not."""
    return next(iter(select(connection, "id = ? AND newest = 1", (record_id,))), None)


def by_hash(connection: sqlite3.Connection, sha256: str) -> StoredRecord | None:
    """The revision with this record hash."""
    return next(iter(select(connection, "sha256 = ?", (sha256,))), None)


def history(connection: sqlite3.Connection, record_id: str) -> list[StoredRecord]:
    """Every revision of an id, oldest first."""
    return select(connection, "id = ? ORDER BY rev", (record_id,))


def select(connection: sqlite3.Connection, where: str, values: Iterable[object]) -> list[StoredRecord]:
    """The revisions that fulfil a condition in SQL."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM record WHERE {where}", tuple(values))  # noqa: S608 (our own words)
    return [from_row(row) for row in rows]


def from_row(row: tuple[object, ...]) -> StoredRecord:
    """A row of COLUMNS."""
    values = list(row)
    values[8] = bool(values[8])
    values[13] = values[13] or b""
    return StoredRecord(*values)  # type: ignore[arg-type]  # the columns' types are the schema's (STRICT)


def in_manifest(connection: sqlite3.Connection, record_id: str) -> bool:
    """Whether any revision of an id was ever signed into a batch."""
    return connection.execute("SELECT 1 FROM batch_item WHERE id = ? LIMIT 1", (record_id,)).fetchone() is not None


def set_way(connection: sqlite3.Connection, seq: int, way: Way, reason: str = "") -> None:
    """Note how far a revision has come on its way out."""
    connection.execute("UPDATE record SET state = ?, reason = ? WHERE seq = ?", (way, reason, seq))


def set_ways(connection: sqlite3.Connection, seqs: Iterable[int], way: Way) -> None:
    """The same for many revisions, none of which came back."""
    connection.executemany("UPDATE record SET state = ?, reason = '' WHERE seq = ?", [(way, seq) for seq in seqs])


def forget_text(connection: sqlite3.Connection, seq: int) -> None:
    """Take a revision out of the search index. FTS5 wants to be told the words that it is to forget."""
    connection.execute(
        "INSERT INTO record_text_fts (record_text_fts, rowid, prompt, answers, notes)"
        " SELECT 'delete', seq, prompt, answers, notes FROM record_text WHERE seq = ?",
        (seq,),
    )
    connection.execute("DELETE FROM record_text WHERE seq = ?", (seq,))
    connection.execute("DELETE FROM record_label WHERE seq = ?", (seq,))


def _first_way(connection: sqlite3.Connection, record: Record, before: StoredRecord | None) -> Way:
    """How a new revision stands: what is held back by hand stays so, a withdrawal goes where its judgement went."""
    if isinstance(record, Withdrawal):
        return "released" if in_manifest(connection, record.id) else "saved"
    return "held" if before is not None and before.kind == "judgement" and before.way == "held" else "saved"


def _check_follows(record: Record, before: StoredRecord | None, *, own: bool) -> None:
    if before is None:
        if own and record.rev != 1:
            _refuse("rev", "Revision {rev} comes before revision 1.", "revision_order", rev=record.rev)
        return
    if (record.project, record.trainer) != (before.project, before.trainer):
        _refuse("project", "A record never changes its project or its trainer.", "project_changed")
    jumps = not own or isinstance(record, Withdrawal)  # one that was refused for its number takes a higher one
    if record.rev != before.rev + 1 and not (jumps and record.rev > before.rev):
        _refuse(
            "rev",
            "Revision {rev} is stored, so the next is {next}.",
            "revision_order",
            rev=before.rev,
            next=before.rev + 1,
        )
    if own and record.supersedes != before.sha256:
        _refuse("supersedes", "It does not name revision {rev}, which is the newest.", "supersedes", rev=before.rev)


def _refuse(field: str, template: str, code: str, **values: object) -> NoReturn:
    raise RecordError.worded(template, code=code, path=f"$.{field}", **values)


def _described(connection: sqlite3.Connection, before: StoredRecord | None) -> Judgement | None:
    """The judgement that a withdrawal takes back, by which it can still be found."""
    if before is None:
        return None
    history_of = [before] if before.kind == "judgement" else reversed(history(connection, before.id))
    last = next((each for each in history_of if each.kind == "judgement"), None)
    if last is None or last.erased_at is not None:
        return None
    assert isinstance(last.record, Judgement)
    return last.record


def _title(judgement: Judgement | None) -> str:
    if judgement is None:
        return ""
    text = next((m.content for m in reversed(judgement.prompt.messages) if m.role == "user"), "")
    return " ".join(text.split())[:200]


def _index(connection: sqlite3.Connection, seq: int, judgement: Judgement) -> None:
    prompt = [message.content for message in judgement.prompt.messages]
    answers = [candidate.text for candidate in judgement.candidates]
    notes = [judgement.justification, *(part for flag in judgement.flags for part in (flag.note, flag.suggestion))]
    if judgement.revision is not None:
        notes += [judgement.revision.text, *judgement.revision.feedback, judgement.revision.change_summary]
    text = (seq, "\n".join(prompt), "\n".join(answers), "\n".join(note for note in notes if note))
    connection.execute("INSERT INTO record_text (seq, prompt, answers, notes) VALUES (?,?,?,?)", text)
    connection.execute("INSERT INTO record_text_fts (rowid, prompt, answers, notes) VALUES (?,?,?,?)", text)
    labels = {("rubric", judgement.rubric.id)}
    labels |= {("tag", tag) for tag in judgement.prompt.tags or ()}
    labels |= {("domain", judgement.prompt.domain)} if judgement.prompt.domain else set()
    labels |= {("flag", flag.category) for flag in judgement.flags}
    labels |= {("model", c.origin.model.name) for c in judgement.candidates if c.origin.model}
    connection.executemany(
        "INSERT INTO record_label (seq, kind, value) VALUES (?,?,?)",
        [(seq, kind, value) for kind, value in sorted(labels)],
    )
