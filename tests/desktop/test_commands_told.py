"""What the command line says where a key was lost, ended or not taken, and where a file is not of this place."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_desk import Desk, joined_desk
from command_line import here
from test_commands_delivery import judged, sealed, serving
from test_commands_handover import join

from feedback_store.batches.keys import fingerprint_of


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with joined_desk(tmp_path) as made:
        yield made


def test_a_change_of_keys_that_a_copy_made_before_is_not_said_to_be_taken(desk: Desk, tmp_path: Path) -> None:
    """It printed that a new key signs and that the collector hears of it, beside the collector's refusal of just that;
    and the next send said that the collector asked for what it had before, which had lost nothing.
    """
    desk.seal(1)
    assert desk.type("outbox", "send").status == 0
    copy = Desk(desk.collector, tmp_path / "copy", desk.address)
    shutil.copytree(desk.profile, copy.profile)
    assert desk.type("keys", "rotate").out.startswith("A new key signs for you.\n")
    refused = copy.type("keys", "rotate")
    assert refused.err.startswith("This device's key was replaced, here or in another copy of this profile.")
    assert "signs for you" not in refused.out and "next delivery" not in refused.out
    copy.seal(2)
    sent = copy.type("outbox", "send")
    assert sent.status == 1 and "does not accept this device's key" in sent.err
    assert "what it had before" not in sent.err and "put back" not in sent.out + sent.err
    code = copy.ask(
        "collector",
        "invite",
        copy.collector,
        "--trainer",
        desk.ask("collector", "devices", desk.collector)[0]["trainer"],
    )["code"]
    assert copy.type("project", "join", copy.address, code).status == 0
    assert copy.ask("outbox", "send", "--again")["arrived"] == 1


def test_a_lost_key_is_said_as_another_is_made_and_when_it_is_to_send(desk: Desk) -> None:
    desk.seal(1)
    assert desk.type("outbox", "send").status == 0
    device = desk.device
    judged(desk.profile, 2)
    assert desk.type("outbox", "release", "--all").status == 0
    (desk.profile / "secrets.json").unlink()
    ask = (
        "Join the project again, with a code that whoever runs it makes for a lost key (trainer id"
        f" {device['trainer']}, lost key {fingerprint_of(device['device'])}). That is: preceptor keys recover"
    )
    as_typed = f"{ask} --insecure-key-file CODE"
    gone = "This device's key and its pass are not here any more. Everything is kept."
    assert desk.type("outbox", "send", "--insecure-key-file").sentence == f"{gone} {as_typed}"
    signed = desk.type("outbox", "seal", "--insecure-key-file")
    assert signed.out == "Delivery 2-1 signed, with 1 judgement.\n"
    made = "This device's key is not here any more, so a new one was made, which the collector does not know."
    assert signed.err == f"{made} Everything is kept. {as_typed}\n"
    assert desk.type("outbox", "send").sentence == f"{made} Everything is kept. {ask} CODE"
    code = desk.ask("collector", "recover", desk.collector, fingerprint_of(device["device"]))["code"]
    assert desk.type("keys", "recover", code).status == 0
    sent = desk.type("outbox", "send", "--again", "--json")
    assert json.loads(sent.out)["arrived"] == 1
    assert "-1 has arrived, its receipt checked." in sent.err, "a new key numbers its deliveries from 1 again"
    desk.seal(3)
    assert "not here any more" not in desk.type("outbox", "seal").err


WAYS = (("outbox", "seal"), ("keys", "show"))  # by which a key is made that is not there


@pytest.mark.parametrize("way", WAYS)
def test_a_key_that_was_lost_before_it_signed_is_said_too(desk: Desk, way: tuple[str, str]) -> None:
    device = desk.device
    judged(desk.profile, 2)
    desk.type("outbox", "release", "--all")
    (desk.profile / "secrets.json").unlink()
    made = desk.type(*way, "--insecure-key-file").err
    assert "a new one was made" in made
    named = fingerprint_of(device["device"])
    assert f"makes for a lost key (trainer id {device['trainer']}, lost key {named})" in made
    assert named in desk.type("outbox", "send").sentence
    code = desk.ask("collector", "recover", desk.collector, named)["code"]
    assert desk.type("keys", "recover", code).status == 0
    states = [each["state"] for each in desk.ask("collector", "devices", desk.collector)]
    assert sorted(states) == ["active", "retired"], "the lost one may not deliver any more"


def test_a_key_that_took_an_ended_ones_place_and_was_lost_before_it_signed_is_told_from_a_further_device(
    desk: Desk,
) -> None:
    desk.seal(1)
    assert desk.type("outbox", "send").status == 0
    trainer = desk.device["trainer"]
    assert desk.type("keys", "revoke", "--yes").status == 0
    code = desk.ask("collector", "invite", desk.collector, "--trainer", trainer)["code"]
    assert desk.type("project", "join", desk.address, code).status == 0
    second = next(each for each in desk.ask("collector", "devices", desk.collector) if each["state"] == "active")
    assert desk.type("keys", "rotate").status == 0
    third = next(each for each in desk.ask("collector", "devices", desk.collector) if each["state"] == "active")
    assert third["device"] != second["device"]
    (desk.profile / "secrets.json").unlink()
    judged(desk.profile, 2)
    desk.type("outbox", "release", "--all")
    assert f"lost key {fingerprint_of(third['device'])})" in desk.type("outbox", "seal", "--insecure-key-file").err


def test_in_a_copy_the_key_that_joined_where_it_came_from_is_not_called_lost(desk: Desk, tmp_path: Path) -> None:
    """A code for a lost key would end it there."""
    trainer = desk.device["trainer"]
    copy = Desk(desk.collector, tmp_path / "copied", desk.address)
    shutil.copytree(desk.profile, copy.profile)
    judged(copy.profile, 2)
    copy.type("outbox", "release", "--all")
    (copy.profile / "secrets.json").unlink()
    said = copy.type("outbox", "seal", "--insecure-key-file").err
    assert f"a further device of yours (trainer id {trainer})" in said and "lost key" not in said


@pytest.mark.parametrize("way", WAYS)
def test_a_lost_key_of_a_project_of_ones_own_is_said_as_well(tmp_path: Path, way: tuple[str, str]) -> None:
    judged(tmp_path)
    sealed(tmp_path)
    judged(tmp_path, 2)
    here("outbox", "release", "--all", profile=tmp_path)
    (tmp_path / "secrets.json").unlink()
    made = here(*way, "--insecure-key-file", profile=tmp_path)
    assert made.err.startswith("This device's key is not here any more, so a new one was made.")
    assert "collector" not in made.err
    assert here("outbox", "seal", profile=tmp_path).err == "", "said once, as it is made"


@pytest.mark.parametrize("ended", ["revoked", "the pass is gone"])
def test_who_has_to_join_again_hears_which_code_to_ask_for_and_the_id_that_it_takes(desk: Desk, ended: str) -> None:
    """It said "ask for a new invitation": an ordinary one is refused, and only that refusal told the id."""
    device = desk.device
    desk.seal(2)
    if ended == "revoked":
        assert desk.type("collector", "revoke", desk.collector, device["device"]).status == 0
    else:
        kept = json.loads((desk.profile / "secrets.json").read_text())
        kept["secrets"] = {name: each for name, each in kept["secrets"].items() if not name.startswith("token/")}
        (desk.profile / "secrets.json").write_text(json.dumps(kept))
    said = desk.type("outbox", "send").err
    asked = f"with a code that whoever runs it makes for a further device of yours (trainer id {device['trainer']})."
    assert asked in said and said.endswith("That is: preceptor project join ADDRESS CODE\n")
    code = desk.ask("collector", "invite", desk.collector, "--trainer", device["trainer"])["code"]
    assert desk.type("project", "join", desk.address, code).status == 0
    assert desk.ask("outbox", "send", "--again")["arrived"] == 2


@pytest.mark.parametrize("gone", ["the key and its pass", "the key alone"])
def test_after_a_lost_key_everything_asks_for_the_same_code(desk: Desk, gone: str) -> None:
    """The collector's answer asked for a code for a further device, and the sentence beside it for one for the lost
    key: with the first of them the lost key, perhaps in a thief's hands, went on.
    """
    device, kept = desk.device, desk.profile / "secrets.json"
    judged(desk.profile, 2)
    desk.type("outbox", "release", "--all")
    if gone == "the key alone":
        held = json.loads(kept.read_text())
        held["secrets"] = {name: each for name, each in held["secrets"].items() if name.startswith("token/")}
        kept.write_text(json.dumps(held))
    else:
        kept.unlink()
    lost = fingerprint_of(device["device"])
    ask = f"a code that whoever runs it makes for a lost key (trainer id {device['trainer']}, lost key {lost})."
    ways = [("keys", "devices"), ("outbox", "seal"), ("outbox", "status"), ("keys", "show"), ("keys", "devices")]
    for way in [*ways, ("outbox", "send"), ("outbox", "send", "--again"), ("keys", "devices")]:
        kept_so = () if way[1] == "status" else ("--insecure-key-file",)
        done = desk.type(*way, *kept_so)
        told = done.out + done.err
        assert ask in told and "further device" not in told, (way, told)
        command = " ".join(("preceptor keys recover", *kept_so, "CODE"))
        assert done.status == 0 or told.endswith(f"That is: {command}\n"), (way, told)
    ordinary = desk.ask("collector", "invite", desk.collector)["code"]
    refused = desk.type("project", "join", desk.address, ordinary).sentence
    assert refused.startswith("You have joined with another key before. ") and ask in refused
    assert "further device" not in refused
    code = desk.ask("collector", "recover", desk.collector, lost)["code"]
    assert desk.type("keys", "recover", code).status == 0
    assert desk.ask("outbox", "send", "--again")["arrived"] == 2
    assert {each["state"] for each in desk.ask("collector", "devices", desk.collector)} == {"active", "retired"}


def test_whose_key_is_ended_by_themselves_hears_which_code_to_ask_for_wherever_it_is_said(desk: Desk) -> None:
    """It said "join again with a new code": an ordinary one is refused."""
    device = desk.device
    asked = f"with a code that whoever runs it makes for a further device of yours (trainer id {device['trainer']})."
    said = f"It was revoked and signs nothing more. Join the project again, {asked}\n"
    assert desk.type("keys", "revoke", "--yes").out == said
    assert desk.type("keys", "devices").out.endswith(f"About this device's key: {said}")
    assert asked in desk.type("keys", "revoke", "--yes").sentence
    new = (
        f"It is new, and the collector does not know it: the one before was revoked. Join the project again, {asked}\n"
    )
    assert desk.type("keys", "show").out.endswith(new)  # it is made by that


def test_a_key_of_a_project_of_ones_own_that_is_ended_sends_nobody_for_a_code(tmp_path: Path) -> None:
    judged(tmp_path)
    told = here("keys", "revoke", "--yes", profile=tmp_path).out
    assert told == "It was revoked and signs nothing more. Another one is made once something is signed.\n"
    sealed(tmp_path)


def test_a_project_of_ones_own_is_moved_nowhere_and_nobody_is_asked_about_it(tmp_path: Path) -> None:
    """It was said of the address that it is another collector."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        moved = here("project", "move", f"http://127.0.0.1:{listening.getsockname()[1]}", profile=tmp_path)
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert moved.sentence.startswith("My project is a project of your own: there is no collector to ask.")


def test_a_moved_address_that_is_another_teams_collector_is_called_that(desk: Desk, tmp_path: Path) -> None:
    """It was said to be no collector that Preceptor understands."""
    other = tmp_path / "other"
    assert desk.type("collector", "init", other, "--project", "Other").status == 0
    with serving(other) as (address, _process):
        said = desk.type("project", "move", address).sentence
    assert said.startswith(f"The collector at {address} does not have this project")
    assert desk.type("outbox", "send").status == 0, "nothing was changed"


def test_what_is_released_and_not_signed_is_named_where_a_file_would_be_empty(desk: Desk, tmp_path: Path) -> None:
    """It advised --all, which writes what had arrived, and not a word of what was just released."""
    desk.seal(1)
    assert desk.type("outbox", "send").status == 0
    judged(desk.profile, 2)
    desk.type("outbox", "release", "--all")
    assert desk.type("bundle", "export", tmp_path / "a.preceptor").sentence == (
        "Nothing that is signed waits, and what is released is not signed yet. To sign it: preceptor outbox seal"
    )
    assert not (tmp_path / "a.preceptor").exists()


def test_what_an_earlier_file_brought_is_not_counted_as_stored_by_this_one(tmp_path: Path) -> None:
    """Two copies of a profile share a batch: the second file was said to have its records stored anew."""
    collector, profile = join(tmp_path)
    one, two = tmp_path / "one.preceptor", tmp_path / "two.preceptor"
    judged(profile, 2)
    sealed(profile)
    copy = tmp_path / "copy"
    shutil.copytree(profile, copy)
    for each, file, count in ((profile, one, 3), (copy, two, 4)):
        judged(each, count)
        sealed(each)
        assert here("bundle", "export", file, profile=each).status == 0
    first = json.loads(here("collector", "import", collector, one, "--json", profile=profile).out)
    assert (first["batches"], first["new"], first["records"]) == (2, 2, {"stored": 3})
    told = here("collector", "import", collector, two, profile=profile).out
    assert told.startswith("two.preceptor: 2 batches, 1 of them new; records: 2 stored, 2 here before. Receipts: "), (
        told
    )
    again = json.loads(here("collector", "import", collector, two, "--json", profile=profile).out)
    assert (again["new"], again["records"]) == (0, {"known": 4})


def test_a_file_of_another_project_is_not_refused_for_its_key(tmp_path: Path) -> None:
    """It said that the key is not enrolled, as if the trainer had still to join."""
    (tmp_path / "theirs").mkdir()
    collector, _profile = join(tmp_path)
    _theirs, other = join(tmp_path / "theirs")
    file = tmp_path / "d.preceptor"
    judged(other, 2)
    sealed(other)
    assert here("bundle", "export", file, profile=other).status == 0
    said = here("collector", "import", collector, file, profile=other).sentence
    assert said.startswith("Batch 1 of d.preceptor is refused by rule 6: It is for another project, prj_")
    assert "Give the file to that project's collector." in said and said.endswith("Nothing of the file was taken.")
    assert not (tmp_path / "d.receipts").exists()
