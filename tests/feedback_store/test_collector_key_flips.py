"""T8, T12: no event by which a key changes or ends is believed with one bit of it flipped, whichever way it comes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest
from keys_over_http import TIME, recovery, revocation, rotation, states
from running_collector import Device

from feedback_store.batches.key_event import ChainEnd, event_hash, make_event
from feedback_store.batches.keys import DeviceKey
from feedback_store.collector import key_ceremony, key_events
from feedback_store.collector.opening import open_storage
from feedback_store.collector.refusal import Refusal, of_rule
from feedback_store.collector.storage import Storage
from feedback_store.errors import BatchError

SEED = 20261127
REFUSALS = (400, 403, 422)


@dataclass(frozen=True)
class Door:
    """A key event on its way in: `sent` are the bytes that are flipped, `after` what the trainer's devices are then."""

    sent: bytes
    directly: Callable[[Storage, bytes], object]
    by_http: Callable[[bytes], httpx.Response]
    before: list[str]
    after: list[str]


def event_door(device: Device, event: bytes, before: list[str], after: list[str]) -> Door:
    """Of what is put at its hash, whatever the bytes are."""
    team, address = device.team, event_hash(event)

    def by_http(data: bytes) -> httpx.Response:
        headers = {"authorization": f"Bearer {device.token}"}
        return device.http.put(f"/projects/{team.project}/key-events/{address}", content=data, headers=headers)

    return Door(
        event + b"\n",
        lambda storage, data: key_events.take_event(storage, team.key, team.project, address, data),
        by_http,
        before,
        after,
    )


def asking_door(device: Device) -> Door:
    """Of a recovery that is asked for: the new key has signed, with a code that is good."""
    team, new = device.team, DeviceKey.generate()
    code = key_ceremony.recovery_code(team.folder, device.key.key_id, project=team.project)
    base = f"/projects/{team.project}"
    draft = device.http.post(f"{base}/recovery", json={"code": code}).json()
    request = make_event(
        "recover",
        project=team.project,
        old=device.key.key_id,
        new=new.public_key,
        chains=[ChainEnd(**end) for end in draft["chains"]],
        reason="",
        created_at=TIME,
        signers=[new],
    )

    def by_http(data: bytes) -> httpx.Response:
        asked = {"code": code, "envelope": data.decode("utf-8", "surrogateescape")}
        content = json.dumps(asked, ensure_ascii=False).encode("utf-8", "surrogateescape")
        return device.http.post(f"{base}/recover", content=content)

    return Door(
        request,
        lambda storage, data: key_events.recover(storage, team.key, team.project, code=code, envelope=data),
        by_http,
        ["active"],
        ["retired", "active"],
    )


def recovered_door(device: Device) -> Door:
    """Of a recovery as it stands, with both signatures; it is met again in files and after a restore."""
    team = device.team
    code = key_ceremony.recovery_code(team.folder, device.key.key_id, project=team.project)
    done = recovery(device, code, DeviceKey.generate()).json()
    device.token = done["token"]
    return event_door(device, done["event"].encode(), ["retired", "active"], ["retired", "active"])


DOORS: dict[str, Callable[[Device], Door]] = {
    "rotate": lambda d: event_door(d, rotation(d, DeviceKey.generate()), ["active"], ["retired", "active"]),
    "revoke, by the key": lambda d: event_door(d, revocation(d, d.key), ["active"], ["revoked"]),
    "revoke, by the collector": lambda d: event_door(d, revocation(d, d.team.key), ["active"], ["revoked"]),
    "recover, asked for": asking_door,
    "recover, as it stands": recovered_door,
}


def flips(data: bytes, count: int) -> list[tuple[int, bytes]]:
    """The bytes with one bit flipped, for so many bits of a seed's choice; 0: for all."""
    bits = range(8 * len(data))
    found = []
    for bit in random.Random(SEED).sample(bits, count) if count else bits:
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        found.append((bit, bytes(flipped)))
    return found


@pytest.mark.parametrize("count", [1000, pytest.param(0, marks=pytest.mark.soak)], ids=["some", "all"])
@pytest.mark.parametrize("kind", DOORS)
def test_no_flipped_bit_of_a_key_event_is_accepted_by_the_rules_themselves(
    device: Device, kind: str, count: int
) -> None:
    """By default a seeded thousand bits; in soak all."""
    device.deliver()
    door = DOORS[kind](device)
    storage = open_storage(device.team.folder)
    try:
        for bit, data in flips(door.sent, count):
            with pytest.raises((BatchError, Refusal)) as error:
                door.directly(storage, data)
            found = error.value if isinstance(error.value, Refusal) else of_rule(error.value)
            assert found.status in REFUSALS, (bit, found.code)
        assert states(device) == door.before
        door.directly(storage, door.sent)
    finally:
        storage.close()


@pytest.mark.parametrize(
    "count", [100, pytest.param(0, marks=(pytest.mark.soak, pytest.mark.timeout(900)))], ids=["some", "all"]
)
@pytest.mark.parametrize("kind", DOORS)
def test_no_flipped_bit_of_a_key_event_is_accepted_by_http(device: Device, kind: str, count: int) -> None:
    """By default a seeded hundred bits; in soak all."""
    device.deliver()
    door = DOORS[kind](device)
    for bit, data in flips(door.sent, count):
        answer = door.by_http(data)
        assert answer.status_code in REFUSALS, (bit, answer.text)
    assert states(device) == door.before
    answer = door.by_http(door.sent)
    assert answer.status_code in (200, 201), answer.text
    device.token = answer.json().get("token", device.token)
    assert states(device) == door.after
