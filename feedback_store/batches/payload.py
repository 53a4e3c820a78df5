"""Signed payloads as frozen types, read strictly: the bytes must be the canonical form of what they say (rule 5)."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

import msgspec

from feedback_store import canonical
from feedback_store.errors import BatchError, CanonicalError, RecordError
from feedback_store.refusals import convert


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A signed payload, or a part of one."""


P = TypeVar("P", bound=Payload)

_encoder = msgspec.json.Encoder(order="sorted")


def encode(payload: Payload) -> bytes:
    """The payload's canonical bytes: what is signed and hashed."""
    try:
        data = _encoder.encode(payload)  # of what a payload may hold, only these two have no canonical form:
    except UnicodeError:  # half a character,
        return canonical.encode(payload)
    return canonical.encode(payload) if canonical.may_hold_large_number(data) else data  # and a number too large


def parse(data: bytes, kind: type[P]) -> P:
    """Read verified bytes as `kind`; raises BatchError (rule 5) unless they are its canonical form."""
    fast = _parse_fast(data, kind)
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


def _parse_fast(data: bytes, kind: type[P]) -> P | None:
    """What these bytes are the canonical form of, by the reasons of `records`; None where the strict way must say."""
    if canonical.may_hold_large_number(data):
        return None
    try:
        found: P = _decoder(kind).decode(data)
        return found if _encoder.encode(found) == data else None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


@lru_cache
def _decoder(kind: type[P]) -> msgspec.json.Decoder[P]:
    return msgspec.json.Decoder(kind)
