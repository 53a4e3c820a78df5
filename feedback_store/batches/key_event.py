"""Key events: a key is changed, replaced after a loss, or ended. Signed, and named by hash where a new chain begins.

An event names the keys that must have signed it, so it is parsed before its signatures are checked, and nothing of it
is used before they hold. Must not know where keys or events are kept.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from feedback_store import canonical
from feedback_store.batches import payload
from feedback_store.batches.dsse import (
    Envelope,
    check_signatures,
    check_type,
    from_base64,
    parse_envelope,
    sign_envelope,
)
from feedback_store.batches.keys import DeviceKey, check_public_key, key_id
from feedback_store.batches.manifest import ChainId, DeviceId
from feedback_store.batches.payload import Payload
from feedback_store.batches.payload_types import KEY_EVENT
from feedback_store.errors import BatchError
from feedback_store.record_values import Hash, ProjectId, Time

MAX_CHAINS = 1000

Kind = Literal["rotate", "recover", "revoke"]
KeyOf = Callable[[str], bytes | None]  # a key's id → the raw key, None where it is not known


class ChainEnd(Payload, frozen=True):
    """Up to where a chain of the old key counts: its last batch by seq and hash."""

    chain: ChainId
    last_seq: Annotated[int, Meta(ge=1)]
    last_hash: Hash


class KeyEvent(Payload, frozen=True, kw_only=True):
    """The payload of a key event. `new_public_key` is base64 of 32 bytes; it and `new` are absent in a revocation."""

    v: Literal[1]
    aud: ProjectId
    kind: Kind
    old: DeviceId
    chains: Annotated[tuple[ChainEnd, ...], Meta(max_length=MAX_CHAINS)]
    reason: Annotated[str, Meta(max_length=1000)]
    created_at: Time
    new: DeviceId | None = None
    new_public_key: str | None = None


@dataclass(frozen=True)
class Opened:
    """A believed event: its signed bytes' hash, and the raw new key where there is one."""

    event: KeyEvent
    sha256: str
    new_key: bytes | None


def make_event(
    kind: Kind,
    *,
    project: str,
    old: str,
    new: bytes | None,
    chains: Sequence[ChainEnd],
    reason: str,
    created_at: str,
    signers: Sequence[DeviceKey],
) -> bytes:
    """The event's envelope line. `new` is the raw new key; `signers` in the order that `kind` asks for."""
    event = KeyEvent(
        v=1,
        aud=project,
        kind=kind,
        old=old,
        chains=tuple(sorted(chains, key=lambda end: end.chain)),
        reason=reason,
        created_at=created_at,
        new=None if new is None else key_id(new),
        new_public_key=None if new is None else base64.b64encode(new).decode("ascii"),
    )
    return sign_envelope(KEY_EVENT, payload.encode(event), signers)


def countersign(line: bytes, collector: DeviceKey) -> bytes:
    """A recovery that the new key has signed, signed by the collector too; the payload's bytes stay as they are."""
    envelope = parse_envelope(line)
    check_type(envelope, KEY_EVENT)
    return sign_envelope(KEY_EVENT, envelope.payload, [collector], before=envelope.signatures)


def event_hash(line: bytes) -> str:
    """What the new chain's first batch names: SHA-256 of the event's payload bytes."""
    return canonical.sha256_hex(parse_envelope(line).payload)


def open_event(line: bytes, *, key_of: KeyOf, collector: bytes | None) -> Opened:
    """Rules 2 to 6 for an event's line: who had to sign it has signed it.

    `key_of` gives the raw old key; `collector` is the collector's raw key, None where it is not known. Raises
    BatchError: "key_unknown" for an old key that is not known, "collector_key_needed" where the collector has to have
    signed.
    """
    envelope = parse_envelope(line)
    check_type(envelope, KEY_EVENT)
    event, new_key = read_event(envelope.payload)
    check_signatures(envelope, _signers(envelope, event, new_key, key_of, collector))
    return Opened(event, canonical.sha256_hex(envelope.payload), new_key)


def open_request(line: bytes) -> Opened:
    """A recovery that only the new key has signed yet; raises BatchError."""
    envelope = parse_envelope(line)
    check_type(envelope, KEY_EVENT)
    event, new_key = read_event(envelope.payload)
    if event.kind != "recover" or new_key is None:
        raise _unlike("Only a recovery is asked for in this way.")
    check_signatures(envelope, [new_key])
    return Opened(event, canonical.sha256_hex(envelope.payload), new_key)


def read_event(data: bytes) -> tuple[KeyEvent, bytes | None]:
    """Rules 5 and 6 without any signature: the event, and its raw new key where there is one; raises BatchError."""
    event = payload.parse(data, KeyEvent)
    payload.moment(event.created_at)
    names = [end.chain for end in event.chains]
    if names != sorted(set(names)):
        raise _shape("The key event does not name its chains once and in order.")
    if event.kind == "revoke":
        if event.new is not None or event.new_public_key is not None:
            raise _shape("A revocation names no new key.")
        return event, None
    if event.new is None or event.new_public_key is None:
        raise _shape("The key event names no new key.")
    new_key = check_public_key(from_base64(event.new_public_key))
    if event.new != key_id(new_key) or event.new == event.old:
        raise _unlike("The key event's new key is not the one that it names.")
    return event, new_key


def _signers(
    envelope: Envelope, event: KeyEvent, new_key: bytes | None, key_of: KeyOf, collector: bytes | None
) -> list[bytes]:
    """The raw keys that must have signed, in order."""
    if event.kind == "recover":
        assert new_key is not None  # read_event holds it to that
        return [new_key, _given(collector)]
    if event.kind == "revoke" and collector is not None and envelope.signatures[0][0] == key_id(collector):
        return [collector]
    old_key = key_of(event.old)
    if old_key is None or key_id(old_key) != event.old:
        raise BatchError("The key event is of a key that is not known.", code="key_unknown", rule=4)
    return [old_key] if new_key is None else [old_key, new_key]


def _given(collector: bytes | None) -> bytes:
    if collector is None:
        raise BatchError(
            "The key was replaced with the collector's word; its public key is needed to check that.",
            code="collector_key_needed",
            rule=4,
        )
    return collector


def _shape(template: str) -> BatchError:
    return BatchError.worded(template, code="payload", rule=5)


def _unlike(template: str) -> BatchError:
    return BatchError.worded(template, code="key_event", rule=6)
