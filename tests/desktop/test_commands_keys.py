"""Keys by command: listed, changed, lost and replaced, revoked; a collector that changes its own key or its address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from command_line import here, preceptor
from test_commands_delivery import judged, sealed, serving

from feedback_store.batches.keys import DeviceKey, fingerprint_of
from feedback_store.store import Store

Team = tuple[Path, Path, str]  # the collector's folder, a profile that has joined, the address


def answered(*arguments: str | Path, profile: Path) -> Any:
    done = here(*arguments, "--json", profile=profile)
    assert done.status == 0, done.err
    return json.loads(done.out)


def away(profile: Path) -> None:
    """From now on the project's collector is where nobody answers."""
    store = Store.open(profile)
    project = store.projects.current()
    assert project is not None
    assert project.collector is not None
    nowhere = msgspec.structs.replace(project.collector, address="http://127.0.0.1:9")
    store.projects.update(msgspec.structs.replace(project, collector=nowhere)).result()
    store.close()


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    collector, profile = tmp_path / "collector", tmp_path / "profile"
    here("collector", "init", collector, "--project", "Team", profile=profile)
    with serving(collector) as (address, _process):
        judged(profile)
        code = answered("collector", "invite", collector, profile=profile)["code"]
        assert here("project", "join", address, code, "--use", profile=profile).status == 0
        yield collector, profile, address


def delivered(profile: Path, count: int) -> dict[str, int]:
    """Judge until there are so many, sign and send them."""
    judged(profile, count)
    sealed(profile)
    found: dict[str, int] = answered("outbox", "send", profile=profile)
    return found


def test_keys_are_listed_as_they_stand_and_nothing_is_made_by_that(tmp_path: Path) -> None:
    here("project", "new", "Second", profile=tmp_path)
    assert [each["state"] for each in answered("keys", "list", "--insecure-key-file", profile=tmp_path)] == ["none"] * 2
    assert not (tmp_path / "secrets.json").exists()
    here("keys", "show", "--insecure-key-file", "--project", "Second", profile=tmp_path)
    listed = answered("keys", "list", profile=tmp_path)
    assert [each["state"] for each in listed] == ["none", "active"]
    assert listed[1]["kept"] == "unprotected"
    assert "UNPROTECTED" in here("keys", "list", profile=tmp_path).out
    assert "Unprotected key" in here("keys", "unlock", profile=tmp_path).out


def test_a_changed_key_signs_on_and_the_whole_file_is_still_valid(team: Team, tmp_path: Path) -> None:
    collector, profile, _address = team
    assert delivered(profile, 1)["arrived"] == 1
    before = answered("keys", "show", profile=profile)
    done = here("keys", "rotate", "--reason", "a new laptop", profile=profile)
    assert "A new key signs for you." in done.out, done.err
    after = answered("keys", "show", profile=profile)
    assert after != before
    assert answered("keys", "list", profile=profile)[1]["earlier"] == [before]
    assert delivered(profile, 3)["arrived"] == 2
    assert [each["state"] for each in answered("keys", "devices", profile=profile)] == ["retired", "active"]
    assert [d["state"] for d in answered("collector", "devices", collector, profile=profile)] == ["retired", "active"]
    file = tmp_path / "all.preceptor"
    assert here("bundle", "export", file, "--all", profile=profile).status == 0
    assert answered("bundle", "verify", file, profile=profile)["batches"] == 2
    key = tmp_path / "key.json"
    key.write_text(json.dumps(before))
    assert answered("bundle", "verify", file, "--key", key, profile=tmp_path / "stranger")["valid"]


def test_a_collector_that_is_away_is_told_of_a_new_key_later(team: Team, tmp_path: Path) -> None:
    collector, profile, address = team
    away(profile)
    done = preceptor("keys", "rotate", profile=profile)
    assert done.status == 0
    assert "told with the next delivery" in done.out
    assert "cannot be reached" in done.err
    assert answered("keys", "list", profile=profile)[1]["state"] == "waiting"
    assert "not confirmed it yet" in here("keys", "show", profile=profile).out
    assert "is delivered to" in here("project", "move", address, profile=profile).out
    assert delivered(profile, 1)["arrived"] == 1
    assert answered("keys", "list", profile=profile)[1]["state"] == "active"
    assert len(answered("collector", "devices", collector, profile=profile)) == 2


def test_a_lost_key_is_replaced_with_a_code_and_what_waited_arrives(team: Team, tmp_path: Path) -> None:
    collector, profile, _address = team
    delivered(profile, 1)
    judged(profile, 2)
    sealed(profile)
    (profile / "secrets.json").unlink()
    (device,) = answered("collector", "devices", collector, profile=profile)
    code = answered("collector", "recover", collector, device["device"], profile=profile)["code"]
    done = here("keys", "recover", code, "--insecure-key-file", profile=profile)
    assert "The lost key was replaced." in done.out, done.err
    status = answered("outbox", "status", profile=profile)
    assert [each["state"] for each in status["batches"]] == ["delivered", "closed"]
    assert here("outbox", "send", "--again", profile=profile).status == 0
    assert [each["state"] for each in answered("keys", "devices", profile=profile)] == ["retired", "active"]
    again = here("collector", "recover", collector, device["device"], profile=profile).sentence
    assert "retired already" in again
    assert again.endswith(f"preceptor collector invite {collector} --trainer {device['trainer']}"), "as it is typed"


@pytest.mark.parametrize("lost", [True, False], ids=["both keys lost", "a thief has the old one"])
def test_a_key_is_replaced_while_a_change_of_it_waits(team: Team, lost: bool) -> None:
    collector, profile, address = team
    (device,) = answered("collector", "devices", collector, profile=profile)
    away(profile)
    assert preceptor("keys", "rotate", profile=profile).status == 0
    judged(profile, 1)
    sealed(profile)
    assert "is delivered to" in here("project", "move", address, profile=profile).out
    if lost:
        (profile / "secrets.json").unlink()
    code = answered("collector", "recover", collector, device["device"], profile=profile)["code"]
    assert here("keys", "recover", code, "--insecure-key-file", profile=profile).status == 0
    judged(profile, 2)
    sealed(profile)
    sent = [here("outbox", "send", *more, "--json", profile=profile) for more in ([], ["--again"])]
    assert sent[-1].status == 0, sent[-1].err
    arrived = answered("outbox", "status", profile=profile)["batches"]
    assert sum(each["records"] for each in arrived if each["state"] == "delivered") == 2
    assert [d["state"] for d in answered("collector", "devices", collector, profile=profile)] == ["retired", "active"]


def test_a_change_that_comes_after_the_end_of_the_key_is_given_up_and_a_new_code_goes_on(team: Team) -> None:
    collector, profile, address = team
    (device,) = answered("collector", "devices", collector, profile=profile)
    assert here("collector", "revoke", collector, device["device"], profile=profile).status == 0
    changed = preceptor("keys", "rotate", profile=profile)
    assert "trainer id" in changed.err
    assert "did not take it" in changed.out and "next delivery" not in changed.out
    assert answered("keys", "list", profile=profile)[1]["state"] == "refused"
    judged(profile, 1)
    sealed(profile)
    assert "trainer id" in preceptor("outbox", "send", profile=profile).err
    code = answered("collector", "invite", collector, "--trainer", device["trainer"], profile=profile)["code"]
    assert here("project", "join", address, code, profile=profile).status == 0
    assert json.loads(here("outbox", "send", "--again", "--json", profile=profile).out)["arrived"] == 1


def test_a_revoked_key_signs_nothing_more_and_a_new_code_goes_on(team: Team) -> None:
    collector, profile, address = team
    delivered(profile, 1)
    assert here("keys", "revoke", profile=profile).sentence == "Revoking cannot be undone. Say --yes if it is meant."
    assert "It was revoked" in here("keys", "revoke", "--yes", profile=profile).out
    assert answered("keys", "list", profile=profile)[1]["state"] == "revoked"
    (device,) = answered("collector", "devices", collector, profile=profile)
    assert device["state"] == "revoked"
    code = answered("collector", "invite", collector, "--trainer", device["trainer"], profile=profile)["code"]
    assert here("project", "join", address, code, profile=profile).status == 0
    assert delivered(profile, 2)["arrived"] == 1
    assert answered("keys", "list", profile=profile)[1]["state"] == "active"


def test_a_revocation_that_nobody_heard_is_told_when_joining_again(team: Team) -> None:
    collector, profile, address = team
    first = answered("keys", "show", profile=profile)["device"]
    away(profile)
    assert "cannot be reached" in preceptor("keys", "revoke", "--yes", profile=profile).err
    (device,) = answered("collector", "devices", collector, profile=profile)
    assert device["state"] == "active"
    code = answered("collector", "invite", collector, "--trainer", device["trainer"], profile=profile)["code"]
    assert here("project", "join", address, code, profile=profile).status == 0
    states = {d["device"]: d["state"] for d in answered("collector", "devices", collector, profile=profile)}
    assert states.pop(first) == "revoked"
    assert list(states.values()) == ["active"]
    assert answered("keys", "list", profile=profile)[1]["state"] == "active"


def test_a_collectors_new_key_is_followed(team: Team) -> None:
    collector, profile, _address = team
    delivered(profile, 1)
    changed = answered("collector", "rotate-key", collector, profile=profile)
    assert changed["old"] != changed["new"]
    assert delivered(profile, 2)["arrived"] == 1
    assert "From now on" in here("collector", "rotate-key", collector, profile=profile).out
    assert delivered(profile, 3)["arrived"] == 1


def test_forks_are_listed_and_those_that_are_none_are_refused(team: Team) -> None:
    collector, profile, _address = team
    assert here("collector", "forks", collector, profile=profile).out == "Nothing was set aside.\n"
    assert answered("collector", "forks", collector, profile=profile) == []
    assert "collector forks" in here("collector", "resolve", collector, "abc", "drop", profile=profile).sentence
    assert here("collector", "resolve", collector, "abc", profile=profile).status == 2, "take or drop is to be said"


def test_a_project_of_ones_own_changes_its_key_at_once_and_has_no_devices(tmp_path: Path) -> None:
    judged(tmp_path)
    sealed(tmp_path)
    assert "A new key signs for you.\n" in here("keys", "rotate", profile=tmp_path).out
    judged(tmp_path, 2)
    sealed(tmp_path)
    file = tmp_path / "all.preceptor"
    here("bundle", "export", file, profile=tmp_path)
    assert answered("bundle", "verify", file, profile=tmp_path)["batches"] == 2
    assert "no collector to ask" in here("keys", "devices", profile=tmp_path).sentence
    assert "no collector to ask" in here("keys", "recover", "ABCD", profile=tmp_path).sentence


def test_a_copy_of_a_collectors_key_says_its_fingerprint_and_nothing_else_of_itself(tmp_path: Path) -> None:
    """Step 4 of the ceremony in docs/operations.md: on a machine with nothing but the stick."""
    collector, stick, alone = tmp_path / "collector", tmp_path / "stick", tmp_path / "alone"
    printed = here("collector", "init", collector, "--project", "Team", profile=alone).out
    (key,) = (collector / "keys").iterdir()
    stick.mkdir()
    seed = key.read_text(encoding="ascii").strip()
    copies = {"as it is": f"{seed}\n", "typed on Windows": f"{seed.upper()}\r\n", "without an end": seed}
    for name, text in copies.items():
        (stick / name).write_bytes(text.encode("ascii"))
        said = answered("collector", "fingerprint", stick / name, profile=alone)
        assert said["key"] == DeviceKey.from_seed(bytes.fromhex(seed)).key_id
        assert here("collector", "fingerprint", stick / name, profile=alone).out == said["fingerprint"] + "\n"
        assert said["fingerprint"] in printed
        assert seed not in json.dumps(said).lower()
    for name, data in {
        "cut": seed[:-1].encode(),
        "two": f"{seed}\n{seed}\n".encode(),
        "other": b"\xff\xfe",
        "large": b"0" * 10_000,
        "no hex": b"x" * 64,
    }.items():
        (stick / name).write_bytes(data)
        ended = here("collector", "fingerprint", stick / name, profile=alone)
        assert (ended.status, ended.out) == (1, "")
        assert "no copy of a collector's key" in ended.err
    for nothing in (stick / "gone", stick):
        assert "cannot be read" in here("collector", "fingerprint", nothing, profile=alone).err
    before = answered("collector", "fingerprint", key, profile=alone)
    here("collector", "rotate-key", collector, profile=alone)
    assert answered("collector", "fingerprint", key, profile=alone) != before
    assert answered("collector", "fingerprint", stick / "as it is", profile=alone) == before


@pytest.mark.parametrize("way", ["rotate", "recover", "recover, the old key lost"])
def test_a_file_that_begins_with_a_change_of_keys_is_checked_by_this_profiles_keys(team: Team, way: str) -> None:
    """It was refused as “Unknown key 'chains'; did you mean 'chain'?”."""
    collector, profile, _address = team
    delivered(profile, 1)
    (device,) = answered("collector", "devices", collector, profile=profile)
    if way == "rotate":
        assert preceptor("keys", "rotate", profile=profile).status == 0
    else:
        if "lost" in way:
            (profile / "secrets.json").unlink()
        code = answered("collector", "recover", collector, device["device"], profile=profile)["code"]
        assert here("keys", "recover", code, "--insecure-key-file", profile=profile).status == 0
    delivered(profile, 2)
    (now,) = [d for d in answered("collector", "devices", collector, profile=profile) if d["state"] == "active"]
    proof = profile / "proof.preceptor"
    answered("collector", "bundle", collector, now["device"], proof, profile=profile)
    assert answered("bundle", "verify", proof, profile=profile)["batches"] == 1
    other = profile.with_name("other")
    assert "Name the signer's key" in here("bundle", "verify", proof, profile=other).err


def test_a_recovery_is_checked_after_the_collector_changed_its_key_too(team: Team) -> None:
    """The earlier key was forgotten when the new one was followed, and the file could not be checked any more."""
    collector, profile, _address = team
    delivered(profile, 1)
    (device,) = answered("collector", "devices", collector, profile=profile)
    code = answered("collector", "recover", collector, device["device"], profile=profile)["code"]
    assert here("keys", "recover", code, "--insecure-key-file", profile=profile).status == 0
    delivered(profile, 2)
    for _twice in range(2):
        here("collector", "rotate-key", collector, profile=profile)
    delivered(profile, 3)
    (now,) = [d for d in answered("collector", "devices", collector, profile=profile) if d["state"] == "active"]
    proof = profile / "proof.preceptor"
    answered("collector", "bundle", collector, now["device"], proof, profile=profile)
    assert answered("bundle", "verify", proof, profile=profile)["batches"] == 2


def test_devices_are_listed_beside_a_window_that_writes_and_nothing_is_kept(team: Team) -> None:
    """It was refused as something that changes the profile."""
    collector, profile, _address = team
    here("collector", "rotate-key", collector, profile=profile)
    window = Store.open(profile)
    try:
        project = window.projects.current()
        assert project is not None
        (listed,) = answered("keys", "devices", profile=profile)
        assert listed["state"] == "active"
        assert window.keys.seen_list(project.id) is None and window.projects.current() == project
        assert here("keys", "revoke", "--yes", profile=profile).status == 1
    finally:
        window.close()
    away(profile)
    assert here("keys", "revoke", "--yes", profile=profile).status == 0
    window = Store.open(profile)
    refused = here("keys", "devices", profile=profile)
    window.close()
    assert refused.status == 1 and "Another Preceptor is writing" in refused.err, "what waits has to be told first"


def test_an_operator_who_has_a_trainers_id_is_told_which_keys_are_theirs(team: Team) -> None:
    """The guide had told the trainer to give it, and it was called a device that has not joined."""
    collector, profile, _address = team
    (device,) = answered("collector", "devices", collector, profile=profile)
    said = here("collector", "recover", collector, device["trainer"], profile=profile).sentence
    assert "is a trainer's id" in said and fingerprint_of(device["device"]) in said
    assert device["trainer"] in here("keys", "show", profile=profile).out
    stranger = here("collector", "recover", collector, "trn_" + "0" * 32, profile=profile).sentence
    assert "no device of that trainer" in stranger
