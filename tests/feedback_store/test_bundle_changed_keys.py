"""Both verifiers say the same of files in which a key was changed or recovered, whatever key they are checked with."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from golden_parts import COLLECTOR, DEVICE, NEW_DEVICE, PROJECT
from made_batches import KEY, bodies, re_signed, record
from strangers_view import standalone
from test_bundle_standalone import MUTATIONS, sign_again

from feedback_store import canonical
from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.keys import LOW_ORDER_ENCODINGS, DeviceKey
from feedback_store.batches.payload_types import FEEDBACK_BATCH, KEY_EVENT
from feedback_store.batches.verify import verify_bundle
from feedback_store.errors import BatchError

VECTORS = Path(__file__).parents[2] / "docs" / "vectors"
ROTATED, RECOVERED, COPIED = (
    (VECTORS / f"{name}.preceptor").read_bytes() for name in ("rotated", "recovered", "copied")
)
UNRELATED = DeviceKey.from_seed(bytes(range(32)))
SIGNERS = {"rotate": [DEVICE, NEW_DEVICE], "recover": [NEW_DEVICE, COLLECTOR]}
FIELDS = ("batches", "records", "erased", "first_seq", "last_seq")


@pytest.fixture(scope="module")
def program() -> ModuleType:
    return standalone()


def from_event(data: bytes) -> bytes:
    """The same file without what comes before its change of keys."""
    lines = data.splitlines(keepends=True)
    return b"".join(lines[next(at for at, line in enumerate(lines) if _is_event(line)) :])


def _is_event(line: bytes) -> bool:
    return line.startswith(b'{"payload"') and bool(json.loads(line)["payloadType"] == KEY_EVENT)


def answers(program: ModuleType, data: bytes, key: bytes, *collectors: bytes) -> tuple[object, object]:
    """What Preceptor and the program say: the counts, or the rule that refused."""
    ours: object
    theirs: object
    try:
        summary = verify_bundle(data, public_key=key, collector_keys=collectors)
        ours = tuple(getattr(summary, name) for name in FIELDS)
    except BatchError as error:
        ours = error.values["rule"]
    try:
        found = program.verify(io.BytesIO(data), key, *collectors)
        theirs = tuple(found[name] for name in FIELDS)
    except program.RefusedError as error:
        theirs = int(re.findall(r"rule (\d+)", str(error))[0])
    return ours, theirs


def event_changed(data: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The file with its event changed by all who had to sign it, and the chain after it begun anew."""
    lines = data.splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if _is_event(line))
    event, manifest = (json.loads(parse_envelope(line[:-1]).payload) for line in lines[at : at + 2])
    signers = SIGNERS[event["kind"]]
    change(event)
    signed = canonical.encode(event)
    manifest["prev"] = hashlib.sha256(signed).hexdigest()
    lines[at] = sign_envelope(KEY_EVENT, signed, signers) + b"\n"
    lines[at + 1] = sign_envelope(FEEDBACK_BATCH, canonical.encode(manifest), [NEW_DEVICE]) + b"\n"
    return b"".join(lines)


def test_a_file_that_begins_with_a_recovery_is_valid_by_the_lost_key_alone(program: ModuleType) -> None:
    data = from_event(RECOVERED)
    assert answers(program, data, DEVICE.public_key, COLLECTOR.public_key) == ((1, 1, 0, 1, 1),) * 2
    for key in (NEW_DEVICE, COLLECTOR, UNRELATED):
        assert answers(program, data, key.public_key, COLLECTOR.public_key) == (6, 6)
    with pytest.raises(BatchError) as error:
        verify_bundle(data, public_key=UNRELATED.public_key, collector_keys=[COLLECTOR.public_key])
    assert error.value.code == "lost_key_needed" and DEVICE.key_id in str(error.value)


def test_where_the_lost_keys_public_half_is_nobodys_its_id_is_enough() -> None:
    data, collector = from_event(RECOVERED), [COLLECTOR.public_key]
    named: dict[str, Any] = {"public_key": NEW_DEVICE.public_key, "collector_keys": collector}
    assert verify_bundle(data, **named, lost=DEVICE.key_id).batches == 1
    with pytest.raises(BatchError):
        verify_bundle(data, **named, lost=UNRELATED.key_id)


@pytest.mark.parametrize("data", [ROTATED, RECOVERED, COPIED], ids=["rotated", "recovered", "copied"])
def test_no_other_key_than_the_first_signers_makes_a_file_valid(program: ModuleType, data: bytes) -> None:
    low, collector = next(iter(LOW_ORDER_ENCODINGS)), COLLECTOR.public_key
    for file in (data, from_event(data)):
        right, theirs = answers(program, file, DEVICE.public_key, collector)
        assert isinstance(right, tuple) and right == theirs
        for key in (NEW_DEVICE.public_key, collector, UNRELATED.public_key, b"short", low):
            ours, theirs = answers(program, file, key, collector)
            assert ours == theirs and ours in (4, 6), key.hex()


@pytest.mark.parametrize("data", [ROTATED, RECOVERED], ids=["rotated", "recovered"])
def test_a_leading_key_event_of_another_project_is_refused(program: ModuleType, data: bytes) -> None:
    """T9: what was signed for one project is taken in no other, the event before the first batch neither."""
    moved = event_changed(data, lambda event: event.update(aud="prj_" + "9" * 32))
    for file in (moved, from_event(moved)):
        assert answers(program, file, DEVICE.public_key, COLLECTOR.public_key) == (6, 6)
    with pytest.raises(BatchError):
        verify_bundle(from_event(moved), public_key=None)
    assert verify_bundle(from_event(data), public_key=None, project=PROJECT).batches == 1


@pytest.mark.parametrize("data", [ROTATED, RECOVERED], ids=["rotated", "recovered"])
@pytest.mark.parametrize("time", ["2026-13-45T99:99:99.999Z", "0000-01-01T00:00:00.000Z", "2026-02-30T00:00:00.000Z"])
def test_an_event_was_made_at_a_real_time(program: ModuleType, data: bytes, time: str) -> None:
    changed = event_changed(data, lambda event: event.update(created_at=time))
    for file in (changed, from_event(changed)):
        assert answers(program, file, DEVICE.public_key, COLLECTOR.public_key) == (5, 5)


def test_a_record_stands_once_in_a_batch(program: ModuleType) -> None:
    (body,) = bodies([record(), record()])
    envelope, first, *_rest = body.split(b"\n")

    def twice(manifest: dict[str, Any]) -> None:
        manifest["items"][1] = manifest["items"][0]

    assert answers(program, re_signed(b"\n".join([envelope, first, first, b""]), twice), KEY.public_key) == (5, 5)


def changed_event(dice: random.Random, data: bytes) -> bytes:
    """A field of the event changed by those who signed it."""
    values: list[Any] = [0, 1, 1001, -1, "", "x", "a" * 64, "0" * 64, [], {}, True, 2**53, "2026-02-30T12:34:56.789Z"]
    values += [
        "rotate",
        "recover",
        "revoke",
        "prj_" + "9" * 32,
        DEVICE.key_id,
        NEW_DEVICE.key_id,
        "ed25519:" + "a" * 64,
    ]

    def change(event: dict[str, Any]) -> None:
        part = dice.choice([event, event, event["chains"][0]])
        name = dice.choice(sorted(part))
        if dice.randrange(4):
            part[name] = dice.choice(values)
        else:
            del part[name]

    return event_changed(data, change)


def test_both_say_the_same_of_whatever_was_done_to_a_file_with_a_change_of_keys(program: ModuleType) -> None:
    mutations = [each for each in MUTATIONS if each is not sign_again] + [changed_event, changed_event]
    found = []
    for number in range(320):
        dice = random.Random(number)
        data = dice.choice([ROTATED, RECOVERED, COPIED])
        data = dice.choice([data, from_event(data)])
        mutation = mutations[number % len(mutations)]
        key = dice.choice([DEVICE, DEVICE, DEVICE, NEW_DEVICE, UNRELATED]).public_key
        collectors = dice.choice([[], [COLLECTOR.public_key], [UNRELATED.public_key, COLLECTOR.public_key]])
        ours, theirs = answers(program, mutation(dice, data), key, *collectors)
        if ours != theirs:
            found.append((number, mutation.__name__, ours, theirs))
    assert found == []
