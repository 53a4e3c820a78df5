"""The refusal of a key event: the collector's signed statement that it never takes it, for a device that gets files.

It stands among the receipts, in place of those of the batches that the new key has signed. It is said only of an event
that had to be refused whichever copy of the file had come: see ENDING. Must not know where keys or events are kept.
"""

from __future__ import annotations

from typing import Literal, get_args

from feedback_store.batches import payload
from feedback_store.batches.dsse import pae, parse_envelope, sign_envelope, verify_envelope
from feedback_store.batches.key_event import KeyEvent, read_event
from feedback_store.batches.keys import DeviceKey, key_id, verify
from feedback_store.batches.manifest import DeviceId
from feedback_store.batches.payload import Payload
from feedback_store.batches.payload_types import EVENT_REFUSAL
from feedback_store.errors import BatchError
from feedback_store.record_values import Hash, ProjectId, Time

Ending = Literal["key_retired", "key_revoked", "key_other_trainer", "other_key"]
ENDING: tuple[Ending, ...] = get_args(Ending)


class EventRefusal(Payload, frozen=True, kw_only=True):
    """The payload. `event` is the SHA-256 of the key event's bytes, `old` the key that it would have ended."""

    v: Literal[1]
    aud: ProjectId
    event: Hash
    old: DeviceId
    code: Ending
    refused_at: Time


def why_for_good(line: bytes, code: str) -> Ending | None:
    """Whether an event that was refused with `code` is refused for ever; None where another copy might be taken.

    "other_key" is for ever of a recovery alone, whose new key has signed it: the collector that signed it too has
    forgotten it, being put back from a copy, and changed its key since.
    """
    ending = next((each for each in ENDING if each == code), None)
    if ending != "other_key":
        return ending
    try:
        envelope = parse_envelope(line)
        event, new_key = read_event(envelope.payload)
        name, signature = envelope.signatures[0]
        if event.kind != "recover" or new_key is None or name != key_id(new_key):
            return None
        verify(new_key, signature, pae(envelope.payload_type, envelope.payload))
    except BatchError:
        return None
    return ending


def make_event_refusal(key: DeviceKey, event: KeyEvent, sha256: str, code: Ending, refused_at: str) -> bytes:
    """The refusal's envelope line for an event."""
    made = EventRefusal(v=1, aud=event.aud, event=sha256, old=event.old, code=code, refused_at=refused_at)
    return sign_envelope(EVENT_REFUSAL, payload.encode(made), [key])


def check_event_refusal(
    envelope: bytes, *, collector_public_key: bytes, project: str, event: str, old: str
) -> EventRefusal:
    """The refusal, if it is the collector's of exactly this event. Raises BatchError."""
    signed = verify_envelope(envelope, payload_type=EVENT_REFUSAL, public_key=collector_public_key)
    found = payload.parse(signed, EventRefusal)
    if (found.aud, found.event, found.old) != (project, event, old):
        raise BatchError("The refusal is of another change of keys.", code="refusal_other_event", rule=0)
    return found
