"""What belongs to a capture beside itself: a verdict from the panel, answers of the window's own models, and its state.

Functions take an open connection; those that write run inside the writer's transaction, and the inbox alone calls them.
Must not know what an answer's bytes mean.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from feedback_store import captures, records
from feedback_store.errors import StoreError
from feedback_store.panel_verdicts import PanelVerdict

ItemState = Literal["waiting", "accepted", "saved", "signed", "discarded"]
MOST_KEPT = 1000  # answers of own models, the oldest are dropped first


class VerdictRefusedError(StoreError):
    """A verdict that cannot stand beside its capture: the capture is gone, or has another verdict."""


@dataclass(frozen=True)
class KeptAnswer:
    """An answer that a model of this computer wrote for the panel; `data` means something to who keeps it."""

    ask: str
    number: int
    sha256: str  # of its text
    data: bytes


def put_verdict(connection: sqlite3.Connection, verdict: PanelVerdict, message: bytes, pairing: str) -> bool:
    """Keep a verdict beside its capture; False where it is there already. Raises VerdictRefusedError."""
    sha256 = captures.hash_of(message)
    row = connection.execute("SELECT sha256 FROM capture_verdict WHERE id = ?", (verdict.id,)).fetchone()
    if row is not None:
        if row[0] != sha256:
            raise _refused("Another verdict has the id {id} already.", "verdict_conflict", verdict.id)
        return False
    known = connection.execute("SELECT state, pairing FROM capture WHERE id = ?", (verdict.capture,)).fetchone()
    if known is None or not _may_judge(connection, known[1], pairing):
        raise _refused("There is no capture {id} for this verdict.", "no_capture", verdict.capture)
    if known[0] != "waiting":
        raise _refused(
            "The capture {id} is not in the inbox any more; its verdict came too late.",
            "capture_taken",
            verdict.capture,
        )
    other = connection.execute("SELECT 1 FROM capture_verdict WHERE capture = ?", (verdict.capture,)).fetchone()
    if other is not None:
        raise _refused("The capture {id} has a verdict already.", "verdict_conflict", verdict.capture)
    connection.execute(
        "INSERT INTO capture_verdict (id, capture, sha256, pairing, received_at, message) VALUES (?,?,?,?,?,?)",
        (verdict.id, verdict.capture, sha256, pairing, records.now(), message),
    )
    return True


def keep_answers(connection: sqlite3.Connection, capture: str, answers: Iterable[KeptAnswer]) -> None:
    """Keep what was written for a capture, which need not be in the inbox yet."""
    connection.executemany(
        "INSERT OR REPLACE INTO capture_answer (ask, number, capture, sha256, data) VALUES (?,?,?,?,?)",
        [(each.ask, each.number, capture, each.sha256, each.data) for each in answers],
    )
    connection.execute(
        "DELETE FROM capture_answer WHERE rowid <="
        " (SELECT rowid FROM capture_answer ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
        (MOST_KEPT,),
    )


def answers_for(connection: sqlite3.Connection, capture: str) -> list[KeptAnswer]:
    """What was written for a capture."""
    query = "SELECT ask, number, sha256, data FROM capture_answer WHERE capture = ? ORDER BY ask, number"
    return [KeptAnswer(*row) for row in connection.execute(query, (capture,))]


def forget(connection: sqlite3.Connection, capture: str) -> None:
    """Drop a capture's text and all beside it; that there was one, and a verdict on it, stays known by their ids."""
    connection.execute("UPDATE capture SET message = NULL WHERE id = ?", (capture,))
    connection.execute("DELETE FROM capture_edit WHERE id = ?", (capture,))
    connection.execute("UPDATE capture_verdict SET message = NULL WHERE capture = ?", (capture,))
    connection.execute("DELETE FROM capture_answer WHERE capture = ?", (capture,))


def forget_those_of(connection: sqlite3.Connection, comparison: str) -> None:
    """The same of each capture that became a comparison."""
    found = connection.execute("SELECT id FROM capture WHERE comparison = ?", (comparison,)).fetchall()
    for (capture,) in found:
        forget(connection, capture)


def states(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, ItemState]:
    """How far captures have come, by their ids; one that is not known is not in it."""
    found: dict[str, ItemState] = {}
    for each in ids:
        row = connection.execute(
            "SELECT capture.state, record.id, EXISTS (SELECT 1 FROM batch_item WHERE batch_item.id = record.id)"
            " FROM capture LEFT JOIN record ON record.comparison = capture.comparison AND record.newest = 1"
            " WHERE capture.id = ?"
            " ORDER BY record.seq LIMIT 1",
            (each,),
        ).fetchone()
        if row is not None:
            found[each] = _state(*row)
    return found


def _state(state: str, record: str | None, signed: int) -> ItemState:
    if state != "taken":
        return "discarded" if state == "discarded" else "waiting"
    if record is None:
        return "accepted"
    return "signed" if signed else "saved"


def _may_judge(connection: sqlite3.Connection, came_by: str, pairing: str) -> bool:
    """Whether a browser may judge a capture: its own, or one of a browser that was let go (it was connected anew)."""
    if came_by == pairing:
        return True
    row = connection.execute("SELECT 1 FROM browser WHERE pairing = ? AND revoked_at IS NULL", (came_by,)).fetchone()
    return row is None


def _refused(template: str, code: str, known: str) -> VerdictRefusedError:
    return VerdictRefusedError.worded(template, code=code, id=known)
