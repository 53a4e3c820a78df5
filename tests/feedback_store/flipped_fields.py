"""What a signed line must be answered with once a bit of it is flipped, by the field that was hit: one answer each."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime

Answer = tuple[int, str]  # status and code
# How a field must look still, and what is said of it then; of one that does not look so, that the line is broken.
Table = Mapping[str, tuple[re.Pattern[bytes], Answer]]

TEXT = re.compile(rb'[^"\\\x00-\x1f\x80-\xff]*')
BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?")
BYTES_64 = re.compile(rb"[A-Za-z0-9+/]{85}[AQgw]==")
_SIGNATURE = rb'\{"keyid":"([^"]*)","sig":"([^"]*)"\}'
_LINE = re.compile(
    rb'\{"payload":"([^"]*)","payloadType":"([^"]*)","signatures":\[' + _SIGNATURE + rb"(?:," + _SIGNATURE + rb")?\]\}"
)
_NAMES = ("payload", "payloadType", "keyid", "sig", "keyid", "sig")
BROKEN: Answer = (400, "envelope")


def expected(line: bytes, flipped: bytes, table: Table) -> Answer:
    """The one answer to `flipped`, in which one byte of the envelope `line` is another."""
    name, value = field_hit(line, flipped)
    if name not in table:
        return BROKEN  # punctuation, or a field's name
    pattern, answer = table[name]
    return answer if pattern.fullmatch(value) else BROKEN


def field_hit(line: bytes, flipped: bytes) -> tuple[str, bytes]:
    """The field of the envelope in which they differ, as it is now; "" for what stands between fields."""
    found = _LINE.fullmatch(line)
    assert found is not None
    at = next(at for at, (one, other) in enumerate(zip(line, flipped, strict=True)) if one != other)
    for group, name in enumerate(_NAMES, 1):
        start, stop = found.span(group)
        if start <= at < stop:
            return name, flipped[start:stop]
    return "", b""


# Inside a key event, which is read before its signatures are checked: what a field must look like, and what is said
# where it does. The signature holds the whole, so mostly that it does not match.
_CONTENT = re.compile(
    rb'\{"aud":"(?P<aud>[^"]*)","chains":\[(?:\{"chain":"(?P<chain>[^"]*)","last_hash":"(?P<last_hash>[^"]*)",'
    rb'"last_seq":(?P<last_seq>\d+)\})?\],"created_at":"(?P<created_at>[^"]*)","kind":"(?P<kind>[^"]*)",'
    rb'(?:"new":"(?P<new>[^"]*)","new_public_key":"(?P<new_public_key>[^"]*)",)?"old":"(?P<old>[^"]*)",'
    rb'"reason":"(?P<reason>[^"]*)","v":(?P<v>\d+)\}'
)
_HEX = rb"[0-9a-f]"
_DEVICE = re.compile(rb"ed25519:" + _HEX + rb"{64}")
# A text as RFC 8785 writes it (3.2.2.2): of escapes the seven short ones, and in lower case what has none. A slash
# that is escaped is JSON and says the same, but is not how it is written.
_CANONICAL_TEXT = re.compile(rb'(?:[^"\\\x00-\x1f]|\\["\\bfnrt]|\\u00(?:0[0-7bef]|1[0-9a-f]))*')
_LOOKS = {
    "aud": re.compile(rb"prj_" + _HEX + rb"{32}"),
    "chain": re.compile(_HEX + rb"{32}"),
    "last_hash": re.compile(_HEX + rb"{64}"),
    "last_seq": re.compile(rb"[1-9]"),
    "created_at": re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"),
    "new": _DEVICE,
    "new_public_key": _CANONICAL_TEXT,  # what it stands for, escapes and all, is asked for after the whole's form
    "old": _DEVICE,
    "reason": TEXT,
}
NO_MATCH: Answer = (422, "bad_signature")


def _is_time(said: str) -> bool:
    try:
        datetime.fromisoformat(said)
    except ValueError:
        return False
    return True


def expected_of_content(content: bytes, changed: bytes, *, old_signed: bool) -> Answer:
    """The one answer to a key event whose payload `content` became `changed`; `old_signed`: the old key is among its
    signers, so that it is asked for by its name first.
    """
    found = _CONTENT.fullmatch(content)
    assert found is not None
    if not _is_json(changed):
        return 400, "payload"
    hit: dict[str, bytes] = {}  # by the field's name what it holds now
    for at, (one, other) in enumerate(zip(content, changed, strict=True)):
        if one == other:
            continue
        name = next(
            (name for name in _LOOKS if found[name] is not None and found.start(name) <= at < found.end(name)), ""
        )
        if not name:
            return 400, "payload"  # punctuation, a field's name, the kind or the version
        hit[name] = changed[found.start(name) : found.end(name)]
    if not all(_LOOKS[name].fullmatch(value) for name, value in hit.items()):
        return 400, "payload"
    if "created_at" in hit and not _is_time(hit["created_at"].decode()):
        return 400, "payload"
    if "new_public_key" in hit:
        key = hit["new_public_key"]
        return _of_key(base64.b64decode(key)) if BASE64.fullmatch(key) else BROKEN
    if "new" in hit:
        return 422, "key_event"  # it is not that key's
    return (403, "key_unknown") if "old" in hit and old_signed else NO_MATCH


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text.decode("utf-8"))  # of bytes it would guess the encoding, and let half a character pass
    except ValueError:  # not UTF-8, too
        return False
    return True


def _of_key(raw: bytes) -> Answer:
    """Another key than the event names; or none at all: not 32 bytes, y beyond the prime, or a y that no point has."""
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    prime = 2**255 - 19
    d = -121665 * pow(121666, -1, prime) % prime
    square = (y * y - 1) * pow(d * y * y + 1, -1, prime) % prime
    on_curve = pow(square, (prime - 1) // 2, prime) in (0, 1)
    return (422, "key_event") if len(raw) == 32 and y < prime and on_curve else (422, "key_malformed")
