"""Deliveries that began a new chain by themselves, since this profile was put back or copied: said in a sentence.

A chain that was stopped, or left for another key, is not among them: that was said, or done, at its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from desktop.flow.wording import gettext as _
from feedback_store.store import BatchRow

BY_ITSELF = ("put back", "elsewhere")  # why a chain was left without anybody asking for it


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
