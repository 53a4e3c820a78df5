"""T8, T12: no event by which a key changes or ends is believed with one bit of it flipped, whichever way it comes."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest
from flipped_fields import BASE64, BROKEN, BYTES_64, TEXT, Answer, Table, expected, expected_of_content, field_hit
from keys_over_http import TIME, recovery, revocation, rotation, states
from one_in import one_in
from running_collector import Device, refused

from feedback_store.batches.key_event import ChainEnd, event_hash, make_event
from feedback_store.batches.keys import DeviceKey
from feedback_store.collector import key_ceremony, key_events
from feedback_store.collector.opening import open_storage
from feedback_store.collector.refusal import Refusal, of_rule
from feedback_store.collector.storage import Storage
from feedback_store.errors import BatchError

SEED = 20261127
NOT_ALONE = (422, "lines")  # one line and its end, and nothing else
# Rule 3, and 4: the name of another key, or what no key has signed. The payload is read before, by its own fields.
OUTSIDE: Table = {
    "payloadType": (TEXT, (400, "payload_type")),
    "keyid": (TEXT, (422, "other_key")),
    "sig": (BYTES_64, (422, "bad_signature")),
}


@dataclass(frozen=True)
class Door:
    """A key event on its way in: `sent` are the bytes that are flipped, `after` what the trainer's devices are then."""

    sent: bytes
    directly: Callable[[Storage, bytes], object]
    by_http: Callable[[bytes], httpx.Response]
    before: list[str]
    after: list[str]
    asked: bool = False  # by JSON around it, without the line's end
    old_signed: bool = False

    def expected(self, flipped: bytes, *, by_http: bool = False) -> Answer:
        """The one answer to these bytes, by the field in which they differ from what is sent."""
        line = self.sent if self.asked else self.sent[:-1]
        if not self.asked and (b"\n" in flipped[:-1] or flipped[-1:] != b"\n"):
            return NOT_ALONE
        changed = flipped[: len(line)]
        if by_http and self.asked and not changed.isascii():
            return 400, "request"  # the JSON around it is not UTF-8
        name, value = field_hit(line, changed)
        if name != "payload":
            return expected(line, changed, OUTSIDE)
        if not BASE64.fullmatch(value):
            return BROKEN
        content, other = (base64.b64decode(json.loads(line)["payload"]), base64.b64decode(value))
        return expected_of_content(content, other, old_signed=self.old_signed)


def event_door(device: Device, event: bytes, before: list[str], after: list[str], *, old_signed: bool = False) -> Door:
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
        old_signed=old_signed,
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
        asked=True,
    )


def recovered_door(device: Device) -> Door:
    """Of a recovery as it stands, with both signatures; it is met again in files and after a restore."""
    team = device.team
    code = key_ceremony.recovery_code(team.folder, device.key.key_id, project=team.project)
    done = recovery(device, code, DeviceKey.generate()).json()
    device.token = done["token"]
    return event_door(device, done["event"].encode(), ["retired", "active"], ["retired", "active"])


DOORS: dict[str, Callable[[Device], Door]] = {
    "rotate": lambda d: event_door(
        d, rotation(d, DeviceKey.generate()), ["active"], ["retired", "active"], old_signed=True
    ),
    "revoke, by the key": lambda d: event_door(d, revocation(d, d.key), ["active"], ["revoked"], old_signed=True),
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
@pytest.mark.parametrize("kind", one_in(2, DOORS))
def test_every_flipped_bit_of_a_key_event_breaks_the_one_rule_of_its_field(
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
            assert (found.status, found.code) == door.expected(data), bit
        assert states(device) == door.before
        door.directly(storage, door.sent)
    finally:
        storage.close()


@pytest.mark.parametrize(
    "count", [100, pytest.param(0, marks=(pytest.mark.soak, pytest.mark.timeout(900)))], ids=["some", "all"]
)
@pytest.mark.parametrize("kind", DOORS)
def test_every_flipped_bit_of_a_key_event_has_the_one_answer_of_its_field_by_http(
    device: Device, kind: str, count: int
) -> None:
    """By default a seeded hundred bits; in soak all."""
    device.deliver()
    door = DOORS[kind](device)
    for bit, data in flips(door.sent, count):
        answer = door.by_http(data)
        assert refused(answer) == door.expected(data, by_http=True), bit
    assert states(device) == door.before
    answer = door.by_http(door.sent)
    assert answer.status_code in (200, 201), answer.text
    device.token = answer.json().get("token", device.token)
    assert states(device) == door.after
