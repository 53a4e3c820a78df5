"""Which records an export speaks of: of each item its highest revision, in an order of their own.

Whatever order the records arrive in, what comes out is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feedback_store import canonical
from feedback_store.record_parts import Judgement, Record


@dataclass(frozen=True)
class Selection:
    """The judgements in force, oldest first, and how many items were withdrawn."""

    judgements: tuple[Judgement, ...]
    withdrawn: int


def select(records: Iterable[Record]) -> Selection:
    """The highest revision of each item decides; a withdrawal takes the item out."""
    highest: dict[str, Record] = {}
    for record in records:
        rival = highest.get(record.id)
        if rival is None or _outranks(record, rival):
            highest[record.id] = record
    judgements = [record for record in highest.values() if isinstance(record, Judgement)]
    judgements.sort(key=lambda judgement: (judgement.created_at, judgement.id))
    return Selection(tuple(judgements), len(highest) - len(judgements))


def trainer_numbers(judgements: Iterable[Judgement]) -> Mapping[str, str]:
    """Each trainer's number t1, t2, … in the order of their first judgement, so that later ones change none."""
    first: dict[str, str] = {}
    for judgement in judgements:
        first[judgement.trainer] = min(judgement.created_at, first.get(judgement.trainer, judgement.created_at))
    in_order = sorted(first, key=lambda trainer: (first[trainer], trainer))
    return {trainer: f"t{number}" for number, trainer in enumerate(in_order, start=1)}


def _outranks(record: Record, rival: Record) -> bool:
    if record.rev != rival.rev:
        return record.rev > rival.rev
    # Two records of one revision (a restored profile judged again) are told apart by their bytes, never by arrival.
    return canonical.encode(record) > canonical.encode(rival)
