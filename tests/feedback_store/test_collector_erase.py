"""Erasing on both sides: what a trainer erased or blacked out, and what the operator erases, leaves the collector."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from joined_profile import Ready
from running_collector import Device, Team, address_of, receipt_of, stored
from storages import Databases, everything
from test_collector_rules import revised, withdrawal

from feedback_store import canonical, records
from feedback_store.batches.body import erased_line, write_body
from feedback_store.batches.key_event import ChainEnd, event_hash, make_event
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS
from feedback_store.batches.verify import verify_bundle
from feedback_store.collector import proof
from feedback_store.collector.erasing import ErasedHere, erase
from feedback_store.collector.opening import open_storage
from feedback_store.collector.storage import Storage
from feedback_store.errors import NotFoundError
from feedback_store.record_parts import Judgement, Redaction

SECRET = "the patient's name is Zachariasch"


@pytest.fixture
def storage(team: Team) -> Iterator[Storage]:
    opened = open_storage(team.folder)
    yield opened
    opened.close()


def told(device: Device, text: str = SECRET) -> bytes:
    """A record with a text that is looked for afterwards."""
    return device.record(justification=text)


def id_of(line: bytes) -> str:
    return records.decode(line).id


def is_kept(team: Team, line: bytes) -> bool:
    """Whether the collector's data holds a record, by its nonce; of SQLite the write-ahead log too."""
    return records.decode(line).nonce.encode() in everything(team.folder)


def test_the_operator_erases_every_revision_and_no_byte_stays(
    device: Device, storage: Storage, databases: Databases
) -> None:
    line = told(device)
    device.deliver(line)
    device.deliver(revised(line, confidence=3))
    assert is_kept(device.team, line)
    scrubbed = databases.kind == "sqlite"  # the other one only forgets with time
    assert erase(storage, [id_of(line)]) == ErasedHere(records=1, revisions=2, scrubbed=scrubbed)
    assert not is_kept(device.team, line)
    assert {row[8] for row in stored(device)} == {None}


def test_a_bundle_of_what_is_left_verifies_and_counts_what_was_erased(
    device: Device, storage: Storage, tmp_path: Path
) -> None:
    first, second = told(device), device.record()
    device.deliver(first, second)
    device.deliver()
    whole = b"".join(proof.bodies_of(storage, proof.find_device(storage, device.key.key_id)))
    erase(storage, [id_of(first)])
    file = tmp_path / "left.preceptor"
    file.write_bytes(b"".join(proof.bodies_of(storage, proof.find_device(storage, device.key.key_id[:20]))))
    assert verify_bundle(whole, public_key=device.key.public_key).erased == 0
    summary = verify_bundle(file, public_key=device.key.public_key)
    assert (summary.batches, summary.records, summary.erased) == (2, 3, 1)
    assert SECRET.encode() not in file.read_bytes()


def test_a_bundles_chains_stand_as_their_device_began_them_in_whatever_order_they_came(
    device: Device, storage: Storage
) -> None:
    """By what was signed, and not by a clock of ours: two processes have two, and another storage had another order."""
    begun: list[tuple[str, bytes]] = []
    for batch_id in sorted(records.new_id() for _ in range(6)):
        device.chain, device.seq, device.head = secrets.token_hex(16), 0, GENESIS
        begun.append((device.chain, device.body(batch_id=batch_id)))
    for _chain, body in reversed(begun):
        assert device.put(body).status_code == 201
    device.chain, device.seq, device.head = begun[2][0], 1, address_of(begun[2][1])
    second = device.body()
    assert device.put(second).status_code == 201
    expected = [body for _chain, body in begun]
    expected.insert(3, second)
    assert list(proof.bodies_of(storage, proof.find_device(storage, device.key.key_id))) == expected


def test_a_bundle_of_a_key_that_came_by_an_event_begins_with_that_event(device: Device, storage: Storage) -> None:
    """Whichever of the new key's chains was begun or came first."""
    device.deliver()
    new = DeviceKey.generate()
    line = make_event(
        "rotate",
        project=device.team.project,
        old=device.key.key_id,
        new=new.public_key,
        chains=[ChainEnd(device.chain, device.seq, device.head)],
        reason="",
        created_at=records.now(),
        signers=[device.key, new],
    )
    told_of = device.http.put(
        f"/projects/{device.team.project}/key-events/{event_hash(line)}",
        content=line + b"\n",
        headers={"authorization": f"Bearer {device.token}"},
    )
    assert told_of.status_code == 201
    old, device.key = device.key, new
    for before in (GENESIS, event_hash(line)):
        device.chain, device.seq, device.head = secrets.token_hex(16), 0, before
        device.deliver()
    bodies = list(proof.bodies_of(storage, proof.find_device(storage, new.key_id)))
    assert len(bodies) == 2 and bodies[0].startswith(line + b"\n")
    assert verify_bundle(b"".join(bodies), public_key=old.public_key).batches == 2


def test_one_unknown_id_and_nothing_is_erased(device: Device, storage: Storage) -> None:
    line = told(device)
    device.deliver(line)
    with pytest.raises(NotFoundError, match="holds no record"):
        erase(storage, [id_of(line), records.new_id()])
    assert stored(device)[0][8] == line


def test_what_the_operator_erased_does_not_come_back(device: Device, storage: Storage) -> None:
    line = told(device)
    device.deliver(line)
    erase(storage, [id_of(line)])
    for later in (line, revised(line, confidence=2)):
        assert [item.status for item in device.deliver(later).items] == ["erased"]
    assert {row[8] for row in stored(device)} == {None}
    assert not is_kept(device.team, line)


def test_erasing_twice_changes_nothing(device: Device, storage: Storage) -> None:
    line = told(device)
    device.deliver(line)
    erase(storage, [id_of(line)])
    before = stored(device)
    assert erase(storage, [id_of(line)]).revisions == 0
    assert stored(device) == before


def test_a_record_that_was_set_aside_is_erased_too(device: Device, storage: Storage) -> None:
    line = device.record()
    aside = revised(line, justification=SECRET)
    fork = device.body(aside)
    device.deliver(line)
    assert device.put(fork).status_code == 409
    assert is_kept(device.team, aside)
    erase(storage, [id_of(line)])
    assert not is_kept(device.team, aside)


@pytest.mark.parametrize("by", ["trainer", "operator"])
def test_a_fork_that_comes_after_the_erasure_brings_no_byte_of_it(device: Device, storage: Storage, by: str) -> None:
    """A copy of the profile from before still has them."""
    line = told(device)
    aside = revised(line, justification=SECRET)
    fork = device.body(aside)
    device.deliver(line)
    if by == "trainer":
        device.deliver(withdrawal(device, line))
    else:
        erase(storage, [id_of(line)])
    assert device.put(fork).status_code == 409
    assert not is_kept(device.team, line)
    assert not is_kept(device.team, aside)


def test_a_trainers_erasure_leaves_no_byte_in_database_or_log(device: Device) -> None:
    line = told(device)
    device.deliver(line)
    device.deliver(withdrawal(device, line))
    assert not is_kept(device.team, line)


def blacked_out(line: bytes, count: int = 1) -> bytes:
    """The next version, with the secret blacked out so many times."""
    found = (Redaction("judgement", "name", count),)
    return revised(line, justification="the patient's name is " + "[name]" * count, redactions=found)


def test_what_was_blacked_out_after_delivery_leaves_the_collector(device: Device) -> None:
    line = told(device)
    device.deliver(line)
    later = device.deliver(blacked_out(line))
    assert [item.status for item in later.items] == ["stored"]
    assert not is_kept(device.team, line)
    assert [row[8] is None for row in stored(device)] == [True, False]


def test_a_version_after_a_blacked_out_one_erases_nothing(device: Device) -> None:
    line = told(device)
    black = blacked_out(line)
    device.deliver(line)
    device.deliver(black)
    device.deliver(revised(black, confidence=1))
    assert [row[8] is None for row in stored(device)] == [True, False, False]


def test_a_later_version_of_a_blacked_out_record_is_still_taken(device: Device) -> None:
    line = told(device)
    device.deliver(line)
    black = blacked_out(line)
    device.deliver(black)
    after = device.deliver(revised(black, confidence=4))
    assert [item.status for item in after.items] == ["stored"]


def test_erased_before_it_came_and_blacked_out_after_is_taken(device: Device) -> None:
    line = told(device)
    body = device.body(line)
    envelope = body.partition(b"\n")[0]
    answer = device.put(write_body(envelope, [erased_line(canonical.record_hash(line))]))
    assert [item.status for item in receipt_of(answer).items] == ["erased"]
    device.seq, device.head = 1, receipt_of(answer).batch
    later = device.deliver(blacked_out(line))
    assert [item.status for item in later.items] == ["stored"]


def test_from_a_profile_erasing_after_delivery_reaches_the_collector_by_itself(ready: Ready) -> None:
    team, profile, project = ready
    saved = profile.save(project.id, justification=SECRET)
    profile.store.outbox.release([saved.id]).result()
    profile.store.outbox.seal(project.id, profile.key_for(project.id)).result()
    assert profile.sender().send_pending(project, tries=2).arrived == 1
    assert is_kept(team, saved.data)
    profile.store.records.erase(saved.id).result()
    profile.store.outbox.seal(project.id, profile.key_for(project.id)).result()  # released by itself
    assert profile.sender().send_pending(project, tries=2).arrived == 1
    assert not is_kept(team, saved.data)


def test_from_a_profile_a_withdrawal_after_delivery_is_released_by_itself(ready: Ready) -> None:
    team, profile, project = ready
    profile.seal(project.id)
    profile.sender().send_pending(project, tries=2)
    (stored_one,) = list(profile.store.records.iter_newest(project.id))
    profile.store.records.withdraw(stored_one.id, "mistake").result()
    profile.store.outbox.seal(project.id, profile.key_for(project.id)).result()
    profile.sender().send_pending(project, tries=2)
    storage = open_storage(team.folder)
    try:
        with storage.reading() as view:
            kinds = [(each.rev, each.kind) for each in view.held(project.id, [stored_one.id])[stored_one.id]]
            assert all(view.live_hashes(project.id, mark.day) == [] for mark in view.day_marks(project.id))
    finally:
        storage.close()
    assert kinds == [(1, "judgement"), (2, "withdrawal")]


def test_the_bytes_of_a_judgement_that_only_moved_stay(device: Device) -> None:
    """An ordinary new version erases nothing."""
    line = told(device)
    device.deliver(line)
    device.deliver(revised(line, confidence=5))
    assert [row[8] is None for row in stored(device)] == [False, False]
    first = records.decode(stored(device)[0][8])
    assert isinstance(first, Judgement)
    assert msgspec.structs.asdict(first)["justification"] == SECRET


def test_what_is_only_set_aside_can_be_erased(device: Device, storage: Storage) -> None:
    aside = told(device)
    fork = device.body(aside)
    device.deliver()
    assert device.put(fork).status_code == 409
    assert erase(storage, [id_of(aside)]).revisions == 0
    assert not is_kept(device.team, aside)
