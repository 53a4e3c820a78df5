"""A statement of work as a table for a spreadsheet: one line an entry, in CSV.

The names of project and collector are somebody else's words: a cell that a spreadsheet would take for a formula is made
a text first. Must not know Qt.
"""

from __future__ import annotations

import csv
import io
import re

from desktop.flow.statement import Statement, collector_key
from desktop.flow.unseen import UNSEEN

COLUMNS = (
    "received_at", "record", "revision", "kind", "active_seconds", "project", "project_name", "collector",
    "collector_key", "trainer", "delivery", "chain", "record_sha256", "batch_sha256", "receipt_sha256",
)  # fmt: skip
_FORMULAS = (
    "=",
    "+",
    "-",
    "@",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)  # and full width
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_PASSED_OVER = re.compile(f"[ \u00a0'{UNSEEN}]*")  # an apostrophe of theirs could be taken for ours


def table(statement: Statement) -> bytes:
    """The entries in UTF-8 with a mark that spreadsheets know, every cell in quotes; times are UTC."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    project = statement.project
    collector = project.collector.address if project.collector is not None else ""
    for entry in statement.entries:
        proof = entry.proof
        seconds = "" if entry.active_ms is None else str(round(entry.active_ms / 1000))
        cells = (
            proof.received_at, entry.id, str(entry.rev), entry.kind, seconds, project.id, project.name, collector,
            collector_key(project), statement.trainer, str(proof.seq), proof.chain, entry.sha256, proof.batch_sha256,
            proof.sha256,
        )  # fmt: skip
        writer.writerow([harmless_cell(cell) for cell in cells])
    return made.getvalue().encode("utf-8-sig")


def harmless_cell(text: str) -> str:
    """A text of one line that no spreadsheet computes: what would begin a formula gets an apostrophe before it."""
    flat = _CONTROLS.sub(" ", text)
    return f"'{flat}" if _PASSED_OVER.sub("", flat, count=1).startswith(_FORMULAS) else flat
