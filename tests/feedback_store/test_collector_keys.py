"""What a collector does with keys that change (T12): by HTTP, byte by byte, without a store on the other side."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from running_collector import Device, Team, address_of, receipt_of, refused, running, stored
from storages import ask

from feedback_store.batches.body import write_body
from feedback_store.batches.device_list import DeviceList, check_list
from feedback_store.batches.key_event import ChainEnd, KeyEvent, event_hash, make_event
from feedback_store.batches.keys import LOW_ORDER_ENCODINGS, DeviceKey
from feedback_store.collector import administration, key_ceremony, key_events
from feedback_store.collector.opening import open_storage
from feedback_store.collector.refusal import Refusal, of_rule
from feedback_store.errors import BatchError, NotFoundError, StoreError

TIME = "2026-11-22T12:00:56.789Z"


def end_of(device: Device) -> list[ChainEnd]:
    return [ChainEnd(device.chain, device.seq, device.head)] if device.seq else []


def rotation(device: Device, to: DeviceKey, **changes: Any) -> bytes:
    fields: dict[str, Any] = {
        "project": device.team.project,
        "old": device.key.key_id,
        "new": to.public_key,
        "chains": end_of(device),
        "reason": "",
        "created_at": TIME,
        "signers": [device.key, to],
    }
    return make_event("rotate", **fields | changes)


def revocation(device: Device, signer: DeviceKey, created_at: str = TIME) -> bytes:
    return make_event(
        "revoke",
        project=device.team.project,
        old=device.key.key_id,
        new=None,
        chains=[],
        reason="stolen",
        created_at=created_at,
        signers=[signer],
    )


def put(device: Device, event: bytes, *, address: str | None = None) -> httpx.Response:
    return device.http.put(
        f"/projects/{device.team.project}/key-events/{address or event_hash(event)}",
        content=event + b"\n",
        headers={"authorization": f"Bearer {device.token}"},
    )


def listed(device: Device, answer: httpx.Response) -> DeviceList:
    assert answer.status_code in (200, 201), answer.text
    return check_list(
        answer.content,
        collector_public_key=device.team.key.public_key,
        project=device.team.project,
        trainer=device.trainer,
    )


def states(device: Device) -> list[str]:
    answer = device.http.get(
        f"/projects/{device.team.project}/devices", headers={"authorization": f"Bearer {device.token}"}
    )
    return [each.state for each in listed(device, answer).devices]


def changed(device: Device, key: DeviceKey, event: bytes) -> Device:
    """The same device with its new key, at the beginning of the chain that follows the event."""
    return Device(device.team, device.http, key=key, trainer=device.trainer, token=device.token, head=event_hash(event))


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


def test_no_flipped_bit_of_an_event_is_accepted_and_every_answer_has_its_status(tmp_path: Path) -> None:
    """Every bit, without HTTP between: 10,000 of them would take minutes."""
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector, httpx.Client(base_url=collector.address) as http:
        device = Device(team, http)
        device.join()
        device.deliver()
    line = rotation(device, DeviceKey.generate()) + b"\n"
    storage = open_storage(team.folder)
    try:
        for at in range(len(line) * 8):
            data = bytearray(line)
            data[at // 8] ^= 1 << at % 8
            with pytest.raises((BatchError, Refusal)) as error:
                key_events.take_event(storage, team.key, team.project, event_hash(line[:-1]), bytes(data))
            found = error.value if isinstance(error.value, Refusal) else of_rule(error.value)
            assert found.status in (400, 403, 422), (at, found.code)
        key_events.take_event(storage, team.key, team.project, event_hash(line[:-1]), line)
    finally:
        storage.close()


def test_random_flips_over_http_end_in_a_status_of_their_own(device: Device) -> None:
    event, dice = rotation(device, DeviceKey.generate()), random.Random(5)
    for _ in range(60):
        data = bytearray(event + b"\n")
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        answer = device.http.put(
            f"/projects/{device.team.project}/key-events/{event_hash(event)}",
            content=bytes(data),
            headers={"authorization": f"Bearer {device.token}"},
        )
        assert answer.status_code in (400, 403, 422), answer.text
    assert states(device) == ["active"]


def recovery(device: Device, code: str, new: DeviceKey, **changes: Any) -> httpx.Response:
    base = f"/projects/{device.team.project}"
    draft = device.http.post(f"{base}/recovery", json={"code": code}).json()
    ends = [ChainEnd(**end) for end in draft["chains"]]
    fields: dict[str, Any] = {"old": draft["old"], "chains": ends, "signers": [new], **changes}
    line = make_event("recover", project=device.team.project, new=new.public_key, reason="", created_at=TIME, **fields)
    return device.http.post(f"{base}/recover", json={"code": code, "envelope": line.decode()})


def test_a_recovery_ends_the_old_key_where_it_stands(device: Device, team: Team) -> None:
    device.deliver()
    waiting = device.body()
    new = DeviceKey.generate()
    code = key_ceremony.recovery_code(team.folder, device.key.key_id, project=team.project)
    first, again = recovery(device, code, new), recovery(device, code, new)
    assert first.status_code == again.status_code == 200
    assert first.json()["event"] == again.json()["event"], "an answer that was lost is given again"
    assert first.json()["token"] != again.json()["token"]
    assert refused(device.put(waiting)) == (403, "key_retired")
    after = changed(device, new, first.json()["event"].encode())
    after.token = again.json()["token"]
    after.deliver()
    assert refused(recovery(device, code, DeviceKey.generate())) == (403, "invitation_used")


def test_a_recovery_is_for_its_device_and_tells_all_that_it_delivered(
    device: Device, team: Team, http: httpx.Client
) -> None:
    other = Device(team, http)
    other.join()
    device.deliver()
    code = key_ceremony.recovery_code(team.folder, device.key.key_id, project=team.project)
    new = DeviceKey.generate()
    assert refused(recovery(device, code, new, old=other.key.key_id)) == (403, "invitation_unknown")
    assert refused(recovery(device, code, new, chains=[])) == (409, "heads")
    assert refused(recovery(device, code, new, signers=[other.key])) == (422, "other_key")
    assert refused(http.post(f"/projects/{team.project}/recovery", json={"code": team.invite()})) == (
        403,
        "invitation_unknown",
    )
    assert states(device) == ["active"]


def test_a_recovery_code_needs_an_active_device(device: Device, team: Team) -> None:
    with pytest.raises(NotFoundError):
        key_ceremony.recovery_code(team.folder, DeviceKey.generate().key_id, project=team.project)
    administration.revoke(team.folder, device.key.key_id, project=team.project)
    with pytest.raises(StoreError, match="invite --trainer"):
        key_ceremony.recovery_code(team.folder, device.key.key_id, project=team.project)


def test_what_stands_in_a_draft_is_a_key_event(device: Device, team: Team) -> None:
    code = key_ceremony.recovery_code(team.folder, device.key.key_id, project=team.project)
    draft = device.http.post(f"/projects/{team.project}/recovery", json={"code": code}).json()
    assert set(draft) <= set(KeyEvent.__struct_fields__)
    assert draft["old"] == device.key.key_id


def fork(device: Device, *lines: bytes) -> str:
    """Another batch in the place of one that is stored; its hash."""
    body = device.body(*lines, seq=1, prev="0" * 64)
    assert refused(device.put(body)) == (409, "fork")
    return address_of(body)


def test_the_records_of_a_fork_are_taken_by_rule_11(device: Device, team: Team) -> None:
    known = device.record()
    device.deliver(known)
    sha256 = fork(device, known, device.record(), device.record(project="prj_" + "0" * 32))
    (found,) = (each for each in key_ceremony.list_forks(team.folder, project=team.project) if each.sha256 == sha256)
    assert (found.records, found.resolved) == (3, None)
    done = key_ceremony.resolve(team.folder, sha256[:12], take=True, project=team.project)
    assert (done.stored, done.known, done.refused) == (1, 1, 1)
    assert len(stored(device)) == 2
    with pytest.raises(StoreError, match="taken before"):
        key_ceremony.resolve(team.folder, sha256, take=False, project=team.project)
    assert refused(device.put(device.body())) == (409, "fork"), "the chain stays closed"
    second = fork(device, device.record())
    assert key_ceremony.resolve(team.folder, second, take=True, project=team.project).stored == 1


def test_the_records_of_a_fork_are_dropped_with_their_bytes(device: Device, team: Team) -> None:
    device.deliver()
    sha256 = fork(device, device.record())
    done = key_ceremony.resolve(team.folder, sha256, take=False, project=team.project)
    assert (done.stored, len(stored(device))) == (0, 1)
    storage = open_storage(team.folder)
    with storage.reading() as view:
        assert view.fork_lines(team.project, sha256) == [None]
    storage.close()


def test_a_fork_without_its_records_can_only_be_dropped(device: Device, team: Team) -> None:
    device.deliver()
    lines = [device.record()]
    manifest = device.manifest(lines, seq=1, prev="0" * 64)
    body = write_body(device.sign(manifest), [device.record()])
    assert refused(device.put(body)) == (409, "fork")
    with pytest.raises(StoreError, match="Drop it"):
        key_ceremony.resolve(team.folder, address_of(body), take=True, project=team.project)
    key_ceremony.resolve(team.folder, address_of(body), take=False, project=team.project)


def test_a_fork_that_is_not_there_is_told(team: Team) -> None:
    for named in ("", "0" * 64):
        with pytest.raises(NotFoundError, match="collector forks"):
            key_ceremony.resolve(team.folder, named, take=True, project=team.project)


def test_of_two_who_resolve_a_fork_at_once_one_decides_and_all_of_it_is_as_decided(device: Device, team: Team) -> None:
    device.deliver()
    for _ in range(10):
        lines = [device.record() for _ in range(30)]
        sha256 = fork(device, *lines)
        decided = at_once(
            lambda take, sha256=sha256: key_ceremony.resolve(team.folder, sha256, take=take, project=team.project),  # type: ignore[misc]
            (True, False),
        )
        refusals = [each for each in decided if isinstance(each, StoreError)]
        assert [each.code for each in refusals] == ["fork_resolved"], decided
        (done,) = (each for each in decided if isinstance(each, key_ceremony.Resolved))
        there = {row[0] for row in ask(team.folder, "SELECT sha256 FROM record WHERE batch = ?", (sha256,))}
        (said,) = ask(team.folder, "SELECT resolved FROM quarantined WHERE sha256 = ?", (sha256,))
        assert (said[0], len(there)) == (("taken", 30) if done.stored else ("dropped", 0))


def at_once(work: Callable[[bool], object], given: Sequence[bool]) -> list[object]:
    """What each gives or raises, all of them started at the same moment."""
    ready = threading.Barrier(len(given))

    def run(value: bool) -> object:
        ready.wait(30)
        try:
            return work(value)
        except StoreError as error:
            return error

    with ThreadPoolExecutor(len(given)) as threads:
        return list(threads.map(run, given))
