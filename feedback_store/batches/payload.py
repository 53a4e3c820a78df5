"""Signed payloads as frozen types, read strictly: the bytes must be the canonical form of what they say (rule 5)."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

import msgspec

from feedback_store import canonical
from feedback_store.errors import BatchError, CanonicalError, RecordError
from feedback_store.refusals import convert


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A signed payload, or a part of one."""


P = TypeVar("P", bound=Payload)


def encode(payload: Payload) -> bytes:
    """The payload's canonical bytes: what is signed and hashed."""
    fast = canonical.encode_fast(payload)
    return canonical.encode(payload) if fast is None else fast


def moment(said: str) -> float:
    """Seconds since 1970 of a signed time; raises BatchError (rule 5) for one that only looks like a time."""
    try:
        return datetime.fromisoformat(said).timestamp()
    except ValueError as error:
        raise BatchError.worded("{text} is not a real time.", code="payload", rule=5, text=said) from error


def parse(data: bytes, kind: type[P]) -> P:
    """Read verified bytes as `kind`; raises BatchError (rule 5) unless they are its canonical form."""
    fast = canonical.decode_fast(data, kind)
    if fast is not None:
        return fast
    try:
        value = canonical.strict_loads(data)
        if canonical.encode(value) != data:
            raise BatchError("The signed bytes are not in canonical form.", code="payload", rule=5)
        found: P = convert(RecordError, value, kind)
    except (CanonicalError, RecordError) as error:
        raise BatchError.worded("The signed bytes are refused: {why}", code="payload", rule=5, why=error) from error
    return found
