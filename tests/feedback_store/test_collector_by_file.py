"""Batches that come on a stick: the rules of the network, one receipt a batch, and nothing half taken."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joined_profile import Profile, Ready, kept_by
from keys_over_http import changed, rotation
from running_collector import Device, Team, address_of, stored
from storages import ask
from waiting_file import write_waiting

from feedback_store import canonical
from feedback_store.batches import payload
from feedback_store.batches.body import erased_line, write_body
from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.receipt import Receipt
from feedback_store.collector import administration, key_ceremony
from feedback_store.collector.by_file import FileDoor, TakenFile
from feedback_store.collector.opening import open_storage
from feedback_store.delivery.by_file import ReadReceipts, read_receipts
from feedback_store.errors import BatchError, DeliveryError


@pytest.fixture
def door(team: Team) -> Iterator[FileDoor]:
    storage = open_storage(team.folder)
    yield FileDoor(team.folder, storage)
    storage.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some.preceptor"


def chain(device: Device, count: int) -> list[bytes]:
    """So many batches of a device that were never sent, each with a fresh record."""
    found = []
    for _ in range(count):
        body = device.body()
        device.seq, device.head = device.seq + 1, address_of(body)
        found.append(body)
    return found


def refused(door: FileDoor, file: Path, data: bytes) -> BatchError:
    file.write_bytes(data)
    with pytest.raises(BatchError) as caught:
        door.take(file)
    return caught.value


def test_every_batch_is_taken_in_order_with_a_chained_receipt(door: FileDoor, device: Device, file: Path) -> None:
    bodies = chain(device, 3)
    file.write_bytes(b"".join(bodies))
    told: list[int] = []
    taken = door.take(file, told.append)
    assert (taken.batches, taken.new, taken.records, told) == (3, 3, {"stored": 3}, [1, 2, 3])
    receipts = [payload.parse(parse_envelope(line).payload, Receipt) for line in taken.receipts]
    assert [receipt.batch for receipt in receipts] == [address_of(body) for body in bodies]
    assert [receipt.prev_receipt for receipt in receipts[1:]] == [
        canonical.sha256_hex(parse_envelope(line).payload) for line in taken.receipts[:2]
    ]


def test_the_same_file_again_gives_the_same_receipts(door: FileDoor, device: Device, file: Path) -> None:
    file.write_bytes(b"".join(chain(device, 2)))
    first, again = door.take(file), door.take(file)
    assert first.receipts == again.receipts
    assert (again.new, len(stored(device))) == (0, 2)


def test_what_came_by_network_and_what_comes_by_file_are_one_chain(door: FileDoor, device: Device, file: Path) -> None:
    sent = device.body()
    answer = device.put(sent)
    device.seq, device.head = 1, address_of(sent)
    file.write_bytes(sent + b"".join(chain(device, 1)))
    taken = door.take(file)
    assert (taken.batches, taken.new) == (2, 1)
    assert taken.receipts[0] == answer.content
    device.deliver()


def test_a_hole_is_told_and_nothing_of_the_file_is_taken(door: FileDoor, device: Device, file: Path) -> None:
    one, two, three, four = chain(device, 4)
    error = refused(door, file, one + two + four)
    assert (error.code, error.values["rule"]) == ("chain", 9)
    assert str(error).startswith("Batch 3 of some.preceptor is refused by rule 9: Batch 4 does not follow batch 2. ")
    assert str(error).endswith("Nothing of the file was taken.")
    error = refused(door, file, two + three)
    assert (error.code, error.values["rule"]) == ("gap", 9)
    assert "does not follow batch 0" in str(error)
    assert stored(device) == []
    file.write_bytes(one + two + three + four)
    assert door.take(file).new == 4


def test_a_foreign_key_is_refused_and_nothing_of_the_file_is_taken(
    door: FileDoor, device: Device, file: Path, http: httpx.Client
) -> None:
    stranger = Device(device.team, http, DeviceKey.generate())
    error = refused(door, file, device.body() + stranger.body())
    assert (error.code, error.values["rule"]) == ("key_unknown", 4)
    assert str(error).startswith("Batch 2 of some.preceptor is refused by rule 4: ")
    assert stored(device) == []


@pytest.mark.parametrize(
    ("rule", "damage"),
    [
        (10, lambda data: b" " + data),  # so it is no envelope, and the batch before it has lines too many
        (2, lambda data: data.replace(b'"sig":"', b'"sig": "', 1)),
        (10, lambda data: data[:-1]),
        (10, lambda data: data.replace(b"Why?", b"Who?", 1)),
        (10, lambda data: data + b"{}\n"),
    ],
)
def test_a_damaged_body_is_refused_with_its_rule_and_nothing_is_taken(
    door: FileDoor, device: Device, file: Path, rule: int, damage: object
) -> None:
    one, two = chain(device, 2)
    assert callable(damage)
    error = refused(door, file, one + damage(two))
    assert error.values["rule"] == rule
    assert "Nothing of the file was taken." in str(error)
    assert stored(device) == []


def test_a_revoked_device_hands_over_nothing_new(door: FileDoor, device: Device, file: Path) -> None:
    known, new = chain(device, 2)
    device.put(known)
    administration.revoke(device.team.folder, device.key.key_id, project=device.team.project)
    assert refused(door, file, known + new).code == "key_revoked"
    file.write_bytes(known)
    assert door.take(file).batches == 1  # its receipt is still its own


def test_a_fork_is_set_aside_as_over_the_network(door: FileDoor, device: Device, file: Path) -> None:
    first, fork = device.body(), device.body()
    device.put(first)
    error = refused(door, file, fork)
    assert (error.code, error.values["rule"]) == ("fork", 9)
    assert len(stored(device, "quarantined")) == 1
    assert len(stored(device)) == 1


def test_another_collectors_file_is_refused(door: FileDoor, device: Device, file: Path, tmp_path: Path) -> None:
    other = Team.made(tmp_path / "other")
    error = refused(door, file, device.body(aud=other.project))
    assert (error.code, error.values["rule"]) == ("audience", 6)


def test_a_change_of_keys_whose_reason_holds_the_character_of_number_0_is_taken(
    door: FileDoor, device: Device, file: Path
) -> None:
    """PostgreSQL has no place for it in a text; what was signed stays byte for byte."""
    first, new = chain(device, 1), DeviceKey.generate()
    event = rotation(device, new, reason="lost\0on \x1b[2Jthe train")
    after = changed(device, new, event)
    data = b"".join([*first, event + b"\n", *chain(after, 1)])
    file.write_bytes(data)
    assert (door.take(file).batches, door.take(file).new) == (2, 0)
    (kept,) = ask(device.team.folder, "SELECT envelope FROM key_event WHERE old = ?", (device.key.key_id,))
    assert bytes(kept[0]) == event
    (row,) = ask(device.team.folder, "SELECT state, reason FROM device WHERE id = ?", (device.key.key_id,))
    assert row == ("retired", "lost on  [2Jthe train")


def test_an_erased_line_takes_the_place_of_its_record(door: FileDoor, device: Device, file: Path) -> None:
    body = device.body()
    envelope, line = body.split(b"\n")[:2]
    file.write_bytes(write_body(envelope, [erased_line(canonical.record_hash(line))]))
    assert door.take(file).records == {"erased": 1}


def test_a_kill_between_two_batches_leaves_whole_ones_and_the_same_file_goes_on(
    door: FileDoor, device: Device, file: Path
) -> None:
    bodies = chain(device, 3)
    file.write_bytes(b"".join(bodies))

    class Killed(BaseException):
        pass

    def kill(taken: int) -> None:
        if taken == 2:
            raise Killed

    with pytest.raises(Killed):
        door.take(file, kill)
    assert len(stored(device)) == 2
    again = door.take(file)
    assert (again.batches, again.new, len(stored(device))) == (3, 1, 3)


def test_what_changes_while_a_file_is_taken_is_said_with_what_was_taken(
    door: FileDoor, device: Device, file: Path
) -> None:
    bodies = chain(device, 3)
    file.write_bytes(b"".join(bodies))

    def revoke(taken: int) -> None:
        if taken == 2:
            administration.revoke(device.team.folder, device.key.key_id, project=device.team.project)

    with pytest.raises(BatchError, match="The first 2 were taken, nothing after them") as caught:
        door.take(file, revoke)
    assert (caught.value.code, len(stored(device))) == ("key_revoked", 2)


def receipts_file(taken: TakenFile) -> Path:
    file = taken.file.with_suffix(".receipts")
    file.write_bytes(b"".join(line + b"\n" for line in taken.receipts))
    return file


def handed_over(ready: Ready, file: Path, count: int = 3) -> tuple[Profile, TakenFile]:
    """A profile's batches on a stick, taken by the collector."""
    team, profile, project = ready
    profile.seal(project.id, batches=count)
    write_waiting(profile.store.outbox, project.id, file)
    storage = open_storage(team.folder)
    try:
        return profile, FileDoor(team.folder, storage).take(file)
    finally:
        storage.close()


def test_receipts_that_come_back_by_file_mark_as_delivered(ready: Ready, file: Path) -> None:
    team, _, project = ready
    profile, taken = handed_over(ready, file)
    back = receipts_file(taken)
    assert profile.states(project.id) == ["sealed"] * 3
    assert read_receipts(profile.store, back) == ReadReceipts(delivered=3, known=0, arrived=3, returned=0)
    assert profile.states(project.id) == ["delivered"] * 3
    assert read_receipts(profile.store, back) == ReadReceipts(delivered=0, known=3, arrived=0, returned=0)
    assert len(kept_by(team, profile)) == 3
    profile.seal(project.id)
    assert profile.sender().send_pending(project, tries=2).batches == 1  # the network goes on where the stick ended


def test_what_was_sent_and_handed_over_has_one_receipt(ready: Ready, file: Path) -> None:
    _, _, project = ready
    profile, taken = handed_over(ready, file)
    assert profile.sender().send_pending(project, tries=2).batches == 3
    assert read_receipts(profile.store, receipts_file(taken)).known == 3
    assert len(profile.store.outbox.receipts(project.id)) == 3


@pytest.mark.parametrize(
    ("code", "damage"),
    [
        ("cut", lambda lines: b"\n".join(lines)),
        ("empty", lambda _: b""),
        ("no_receipt", lambda lines: lines[0] + b"\n" + b"{}\n"),
        ("no_receipt", lambda lines: b" " + lines[0] + b"\n"),
        ("receipt_refused", lambda lines: _with_a_bit_flipped(lines[0]) + b"\n"),
    ],
)
def test_a_wrong_receipt_marks_nothing(ready: Ready, file: Path, code: str, damage: object) -> None:
    _, _, project = ready
    profile, taken = handed_over(ready, file)
    back = receipts_file(taken)
    assert callable(damage)
    back.write_bytes(damage(list(taken.receipts)))
    with pytest.raises(DeliveryError) as caught:
        read_receipts(profile.store, back)
    assert caught.value.code == code
    assert profile.states(project.id) == ["sealed"] * 3


def _with_a_bit_flipped(envelope: bytes) -> bytes:
    """The same with another signature in right base64."""
    at = envelope.index(b'"sig":"') + 20
    return envelope[:at] + (b"A" if envelope[at : at + 1] != b"A" else b"B") + envelope[at + 1 :]


def test_one_wrong_receipt_among_right_ones_marks_nothing(ready: Ready, file: Path) -> None:
    _, _, project = ready
    profile, taken = handed_over(ready, file)
    first, second, third = taken.receipts
    back = receipts_file(taken)
    back.write_bytes(b"\n".join([first, second, _with_a_bit_flipped(third), b""]))
    with pytest.raises(DeliveryError):
        read_receipts(profile.store, back)
    assert profile.states(project.id) == ["sealed"] * 3


def test_a_part_of_the_receipts_marks_what_it_proves(ready: Ready, file: Path) -> None:
    _, _, project = ready
    profile, taken = handed_over(ready, file)
    back = receipts_file(taken)
    back.write_bytes(taken.receipts[0] + b"\n")
    assert read_receipts(profile.store, back).delivered == 1
    assert profile.states(project.id) == ["delivered", "sealed", "sealed"]
    receipts_file(taken)
    assert read_receipts(profile.store, back) == ReadReceipts(delivered=2, known=1, arrived=2, returned=0)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400), lines=st.integers(0, 3))
def test_any_bytes_are_receipts_or_refused_and_nothing_else_happens(profile: Profile, data: bytes, lines: int) -> None:
    file = profile.store.path.parent / "any.receipts"
    file.write_bytes(data + b"\n" * lines)
    with pytest.raises(DeliveryError):
        read_receipts(profile.store, file)


def test_anothers_receipts_mark_nothing(ready: Ready, file: Path, device: Device, door: FileDoor) -> None:
    _, profile, project = ready
    profile.seal(project.id)
    file.write_bytes(device.body())
    with pytest.raises(DeliveryError, match="not of this profile"):
        read_receipts(profile.store, receipts_file(door.take(file)))
    assert profile.states(project.id) == ["sealed"]


def test_a_receipt_of_another_key_marks_nothing(ready: Ready, file: Path) -> None:
    _, _, project = ready
    profile, taken = handed_over(ready, file)
    other = DeviceKey.generate()
    envelope = parse_envelope(taken.receipts[0])
    back = file.with_suffix(".receipts")
    back.write_bytes(sign_envelope(envelope.payload_type, envelope.payload, [other]) + b"\n")
    with pytest.raises(DeliveryError) as caught:
        read_receipts(profile.store, back)
    assert caught.value.code == "receipt_refused"
    assert profile.states(project.id) == ["sealed"] * 3


def test_receipts_that_the_collectors_earlier_key_signed_are_believed_by_file(ready: Ready, file: Path) -> None:
    """The stick was on its way while the collector changed its key, and the profile followed it meanwhile."""
    team, _, project = ready
    profile, taken = handed_over(ready, file)
    back = receipts_file(taken)
    key_ceremony.rotate_key(team.folder, project=project.id)
    assert project.collector is not None
    present = base64.b64encode(administration.read_key(team.folder, project.id).public_key).decode()
    earlier = (project.collector.public_key,)
    collector = msgspec.structs.replace(project.collector, public_key=present, earlier=earlier)
    profile.store.projects.update(msgspec.structs.replace(project, collector=collector)).result()
    assert read_receipts(profile.store, back).delivered == 3
    assert profile.states(project.id) == ["delivered"] * 3
