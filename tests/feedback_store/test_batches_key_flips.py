"""T8, T12: one bit flipped inside a key event breaks the one rule of the field that it hits, whatever the keys.

Which answer is right may hang on the keys: a letter before a slash is one bit away from a backslash. So keys are drawn
anew each time; the seed is said where an answer is another than it must be.
"""

from __future__ import annotations

import base64
import json
import random
import secrets
from collections.abc import Iterator

import pytest
from flipped_fields import BASE64, expected_of_content
from keys_over_http import TIME

from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.key_event import ChainEnd, make_event, open_event
from feedback_store.batches.keys import DeviceKey
from feedback_store.collector.refusal import of_rule
from feedback_store.errors import BatchError

# This seed's public key is 2sMevKFZ0oP4NB/ZDX+… in base64: one bit of the event's own base64 makes a backslash of B.
BEFORE_A_SLASH = bytes([88]) * 32


def event(old: DeviceKey, new: DeviceKey) -> bytes:
    """A rotation of keys, at the end of one chain."""
    return make_event(
        "rotate",
        project="prj_" + "ab" * 16,
        old=old.key_id,
        new=new.public_key,
        chains=[ChainEnd("0c" * 16, 1, "1d" * 32)],
        reason="",
        created_at=TIME,
        signers=[old, new],
    )


def flipped_inside(line: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Each bit of the payload's base64, if it leaves base64: the bit, the line, and what its payload is then."""
    payload = json.loads(line)["payload"].encode()
    start = line.index(payload)
    for bit in range(8 * len(payload)):
        changed = bytearray(payload)
        changed[bit // 8] ^= 1 << bit % 8
        if BASE64.fullmatch(changed):
            flipped = bytes(changed)
            yield bit, line[:start] + flipped + line[start + len(payload) :], base64.b64decode(flipped)


def check(old: DeviceKey, new: DeviceKey, seed: object) -> None:
    """Every answer is the one of its field."""
    line = event(old, new)
    content = parse_envelope(line).payload
    for bit, flipped, changed in flipped_inside(line):
        with pytest.raises(BatchError) as error:
            open_event(flipped, key_of={old.key_id: old.public_key}.get, collector=None)
        found = of_rule(error.value)
        assert (found.status, found.code) == expected_of_content(content, changed, old_signed=True), (
            seed,
            bit,
            changed,
        )


@pytest.mark.parametrize("draws", [2, pytest.param(200, marks=pytest.mark.soak)])
def test_whichever_keys_are_drawn_each_flipped_bit_inside_their_event_breaks_the_rule_of_its_field(draws: int) -> None:
    seed = secrets.randbits(64)
    drawn = random.Random(seed)
    for _ in range(draws):
        check(*(DeviceKey.from_seed(drawn.randbytes(32)) for _ in range(2)), seed)


def test_a_flip_that_puts_a_backslash_before_a_keys_slash_is_json_that_nobody_would_write() -> None:
    """What was expected took any JSON for canonical, and looked at what was escaped; chance drew such a key."""
    old, new = DeviceKey.from_seed(bytes(32)), DeviceKey.from_seed(BEFORE_A_SLASH)
    content = parse_envelope(event(old, new)).payload
    (escaped,) = (changed for _, _, changed in flipped_inside(event(old, new)) if b"\\/" in changed)
    assert json.loads(escaped)["new_public_key"] != json.loads(content)["new_public_key"]
    assert expected_of_content(content, escaped, old_signed=True) == (400, "payload")
    check(old, new, "a slash")
