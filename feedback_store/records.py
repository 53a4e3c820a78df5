"""Records: what a judgement is, byte for byte (docs/records.md).

A record is one canonical JSON object. `decode` takes foreign bytes and refuses whatever breaks the shape;
whether values lie within their rubric is asked in rubric_check.py. Must not know SQLite or signatures.
"""

from __future__ import annotations

import base64
import os
import secrets
import time
import unicodedata
from datetime import UTC, datetime

import msgspec

from feedback_store import canonical
from feedback_store.errors import RecordError
from feedback_store.record_parts import Answer as Answer
from feedback_store.record_parts import App as App
from feedback_store.record_parts import Candidate as Candidate
from feedback_store.record_parts import Comparison as Comparison
from feedback_store.record_parts import Context as Context
from feedback_store.record_parts import Conversation as Conversation
from feedback_store.record_parts import Drafted as Drafted
from feedback_store.record_parts import Dry as Dry
from feedback_store.record_parts import Edit as Edit
from feedback_store.record_parts import Engine as Engine
from feedback_store.record_parts import Flag as Flag
from feedback_store.record_parts import Judgement as Judgement
from feedback_store.record_parts import Message as Message
from feedback_store.record_parts import Milliseconds as Milliseconds
from feedback_store.record_parts import Model as Model
from feedback_store.record_parts import Origin as Origin
from feedback_store.record_parts import Parent as Parent
from feedback_store.record_parts import Prompt as Prompt
from feedback_store.record_parts import Rating as Rating
from feedback_store.record_parts import Record as Record
from feedback_store.record_parts import Redaction as Redaction
from feedback_store.record_parts import Revision as Revision
from feedback_store.record_parts import Sampling as Sampling
from feedback_store.record_parts import Shown as Shown
from feedback_store.record_parts import Timing as Timing
from feedback_store.record_parts import Tokens as Tokens
from feedback_store.record_parts import Verdict as Verdict
from feedback_store.record_parts import Versioned as Versioned
from feedback_store.record_shape import check_shape
from feedback_store.refusals import convert
from feedback_store.spans import span_at as span_at

MAX_RECORD_BYTES = 1024 * 1024

_records: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)
_encoder = msgspec.json.Encoder(order="sorted")


def encode(record: Record) -> bytes:
    """The canonical bytes of a record, checked for shape and size.

    Raises RecordError, whose `values["path"]` names the field at fault.
    """
    check_shape(record)
    data = canonical.encode(record)
    check_size(data)
    return data


def decode(data: bytes) -> Record:
    """Strictly decode record bytes: canonical, known fields only, every reference resolved.

    Raises CanonicalError or RecordError. A value outside its rubric is not looked at here.
    """
    check_size(data)
    record = _decode_fast(data) or _decode_strictly(data)
    check_shape(record)
    return record


def _decode_strictly(data: bytes) -> Record:
    value = canonical.strict_loads(data)
    if canonical.encode(value) != data:
        raise RecordError("The bytes are not in canonical form.", code="not_canonical", path="$")
    record: Record = convert(RecordError, value, Record)
    return record


def _decode_fast(data: bytes) -> Record | None:
    """The record whose canonical form these bytes are; None where that is not certain, and the strict way must say.

    A record whose fields are all known and that is written again to the very same bytes holds no repeated key, no null
    and nothing that a reader could take otherwise; how large its numbers may be, their types say. Four times as fast
    as the strict way, which a collector takes for every record and a trainer's desk for every batch.
    """
    try:
        record = _records.decode(data)
        return record if _encoder.encode(record) == data else None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def to_builtins(record: msgspec.Struct) -> dict[str, object]:
    """A record or a part of one as plain dicts and lists, unset fields left out."""
    found = msgspec.to_builtins(record)
    assert isinstance(found, dict)
    return found


def check_size(data: bytes) -> None:
    if len(data) > MAX_RECORD_BYTES:
        raise RecordError.worded(
            "The record has {size:,} bytes; at most {limit:,} fit. Shorten an answer.",
            code="record_too_large",
            path="$",
            size=len(data),
            limit=MAX_RECORD_BYTES,
        )


def new_id(milliseconds: int | None = None) -> str:
    """A UUIDv7 (RFC 9562 5.7): 48 bits of Unix milliseconds, 74 random bits."""
    stamp = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    number = (stamp & (2**48 - 1)) << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0b11 << 62) | 0b10 << 62
    digits = f"{number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def new_nonce() -> str:
    """Base64 of 16 random bytes, so that a record's hash hides content that was erased."""
    return base64.b64encode(os.urandom(16)).decode("ascii")


def is_blank(name: str) -> bool:
    """Whether a name shows nothing: it is empty, or of spaces and characters that nobody sees."""
    return all(unicodedata.category(each)[0] in "CZ" for each in name)


def new_project_id() -> str:
    return "prj_" + secrets.token_hex(16)


def new_trainer_id() -> str:
    return "trn_" + secrets.token_hex(16)


def now() -> str:
    """The present in UTC as a record's time text."""
    return time_text(datetime.now(UTC))


def time_text(moment: datetime) -> str:
    """A time with a zone as `2026-11-22T12:34:56.789Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
