"""Joining a collector: facts for anybody, codes that serve once, keys that belong to one trainer."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from pathlib import Path

import httpx
import pytest
from running_collector import Device, Team, address_of, refused, running
from storages import Databases, everything

from feedback_store import canonical, records
from feedback_store.batches import payload
from feedback_store.batches.dsse import sign_envelope
from feedback_store.batches.join import Join, make_join
from feedback_store.batches.keys import LOW_ORDER_ENCODINGS, DeviceKey, key_id
from feedback_store.batches.payload_types import JOIN
from feedback_store.collector import administration, enrolment
from feedback_store.errors import NotFoundError


def test_anybody_may_see_a_projects_facts_and_nobody_its_secrets(team: Team, http: httpx.Client) -> None:
    facts = http.get(f"/projects/{team.project}").json()
    assert facts["name"] == "Team" and facts["collector"] == "House"
    assert facts["public_key"] == base64.b64encode(team.key.public_key).decode()
    assert facts["fingerprint"].replace(" ", "") == team.key.key_id.removeprefix("ed25519:")[:32]
    assert facts["guideline"]["sha256"] == hashlib.sha256(b"# Be fair").hexdigest()
    assert facts["terms"]["licence"] == "CC-BY-4.0"
    assert facts["rubric"]["id"] == "helpsteer2"
    assert team.key.seed.hex() not in json.dumps(facts)


def test_a_code_tells_its_project(team: Team, http: httpx.Client) -> None:
    code = team.invite()
    for typed in (code, code.lower(), code.replace("-", " "), f" {code}\n"):
        assert http.post("/invitation", json={"code": typed}).json() == {"project": team.project}
    assert refused(http.post("/invitation", json={"code": "NONE"})) == (403, "invitation_unknown")


def test_codes_and_tokens_are_kept_as_hashes_only(device: Device) -> None:
    code = device.team.invite()
    kept = everything(device.team.folder)
    assert code.encode() not in kept and code.replace("-", "").encode() not in kept
    assert device.token.encode() not in kept
    assert enrolment.hash_code(code).encode() in kept


def test_joining_binds_the_name_and_gives_a_token(team: Team, http: httpx.Client) -> None:
    answer = Device(team, http).join(name="  Grace \n Hopper ")
    assert answer.json()["trainer_name"] == "Grace Hopper"
    assert answer.json()["project"] == http.get(f"/projects/{team.project}").json()
    assert len(base64.urlsafe_b64decode(answer.json()["token"] + "=")) == 32
    answer = Device(team, http).join(name="Ada\0\x1b[2J Zoë \u0915\u094d\u200d\u0937")
    assert answer.json()["trainer_name"] == "Ada [2J Zoë \u0915\u094d\u200d\u0937"  # joiners belong to some scripts
    named = Device(team, http).join(team.invite(name="Dr. Weber"), name="Boss")
    assert named.json()["trainer_name"] == "Dr. Weber"


def test_a_code_serves_one_device_once(team: Team, http: httpx.Client, device: Device) -> None:
    code = team.invite()
    first = Device(team, http)
    assert first.join(code).status_code == 200
    old = first.token
    assert first.join(code).status_code == 200  # the answer was lost: the same device may ask again
    assert first.token != old
    assert refused(Device(team, http).join(code)) == (403, "invitation_used")
    first.token, fresh = old, first.token
    assert refused(first.put(first.body())) == (401, "token")
    first.token = fresh
    assert first.put(first.body()).status_code == 201


def test_an_expired_code_is_refused(team: Team, http: httpx.Client) -> None:
    assert refused(Device(team, http).join(team.invite(days=-1))) == (403, "invitation_expired")


def test_a_further_device_needs_a_code_made_for_its_trainer(team: Team, http: httpx.Client, device: Device) -> None:
    further = Device(team, http, trainer=device.trainer)
    assert refused(further.join()) == (403, "trainer_known")
    code = team.invite(trainer=device.trainer)
    assert refused(Device(team, http).join(code)) == (403, "invitation_other_trainer")
    answer = further.join(code, name="Somebody else")
    assert (answer.status_code, answer.json()["trainer_name"]) == (200, "Ada")
    further.deliver()
    with pytest.raises(NotFoundError, match="has joined"):
        team.invite(trainer=records.new_trainer_id())


def test_a_key_belongs_to_one_trainer_for_good(team: Team, http: httpx.Client, device: Device) -> None:
    thief = Device(team, http, key=device.key)
    assert refused(thief.join()) == (403, "key_other_trainer")
    administration.revoke(team.folder, device.key.key_id)
    assert refused(device.join()) == (403, "key_revoked")


def test_a_challenge_is_ours_fresh_and_for_this_project(
    team: Team, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Device(team, http)
    assert refused(device.join(challenge="0" * 64)) == (422, "challenge")
    assert refused(device.join(challenge="no hex")) == (422, "challenge")
    assert refused(device.join(challenge=enrolment.new_challenge(DeviceKey.generate(), team.project))) == (
        422,
        "challenge",
    )
    assert refused(device.join(challenge=enrolment.new_challenge(team.key, records.new_project_id()))) == (
        422,
        "challenge",
    )
    then = time.time() - 301
    monkeypatch.setattr(enrolment.time, "time", lambda: then)
    old = enrolment.new_challenge(team.key, team.project)
    monkeypatch.undo()
    assert refused(device.join(challenge=old)) == (422, "challenge_expired")
    assert refused(device.join(signed_challenge="0" * 64)) == (422, "join")
    assert refused(device.join(project=records.new_project_id())) == (422, "join")


@pytest.mark.parametrize("encoding", sorted(LOW_ORDER_ENCODINGS), ids=lambda encoding: encoding.hex()[:8])
def test_a_key_that_lets_anybody_sign_is_never_enrolled(team: Team, http: httpx.Client, encoding: bytes) -> None:
    """T10. The signature is whatever; with these keys some pass."""
    device = Device(team, http)
    challenge = http.post(f"/projects/{team.project}/challenge").json()["challenge"]
    asked = Join(
        v=1,
        aud=team.project,
        trainer=device.trainer,
        device=key_id(encoding),
        public_key=base64.b64encode(encoding).decode(),
        challenge=challenge,
    )
    envelope = sign_envelope(JOIN, payload.encode(asked), [device.key])
    assert refused(device.join(challenge=challenge, envelope=envelope)) == (422, "key_low_order")


def test_a_batch_envelope_is_no_request_to_join(team: Team, http: httpx.Client, device: Device) -> None:
    assert refused(device.join(envelope=device.sign(device.manifest([device.record()])))) == (400, "payload_type")
    made = make_join(device.key, project=team.project, trainer=device.trainer, challenge="0" * 64)
    assert refused(device.put(made + b"\n", address=address_of(made))) == (400, "payload_type")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"code":1}', b'{"code":"a","code":"b"}', b'{"code":"a","more":"b"}', b"\xff"]
)
def test_a_request_of_another_shape_is_refused(http: httpx.Client, body: bytes) -> None:
    assert refused(http.post("/invitation", content=body)) == (400, "request")


def test_a_collector_may_hold_several_projects_with_keys_of_their_own(tmp_path: Path, databases: Databases) -> None:
    folder, database = tmp_path / "several", databases.new()
    one, two = Team.made(folder, "One", database=database), Team.made(folder, "Two", database=database)
    assert one.key.key_id != two.key.key_id
    with pytest.raises(NotFoundError, match="Name a project"):
        administration.invite(folder)
    with running(folder) as collector, httpx.Client(base_url=collector.address, timeout=180) as there:
        joined = Device(two, there)
        assert refused(joined.join(one.invite())) == (403, "invitation_unknown")
        assert joined.join().json()["project"]["name"] == "Two"
        assert [d.id for d in administration.list_devices(folder, project=two.project)] == [joined.key.key_id]
        assert administration.list_devices(folder, project=one.project) == []


def test_revoking_an_unknown_device_is_told_in_a_sentence(team: Team) -> None:
    with pytest.raises(NotFoundError, match="collector devices"):
        administration.revoke(team.folder, "ed25519:" + "0" * 64)


def test_facts_are_served_as_the_canonical_bytes_that_were_made(team: Team, http: httpx.Client) -> None:
    shown = http.get(f"/projects/{team.project}").content
    assert canonical.encode(canonical.strict_loads(shown)) == shown
