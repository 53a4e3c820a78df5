"""DSSE envelopes in one canonical line: signed over the pre-authentication encoding, parsed without mercy.

Format: github.com/secure-systems-lab/dsse, protocol 1.0.2, held to one spelling: the line equals its own canonical
JSON, base64 is the standard alphabet with padding and encodes back to itself. Rules 2 to 4 of docs/batch-format.md.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from feedback_store import canonical
from feedback_store.batches.keys import DeviceKey, key_id, verify
from feedback_store.batches.payload_types import FEEDBACK_BATCH as FEEDBACK_BATCH
from feedback_store.errors import BatchError, CanonicalError

MAX_ENVELOPE = 1024 * 1024


class _Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keyid: str
    sig: str


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An envelope as its line spells it."""

    payload: str
    payloadType: str  # noqa: N815 (DSSE's word)
    signatures: tuple[_Signed, ...]


_encoder = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True)
class Envelope:
    """A parsed envelope, not yet verified. `signatures` are (keyid, 64 bytes)."""

    payload_type: str
    payload: bytes
    signatures: tuple[tuple[str, bytes], ...]


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding: what is signed."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def sign_envelope(
    payload_type: str, payload: bytes, keys: Sequence[DeviceKey], *, before: Sequence[tuple[str, bytes]] = ()
) -> bytes:
    """The envelope's canonical line, without its newline, signed by every key in order.

    `before` are signatures (keyid, 64 bytes) that stand there already, and come first.
    """
    signed = pae(payload_type, payload)
    signatures = [*before, *((key.key_id, key.sign(signed)) for key in keys)]
    line = _Line(_base64(payload), payload_type, tuple(_Signed(name, _base64(sig)) for name, sig in signatures))
    return _encoder.encode(line)  # of texts alone: canonical


def parse_envelope(line: bytes) -> Envelope:
    """Rules 1 and 2: size, strict JSON, exact shape, canonical line; raises BatchError."""
    if len(line) > MAX_ENVELOPE:
        raise BatchError.worded(
            "The envelope has more than {most:,} bytes.", code="envelope_too_large", rule=1, most=MAX_ENVELOPE
        )
    fast = canonical.decode_fast(line, _Line)
    if fast is not None and 1 <= len(fast.signatures) <= 2:
        return Envelope(
            fast.payloadType,
            from_base64(fast.payload),
            tuple((each.keyid, _signature(each.sig)) for each in fast.signatures),
        )
    try:
        value = canonical.strict_loads(line)
        same = canonical.encode(value) == line
    except CanonicalError as error:
        raise BatchError.worded("The envelope is refused. {why}", code="envelope", rule=2, why=error) from error
    if not same:
        raise _shape("The envelope is refused: it is not in canonical form.")
    if not isinstance(value, dict) or set(value) != {"payload", "payloadType", "signatures"}:
        raise _shape("The envelope is refused: it has not exactly payload, payloadType and signatures.")
    signatures = value["signatures"]
    if not isinstance(signatures, list) or not 1 <= len(signatures) <= 2:
        raise _shape("The envelope is refused: it has not one or two signatures.")
    found: list[tuple[str, bytes]] = []
    for each in signatures:
        if not isinstance(each, dict) or set(each) != {"keyid", "sig"} or not isinstance(each["keyid"], str):
            raise _shape("The envelope is refused: a signature has not exactly keyid and sig.")
        found.append((each["keyid"], _signature(each["sig"])))
    if not isinstance(value["payloadType"], str):
        raise _shape("The envelope is refused: payloadType is not a text.")
    return Envelope(value["payloadType"], from_base64(value["payload"]), tuple(found))


def verify_envelope(line: bytes, *, payload_type: str, public_key: bytes) -> bytes:
    """Rules 1 to 4 for an envelope with one signature: the verified payload bytes, or BatchError."""
    envelope = parse_envelope(line)
    check_type(envelope, payload_type)
    check_signature(envelope, public_key)
    return envelope.payload


def check_type(envelope: Envelope, payload_type: str) -> None:
    """Rule 3: this door takes exactly one kind of payload."""
    if envelope.payload_type != payload_type:
        raise BatchError.worded(
            "This is not a {payload_type}, but a {found}.",
            code="payload_type",
            rule=3,
            payload_type=payload_type,
            found=envelope.payload_type[:80],
        )


def check_signature(envelope: Envelope, public_key: bytes) -> None:
    """Rule 4: one signature, under this key, over exactly these bytes."""
    if check_keyid(envelope) != key_id(public_key):
        raise BatchError("This was signed by another key.", code="other_key", rule=4)
    verify(public_key, envelope.signatures[0][1], pae(envelope.payload_type, envelope.payload))


def check_signatures(envelope: Envelope, public_keys: Sequence[bytes]) -> None:
    """Rules 2 and 4 where several must sign: exactly these keys, in this order, over exactly these bytes."""
    if len(envelope.signatures) != len(public_keys):
        raise _shape("The envelope is refused: it has not as many signatures as it must have.")
    signed = pae(envelope.payload_type, envelope.payload)
    for (name, signature), public_key in zip(envelope.signatures, public_keys, strict=True):
        if name != key_id(public_key):
            raise BatchError("This was signed by another key.", code="other_key", rule=4)
        verify(public_key, signature, signed)


def check_keyid(envelope: Envelope) -> str:
    """Rule 2: exactly one signature; the key id that it names."""
    if len(envelope.signatures) != 1:
        raise _shape("The envelope is refused: it has not exactly one signature.")
    return envelope.signatures[0][0]


def from_base64(text: object) -> bytes:
    """Standard base64 with padding that encodes back to itself; BatchError (rule 2) otherwise."""
    if not isinstance(text, str):
        raise _shape("The envelope is refused: a base64 field is not a text.")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _shape("The envelope is refused: a base64 field is not base64.") from error
    if _base64(data) != text:
        raise _shape("The envelope is refused: a base64 field has another spelling.")
    return data


def _signature(text: object) -> bytes:
    signature = from_base64(text)
    if len(signature) != 64:
        raise _shape("The envelope is refused: a signature has not 64 bytes.")
    return signature


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _shape(template: str) -> BatchError:
    return BatchError.worded(template, code="envelope", rule=2)
