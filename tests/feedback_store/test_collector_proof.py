"""T22: an address is spoken to only once what stands there has proven that it holds the collector's key."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from joined_profile import Ready, Reply, Request, joined, scripted
from running_collector import Team, refused, running

from feedback_store.batches.collector_proof import check_proof, make_proof
from feedback_store.batches.dsse import sign_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.payload_types import COLLECTOR_PROOF, RECEIPT
from feedback_store.collector import key_ceremony
from feedback_store.collector.limits import PROOFS, Limits, Rate
from feedback_store.collector.refusal import Refusal
from feedback_store.delivery import joining, key_changes
from feedback_store.errors import BatchError, DeliveryError
from feedback_store.store import Project

PROJECT = "prj_" + "1" * 32
CHALLENGE = "4" * 64
KEY = DeviceKey.from_seed(bytes([7]) * 32)
STRANGER = DeviceKey.from_seed(bytes([9]) * 32)
Proof = Callable[[Team, str], Reply]


def challenge_of(request: Request) -> str:
    return str(json.loads(request.body)["challenge"])


def signed(key: DeviceKey, team: Team, challenge: str, **wrong: str) -> bytes:
    return make_proof(key, **{"project": team.project, "challenge": challenge, **wrong})


def retyped(team: Team, challenge: str) -> bytes:
    proof = {"aud": team.project, "challenge": challenge, "collector": team.key.key_id, "v": 1}
    return sign_envelope(RECEIPT, json.dumps(proof, sort_keys=True, separators=(",", ":")).encode(), [team.key])


NO_ANSWER: dict[str, Proof] = {
    "an earlier version": lambda _team, _asked: (404, {}, b'{"code":"no_such_address"}'),
    "a refusal that belongs elsewhere": lambda _team, _asked: (403, {}, b'{"code":"key_revoked"}'),
    "any other server": lambda _team, _asked: (200, {}, b"<html>"),
    "an answer of before": lambda team, _asked: (200, {}, signed(team.key, team, CHALLENGE)),
    "an answer for another project": lambda team, asked: (200, {}, signed(team.key, team, asked, project=PROJECT)),
    "what was signed for another door": lambda team, asked: (200, {}, retyped(team, asked)),
}
OTHER_KEY: dict[str, Proof] = {"its own key": lambda team, asked: (200, {}, signed(STRANGER, team, asked))}


def repeating(team: Team, facts: bytes, proof: Proof) -> Callable[[Request], Reply]:
    """All that anybody can ask the collector for, word for word, and for the rest 200."""

    def answer(request: Request) -> Reply:
        if request.path.endswith("/proof"):
            return proof(team, challenge_of(request))
        if request.path == "/invitation":
            return 200, {}, json.dumps({"project": team.project}).encode()
        return 200, {}, facts if request.method == "GET" else b"{}"

    return answer


def facts_of(project: Project) -> bytes:
    assert project.collector is not None
    return httpx.get(f"{project.collector.address}/projects/{project.id}", timeout=180).content


@pytest.mark.parametrize("how", [*NO_ANSWER, *OTHER_KEY])
def test_T22_an_address_that_repeats_what_the_collector_says_is_no_new_address_and_gets_nothing(
    ready: Ready, how: str
) -> None:
    """The key that it shows was believed: the next delivery brought it the pass and a batch."""
    team, profile, project = ready
    profile.seal(project.id)
    with scripted(repeating(team, facts_of(project), {**NO_ANSWER, **OTHER_KEY}[how])) as there:
        with pytest.raises(DeliveryError) as told:
            joining.move(there.address, store=profile.store, project=project)
        assert told.value.code == ("collector_key_not_held" if how in OTHER_KEY else "collector_key_unproven")
        assert there.address in str(told.value) and "Nothing was changed" in str(told.value)
        assert profile.store.projects.get(project.id) == project
        assert profile.sender().send_pending(profile.store.projects.get(project.id), tries=1).problem is None
    sent = [(each.method, each.path, each.headers.get("authorization")) for each in there.asked]
    assert sent == [("GET", f"/projects/{project.id}", None), ("POST", f"/projects/{project.id}/proof", None)]
    assert list(json.loads(there.asked[1].body)) == ["challenge"]


@pytest.mark.parametrize("how", ["any other server", "its own key"])
def test_T22_joining_shows_no_device_key_to_whom_only_repeats_what_a_collector_says(ready: Ready, how: str) -> None:
    """Joined before or for the first time: the key that people compare has to be held there."""
    team, profile, project = ready
    with scripted(repeating(team, facts_of(project), {**NO_ANSWER, **OTHER_KEY}[how])) as there:
        for joins in (profile.join, lambda address, code: joining.look(address, code, store=profile.store)):
            with pytest.raises(DeliveryError, match="What answers at"):
                joins(there.address, "CODE")
    assert profile.store.projects.get(project.id) == project
    assert {each.path for each in there.asked} == {
        "/invitation",
        f"/projects/{project.id}",
        f"/projects/{project.id}/proof",
    }


def test_a_collector_that_changed_its_key_and_its_address_is_followed_there(tmp_path: Path) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as first, joined(tmp_path / "profile", team, first.address) as (profile, project):
        first.kill()
        for _twice in range(2):
            key_ceremony.rotate_key(team.folder)
        with running(team.folder) as second:
            moved = joining.move(second.address, store=profile.store, project=project)
            assert moved.collector is not None and moved.collector.address == second.address
            assert key_changes.pinned_key(moved) == team.key.public_key
            profile.seal(project.id)
            assert profile.sender().send_pending(moved, tries=1).problem is None


def test_no_bit_of_a_proof_can_be_another() -> None:
    line = make_proof(KEY, project=PROJECT, challenge=CHALLENGE)
    check_proof(line, project=PROJECT, challenge=CHALLENGE, public_key=KEY.public_key)
    bits = range(len(line) * 8)
    for bit in random.Random(22).sample(bits, len(bits) // 4):
        flipped = bytearray(line)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BatchError):
            check_proof(bytes(flipped), project=PROJECT, challenge=CHALLENGE, public_key=KEY.public_key)


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Team, httpx.Client]]:
    team = Team.made(tmp_path_factory.mktemp("collector"))
    few = "from feedback_store.collector import limits\nlimits.PROOFS = limits.Rate(per_s=0.01, burst=4)"
    with (
        running(team.folder, patch=few) as collector,
        httpx.Client(base_url=collector.address, timeout=180) as client,
    ):
        yield team, client


def test_t25_a_collector_signs_nothing_but_a_challenge_and_not_for_ever(limited: tuple[Team, httpx.Client]) -> None:
    team, client = limited
    path = f"/projects/{team.project}/proof"
    assert refused(client.post(f"/projects/{PROJECT}/proof", json={"challenge": CHALLENGE})) == (404, "no_project")
    for wrong in ({}, {"challenge": CHALLENGE, "more": ""}, {"challenge": 4}):
        assert refused(client.post(path, json=wrong)) == (400, "request")
    for text in ("", "4" * 63, "F" * 64, CHALLENGE + "\n"):
        assert refused(client.post(path, json={"challenge": text})) == (400, "payload")
    answer = client.post(path, json={"challenge": CHALLENGE})
    assert refused(answer) == (429, "rate") and int(answer.headers["retry-after"]) > 0


def test_t25_proofs_are_counted_together_and_apart_from_batches() -> None:
    now = [0.0]
    limits = Limits(Rate(per_s=1, burst=1), clock=lambda: now[0])
    for _each in range(PROOFS.burst):
        limits.spend_proof()
    with pytest.raises(Refusal) as told:
        limits.spend_proof()
    assert (told.value.status, told.value.code) == (429, "rate")
    limits.spend(KEY.key_id)
    now[0] += 1.0
    for _each in range(int(PROOFS.per_s)):
        limits.spend_proof()


def test_t25_one_address_keeps_nobody_else_from_asking_for_a_proof() -> None:
    """Two addresses, each within what the proxy lets through, had every trainer who would join turned away."""
    page = (Path(__file__).resolve().parents[2] / "docs/operations.md").read_text(encoding="utf-8")
    an_address = int(page.partition("zone=preceptor:10m rate=")[2].partition("r/s")[0])
    assert PROOFS.per_s >= 10 * an_address


def test_the_answer_serves_at_no_other_door() -> None:
    assert COLLECTOR_PROOF == "application/vnd.preceptor.collector-proof.v1+json"
