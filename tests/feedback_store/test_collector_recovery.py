"""A lost key is replaced with a code (T12): by HTTP, byte by byte, and no store on the other side."""

from __future__ import annotations

import httpx
import pytest
from keys_over_http import changed, recovery, states
from running_collector import Device, Team, refused

from feedback_store.batches.key_event import KeyEvent
from feedback_store.batches.keys import DeviceKey
from feedback_store.collector import administration, key_ceremony
from feedback_store.errors import NotFoundError, StoreError


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
    with pytest.raises(StoreError, match=r"invite \S+ --trainer"):
        key_ceremony.recovery_code(team.folder, device.key.key_id, project=team.project)


def test_what_stands_in_a_draft_is_a_key_event(device: Device, team: Team) -> None:
    code = key_ceremony.recovery_code(team.folder, device.key.key_id, project=team.project)
    draft = device.http.post(f"/projects/{team.project}/recovery", json={"code": code}).json()
    assert set(draft) <= set(KeyEvent.__struct_fields__)
    assert draft["old"] == device.key.key_id
