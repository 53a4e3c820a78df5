"""Erasing at the collector's side, where somebody asks the operator: bytes go, place, hash and receipt stay.

What a trainer erases comes as a withdrawal (placing.py). Must not know where exports lie: the next export of each
rewrites the day that held it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedback_store import records
from feedback_store.collector.storage import Storage, Transaction, write
from feedback_store.errors import NotFoundError


@dataclass(frozen=True)
class ErasedHere:
    """How many revisions lost their bytes. Without `scrubbed` the storage's own files may keep them a while."""

    records: int
    revisions: int
    scrubbed: bool


def erase(storage: Storage, ids: Sequence[str]) -> ErasedHere:
    """Remove the bytes of every revision of these records, those set aside too: all of them, or none.

    No later revision of them is taken. Raises NotFoundError, which names the first id that is not held here.
    """
    wanted = tuple(dict.fromkeys(ids))
    revisions = write(storage, lambda transaction: _erase(transaction, wanted))
    return ErasedHere(len(wanted), revisions, storage.scrub())


def _erase(transaction: Transaction, wanted: Sequence[str]) -> int:
    places = [(project, each) for each in wanted for project in _projects_of(transaction, each)]
    moment = records.now()
    revisions = 0
    for project, each in places:
        held = transaction.held(project, [each]).get(each, ())
        newest = max((revision.rev for revision in held), default=0)
        revisions += transaction.erase_below(project, each, newest + 1, moment)
    return revisions


def _projects_of(transaction: Transaction, record: str) -> list[str]:
    found = [project for project in transaction.projects() if transaction.holds(project, record)]
    if not found:
        raise NotFoundError.worded(
            "This collector holds no record {id}. Nothing was erased.", code="no_record", id=record
        )
    return found
