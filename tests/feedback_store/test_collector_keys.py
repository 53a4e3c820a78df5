"""What a collector does with keys that change or end (T12): by HTTP, byte by byte, and no store on the other side."""

from __future__ import annotations

import httpx
import pytest
from keys_over_http import TIME, changed, listed, put, revocation, rotation, states
from running_collector import Device, Team, address_of, receipt_of, refused
from storages import ask

from feedback_store.batches.key_event import ChainEnd, event_hash, make_event
from feedback_store.batches.keys import LOW_ORDER_ENCODINGS, DeviceKey
from feedback_store.collector import administration


def test_old_batches_up_to_the_end_are_accepted_and_later_ones_are_not(device: Device) -> None:
    device.deliver()
    later = [device.body() for _ in range(1)]
    allowed, new = later[0], DeviceKey.generate()
    event = rotation(device, new, chains=[ChainEnd(device.chain, 2, address_of(allowed))])
    answer = put(device, event)
    assert answer.status_code == 201
    assert listed(device, answer).devices[0].ended_by == event_hash(event)
    forged = device.body()  # another batch 2, by whoever has the old key
    assert refused(device.put(forged)) == (403, "key_retired")
    assert device.put(allowed).status_code == 201
    device.seq, device.head = 2, address_of(allowed)
    assert refused(device.put(device.body())) == (403, "key_retired")
    device.chain, device.seq, device.head = "d" * 32, 0, "0" * 64
    assert refused(device.put(device.body())) == (403, "key_retired"), "a chain that the event does not name"
    after = changed(device, new, event)
    after.deliver()
    after.deliver()


def test_the_new_keys_first_chain_names_the_event_and_another_one_nothing(device: Device) -> None:
    new = DeviceKey.generate()
    event = rotation(device, new)
    put(device, event)
    wrong = changed(device, new, event)
    wrong.head = "7" * 64
    assert refused(wrong.put(wrong.body())) == (409, "gap")
    changed(device, new, event).deliver()
    restored = changed(device, new, event)  # a copy of the profile that does not know of the event
    restored.head = "0" * 64
    restored.deliver()


def test_a_known_event_is_answered_again_with_a_higher_version(device: Device) -> None:
    event = rotation(device, DeviceKey.generate())
    first, second = put(device, event), put(device, event)
    assert (first.status_code, second.status_code) == (201, 200)
    before, after = listed(device, first), listed(device, second)
    assert before.devices == after.devices
    assert before.version < after.version


def test_only_the_first_of_two_rotations_of_one_key_counts(device: Device) -> None:
    put(device, rotation(device, DeviceKey.generate()))
    assert refused(put(device, rotation(device, DeviceKey.generate()))) == (403, "key_retired")


def test_a_revocation_counts_from_its_receipt_and_not_from_the_time_it_claims(device: Device) -> None:
    before = device.body()
    receipt = receipt_of(device.put(before))
    answer = put(device, revocation(device, device.key, created_at="2020-01-01T00:00:00.000Z"))
    assert [each.state for each in listed(device, answer).devices] == ["revoked"]
    assert receipt_of(device.put(before)) == receipt, "what was receipted stays"
    device.seq, device.head = 1, address_of(before)
    early = device.body(created_at="2019-01-01T00:00:00.000Z")
    assert refused(device.put(early)) == (403, "key_revoked")


def test_a_retired_key_can_still_be_revoked(device: Device) -> None:
    device.deliver()
    waiting = device.body()
    event = rotation(device, DeviceKey.generate(), chains=[ChainEnd(device.chain, 2, address_of(waiting))])
    put(device, event)
    put(device, revocation(device, device.key))
    assert states(device) == ["revoked", "active"]
    assert refused(device.put(waiting)) == (403, "key_revoked")


def test_control_characters_of_a_signed_reason_are_spaces_where_it_is_listed(device: Device) -> None:
    put(device, revocation(device, device.key, reason="lost\x00on \x1b[2Jthe train"))
    (row,) = ask(device.team.folder, "SELECT reason FROM device WHERE id = ?", (device.key.key_id,))
    assert row[0] == "lost on  [2Jthe train"
    assert states(device) == ["revoked"]


def test_the_operators_revocation_is_an_event_of_the_collectors_key(device: Device) -> None:
    revoked = administration.revoke(device.team.folder, device.key.key_id, project=device.team.project, reason="lost")
    assert (revoked.state, revoked.reason) == ("revoked", "lost")
    again = administration.revoke(device.team.folder, device.key.key_id, project=device.team.project)
    assert again == revoked
    assert states(device) == ["revoked"]


REFUSED: dict[str, tuple[int, str]] = {
    "another project": (422, "audience"),
    "another address": (400, "address"),
    "an unknown key": (403, "key_unknown"),
    "another trainer's new key": (403, "key_other_trainer"),
    "the old key alone": (400, "envelope"),
    "another old key": (422, "other_key"),
    "a key for everybody": (422, "key_low_order"),
    "a recovery": (422, "other_key"),
    "no newline": (422, "lines"),
    "a record behind it": (422, "lines"),
    "a batch": (400, "payload_type"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_event_is_refused_and_changes_nothing(device: Device, case: str) -> None:
    team, http = device.team, device.http
    new, other = DeviceKey.generate(), Device(team, http)
    other.join()
    event = rotation(device, new)
    path = f"/projects/{team.project}/key-events/"
    match case:
        case "another project":
            answer = put(device, rotation(device, new, project="prj_" + "0" * 32))
        case "another address":
            answer = put(device, event, address="0" * 64)
        case "an unknown key":
            unknown = DeviceKey.generate()
            answer = put(device, rotation(device, new, old=unknown.key_id, signers=[unknown, new]))
        case "another trainer's new key":
            answer = put(device, rotation(device, other.key))
        case "the old key alone":
            answer = put(device, rotation(device, new, signers=[device.key]))
        case "another old key":
            answer = put(device, rotation(device, new, signers=[other.key, new]))
        case "a key for everybody":
            answer = put(device, rotation(device, new, new=min(LOW_ORDER_ENCODINGS)))
        case "a recovery":
            fields = {"new": new.public_key, "chains": [], "reason": "", "created_at": TIME}
            made = make_event(
                "recover", project=team.project, old=device.key.key_id, signers=[new, device.key], **fields
            )
            answer = put(device, made)
        case "no newline" | "a record behind it":
            content = event if case == "no newline" else event + b"\n{}\n"
            answer = http.put(
                path + event_hash(event), content=content, headers={"authorization": f"Bearer {device.token}"}
            )
        case _:
            line = device.body().partition(b"\n")[0]
            answer = put(device, line, address=address_of(line + b"\n"))
    assert refused(answer) == REFUSED[case]
    assert states(device) == ["active"]
    device.deliver()


def test_without_a_token_no_event_is_heard_and_no_list_shown(device: Device, http: httpx.Client) -> None:
    base = f"/projects/{device.team.project}"
    event = rotation(device, DeviceKey.generate())
    assert refused(http.put(f"{base}/key-events/{event_hash(event)}", content=event + b"\n")) == (401, "token")
    assert refused(http.get(f"{base}/devices")) == (401, "token")


def test_a_device_list_names_the_devices_of_its_trainer_alone(device: Device, team: Team, http: httpx.Client) -> None:
    second = Device(team, http, trainer=device.trainer)
    second.join(team.invite(trainer=device.trainer))
    assert states(device) == states(second) == ["active", "active"]
    assert states(Device(team, http, trainer=device.trainer, token=device.token)) == ["active", "active"]
