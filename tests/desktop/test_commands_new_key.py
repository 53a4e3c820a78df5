"""A key that took an ended one's place is said to have to join; a missing one is not one that was never made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_commands_delivery import judged
from test_commands_keys import away
from test_commands_told import Desk, desk

from feedback_store.batches.keys import fingerprint_of

__all__ = ["desk"]


def state(desk: Desk) -> str:
    return str(desk.ask("keys", "list")[1]["state"])


@pytest.mark.parametrize("told", [True, False], ids=["told", "not told yet"])
def test_a_key_after_an_ended_one_is_called_new_and_has_to_join_wherever_one_signs(
    desk: Desk, tmp_path: Path, told: bool
) -> None:
    """It was called revoked, and signing with it said nothing until the collector refused it."""
    desk.seal(1)
    assert desk.type("outbox", "send").status == 0
    trainer = desk.device["trainer"]
    if not told:
        away(desk.profile)
    assert desk.type("keys", "revoke", "--yes").status == 0
    assert state(desk) == ("revoked" if told else "ending")
    judged(desk.profile, 2)
    assert desk.type("outbox", "release", "--all").status == 0
    signed = desk.type("outbox", "seal")
    file = tmp_path / "file.preceptor"
    for said in (signed.err, desk.type("outbox", "status").err, desk.type("bundle", "export", file).err):
        assert "It is new, and the collector does not know it: the one before was revoked." in said
        assert ("has not heard of that yet" in said) is not told
        assert f"trainer id {trainer}" in said
    shown = desk.type("keys", "show").out
    assert "It is new" in shown and "signs nothing more" not in shown
    assert state(desk) == ("new" if told else "new_untold")
    assert "new, has to join" in desk.type("keys", "list").out
    code = desk.ask("collector", "invite", desk.collector, "--trainer", trainer)["code"]
    assert desk.type("project", "join", desk.address, code).status == 0
    assert state(desk) == "active"
    assert "It is new" not in desk.type("outbox", "status").err
    assert desk.ask("outbox", "send")["arrived"] == 1


def test_a_changed_key_that_has_to_join_is_not_said_to_be_told_with_the_next_delivery(desk: Desk) -> None:
    """After a revocation no delivery is taken with which it could be."""
    trainer = desk.device["trainer"]
    assert desk.type("keys", "revoke", "--yes").status == 0
    changed = desk.type("keys", "rotate")
    assert changed.out.startswith("It is new, and the collector does not know it: the one before was revoked.")
    assert "next delivery" not in changed.out and "signs for you" not in changed.out
    code = desk.ask("collector", "invite", desk.collector, "--trainer", trainer)["code"]
    assert desk.type("project", "join", desk.address, code).status == 0
    assert state(desk) == "active"
    desk.seal(1)
    assert desk.ask("outbox", "send")["arrived"] == 1


@pytest.mark.parametrize("way", [("outbox", "seal"), ("keys", "show")], ids=["signing", "showing it"])
def test_a_key_that_took_a_lost_ones_place_is_called_new_and_has_to_join(desk: Desk, way: tuple[str, str]) -> None:
    """It was called active, and nothing was said until the collector refused it."""
    device = desk.device
    judged(desk.profile, 2)
    assert desk.type("outbox", "release", "--all").status == 0
    (desk.profile / "secrets.json").unlink()
    made = desk.type(*way, "--insecure-key-file")
    assert "a new one was made" in made.err and "It is new" not in made.err + made.out, "it is said once"
    assert desk.type("outbox", "seal").status == 0
    assert state(desk) == "new_lost"
    assert "new, has to join" in desk.type("keys", "list").out
    named = f"(trainer id {device['trainer']}, lost key {fingerprint_of(device['device'])})"
    for said in (desk.type("outbox", "status").err, desk.type("keys", "show").out):
        assert "the one before is not here any more" in said and named in said
    code = desk.ask("collector", "recover", desk.collector, device["device"])["code"]
    assert desk.type("keys", "recover", code).status == 0
    assert state(desk) == "active"
    assert "It is new" not in desk.type("outbox", "status").err
    assert desk.ask("outbox", "send", "--again")["arrived"] == 2


def test_a_key_that_a_backup_of_another_place_was_given_here_is_called_new_and_ends_none(
    desk: Desk, tmp_path: Path
) -> None:
    trainer = desk.device["trainer"]
    other = Desk(desk.collector, tmp_path / "other", desk.address)
    backup = desk.ask("backup", "make")["path"]
    assert other.type("backup", "restore", backup).status == 0
    assert other.type("keys", "show", "--insecure-key-file").status == 0
    assert state(other) == "new_lost"
    said = other.type("keys", "show").out
    assert "stayed in the place that this profile came from" in said and "lost key" not in said
    code = desk.ask("collector", "invite", desk.collector, "--trainer", trainer)["code"]
    assert other.type("project", "join", other.address, code).status == 0
    assert state(other) == state(desk) == "active"


@pytest.mark.parametrize("way", [("rotate",), ("revoke", "--yes")], ids=["changing", "ending"])
def test_a_key_that_is_gone_is_neither_changed_nor_ended_and_signs_on_once_it_is_back(
    desk: Desk, way: tuple[str, ...]
) -> None:
    """Another key was made to be changed or ended in its place, and told as this device's; ending it stopped what the
    missing one had signed, which the collector went on to take.
    """
    desk.seal(1)
    device, kept = desk.device, desk.profile / "secrets.json"
    aside = kept.rename(desk.profile / "aside.json")
    named = f"(trainer id {device['trainer']}, lost key {fingerprint_of(device['device'])})"
    for _before_and_after_another_was_made in range(2):
        refused = desk.type("keys", *way, "--insecure-key-file")
        assert refused.status == 1 and not refused.out
        assert "neither changed nor ended" in refused.sentence and named in refused.sentence
        assert desk.type("keys", "show", "--insecure-key-file").status == 0
    aside.rename(kept)
    assert state(desk) == "active"
    assert desk.ask("outbox", "send")["arrived"] == 1
    assert desk.device == device


@pytest.mark.parametrize("way", [("rotate",), ("revoke", "--yes")], ids=["changing", "ending"])
def test_a_key_that_stayed_where_a_backup_came_from_is_neither_changed_nor_ended_here(
    desk: Desk, tmp_path: Path, way: tuple[str, ...]
) -> None:
    other = Desk(desk.collector, tmp_path / "other", desk.address)
    assert other.type("backup", "restore", desk.ask("backup", "make")["path"]).status == 0
    refused = other.type("keys", *way, "--insecure-key-file")
    assert refused.status == 1
    assert "stayed in the place that this profile came from" in refused.sentence and "lost key" not in refused.sentence
    assert desk.type("keys", *way).status == 0


def test_a_changed_key_is_no_new_one_that_has_to_join(desk: Desk) -> None:
    away(desk.profile)
    assert desk.type("keys", "rotate").status == 0
    assert state(desk) == "waiting"
    assert desk.type("keys", "rotate").status == 0
    assert state(desk) == "waiting"


def test_a_key_that_joined_and_is_missing_is_listed_as_missing(desk: Desk) -> None:
    assert state(desk) == "active"
    (desk.profile / "secrets.json").unlink()
    (team,) = (each for each in desk.ask("keys", "list", "--insecure-key-file") if each["state"] != "none")
    assert team["state"] == "missing" and "public_key" not in team
    assert "missing" in desk.type("keys", "list", "--insecure-key-file").out


@pytest.mark.parametrize("gone", ["the key alone", "the key of a change"])
def test_a_list_of_devices_makes_no_key_where_one_is_missing_and_says_so(desk: Desk, gone: str) -> None:
    """It made another one, and said of that one that it was new."""
    if gone == "the key of a change":
        away(desk.profile)
        assert desk.type("keys", "rotate").status == 0
    device, kept = desk.device, desk.profile / "secrets.json"
    held = json.loads(kept.read_text())
    held["secrets"] = {name: each for name, each in held["secrets"].items() if name.startswith("token/")}
    kept.write_text(json.dumps(held))
    before = kept.read_bytes()
    for _time in range(2):
        listed = desk.type("keys", "devices")
        told = listed.out + listed.err
        assert "It is not here any more, and another one is made once something is signed." in told, told
        assert f"(trainer id {device['trainer']}, lost key " in told and "It is new" not in told
        assert "*" not in listed.out, "none of them is this one"
        assert kept.read_bytes() == before
    assert "a new one was made" in desk.type("keys", "show").err
    listed = desk.type("keys", "devices")
    assert "It is new" in listed.out + listed.err


def test_a_list_of_devices_makes_no_place_for_keys(desk: Desk) -> None:
    kept = desk.profile / "secrets.json"
    kept.unlink()
    listed = desk.type("keys", "devices", "--insecure-key-file")
    assert listed.status == 1 and "This device's key and its pass are not here any more." in listed.sentence
    assert not kept.exists()


def test_what_arrived_of_a_withdrawal_is_not_called_a_judgement(desk: Desk) -> None:
    desk.seal(1)
    assert "1 judgement arrived; every receipt was checked." in desk.type("outbox", "send").out
    record = json.loads(desk.type("records", "list", "--json").out)
    assert desk.type("records", "erase", record["id"], "--yes").status == 0
    assert "with 1 withdrawal." in desk.type("outbox", "seal").out
    assert desk.type("outbox", "send").out == "1 withdrawal arrived; every receipt was checked.\n"
    stated = desk.type("project", "statement").out
    assert "count together by record and revision" in stated
