"""All that has not left, read and counted: as an outbox shows it, whoever reads it and wherever.

100,000 records take a third of a second, so a thread may do it. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedback_store.outbox import Unsent


@dataclass(frozen=True)
class Waiting:
    """What waits, oldest first.

    `changed` are the rows that are not as they were before; None where other records stand there, or in another order.
    """

    rows: tuple[Unsent, ...] = ()
    changed: tuple[int, ...] | None = None
    to_look_at: int = 0  # records with places that nobody decided about
    not_clean: int = 0  # those, and what nobody looked at yet
    released: bool = False  # something is, and nothing in it undecided
    on_its_way: bool = False  # something was, when its chain was closed
    saved: bool = False  # something waits to be released
    clean: bool = False  # and nothing is to be decided in some of it


def waiting(rows: Sequence[Unsent], before: Waiting) -> Waiting:
    """What waits now, beside what was shown before."""
    now = tuple(rows)
    saved = [row.undecided for row in now if row.way == "saved"]
    return Waiting(
        now,
        _changed(before.rows, now),
        to_look_at=sum(bool(row.undecided) for row in now),
        not_clean=sum(row.undecided != 0 for row in now),
        released=any(row.way == "released" and not row.undecided for row in now),
        on_its_way=any(row.way == "waiting" for row in now),
        saved=bool(saved),
        clean=0 in saved,
    )


def _changed(before: tuple[Unsent, ...], now: tuple[Unsent, ...]) -> tuple[int, ...] | None:
    if [row.id for row in before] != [row.id for row in now]:
        return None
    return tuple(number for number, (old, new) in enumerate(zip(before, now, strict=True)) if old != new)
