"""Canonical JSON (RFC 8785) in the subset that records and manifests use, and the hashes over it.

The subset: objects with ASCII keys, lists, strings, booleans, integers within ±(2^53 − 1). No null (absent
means absent), no fractions (they are decimal strings). In this subset msgspec's sorted encoder writes exactly
RFC 8785; a property test holds the two together. Must not know what a record is.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any, Never, TypeVar

import msgspec

from feedback_store.errors import CanonicalError, Phrase

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 64
# hashlib lets other threads run from 2048 bytes on; to have the interpreter back takes longer than a record's hash.
_AT_ONCE = 2047

# What Python's reader says, by its beginning, in plain words.
_JSON_FAULTS = {
    "Unexpected UTF-8 BOM": Phrase("a byte order mark stands before it; save the text as UTF-8 without one"),
    "Expecting value": Phrase("a value is missing"),
    "Expecting property name": Phrase("a key in double quotes is missing"),
    "Expecting ':'": Phrase("a colon is missing"),
    "Expecting ','": Phrase("a comma or the closing bracket is missing"),
    "Illegal trailing comma": Phrase("a comma stands before the closing bracket"),
    "Invalid control character": Phrase("a line break or another control character stands in a text"),
    "Invalid \\": Phrase("a backslash stands where it has no meaning"),
    "Unterminated string": Phrase("a text has no closing quote"),
    "Extra data": Phrase("something follows after its end"),
}

_encoder = msgspec.json.Encoder(order="sorted")
_LONG_NUMBER = re.compile(rb"[:,\[]-?[0-9]{16}")  # it may lie beyond ±(2^53 − 1), or stand in a text
_DIGITS_AS_ZERO = bytes(b"0"[0] if byte in b"0123456789" else byte for byte in range(256))
_MANY_DIGITS = b"0" * 16
_decoders: dict[object, Any] = {}
T = TypeVar("T")


def encode(value: object) -> bytes:
    """The canonical bytes of `value`: builtins, or a struct whose unset fields are omitted.

    Raises CanonicalError for null, fractions, large integers, keys that are not ASCII, and lone surrogates.
    """
    builtins = msgspec.to_builtins(value)
    _check(builtins, "$", 0)
    return _encoder.encode(builtins)


def encode_fast(value: msgspec.Struct) -> bytes | None:
    """What `encode` makes of a struct without fractions and foreign keys; None: only `encode` can say, or refuse.

    Of what such a struct may hold, half a character and a number too large have no canonical form.
    """
    try:
        data = _encoder.encode(value)
    except UnicodeError:
        return None
    return None if _may_be_large(data) else data


def decode_fast(data: bytes, kind: type[T]) -> T | None:
    """What these bytes say as a struct, where they are certainly its canonical form; None: only `strict_loads` can say.

    Whatever has only known fields and is written again to the very same bytes holds no repeated key, no null and
    nothing that a reader could take otherwise. What is left to ask for are large integers. Several times as fast.
    """
    if _may_be_large(data):
        return None
    try:
        if kind not in _decoders:
            _decoders[kind] = msgspec.json.Decoder(kind)
        found: T = _decoders[kind].decode(data)
        return found if _encoder.encode(found) == data else None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _may_be_large(data: bytes) -> bool:
    """Whether a number in this JSON may lie beyond ±(2^53 − 1); the first question alone is ten times as fast."""
    return _MANY_DIGITS in data.translate(_DIGITS_AS_ZERO) and _LONG_NUMBER.search(data) is not None


def strict_loads(data: bytes) -> Any:
    """Parse JSON bytes; anything two parsers could read differently raises CanonicalError.

    Refused: bytes that are not UTF-8, a byte order mark, repeated keys, NaN and infinities, null, fractions
    and exponents, integers beyond ±(2^53 − 1), lone surrogates, nesting deeper than 64, anything after the
    value.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CanonicalError.worded(
            "Byte {place} is not valid UTF-8. Save the text as UTF-8.",
            code="not_utf8",
            position=error.start,
            place=error.start + 1,
        ) from error
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object_without_repeats,
            parse_float=_refuse("fraction", "The number {found} is not an integer; write it as a string."),
            parse_constant=_refuse("constant", "{found} is not allowed."),
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        known = (words for begins, words in _JSON_FAULTS.items() if error.msg.startswith(begins))
        raise CanonicalError.worded(
            "This is not JSON: {why} (character {place}).",
            code="not_json",
            position=error.pos,
            why=next(known, Phrase("it is broken")),
            place=error.pos + 1,
        ) from error
    except RecursionError as error:
        raise CanonicalError("This is nested too deeply.", code="too_deep") from error
    _check(value, "$", 0)
    return value


def record_hash(data: bytes) -> str:
    """SHA-256 over 0x00 ‖ `data` in lower-case hex: the hash of record bytes."""
    found = hashlib.sha256(b"\x00")
    view = memoryview(data)
    for start in range(0, len(data), _AT_ONCE):
        found.update(view[start : start + _AT_ONCE])
    return found.hexdigest()


def sha256_hex(data: bytes) -> str:
    """SHA-256 over `data` in lower-case hex: the hash of payloads, rubrics and guidelines."""
    return hashlib.sha256(data).hexdigest()


def _object_without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise CanonicalError.worded("The key {key!r} stands twice.", code="repeated_key", key=key)
            seen.add(key)
    return found


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_INTEGER:
        raise CanonicalError.worded(
            "The number {number} is too large; the largest is {most}.",
            code="too_large",
            number=digits[:24],
            most=MAX_INTEGER,
        )
    return int(digits)


def _refuse(code: str, template: str) -> Callable[[str], Never]:
    def refuse(found: str) -> Never:
        raise CanonicalError.worded(template, code=code, found=found[:24])

    return refuse


def _check(value: object, path: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise CanonicalError("This is nested too deeply.", code="too_deep", path=path)
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise CanonicalError.worded("{path} is too large.", code="too_large", path=path)
    elif isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise CanonicalError.worded(
                    "{path} has the key {key!r}, which is not ASCII.", code="key", path=path, key=key
                )
            _check(part, f"{path}.{key}", depth + 1)
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            _check(part, f"{path}[{index}]", depth + 1)
    elif value is None:
        raise CanonicalError.worded("{path} is null; leave it out instead.", code="null", path=path)
    else:
        raise CanonicalError.worded("{path} has no canonical form.", code="type", path=path)


def _check_text(text: str, path: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CanonicalError.worded("{path} holds half a character.", code="surrogate", path=path) from error
