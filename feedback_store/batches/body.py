"""A batch on the wire and in a file: the envelope's line, then one line a record; bodies one after the other.

Every line ends with one newline, the last too. An erased record's line is `{"erased":"<its hash>"}`. Sizes are
checked before anything is parsed (rule 1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from feedback_store import canonical
from feedback_store.batches import payload
from feedback_store.batches.dsse import MAX_ENVELOPE, parse_envelope
from feedback_store.batches.manifest import MAX_RECORDS, Item, Manifest
from feedback_store.errors import BatchError
from feedback_store.records import MAX_RECORD_BYTES

MEDIA_TYPE = "application/vnd.preceptor.feedback-batch.v1+ndjson"
SUFFIX = ".preceptor"
MAX_BODY = 8 * 1024 * 1024
MAX_BUNDLE = 1024 * 1024 * 1024

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
    """Rule 1 and the split into lines; raises BatchError."""
    if len(data) > MAX_BODY:
        raise BatchError(f"The batch has more than {MAX_BODY:,} bytes.", code="body_too_large", rule=1)
    if not data.endswith(b"\n"):
        raise BatchError("The last line has no end.", code="lines", rule=10)
    if data.count(b"\n") > MAX_RECORDS + 1:
        raise BatchError(f"The batch has more than {MAX_RECORDS} records.", code="too_many_records", rule=1)
    envelope, *lines = data[:-1].split(b"\n")
    if len(envelope) > MAX_ENVELOPE or any(len(line) > MAX_RECORD_BYTES for line in lines):
        raise BatchError("A line is longer than any record may be.", code="line_too_long", rule=1)
    return Body(envelope, tuple(lines))


def read_bundle(data: bytes) -> Iterator[Body]:
    """The bodies of a file, one after the other; raises BatchError for what is no body."""
    if len(data) > MAX_BUNDLE:
        raise BatchError(f"The file has more than {MAX_BUNDLE:,} bytes.", code="bundle_too_large", rule=1)
    if not data:
        raise BatchError("The file is empty.", code="lines", rule=10)
    at = 0
    while at < len(data):
        end = data.find(b"\n", at)
        if end < 0:
            raise BatchError("The last line has no end.", code="lines", rule=10)
        envelope = parse_envelope(data[at:end])
        count = payload.parse(envelope.payload, Manifest).count
        stop = end + 1
        for _ in range(count):
            stop = data.find(b"\n", stop) + 1
            if stop == 0:
                raise BatchError("The file ends in the middle of a batch.", code="lines", rule=10)
        yield read_body(data[at:stop])
        at = stop


def check_line(line: bytes, item: Item) -> bytes | None:
    """Rule 10 for one line: the record's bytes, None for an erased one; raises BatchError."""
    if erased_hash(line) == item.sha256:
        return None
    if len(line) != item.size or canonical.record_hash(line) != item.sha256:
        raise BatchError(
            f"Record {item.id} is not the one that was signed.", code="record_differs", rule=10, id=item.id
        )
    return line
