"""A batch on the wire and in a file: the envelope's line, then one line a record; bodies one after the other.

Every line ends with one newline, the last too. An erased record's line is `{"erased":"<its hash>"}`. Sizes are
checked before anything is parsed (rule 1), and nothing is parsed here at all: in a file, a body begins at each line
that begins with `{"payload":"`, as every envelope's canonical line does and no record's can.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from feedback_store import canonical
from feedback_store.batches.dsse import MAX_ENVELOPE
from feedback_store.batches.manifest import MAX_RECORDS, Item
from feedback_store.errors import BatchError
from feedback_store.records import MAX_RECORD_BYTES

MEDIA_TYPE = "application/vnd.preceptor.feedback-batch.v1+ndjson"
SUFFIX = ".preceptor"
RECEIPTS = ".receipts"  # what a collector writes for such a file: one receipt's envelope a line
MAX_BODY = 8 * 1024 * 1024
MAX_BUNDLE = 1024 * 1024 * 1024

_MAX_LINE = max(MAX_ENVELOPE, MAX_RECORD_BYTES)
_ENVELOPE_START = b'{"payload":"'
_ERASED = re.compile(rb'\{"erased":"([0-9a-f]{64})"\}')


@dataclass(frozen=True)
class Body:
    """The lines of one batch without their newlines: the envelope's, and one a record."""

    envelope: bytes
    lines: tuple[bytes, ...]


def write_body(envelope: bytes, lines: Iterable[bytes]) -> bytes:
    """The bytes of a body."""
    return b"".join(line + b"\n" for line in (envelope, *lines))


def erased_line(sha256: str) -> bytes:
    """What stands in a body in place of a record that was erased."""
    return b'{"erased":"' + sha256.encode("ascii") + b'"}'


def erased_hash(line: bytes) -> str | None:
    """The hash that an erased record's line names; None for any other line."""
    found = _ERASED.fullmatch(line)
    return found[1].decode("ascii") if found else None


def read_body(data: bytes) -> Body:
    """Rule 1, and the split into lines; raises BatchError."""
    if len(data) > MAX_BODY:
        raise _too_large()
    lines = data.split(b"\n")
    if len(lines) - 2 > MAX_RECORDS:
        raise _too_many()
    if any(len(line) > _MAX_LINE for line in lines):
        raise _line_too_long()
    if lines.pop():
        raise _no_end()
    if not lines:
        raise BatchError("There is no batch here; it is empty.", code="lines", rule=10)
    return Body(lines[0], tuple(lines[1:]))


def read_bundle(source: bytes | Path) -> Iterator[Body]:
    """The bodies of a file one after the other, never holding more than one; raises BatchError, and OSError.

    A line that stands for itself, as a key event's does, comes as a body without records.
    """
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as opened:
        yield from _bodies(opened)


def look_at(file: Path) -> None:
    """Whether a file can be one of batches at all, in a sentence that names it; raises BatchError, and OSError.

    For a person who chose another file; what is wrong inside a file of batches is said by the rules.
    """
    with file.open("rb") as opened:
        begin = opened.read(len(_ENVELOPE_START))
        opened.seek(max(0, file.stat().st_size - 1))
        end = opened.read(1)
    if not begin:
        raise BatchError.worded(
            "{file} is empty. Ask for the file once more.", code="not_batches", rule=10, file=file.name
        )
    if begin != _ENVELOPE_START[: len(begin)]:
        raise BatchError.worded(
            "{file} was not written by Preceptor. Choose a file that ends in {ending}, just as it was handed over: a "
            "program that saves it anew changes it.",
            code="not_batches",
            rule=10,
            file=file.name,
            ending=SUFFIX,
        )
    if end != b"\n":
        raise BatchError.worded(
            "{file} is cut off in the middle of its last line. Ask for the file once more, or copy it again.",
            code="not_batches",
            rule=10,
            file=file.name,
        )


def check_line(line: bytes, item: Item) -> bytes | None:
    """Rule 10 for one line: the record's bytes, None for an erased one; raises BatchError."""
    if erased_hash(line) == item.sha256:
        return None
    if len(line) != item.size or canonical.record_hash(line) != item.sha256:
        raise BatchError.worded(
            "Record {id} is not the one that was signed.", code="record_differs", rule=10, id=item.id
        )
    return line


def _bodies(opened: BinaryIO) -> Iterator[Body]:
    lines: list[bytes] = []
    size = total = 0
    while line := opened.readline(_MAX_LINE + 1):
        total += len(line)
        if total > MAX_BUNDLE:
            raise bundle_too_large()
        if not line.endswith(b"\n"):
            raise _line_too_long() if len(line) > _MAX_LINE else _no_end()
        if lines and line.startswith(_ENVELOPE_START):
            yield Body(lines[0], tuple(lines[1:]))
            lines, size = [], 0
        lines.append(line[:-1])
        size += len(line)
        if size > MAX_BODY:
            raise _too_large()
        if len(lines) - 1 > MAX_RECORDS:
            raise _too_many()
    if not lines:
        raise BatchError("The file is empty.", code="lines", rule=10)
    yield Body(lines[0], tuple(lines[1:]))


def bundle_too_large() -> BatchError:
    """Rule 1 for a whole file."""
    return BatchError.worded("The file has more than {most:,} bytes.", code="bundle_too_large", rule=1, most=MAX_BUNDLE)


def _too_large() -> BatchError:
    return BatchError.worded("The batch has more than {most:,} bytes.", code="body_too_large", rule=1, most=MAX_BODY)


def _too_many() -> BatchError:
    return BatchError.worded(
        "The batch has more than {most} records.", code="too_many_records", rule=1, most=MAX_RECORDS
    )


def _line_too_long() -> BatchError:
    return BatchError("A line is longer than any record may be.", code="line_too_long", rule=1)


def _no_end() -> BatchError:
    return BatchError("The last line has no end.", code="lines", rule=10)
