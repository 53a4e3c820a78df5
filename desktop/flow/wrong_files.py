"""What a file is that was given in place of another: of deliveries, of receipts, of judgements. With what is wanted."""

from __future__ import annotations

from pathlib import Path

from desktop.flow.wording import gettext as _
from feedback_store.batches.body import RECEIPTS, SUFFIX, look_at
from feedback_store.batches.dsse import MAX_ENVELOPE, parse_envelope
from feedback_store.batches.payload_types import (
    COLLECTOR_KEY,
    EVENT_REFUSAL,
    FEEDBACK_BATCH,
    KEY_EVENT,
    RECEIPT,
    REFUSAL,
    SHARED_RECORDS,
)
from feedback_store.errors import BatchError

_DELIVERIES = (FEEDBACK_BATCH, KEY_EVENT)
_ANSWERS = (RECEIPT, REFUSAL, EVENT_REFUSAL, COLLECTOR_KEY)  # the last stands before the others


def not_deliveries(file: Path) -> str:
    """Why a file cannot be one of deliveries, what is wanted, and where it comes from; "" where it can be one.

    Whether it is a right one, the rules of docs/batch-format.md say. Raises OSError where it cannot be read.
    """
    what = _what_it_is(file)
    if not what:
        return ""
    wanted = _(
        "Wanted is a file that ends in {ending}, just as a trainer's Preceptor wrote it by Save as a file, in the "
        "outbox, or by preceptor bundle export FILE. Ask the trainer for it."
    )
    return f"{what.format(file=name_of(file))} {wanted.format(ending=SUFFIX)}"


def no_bundle(file: Path) -> str:
    """What a file of ours is that holds other things than deliveries, and which command reads it; "" for any other."""
    kind = _kind_of(file)
    if kind in _ANSWERS:
        words = _("{file} holds receipts, not deliveries. To read them: preceptor bundle receipts FILE")
        return words.format(file=name_of(file))
    if kind == SHARED_RECORDS:
        words = _(
            "{file} holds judgements that somebody shares with a colleague, not deliveries. To read them: preceptor "
            "records import FILE"
        )
        return words.format(file=name_of(file))
    return ""


def not_receipts(file: Path) -> str:
    """Why a file cannot be one of receipts, and which is wanted; "" where it can be one. OSError."""
    if file.is_dir():
        what = _("{file} is a folder.")
    elif file.stat().st_size == 0:
        what = _("{file} is empty.")
    else:
        kind = _kind_of(file)
        if kind in _ANSWERS or _is_cut(file):
            return ""  # reading it says in which line it is cut
        what = _("{file} holds no receipts of Preceptor.")
        if kind in _DELIVERIES:
            what = _("{file} holds deliveries: it is what you hand over, and the collector's operator reads it.")
        elif kind == SHARED_RECORDS:
            what = _("{file} holds judgements that somebody shares with a colleague. They are read in Records.")
    wanted = _(
        "Wanted is the file that ends in {ending}, just as the collector's operator gave it back. Ask whoever runs the"
        " project for it."
    )
    return f"{what.format(file=name_of(file))} {wanted.format(ending=RECEIPTS)}"


def not_judgements(file: Path, *, by_command: bool = True) -> str:
    """What a file of ours is that holds no judgements to import, and what reads it; "" for any other. OSError.

    What reads it is a command where it was asked for `by_command`, else a room.
    """
    kind = _kind_of(file)
    words = ""
    if kind in _ANSWERS and not by_command:
        words = _("{file} holds receipts, not judgements. The outbox reads them: Read receipts.")
    elif kind in _DELIVERIES and not by_command:
        words = _("{file} holds deliveries, which the collector's operator reads. A colleague shares another file.")
    elif kind in _ANSWERS:
        words = _("{file} holds receipts, not judgements. To read them: preceptor bundle receipts FILE")
    elif kind in _DELIVERIES:
        words = _(
            "{file} holds deliveries, which the collector's operator takes: preceptor collector import DIR FILE. What"
            " is for a colleague is written there by `preceptor records share FILE`"
        )
    return words.format(file=name_of(file))


def name_of(file: Path) -> str:
    """What a file is called; of a folder that is named by a dot alone its whole path."""
    return file.name or str(file.resolve())


def _is_cut(file: Path) -> bool:
    """Whether a file begins as an envelope does, and ends within that line."""
    with file.open("rb") as opened:
        line = opened.readline(MAX_ENVELOPE + 1)
    return line.startswith(b'{"payload":"') and not line.endswith(b"\n")


def _kind_of(file: Path) -> str:
    """The payload type of a file's first line; "" where that is no envelope."""
    with file.open("rb") as opened:
        line = opened.readline(MAX_ENVELOPE + 1)
    try:
        return parse_envelope(line.rstrip(b"\n")).payload_type
    except BatchError:
        return ""


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
    if kind in _ANSWERS:
        return _("{file} holds receipts, which the trainer reads: preceptor bundle receipts FILE")
    if kind == SHARED_RECORDS:
        return _("{file} holds judgements that a trainer shares with a colleague, not deliveries.")
    return "" if kind in _DELIVERIES else _("{file} holds no deliveries of Preceptor.")


def _ends_well(file: Path) -> bool:
    with file.open("rb") as opened:
        opened.seek(-1, 2)
        return opened.read(1) == b"\n"
