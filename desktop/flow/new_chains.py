"""Chains as people meet them: how deliveries are told apart, and which chain began by itself, and why.

Every chain numbers its deliveries from 1, so those of the second and later ones are named with the number of their
series, as chains are called there: 2-1. One that began by itself, since this profile was put back or copied, is said in
a sentence; one that was stopped, or left for another key, is not: that was said, or done, at its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from desktop.flow.wording import gettext as _
from feedback_store.store import BatchRow

BY_ITSELF = ("put back", "elsewhere")  # why a chain was left without anybody asking for it


def series(rows: Iterable[BatchRow]) -> dict[str, int]:
    """The number of each chain's series, from 1. `rows`: a project's, in the order in which they were sealed."""
    found: dict[str, int] = {}
    for row in rows:
        found.setdefault(row.chain, len(found) + 1)
    return found


def delivery_name(seq: int, in_series: int) -> str:
    """A delivery's number as it is shown: no other of its project has it."""
    return str(seq) if in_series == 1 else f"{in_series}-{seq}"


def number_words(row: BatchRow, numbers: Mapping[str, int]) -> str:
    """What such a number means; "" in the first series, where it means itself. `numbers`: the series."""
    if numbers[row.chain] == 1:
        return ""
    words = _("Delivery {seq} of series {series}; each series is numbered from 1.")
    return words.format(seq=row.seq, series=numbers[row.chain])


def names(rows: Sequence[BatchRow]) -> dict[str, str]:
    """By batch id, the number of each delivery as it is shown. `rows`: as above."""
    numbers = series(rows)
    return {row.batch_id: delivery_name(row.seq, numbers[row.chain]) for row in rows}


def began_anew(rows: Iterable[BatchRow]) -> dict[str, str]:
    """The batches, by id, that began a new chain by themselves, and why the one before was left. `rows`: a project's,
    in the order in which they were sealed.
    """
    found: dict[str, str] = {}
    seen: set[str] = set()
    before: BatchRow | None = None
    for row in rows:
        if row.chain not in seen and before is not None and before.reason in BY_ITSELF:
            found[row.batch_id] = before.reason
        seen.add(row.chain)
        before = row
    return found


def will_begin_anew(rows: Sequence[BatchRow]) -> str:
    """Why the next batch will begin a new chain by itself; "" where it will not."""
    return rows[-1].reason if rows and rows[-1].reason in BY_ITSELF else ""


def began_text(reason: str) -> str:
    """That a batch began a new chain, with the reason."""
    return {
        "put back": _("This profile was put back from an earlier copy, so its deliveries are numbered from 1 again."),
        "elsewhere": _("This profile was copied or restored, so its deliveries are numbered from 1 again."),
    }[reason]


def will_begin_text(reason: str) -> str:
    """That the next batch will begin one."""
    return {
        "put back": _(
            "This profile was put back from an earlier copy; from the next one on its deliveries are numbered from 1."
        ),
        "elsewhere": _("This profile was copied or restored; from the next one on its deliveries are numbered from 1."),
    }[reason]


def told_of(rows: Iterable[BatchRow], sealed: Iterable[BatchRow]) -> str:
    """What is to be said once these were sealed; "" where none of them began a new chain by itself."""
    began = began_anew(rows)
    return " ".join(began_text(began[row.batch_id]) for row in sealed if row.batch_id in began)
