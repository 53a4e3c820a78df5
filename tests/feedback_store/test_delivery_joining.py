"""Joining: the project comes whole and checked, the collector's key is pinned, and every refusal is a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from joined_profile import Profile, Reply, Request, joined, proof, scripted
from made_judgements import RUBRIC
from running_collector import Running, Team, running

from feedback_store import canonical, rubrics
from feedback_store.batches.keys import DeviceKey, fingerprint
from feedback_store.collector import administration
from feedback_store.collector.facts import make_terms
from feedback_store.collector.limits import ROOM_RETRY_S
from feedback_store.delivery import joining
from feedback_store.delivery.http import Connection
from feedback_store.errors import DeliveryError


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Team:
    return Team.made(tmp_path_factory.mktemp("collector"))


@pytest.fixture(scope="module")
def collector(team: Team) -> Iterator[Running]:
    with running(team.folder) as found:
        yield found


def test_the_project_comes_whole_and_both_fingerprints_are_shown(
    team: Team, collector: Running, profile: Profile
) -> None:
    answer = profile.join(f" {collector.address}/ ", team.invite())
    assert profile.store.projects.get(team.project) == answer.project
    assert answer.project.collector is not None
    assert answer.project.collector.address == collector.address
    assert answer.project.collector.name == "House"
    assert answer.project.rubric.sha256 == RUBRIC.sha256 and answer.project.rubric_body is None
    assert answer.project.guideline is not None and answer.project.guideline.text == "# Be fair"
    assert answer.project.terms is not None and answer.project.terms.licence == "CC-BY-4.0"
    assert answer.trainer_name == "Ada"
    assert answer.collector_fingerprint == fingerprint(team.key.public_key)
    assert answer.device_fingerprint == fingerprint(profile.keys[team.project].public_key)
    (device,) = [d for d in administration.list_devices(team.folder) if d.trainer == profile.store.trainer]
    assert device.public_key == profile.keys[team.project].public_key


def test_a_look_tells_the_terms_and_leaves_nothing_behind_on_either_side(
    team: Team, collector: Running, profile: Profile
) -> None:
    code, known = team.invite(), len(administration.list_devices(team.folder))
    offered = joining.look(collector.address, code, store=profile.store).project
    assert offered.id == team.project and offered.terms is not None
    assert offered.terms.text == "What you send may train models."
    assert profile.store.projects.list() == [] and profile.keys == {} and profile.tokens == {}
    assert len(administration.list_devices(team.folder)) == known
    with pytest.raises(DeliveryError) as refused:
        profile.join(collector.address, code, terms="0" * 64)
    assert refused.value.code == "terms_changed" and profile.store.projects.list() == [] and profile.keys == {}
    answer = profile.join(collector.address, code, terms=offered.terms.sha256, name="Ada Lovelace")
    assert (answer.project.terms, answer.asked_name) == (offered.terms, "Ada Lovelace")


def test_a_rubric_that_is_no_preset_comes_along(tmp_path: Path, profile: Profile) -> None:
    own = msgspec.structs.replace(rubrics.load("helpsteer2"), version=77, name="Ours")
    project = administration.init_collector(
        tmp_path / "own", name="H", project_name="P", rubric=own, terms=make_terms("", licence="none")
    )
    with running(tmp_path / "own") as there:
        answer = profile.join(there.address, administration.invite(tmp_path / "own"))
    assert answer.project.id == project
    assert answer.project.rubric_body == own


def test_joining_again_renews_the_token_and_keeps_the_projects_switches(
    team: Team, collector: Running, profile: Profile
) -> None:
    first = profile.join(collector.address, team.invite())
    token = profile.tokens[team.project]
    profile.store.projects.update(msgspec.structs.replace(first.project, train_on_foreign=True)).result()
    again = profile.join(collector.address, team.invite())
    assert again.project.train_on_foreign
    assert profile.tokens[team.project] != token


def test_a_collector_that_shows_another_key_than_the_pinned_one_is_not_joined(
    team: Team, collector: Running, profile: Profile
) -> None:
    known = profile.join(collector.address, team.invite()).project
    assert known.collector is not None
    other = msgspec.structs.replace(known.collector, public_key="A" * 43 + "=")
    profile.store.projects.update(msgspec.structs.replace(known, collector=other)).result()
    with pytest.raises(DeliveryError, match="another key than the one that you compared when you joined"):
        profile.join(collector.address, team.invite())


def test_a_code_that_does_not_hold_is_told_with_a_way_out(team: Team, collector: Running, profile: Profile) -> None:
    used = team.invite()
    profile.join(collector.address, used)
    somebody = Profile(profile.store)
    for code, sentence in (
        ("WRONG", "letter by letter"),
        (team.invite(days=-1), "has expired"),
        (used, "used by another device"),
    ):
        with pytest.raises(DeliveryError, match=sentence) as told:
            somebody.join(collector.address, code)
        assert "whoever runs the project" in str(told.value), "whom to ask"
        assert "preceptor collector invite DIR (if you have joined before, with --trainer trn_" in str(told.value)
        assert "preceptor collector recover DIR DEVICE" in str(told.value), "and what they type for it"
    with pytest.raises(DeliveryError, match="a code that whoever runs it makes for a further device of yours"):
        somebody.join(collector.address, team.invite())
    assert somebody.tokens == {}


def test_nobody_there_is_a_sentence(profile: Profile) -> None:
    with pytest.raises(DeliveryError, match="cannot be reached") as told:
        profile.join("http://127.0.0.1:9", "CODE")
    assert "sealed" not in str(told.value), "nothing is on its way to a project that is not joined"


def test_a_proxy_of_the_environment_never_sees_plain_http(
    team: Team, collector: Running, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted(lambda _: (200, {}, b"{}")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        monkeypatch.setenv("http_proxy", proxy.address)
        profile.join(collector.address, team.invite())
        assert proxy.asked == []


FORGED = {
    "no JSON": lambda facts: b"<html>",
    "a list": lambda facts: b"[]",
    "another project": lambda facts: altered(facts, project="prj_" + "0" * 32),
    "another rubric": lambda facts: altered(facts, rubric_sha256="0" * 64),
    "another guideline": lambda facts: altered(facts, guideline={**facts["guideline"], "text": "# Be unfair"}),
    "other terms": lambda facts: altered(facts, terms={**facts["terms"], "text": "All is ours."}),
    "a low-order key": lambda facts: altered(facts, public_key="A" * 43 + "="),
    "a short key": lambda facts: altered(facts, public_key="AAAA"),
    "no name": lambda facts: altered(facts, name=""),
    "a rubric that is none": lambda facts: altered(facts, rubric={"id": 1}),
}


def altered(facts: dict[str, object], **changes: object) -> bytes:
    return canonical.encode({**facts, **changes})


@pytest.mark.parametrize("how", FORGED)
def test_facts_that_do_not_fit_themselves_are_refused_before_a_key_is_shown(
    team: Team, collector: Running, profile: Profile, how: str
) -> None:
    facts = httpx.get(f"{collector.address}/projects/{team.project}", timeout=180).json()

    def answer(request: Request) -> Reply:
        if request.path == "/invitation":
            return 200, {}, json.dumps({"project": team.project}).encode()
        return 200, {}, FORGED[how](facts)

    with scripted(answer) as fake, pytest.raises(DeliveryError) as told:
        profile.join(fake.address, "CODE")
    assert told.value.code == "not_a_collector"
    assert [request.method for request in fake.asked] == ["POST", "GET"]
    assert profile.keys == profile.tokens == {}


@pytest.mark.parametrize("project", ["../../etc", "prj_1", 7, None, "prj_" + "0" * 33])
def test_a_project_id_of_another_shape_is_never_asked_for(profile: Profile, project: object) -> None:
    with (
        scripted(lambda _: (200, {}, json.dumps({"project": project}).encode())) as fake,
        pytest.raises(DeliveryError),
    ):
        profile.join(fake.address, "CODE")
    assert len(fake.asked) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(302, "redirected"), (404, "not_a_collector"), (500, "busy"), (503, "busy"), (418, "not_a_collector")],
)
def test_other_answers_to_joining_are_sentences(profile: Profile, status: int, code: str) -> None:
    with (
        scripted(lambda _: (status, {"location": "http://127.0.0.1:1/"}, b"no JSON")) as fake,
        pytest.raises(DeliveryError) as told,
    ):
        profile.join(fake.address, "CODE")
    assert told.value.code == code


def test_a_collector_at_its_limit_says_when_to_try_again(tmp_path: Path, profile: Profile) -> None:
    """Its Retry-After was passed over: "try again later"."""
    team = Team.made(tmp_path / "full")
    full = "from feedback_store.collector import limits\nlimits.FREE_ROOM = 0"
    with running(team.folder, patch=full) as there, pytest.raises(DeliveryError) as told:
        profile.join(there.address, team.invite())
    assert told.value.code == "busy"
    assert str(told.value) == (
        f"The collector at {there.address} cannot answer now, and asks for a pause. Try again in {ROOM_RETRY_S} s."
    )


@pytest.mark.parametrize(("asked", "said"), [("1", "in 1 s"), ("91", "in 2 min"), ("1000000", "in 60 min")])
@pytest.mark.parametrize("step", ["invitation", "recovery"])
def test_a_pause_is_told_at_every_step_and_not_believed_for_ever(
    team: Team, collector: Running, profile: Profile, step: str, asked: str, said: str
) -> None:
    facts = httpx.get(f"{collector.address}/projects/{team.project}", timeout=180).content

    def answer(request: Request) -> Reply:
        if request.path.endswith(step):
            return 429, {"retry-after": asked}, b"{}"
        if request.path.endswith("/proof"):
            return proof(team, request)
        invited = {"project": team.project, "recovers": "ed25519:" + "0" * 64}
        return 200, {}, facts if request.method == "GET" else json.dumps(invited).encode()

    with scripted(answer) as fake, pytest.raises(DeliveryError, match=said) as told:
        keys = joining.JoiningKeys(
            profile.key_for, profile.tokens.__setitem__, fresh=lambda _project: DeviceKey.generate()
        )
        joining.join(fake.address, "CODE", store=profile.store, keys=keys)
    assert told.value.code == "busy"


def test_a_collectors_words_never_enter_our_sentences(profile: Profile) -> None:
    said = json.dumps({"code": "<b>MARKER</b>", "message": "MARKER"}).encode()
    with scripted(lambda _: (403, {}, said)) as fake, pytest.raises(DeliveryError) as told:
        profile.join(fake.address, "CODE")
    assert "MARKER" not in str(told.value)


def test_a_connection_asks_for_nothing_compressed_and_names_no_version(team: Team, collector: Running) -> None:
    with scripted(lambda _: (200, {}, b"{}")) as fake, Connection(fake.address) as connection:
        connection.request("GET", "/")
    assert fake.asked[0].headers["accept-encoding"] == "identity"
    assert fake.asked[0].headers["user-agent"] == "preceptor"


def test_two_projects_of_one_collector_stand_beside_each_other(tmp_path: Path) -> None:
    one, two = Team.made(tmp_path / "c", "One"), Team.made(tmp_path / "c", "Two")
    with running(tmp_path / "c") as there, joined(tmp_path / "p", one, there.address) as (profile, first):
        second = profile.join(there.address, two.invite()).project
        assert {first.id, second.id} == {one.project, two.project}
        assert profile.keys[first.id].key_id != profile.keys[second.id].key_id
