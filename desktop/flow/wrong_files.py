"""What a file is that was handed over as one of deliveries and is none: said to whoever has it, with what is wanted."""

from __future__ import annotations

from pathlib import Path

from desktop.flow.wording import gettext as _
from feedback_store.batches.body import SUFFIX, look_at
from feedback_store.batches.dsse import MAX_ENVELOPE, parse_envelope
from feedback_store.batches.payload_types import FEEDBACK_BATCH, KEY_EVENT, RECEIPT, SHARED_RECORDS
from feedback_store.errors import BatchError


def not_deliveries(file: Path) -> str:
    """Why a file cannot be one of deliveries, what is wanted, and where it comes from; "" where it can be one.

    Whether it is a right one, the rules of docs/batch-format.md say. Raises OSError where it cannot be read.
    """
    what = _what_it_is(file)
    if not what:
        return ""
    wanted = _(
        "Wanted is a file that ends in {ending}, just as a trainer's Preceptor wrote it by Save as a file, in the "
        "outbox, or by preceptor bundle export. Ask the trainer for it."
    )
    return f"{what.format(file=file.name)} {wanted.format(ending=SUFFIX)}"


def no_bundle(file: Path) -> str:
    """What a file of ours is that holds other things than deliveries, and which command reads it; "" for any other."""
    try:
        with file.open("rb") as opened:
            kind = parse_envelope(opened.readline(MAX_ENVELOPE + 1).rstrip(b"\n")).payload_type
    except BatchError:
        return ""
    words = {
        RECEIPT: _("{file} holds receipts, not deliveries. To read them: preceptor bundle receipts FILE"),
        SHARED_RECORDS: _(
            "{file} holds judgements that somebody shares with a colleague, not deliveries. To read them: preceptor "
            "records import FILE"
        ),
    }
    return words.get(kind, "").format(file=file.name)


def _what_it_is(file: Path) -> str:
    if file.is_dir():
        return _("{file} is a folder.")
    if file.stat().st_size == 0:
        return _("{file} is empty.")
    with file.open("rb") as opened:
        line = opened.readline(MAX_ENVELOPE + 1)
    try:
        look_at(file)
        kind = parse_envelope(line.rstrip(b"\n")).payload_type
    except BatchError:
        if line.startswith(b'{"payload":"'):
            return "" if line.endswith(b"\n") and _ends_well(file) else _("{file} is cut off in the middle of a line.")
        return _("{file} holds no deliveries of Preceptor.")
    if kind == RECEIPT:
        return _("{file} holds receipts, which the trainer reads: preceptor bundle receipts.")
    if kind == SHARED_RECORDS:
        return _("{file} holds judgements that a trainer shares with a colleague, not deliveries.")
    return "" if kind in (FEEDBACK_BATCH, KEY_EVENT) else _("{file} holds no deliveries of Preceptor.")


def _ends_well(file: Path) -> bool:
    with file.open("rb") as opened:
        opened.seek(-1, 2)
        return opened.read(1) == b"\n"
