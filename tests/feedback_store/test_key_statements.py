"""Key events, device lists and the collector's statements: no flipped bit is believed, and no key that is nobody's."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable
from typing import Any

import golden_batches
import golden_parts
import pytest

from feedback_store import canonical
from feedback_store.batches.collector_key import check_statement, follow, make_statement
from feedback_store.batches.device_list import check_list
from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.key_event import ChainEnd, make_event, open_event, open_request
from feedback_store.batches.keys import LOW_ORDER_ENCODINGS, DeviceKey, key_id
from feedback_store.batches.payload_types import COLLECTOR_KEY, KEY_EVENT
from feedback_store.errors import BatchError

DEVICE, NEW, COLLECTOR = golden_parts.DEVICE, golden_parts.NEW_DEVICE, golden_parts.COLLECTOR
PROJECT, TRAINER = golden_parts.PROJECT, golden_parts.TRAINER
VALUES = json.loads((golden_batches.FOLDER / "values.json").read_bytes())
Check = Callable[[bytes], object]


def event(line: bytes) -> object:
    known = {DEVICE.key_id: DEVICE.public_key}
    return open_event(line, key_of=known.get, collector=COLLECTOR.public_key)


def device_list(line: bytes) -> object:
    return check_list(line, collector_public_key=COLLECTOR.public_key, project=PROJECT, trainer=TRAINER)


def statement(line: bytes) -> object:
    return check_statement(line, project=PROJECT, old=COLLECTOR.public_key)


CASES: dict[str, tuple[bytes, Check]] = {
    "rotate": (VALUES["key_events"]["rotate"].encode(), event),
    "recover": (VALUES["key_events"]["recover"].encode(), event),
    "revoke": (VALUES["key_events"]["revoke"].encode(), event),
    "device list": (VALUES["device_list"].encode(), device_list),
    "collector's key": (VALUES["collector_key"].encode(), statement),
}


@pytest.mark.parametrize("name", CASES)
def test_no_flipped_bit_is_believed(name: str) -> None:
    line, check = CASES[name]
    check(line)
    believed = []
    for at in range(len(line) * 8):
        changed = bytearray(line)
        changed[at // 8] ^= 1 << at % 8
        try:
            check(bytes(changed))
        except BatchError as error:
            assert error.values["rule"] in (1, 2, 3, 4, 5, 6), at
        else:
            believed.append(at)
    assert believed == []


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_believed_at_another_door(name: str) -> None:
    line, _check = CASES[name]
    for other, (_line, check) in CASES.items():
        if (other in ("rotate", "recover", "revoke")) != (name in ("rotate", "recover", "revoke")) and other != name:
            with pytest.raises(BatchError):
                check(line)


def signed(kind: str, value: dict[str, Any], keys: list[DeviceKey]) -> bytes:
    return sign_envelope(kind, canonical.encode(value), keys)


@pytest.mark.parametrize("encoding", sorted(LOW_ORDER_ENCODINGS), ids=lambda each: each.hex()[:8])
def test_no_key_is_changed_to_one_that_anybody_can_sign_for(encoding: bytes) -> None:
    """An honest old key signs, and under such a new one any 64 bytes may pass for a signature."""
    for name, kind, old in (("rotate", KEY_EVENT, DEVICE), ("collector's key", COLLECTOR_KEY, COLLECTOR)):
        line, check = CASES[name]
        value = json.loads(parse_envelope(line).payload)
        value |= {"new": key_id(encoding), "new_public_key": base64.b64encode(encoding).decode("ascii")}
        made = json.loads(signed(kind, value, [old]))
        forged = {"keyid": key_id(encoding), "sig": base64.b64encode(encoding + bytes(32)).decode("ascii")}
        made["signatures"].append(forged)
        with pytest.raises(BatchError) as error:
            check(canonical.encode(made))
        assert error.value.code == "key_low_order"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"kind": "replace"}, 5),
        ({"new": None}, 5),
        ({"chains": [{"chain": "3" * 32, "last_seq": 0, "last_hash": "0" * 64}]}, 5),
        ({"chains": [{"chain": "3" * 32, "last_seq": 1, "last_hash": "0" * 64}] * 2}, 5),
        ({"new": DEVICE.key_id}, 6),
        ({"new": COLLECTOR.key_id}, 6),
        ({"old": COLLECTOR.key_id}, 4),
        ({"old": NEW.key_id}, 6),
        ({"kind": "revoke"}, 5),
        ({"new_public_key": "AAAA"}, 4),
        ({"new_public_key": "not base64"}, 2),
        ({"more": 1}, 5),
    ],
    ids=str,
)
def test_an_event_that_contradicts_itself_is_refused(change: dict[str, Any], rule: int) -> None:
    value = json.loads(parse_envelope(CASES["rotate"][0]).payload) | change
    value = {name: each for name, each in value.items() if each is not None}
    with pytest.raises(BatchError) as error:
        event(signed(KEY_EVENT, value, [DEVICE, NEW]))
    assert error.value.values["rule"] == rule


@pytest.mark.parametrize(
    ("kind", "signers"),
    [
        ("rotate", [DEVICE]),
        ("rotate", [NEW, DEVICE]),
        ("rotate", [NEW, COLLECTOR]),
        ("recover", [NEW]),
        ("recover", [COLLECTOR, NEW]),
        ("recover", [DEVICE, NEW]),
        ("revoke", [NEW]),
        ("revoke", [DEVICE, COLLECTOR]),
    ],
    ids=lambda each: each if isinstance(each, str) else "-".join(key.key_id[8:12] for key in each),
)
def test_who_has_to_sign_has_to_sign(kind: Any, signers: list[DeviceKey]) -> None:
    made = make_event(
        kind,
        project=PROJECT,
        old=DEVICE.key_id,
        new=None if kind == "revoke" else NEW.public_key,
        chains=[],
        reason="",
        created_at="2026-11-22T12:00:56.789Z",
        signers=signers,
    )
    with pytest.raises(BatchError) as error:
        event(made)
    assert error.value.values["rule"] in (2, 4)


def test_a_revocation_is_the_keys_or_the_collectors_word() -> None:
    for signer in (DEVICE, COLLECTOR):
        event(
            make_event(
                "revoke",
                project=PROJECT,
                old=DEVICE.key_id,
                new=None,
                chains=[ChainEnd("3" * 32, 1, "0" * 64)],
                reason="lost",
                created_at="2026-11-22T12:00:56.789Z",
                signers=[signer],
            )
        )


def test_only_a_recovery_is_asked_for_with_one_signature() -> None:
    line = signed(KEY_EVENT, json.loads(parse_envelope(CASES["recover"][0]).payload), [NEW])
    assert open_request(line).new_key == NEW.public_key
    for other in (CASES["rotate"][0], CASES["revoke"][0], CASES["recover"][0]):
        with pytest.raises(BatchError):
            open_request(other)


def test_statements_lead_from_the_pinned_key_alone() -> None:
    keys = [DeviceKey.generate() for _ in range(4)]
    stranger = DeviceKey.generate()

    def stated(old: DeviceKey, new: DeviceKey) -> bytes:
        return make_statement(old, new, project=PROJECT, created_at="2026-11-22T12:00:56.789Z")

    way = [stated(old, new) for old, new in itertools.pairwise(keys)]
    key, used = follow(way[::-1], project=PROJECT, pinned=keys[0].public_key)
    assert (key, used) == (keys[3].public_key, tuple(way))
    noise = [b"", b"{}", way[0][:-1], stated(stranger, keys[0])]
    assert follow([*noise, *way], project=PROJECT, pinned=keys[2].public_key) == (keys[3].public_key, (way[2],))
    for pinned in (stranger, keys[3]):
        key, used = follow(way, project=PROJECT, pinned=pinned.public_key)
        assert (key, used) == (pinned.public_key, ())
    assert follow(way, project="prj_" + "9" * 32, pinned=keys[0].public_key)[1] == ()
    circle = [stated(keys[0], keys[1]), stated(keys[1], keys[0])]
    assert follow(circle, project=PROJECT, pinned=keys[0].public_key)[0] == keys[0].public_key
